"""Checks of slot searches where the bundled systems have nothing to show: answers made by hand."""

from __future__ import annotations

import json

import pytest
from uec_booking.harness.checks.provider.slot_search.midnight import whole_over_midnight
from uec_booking.harness.checks.provider.slot_search.service import other_service_has_none
from uec_booking.harness.http.exchange import Exchange, Received, Sent
from uec_booking.harness.judging.observations import MET, NOT_MET, NOT_OBSERVED
from uec_booking.harness.judging.recorder import Recorder
from uec_booking.harness.scenario.slot_windows import OverMidnight

_SLOT = {"resource": {"resourceType": "Slot", "id": "1"}}


def _answer(status: int, *entries: object) -> Exchange:
    body = json.dumps({"resourceType": "Bundle", "type": "searchset", "entry": [*entries]}).encode()
    sent = Sent("GET", "https://provider.example/Slot?status=free", (), b"")
    headers = (("Content-Type", "application/fhir+json"),)
    return Exchange("1", "provider", "", "", "2026-03-02T09:00:00Z", 0.0, sent, Received(status, "", headers, body))


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [(_answer(200), MET), (_answer(200, _SLOT), NOT_MET), (_answer(404), NOT_MET), (_answer(404, _SLOT), NOT_MET)],
)
def test_a_service_without_slots_is_answered_with_none(answer: Exchange, outcome: str) -> None:
    recorder = Recorder("a scenario")
    other_service_has_none(recorder, "empty", answer)
    assert [(seen.requirement, seen.outcome) for seen in recorder.observations] == [("PRV-SRCH-02", outcome)]


def test_a_search_over_midnight_that_is_rejected_shows_no_slots_that_are_missing() -> None:
    recorder = Recorder("a scenario")
    hours = (frozenset({"1", "2"}), frozenset({"3"}))
    whole_over_midnight(recorder, OverMidnight(hours, frozenset(), _answer(500), ("1", "2", "3"), evening=2))
    assert [(seen.requirement, seen.outcome) for seen in recorder.observations] == [("PRV-SRCH-04", NOT_OBSERVED)]
