"""The reports of a provider, out of what was booked, cancelled and referred."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from ...support.simulator_client import Consumer, Simulator, booking

DOCUMENT = "b16ac4a6-5c3b-4b4c-9a3a-5d1f0a2c7e11"


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulator]:
    simulator = Simulator(tmp_path_factory.mktemp("reports"), "--http")
    yield simulator
    assert simulator.close() == 0
    # A reset may come between a booking and the registry's hearing of it, which is a warning.
    assert "ERROR" not in simulator.said


@pytest.fixture
def world(started: Simulator) -> Simulator:
    """A world in which nothing was booked yet."""
    started.control("POST", "/reset")
    return started


def report(world: Simulator, number: int, query: str = "") -> dict[str, Any]:
    """A report as JSON."""
    answer = world.control("GET", f"/reports/rep-prov-0{number}{query}")
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    assert told["report"] == f"rep-prov-0{number}"
    return told


def lines(world: Simulator, number: int, query: str = "") -> list[dict[str, str]]:
    """The same as CSV, read back."""
    answer = world.control("GET", f"/reports/rep-prov-0{number}?format=csv{query}")
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Type"].startswith("text/csv")
    return list(csv.DictReader(io.StringIO(answer.text)))


def book(consumer: Consumer, document: str = "") -> dict[str, Any]:
    """A booking, of this referral if one is named."""
    body = booking(consumer.bookable()[0], consumer.patient)
    if document:
        body["contained"][0]["identifier"][0]["value"] = document
    answer = consumer.book(body)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


def test_appointments_booked_over_a_date_range(world: Simulator) -> None:
    first, second = world.consumer(), world.consumer("second_provider", "other")
    one, two = book(first), book(second)
    told = report(world, 1)
    assert told["totals"] == {"appointments": 2}
    by_id = {row["appointment"]: row for row in told["rows"]}
    assert by_id.keys() == {one["id"], two["id"]}
    row = by_id[one["id"]]
    assert (row["provider"], row["status"], row["booked_by"]) == ("utc", "booked", first.organisation["ods"])
    assert (row["start"], row["booked_at"]) == (one["start"], one["created"])
    assert "2000000001" in row["services"].split()
    assert by_id[two["id"]]["provider"] == "second"
    assert [row["appointment"] for row in lines(world, 1, "&provider=second")] == [two["id"]]


def test_a_period_has_its_beginning_and_not_its_end(world: Simulator) -> None:
    made = book(world.consumer())
    at = datetime.fromisoformat(made["created"])
    after = at + timedelta(seconds=1)
    for since, until, count in ((at, after, 1), (after, after + timedelta(days=1), 0), (at - timedelta(days=1), at, 0)):
        told = report(world, 1, f"?from={since.isoformat()}&until={until.isoformat()}")
        assert told["totals"] == {"appointments": count}
    day = at.date()
    assert report(world, 1, f"?from={day}&until={day + timedelta(days=1)}")["totals"] == {"appointments": 1}
    assert report(world, 1, f"?until={day}")["totals"] == {"appointments": 0}


def test_no_report_tells_who_a_patient_is(world: Simulator) -> None:
    consumer = world.consumer()
    consumer.cancel(f"/Appointment/{book(consumer)['id']}")
    for number in range(1, 6):
        text = world.control("GET", f"/reports/rep-prov-0{number}?format=csv").text
        assert consumer.patient not in text and "Testcase" not in text


def test_appointments_against_referrals(world: Simulator) -> None:
    """Four referrals arrive; one is booked, one booked and cancelled, one booked again, one has nothing."""
    consumer = world.consumer()
    documents = [DOCUMENT[:-1] + digit for digit in "1234"]
    for document in documents:
        arrived = world.control("POST", "/referrals", {"provider": "utc", "document": f"urn:uuid:{document.upper()}"})
        assert (arrived.status_code, arrived.json()["document"]) == (200, document)
    booked = book(consumer, documents[0])
    cancelled = [book(consumer, document) for document in documents[1:3]]
    for each in cancelled:
        consumer.cancel(f"/Appointment/{each['id']}")
    again = book(consumer, documents[2])
    unreferred = book(consumer)

    against = report(world, 2)
    assert against["totals"] == {"appointments": 5, "against_a_referral": 4}
    referred = {row["appointment"]: row["referral"] for row in against["rows"] if row["referral_received_at"]}
    assert referred[booked["id"]] == documents[0] and unreferred["id"] not in referred

    received = report(world, 4)
    assert received["totals"] == {"referrals": 3, "without_an_appointment": 1, "decoupled": 1}
    states = {row["referral"]: (row["state"], row["appointment"]) for row in received["rows"]}
    assert states == {
        documents[0]: ("booked", booked["id"]),
        documents[1]: ("decoupled", cancelled[0]["id"]),
        documents[2]: ("booked", again["id"]),
        documents[3]: ("without-appointment", ""),
    }
    assert [row["state"] for row in lines(world, 4)].count("without-appointment") == 1
    assert report(world, 4, "?provider=second")["rows"] == []


def test_appointments_against_slots(world: Simulator) -> None:
    consumer = world.consumer()
    kept, cancelled = book(consumer), book(consumer)
    consumer.cancel(f"/Appointment/{cancelled['id']}")
    told = report(world, 3, "?provider=utc")
    diary = kept["contained"][2]["schedule"]["reference"].rpartition("/")[2]
    row = next(row for row in told["rows"] if (row["diary"], row["day"]) == (diary, kept["start"][:10]))
    assert row["slots"] == row["booked"] + row["free"] and row["booked"] == 1
    assert sum(row["cancelled"] for row in told["rows"]) == 1
    assert told["totals"]["booked"] == 1
    assert told["totals"]["slots"] >= 7 * 48 * 4, "seven diaries of 48 hours in quarters"


def test_appointments_later_cancelled(world: Simulator) -> None:
    consumer, other = world.consumer(), world.consumer(organisation="other")
    first, second, third = (book(consumer) for _ in range(3))
    other.cancel(f"/Appointment/{first['id']}")
    url = f"{consumer.settings['base_url']}/Appointment/{second['id']}"
    world.control("POST", "/staff-cancel", {"url": url})
    told = report(world, 5)
    by = {row["appointment"]: row["cancelled_by"] for row in told["rows"]}
    assert by == {first["id"]: other.organisation["ods"], second["id"]: "staff"}
    assert told["totals"] == {"cancelled": 2}
    assert third["id"] not in {row["appointment"] for row in lines(world, 5)}


def test_what_came_from_outside_is_no_formula_in_a_spreadsheet(world: Simulator) -> None:
    book(world.consumer(), '=HYPERLINK("http://example.org")')
    (row,) = lines(world, 2)
    assert row["referral"].startswith("'=")


def test_which_reports_there_are(world: Simulator) -> None:
    assert list(world.control("GET", "/reports").json()["reports"]) == [f"rep-prov-0{n}" for n in range(1, 6)]


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("format=pdf", "format must be json or csv"),
        ("from=2026-02-30", "no such day"),
        ("from=yesterday", "Not a moment"),
        ("from=2026-02-01T10:00:00", "no offset"),
        ("until=2200-01-01", "times of this world"),
        ("from=2026-02-02&until=2026-02-02", "until must be after from"),
        ("provider=nobody", "there are utc, second"),
    ],
)
def test_a_report_that_cannot_be(world: Simulator, query: str, words: str) -> None:
    answer = world.control("GET", f"/reports/rep-prov-01?{query}")
    assert answer.status_code == 400
    assert words in answer.json()["error"]


@pytest.mark.parametrize("body", [{"provider": "utc"}, {"document": DOCUMENT}, {"provider": "x", "document": "y"},
                                  {"provider": "utc", "document": "urn:uuid:"}])  # fmt: skip
def test_a_referral_that_cannot_be(world: Simulator, body: dict[str, str]) -> None:
    assert world.control("POST", "/referrals", body).status_code == 400
    assert report(world, 4)["rows"] == []
