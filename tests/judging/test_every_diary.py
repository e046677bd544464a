"""PRV-SRCH-07 beside what a provider may do: return pages, return no more than a number, have its diary change."""

from __future__ import annotations

import json

import pytest
from uec_booking.harness.checks.provider.slot_search.completeness import every_diary_in_longer_windows
from uec_booking.harness.errors import ToAttest
from uec_booking.harness.http.exchange import Exchange, Received, Sent
from uec_booking.harness.judging.recorder import Recorder
from uec_booking.harness.scenario.slot_windows import Look


def look(slots: str, status: int = 200, pages: bool = False) -> Look:
    """A search that returned slots: ``a1 b2`` are two, of the schedules a and b."""
    entries = [
        {"resource": {"resourceType": "Slot", "id": slot, "schedule": {"reference": f"Schedule/{slot[0]}"}}}
        for slot in slots.split()
    ]
    link = [{"relation": "next", "url": "https://provider.example/next"}] if pages else []
    bundle = {"resourceType": "Bundle", "type": "searchset", "entry": entries, "link": link}
    sent = Sent("GET", "https://provider.example/Slot", (), b"")
    received = Received(status, "", (("Content-Type", "application/fhir+json"),), json.dumps(bundle).encode())
    exchange = Exchange("x", "provider", "us", "", "", 0.0, sent, received)
    return Look("", "PRV-SRCH-07", True, True, False, exchange)


SHORTER = look("a1 a2 b1 b2")


@pytest.mark.parametrize("status", [400, 500])
def test_where_a_search_is_not_answered_nothing_was_compared(status: int) -> None:
    recorder = Recorder("one")
    every_diary_in_longer_windows(recorder, [SHORTER, look("", status), SHORTER, look("", status), SHORTER])
    (seen,) = recorder.observations
    assert (seen.requirement, seen.outcome) == ("PRV-SRCH-07", "not observed")
    assert str(status) in seen.actual


def test_a_diary_that_only_shorter_windows_show_fails() -> None:
    recorder = Recorder("one")
    every_diary_in_longer_windows(recorder, [SHORTER, look("a1 a2 a3"), SHORTER, look("a1 a2 a3"), SHORTER])
    (seen,) = recorder.observations
    assert (seen.requirement, seen.outcome) == ("PRV-SRCH-07", "not met")
    assert "Schedule/b" in seen.actual


@pytest.mark.parametrize(
    "looks",
    [
        pytest.param([SHORTER, look("a1 a2 a3 b1 b2"), SHORTER, look("a1 a2 a3 b1 b2"), SHORTER], id="all are there"),
        pytest.param([SHORTER, look("a1 a2 a3 a4"), SHORTER, look("a1 a2 a3 a4"), SHORTER], id="no more than four"),
        pytest.param([SHORTER, look("a1", pages=True), SHORTER, look("a1", pages=True), SHORTER], id="in pages"),
        pytest.param([SHORTER, look("a0 a1"), SHORTER, look("a1 b1"), SHORTER], id="each longer one lacks another"),
        pytest.param([SHORTER, look("a1"), look("a1"), look("a1"), SHORTER], id="gone meanwhile, and back"),
        pytest.param([SHORTER, look("a1 b1"), SHORTER, look("a1 b1"), SHORTER], id="fewer slots of all diaries"),
        pytest.param([look(""), look(""), look(""), look(""), look("")], id="no slots at all"),
    ],
)
def test_what_a_provider_may_do_does_not_fail(looks: list[Look]) -> None:
    recorder = Recorder("one")
    with pytest.raises(ToAttest, match="known to the provider only"):
        every_diary_in_longer_windows(recorder, looks)
    assert not recorder.observations
