"""A cancellation sent again: its version is out of date, it is cancelled already, and its X-Request-ID was used."""

from __future__ import annotations

import json

import pytest
from uec_booking.harness.checks.provider.cancelling.rejected import not_again, refused_as_it_was
from uec_booking.harness.http.exchange import Exchange, Received, Sent
from uec_booking.harness.judging.observations import MET, NOT_MET
from uec_booking.harness.judging.recorder import Recorder

_REASON = {"resourceType": "OperationOutcome", "issue": [{"severity": "error", "diagnostics": "It is cancelled."}]}


def _answer(status: int, body: object = _REASON) -> Exchange:
    sent = Sent("PUT", "https://provider.example/Appointment/1", (), b"{}")
    headers = (("Content-Type", "application/fhir+json"),)
    received = Received(status, "", headers, json.dumps(body).encode())
    return Exchange(f"x{status}", "provider", "", "", "2026-03-02T09:00:00Z", 0.0, sent, received)


def _outcomes(recorder: Recorder, requirement: str) -> set[str]:
    return {one.outcome for one in recorder.observations if one.requirement == requirement}


@pytest.mark.parametrize(("status", "outcome"), [(409, MET), (412, MET), (422, MET), (200, NOT_MET), (404, NOT_MET)])
def test_whatever_the_provider_looks_at_first_it_does_not_cancel_again(status: int, outcome: str) -> None:
    recorder = Recorder("a scenario")
    not_again(recorder, _answer(status))
    assert _outcomes(recorder, "PRV-CAN-08") == _outcomes(recorder, "PRV-CAN-18") == {outcome}
    refused_as_it_was(recorder, _answer(status))
    assert outcome in _outcomes(recorder, "PRV-XTI-04")


def test_without_a_reason_it_is_not_rejected_as_it_must_be() -> None:
    recorder = Recorder("a scenario")
    refused_as_it_was(recorder, _answer(409, {"resourceType": "OperationOutcome", "issue": [{"severity": "error"}]}))
    assert NOT_MET in _outcomes(recorder, "PRV-XTI-04")
