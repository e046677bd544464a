"""Checks of slot searches where the bundled systems have nothing to show: answers made by hand."""

from __future__ import annotations

import json

import pytest
from uec_booking.harness.checks.provider.slot_search.service import other_service_has_none
from uec_booking.harness.http.exchange import Exchange, Received, Sent
from uec_booking.harness.judging.observations import MET, NOT_MET
from uec_booking.harness.judging.recorder import Recorder

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
