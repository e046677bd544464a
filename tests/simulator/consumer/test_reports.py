"""The reports of a consumer, out of the calls that the desk took."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from typing import Any

import pytest

from ...support.simulator_client import nhs_number
from .conftest import World
from .playing import Desk, KeptDesk
from .proxy import Proxy, answers
from .services import CENTRE, HUB, NO_SLOTS


class Reporting:
    """A desk that took calls of every kind, in a memory of its own."""

    def __init__(self, desk: KeptDesk, proxy: Proxy) -> None:
        self.desk = desk
        self.changed = desk.call(service=CENTRE, slot="change").booked()
        desk.patient = nhs_number()
        self.original = desk.call(service=CENTRE, slot="last").booked()
        self.new = desk.call(service=HUB, cancel=("all",)).booked()
        desk.call(cancel=("all",))
        desk.patient = nhs_number()
        desk.call(service=NO_SLOTS)
        proxy.befall("book", answers(409, "conflict", signed=True))
        desk.call(service=CENTRE)
        proxy.befall("book", answers(422, "invalid", signed=True))
        desk.call(service=CENTRE)
        proxy.begin()

    def report(self, number: int, *options: str) -> dict[str, Any]:
        """A report as JSON."""
        status, out, err = Desk.run(self.desk, "report", "", f"rep-cons-{number:02}", *options)
        assert (status, err) == (0, "")
        told: dict[str, Any] = json.loads(out)
        return told


@pytest.fixture(scope="module")
def reporting(found_world: World, kept_proxy: Proxy, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reporting]:
    kept_proxy.begin()
    desk = KeptDesk(tmp_path_factory.mktemp("reporting"), *found_world.desk_options(kept_proxy))
    yield Reporting(desk, kept_proxy)
    desk.close()


def test_referrals_and_bookings_are_counted_by_service(reporting: Reporting) -> None:
    by_service = {row["service"]: (row["referrals"], row["bookings"]) for row in reporting.report(1)["rows"]}
    assert by_service == {CENTRE: (4, 3), HUB: (1, 1), NO_SLOTS: (1, 0)}


def test_referrals_without_a_booking_are_told_apart_by_the_slots_shown(reporting: Reporting) -> None:
    assert [row["service"] for row in reporting.report(2)["rows"]] == [NO_SLOTS]
    assert [row["service"] for row in reporting.report(3)["rows"]] == [CENTRE]
    assert reporting.report(12)["rows"] == []


def test_slots_that_had_gone_and_errors_are_told(reporting: Reporting) -> None:
    assert [row["service"] for row in reporting.report(4)["rows"]] == [CENTRE]
    messages = reporting.report(6)["rows"]
    assert [row["times"] for row in messages] == [1, 1]
    assert any("409" in row["message"] for row in messages) and any("422" in row["message"] for row in messages)


def test_what_became_of_bookings_is_told(reporting: Reporting) -> None:
    within, rebooked, cancelled = (reporting.report(number)["rows"] for number in (7, 8, 9))
    assert len(within) == 1 and within[0]["appointment"] != reporting.changed["url"]
    assert [row["appointment"] for row in rebooked] == [reporting.original["url"]]
    assert [row["appointment"] for row in cancelled] == [reporting.original["url"], reporting.new["url"]]


def test_bookings_are_told_apart_by_the_time_frame(reporting: Reporting) -> None:
    assert reporting.report(10)["totals"]["rows"] == 5
    assert reporting.report(11)["rows"] == []


def test_a_service_that_was_passed_over_is_told(reporting: Reporting) -> None:
    # The Centre is the first in the list of the directory.
    passed_over = reporting.report(5)["rows"]
    assert [(row["service"], row["top_ranked"]) for row in passed_over] == [(HUB, CENTRE), (NO_SLOTS, CENTRE)]


def test_a_report_comes_as_csv_of_a_period_and_names_no_patient(reporting: Reporting) -> None:
    status, out, _ = Desk.run(reporting.desk, "report", "", "rep-cons-09", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(out)))
    assert status == 0 and [row["appointment"] for row in rows] == [reporting.original["url"], reporting.new["url"]]
    assert "Archer" not in out and reporting.desk.patient not in out
    assert reporting.report(9, "--until", "2026-01-01")["rows"] == []


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (("rep-cons-99",), "There is no report"),
        (("rep-cons-01", "--from", "yesterday"), "--from 'yesterday' is neither"),
        (("rep-cons-01", "--from", "2026-02-01", "--until", "2026-01-01"), "--until must be after --from"),
    ],
)
def test_what_cannot_be_given_is_said(reporting: Reporting, given: tuple[str, ...], said: str) -> None:
    status, out, err = Desk.run(reporting.desk, "report", "", *given)
    assert (status, out) == (3, "") and said in err and "Traceback" not in err
