"""ERR-05 beside what a provider may tell with a search result: hints, warnings, what it does not support."""

from __future__ import annotations

import json

import pytest
from uec_booking.harness.checks.provider.slot_search.bundles import hides_no_failure
from uec_booking.harness.errors import ToAttest
from uec_booking.harness.http.exchange import Exchange, Received, Sent
from uec_booking.harness.judging.recorder import Recorder

SLOT = {"resource": {"resourceType": "Slot", "id": "1"}, "search": {"mode": "match"}}


def result(*issues: dict[str, str], mode: str = "outcome", status: int = 200) -> Exchange:
    """A search that returned a slot, and an outcome with these issues beside it."""
    entries: list[dict[str, object]] = [SLOT]
    if issues:
        entries.append({"resource": {"resourceType": "OperationOutcome", "issue": issues}, "search": {"mode": mode}})
    body = json.dumps({"resourceType": "Bundle", "type": "searchset", "entry": entries}).encode()
    sent = Sent("GET", "https://provider.example/Slot", (), b"")
    received = Received(status, "", (("Content-Type", "application/fhir+json"),), body)
    return Exchange("x", "provider", "us", "", "", 0.0, sent, received)


@pytest.mark.parametrize("mode", ["outcome", "match"])
@pytest.mark.parametrize("severity", ["error", "fatal"])
def test_a_failure_beside_a_result_fails(severity: str, mode: str) -> None:
    recorder = Recorder("one")
    warning = {"severity": "warning", "code": "informational"}
    hides_no_failure(recorder, result(warning, {"severity": severity, "code": "exception"}, mode=mode))
    (seen,) = recorder.observations
    assert (seen.requirement, seen.outcome) == ("ERR-05", "not met")
    assert f"{severity}: exception" in seen.actual


@pytest.mark.parametrize("status", [400, 500])
def test_where_a_search_is_not_answered_nothing_was_seen(status: int) -> None:
    recorder = Recorder("one")
    hides_no_failure(recorder, result(status=status))
    (seen,) = recorder.observations
    assert (seen.requirement, seen.outcome) == ("ERR-05", "not observed")
    assert str(status) in seen.actual


@pytest.mark.parametrize(
    "exchange",
    [
        pytest.param(result(), id="no outcome"),
        pytest.param(result({"severity": "information", "code": "not-found"}), id="a hint"),
        pytest.param(result({"severity": "warning", "code": "exception"}), id="a warning"),
        pytest.param(result({"severity": "error", "code": "not-supported"}), id="an include that was not followed"),
    ],
)
def test_what_a_provider_may_tell_does_not_fail(exchange: Exchange) -> None:
    recorder = Recorder("one")
    with pytest.raises(ToAttest, match="known to the provider only"):
        hides_no_failure(recorder, exchange)
    assert not recorder.observations
