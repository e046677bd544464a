"""Each agreed id earns what the toolkit's simulator gives for it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import requests
from uec_booking.standard.codec import parse_xml

from ...support.simulator_client import Simulator
from .conftest import Tkw

INCLUDES = "_include=Slot:schedule&_include:recurse=Schedule:actor:Practitioner"
ISSUES = {
    400: ("invalid", "MSG_BAD_FORMAT"),
    403: ("forbidden", "MSG_BAD_FORMAT"),
    404: ("not-found", "MSG_NO_MATCH"),
    405: ("not-supported", "MSG_UNKNOWN_OPERATION"),
    409: ("invalid", "MSG_VERSION_AWARE_CONFLICT"),
    412: ("not-supported", "MSG_TRANSACTION_MISSING_ID"),
    415: ("not-supported", "MSG_RESOURCE_TYPE_MISMATCH"),
    500: ("processing", "INTERNAL_SERVER_ERROR"),
}


def issue_of(answer: requests.Response) -> tuple[str, str]:
    """The code of the one issue, and that of its details."""
    (issue,) = answer.json()["issue"]
    return issue["code"], issue["details"]["coding"][0]["code"]


def types(answer: requests.Response) -> set[str]:
    """The types of resources in a bundle."""
    return {entry["resource"]["resourceType"] for entry in answer.json().get("entry", [])}


def test_slots_are_found(tkw: Tkw) -> None:
    answer = tkw.slots("999999999", INCLUDES)
    assert answer.status_code == 200
    assert types(answer) == {"Slot", "Schedule", "Practitioner"}
    slots = [e["resource"]["id"] for e in answer.json()["entry"] if e["resource"]["resourceType"] == "Slot"]
    assert slots == [f"slot{number:03d}" for number in (*range(5, 20), 21)]


def test_no_slots_are_found(tkw: Tkw) -> None:
    answer = tkw.slots("999999998", INCLUDES)
    assert (answer.status_code, answer.json()["total"], types(answer)) == (200, 0, set())


def test_only_slots_are_found(tkw: Tkw) -> None:
    assert types(tkw.slots("999999993", INCLUDES)) == {"Slot"}


def test_slots_lie_in_the_window_asked_for(tkw: Tkw) -> None:
    window = "start=ge2031-01-31T09:00:00%2B00:00&start=le2031-01-31T10:00:00%2B00:00"
    starts = [e["resource"]["start"] for e in tkw.slots("999999999", window).json()["entry"]]
    assert starts and all("2031-01-31T09:00:00" <= start <= "2031-01-31T10:00:01" for start in starts)


@pytest.mark.parametrize(
    ("service", "status"),
    [
        ("999999997", 400),
        ("999999996", 403),
        ("999999995", 500),
        ("999999994", 405),
        ("123456789", 400),
        (None, 400),
    ],
)
def test_a_search_is_refused(tkw: Tkw, service: str | None, status: int) -> None:
    answer = tkw.slots(service)
    assert (answer.status_code, issue_of(answer)) == (status, ISSUES[status])


@pytest.mark.parametrize("slot", ["slot005", *(f"slot{number:03d}" for number in range(13, 20))])
def test_a_booking_is_made_and_read(tkw: Tkw, slot: str) -> None:
    answer = tkw.book(slot)
    assert answer.status_code == 201
    assert answer.json()["meta"]["versionId"] == "1"
    location = f"{tkw.base}/Appointment/{answer.json()['id']}/_history/1"
    assert answer.headers["Location"] == location
    read = tkw.consumer.read(f"/Appointment/{answer.json()['id']}")
    assert (read.status_code, read.json()["id"], read.headers["ETag"]) == (200, answer.json()["id"], 'W/"1"')


def test_what_was_booked_last_is_read_and_the_id_is_always_the_same(tkw: Tkw) -> None:
    first, second = tkw.book("slot005").json(), tkw.book("slot005").json()
    assert first["id"] == second["id"]
    assert tkw.consumer.read(f"/Appointment/{first['id']}").json()["contained"] == second["contained"]


def test_the_booking_of_slot021_is_made_and_cannot_be_read(tkw: Tkw) -> None:
    answer = tkw.book("slot021")
    assert answer.status_code == 201
    assert tkw.consumer.read(f"/Appointment/{answer.json()['id']}").status_code == 404


@pytest.mark.parametrize(
    ("slot", "status", "issue"),
    [
        ("slot006", 422, ("processing", "MSG_RESOURCE_ID_FAIL")),
        ("slot007", 422, ("invalid", "MSG_BAD_FORMAT")),
        ("slot008", 400, ISSUES[400]),
        ("slot009", 403, ISSUES[403]),
        ("slot010", 500, ISSUES[500]),
        ("slot011", 415, ISSUES[415]),
        ("slot099", 422, ("invalid", "MSG_BAD_FORMAT")),
    ],
)
def test_a_booking_is_refused(tkw: Tkw, slot: str, status: int, issue: tuple[str, str]) -> None:
    answer = tkw.book(slot)
    assert (answer.status_code, issue_of(answer)) == (status, issue)


def test_a_booking_is_not_answered_by_the_provider(tkw: Tkw) -> None:
    answer = tkw.book("slot012")
    assert (answer.status_code, answer.content) == (502, b"")


def test_an_unknown_appointment_is_not_read(tkw: Tkw) -> None:
    answer = tkw.consumer.read("/Appointment/95e58add-0b10-4a8c-817c-2729eb0cab75")
    assert (answer.status_code, issue_of(answer)) == (404, ISSUES[404])


def test_what_nobody_booked_since_the_start_is_read_all_the_same(launch_tkw: Tkw, tkw: Tkw) -> None:
    for slot in ("slot005", "slot019"):
        known = tkw.book(slot).json()["id"]
        read = launch_tkw.consumer.read(f"/Appointment/{known}")
        assert (read.status_code, read.json()["id"], read.json()["status"]) == (200, known, "booked")


@pytest.fixture
def launch_tkw(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tkw]:
    simulator = Simulator(tmp_path_factory.mktemp("fresh"), "--compat", "tkw", "--base-path", "/gateway")
    yield Tkw(simulator)
    simulator.close()


def test_a_cancellation_is_made(tkw: Tkw) -> None:
    answer = tkw.cancel("slot005")
    assert (answer.status_code, answer.json()["status"], answer.json()["meta"]["versionId"]) == (200, "cancelled", "2")
    assert answer.headers["ETag"] == 'W/"2"'


@pytest.mark.parametrize(
    ("slot", "status", "issue"),
    [
        ("slot013", 422, ("invalid", "MSG_VERSION_AWARE_CONFLICT")),
        ("slot014", 409, ISSUES[409]),
        ("slot015", 412, ISSUES[412]),
        ("slot016", 400, ISSUES[400]),
        ("slot017", 403, ISSUES[403]),
        ("slot018", 500, ISSUES[500]),
        ("slot006", 404, ISSUES[404]),
        ("slot021", 404, ISSUES[404]),
    ],
)
def test_a_cancellation_is_refused(tkw: Tkw, slot: str, status: int, issue: tuple[str, str]) -> None:
    answer = tkw.cancel(slot)
    assert (answer.status_code, issue_of(answer)) == (status, issue)


def test_a_cancellation_is_not_answered_in_time(tkw: Tkw) -> None:
    answer = tkw.cancel("slot019")
    assert (answer.status_code, answer.content) == (504, b"")


@pytest.mark.parametrize("method", ["DELETE", "PATCH", "OPTIONS"])
@pytest.mark.parametrize("path", ["/Appointment/95e58add-0b10-4a8c-817c-2729eb0cab75", "/Appointment", "/Slot"])
def test_a_method_is_not_offered(tkw: Tkw, method: str, path: str) -> None:
    answer = tkw.consumer.send(method, path, "patient/appointment.write")
    assert (answer.status_code, issue_of(answer)) == (405, ISSUES[405])


def test_headers_are_missed(tkw: Tkw) -> None:
    """Ssp-From of any request, X-Request-ID of those that write."""
    answers = [
        tkw.slots("999999999", Ssp_From=None),
        tkw.book("slot005", Ssp_From=None),
        tkw.book("slot005", X_Request_ID=None),
        tkw.consumer.put("/Appointment/any", tkw.body("slot005"), X_Request_ID=None),
    ]
    assert [(answer.status_code, issue_of(answer)) for answer in answers] == [(400, ISSUES[400])] * 4
    assert tkw.slots("999999999", X_Request_ID=None).status_code == 200


def test_it_speaks_xml_and_describes_itself(tkw: Tkw) -> None:
    answer = tkw.slots("999999999", Accept="application/fhir+xml")
    assert parse_xml(answer.content)["resourceType"] == "Bundle"
    statement = tkw.consumer.send("GET", "/metadata", "organization/slot.read").json()
    assert statement["resourceType"] == "CapabilityStatement"


@pytest.mark.parametrize("body", [b"[]", b"{", b'{"resourceType": "Appointment", "contained": 7}', b"{}"])
def test_a_body_that_is_none_is_refused(tkw: Tkw, body: bytes) -> None:
    assert 400 <= tkw.consumer.book(body).status_code < 500
    assert 400 <= tkw.consumer.put("/Appointment/any", body).status_code < 500


def test_a_body_that_is_no_appointment_is_not_kept(tkw: Tkw) -> None:
    for wrong in ({"status": 7}, {"meta": "x"}, {"resourceType": "Patient"}):
        answer = tkw.consumer.book(tkw.body("slot005") | wrong, Accept="application/fhir+xml")
        assert 400 <= answer.status_code < 500
    assert tkw.consumer.book(tkw.body("slot005"), Accept="application/fhir+xml").status_code == 201


def test_without_the_option_there_is_nothing(world: Simulator) -> None:
    assert Tkw(world).slots("999999999").status_code == 404
