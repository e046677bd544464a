"""What a scenario could not have: it goes on without it or ends, and what was due is recorded either way."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from uec_booking.harness.bookkeeping.booking_log import BookingLog
from uec_booking.harness.bookkeeping.history import History
from uec_booking.harness.checks.preconditions import not_as_due
from uec_booking.harness.errors import CannotGoOn, Due, SystemAway
from uec_booking.harness.http.exchange import Exchange, Received, Sent
from uec_booking.harness.judging.observations import STANDING
from uec_booking.harness.judging.recorder import Recorder
from uec_booking.harness.scenario.booked import BookedAppointments
from uec_booking.harness.scenario.context import Scenario
from uec_booking.harness.scenario.slot_leases import SlotLeases
from uec_booking.harness.settings import load

DUE = Due("PRV-SRCH-01", "search-ok", "x2")


class NoPatient(CannotGoOn):
    """One sort of what cannot be had."""


@pytest.fixture
def scenario(tmp_path: Path) -> Scenario:
    """A scenario of a provider that nobody calls."""
    settings = load.from_urls("https://provider.example/fhir", "", services=["2000000001"])
    leases, log = SlotLeases(tmp_path), BookingLog(tmp_path / "booked.jsonl")
    return Scenario(settings, Recorder("one"), BookedAppointments(), leases, log, History(tmp_path), random.Random(1))


def answered(name: str, status: int) -> Exchange:
    sent = Sent("GET", "https://provider.example/fhir/Slot", (), b"")
    return Exchange(name, "provider", "us", "", "", 0.0, sent, Received(status, "", (), b""))


def test_a_scenario_goes_on_without_what_cannot_be_had_and_keeps_the_reason(scenario: Scenario) -> None:
    first, second = CannotGoOn("no slot was free", "PRV-SRCH-01", DUE), CannotGoOn("nothing was booked")
    for reason in (first, second):
        with scenario.going_on():
            raise reason
    assert scenario.went_without == [first, second]
    assert (first.because, first.due, second.because, second.due) == ("PRV-SRCH-01", DUE, "", None)


def test_what_can_be_had_leaves_nothing_behind(scenario: Scenario) -> None:
    with scenario.going_on():
        pass
    assert scenario.went_without == []


@pytest.mark.parametrize("other", [CannotGoOn("nothing was booked"), SystemAway("it went"), ValueError("ours")])
def test_it_goes_on_only_without_what_it_says(scenario: Scenario, other: Exception) -> None:
    with pytest.raises(type(other)) as raised, scenario.going_on(without=NoPatient):
        raise other
    assert raised.value is other
    assert scenario.went_without == []


def test_of_one_sort_it_goes_on_without_those_that_are_more_exact(scenario: Scenario) -> None:
    reason = NoPatient("all are taken")
    with scenario.going_on(without=NoPatient):
        raise reason
    assert scenario.went_without == [reason]


@pytest.mark.parametrize("status", [500, 200])
def test_what_was_due_is_recorded_of_the_exchange_that_it_names(status: int) -> None:
    recorder = Recorder("one")
    for exchange in (answered("x1", 200), answered("x2", status), answered("x3", 200)):
        recorder.exchange(exchange)
    not_as_due(recorder, DUE)
    (seen,) = recorder.observations
    assert (seen.requirement, seen.situation, seen.value) == ("PRV-SRCH-01", "search-ok", str(status))
    assert (seen.exchanges, seen.system) == (("x2",), "provider")
    assert seen.step == STANDING, "it needs no tag, and does not colour the scenario"
