"""Expectations of searches that should find one slot, or should not: by times and by status."""

from __future__ import annotations

from collections.abc import Iterable

from ....fhir import bundle_resources
from ....http.exchange import Exchange
from ....judging.decides import decides
from ....judging.recorder import Recorder
from ....scenario.slot_windows import Look


@decides(rows=True)
def found_as_times_allow(recorder: Recorder, looks: Iterable[Look]) -> None:
    """PRV-SRCH-04: ge and le are honoured, gt and lt should be (CF-11); FMT-20: whatever the zone."""
    for look in looks:
        if look.strict:
            recorder.expect_answer(look.requirement, "search-strict-bounds", look.exchange)
        else:
            recorder.expect_answer(look.requirement, "search-ok", look.exchange)
        if look.exchange.status != 200:
            continue
        expected = f"{look.what}: the slot is {'found' if look.should else 'not found'}"
        actual = "found" if look.found else "not found"
        if look.should and not look.found and _may_be_capped(recorder, look.exchange):
            reason = f"{look.what}: it is not among as many slots as this provider gives at most (PRV-SRCH-27)"
            recorder.does_not_arise(look.requirement, reason, of=look.exchange)
        elif look.strict and look.found != look.should:
            recorder.falls_short(
                look.requirement, expected=expected, actual=actual, of=look.exchange, where="Slot.start"
            )
        else:
            recorder.expect(
                look.requirement,
                look.found == look.should,
                expected=expected,
                actual=actual,
                of=look.exchange,
                where="Slot.start",
            )


def _may_be_capped(recorder: Recorder, exchange: Exchange) -> bool:
    """Whether no search of the scenario was answered with more slots than this one was."""
    here = len(bundle_resources(exchange.resource, "Slot"))
    return 0 < here == max(len(bundle_resources(e.resource, "Slot")) for e in [exchange, *recorder.exchanges])


@decides("PRV-SRCH-03", "PRV-SRCH-06")
def found_under_status(recorder: Recorder, looks: Iterable[Look]) -> None:
    """PRV-SRCH-03: every status can be searched for; PRV-SRCH-06: a search for free slots returns free ones only."""
    for look in looks:
        if look.what == "status=free":
            recorder.expect_answer("PRV-SRCH-03", "search-ok", look.exchange)
            only_free_or_none(recorder, look.exchange)
            continue
        recorder.expect_answer("PRV-SRCH-03", "search-busy-status", look.exchange)
        if look.exchange.status == 200:
            statuses = {str(slot.get("status")) for slot in bundle_resources(look.exchange.resource, "Slot")}
            if look.what == "status=busy":
                recorder.expect(
                    "PRV-SRCH-03",
                    "free" not in statuses,
                    expected="no free slot where busy ones were asked for",
                    actual=f"slots that are {', '.join(sorted(statuses)) or 'none'}",
                    of=look.exchange,
                    where="Slot.status",
                )
            recorder.expect(
                "PRV-SRCH-03",
                look.found == look.should,
                expected=f"{look.what}: the booked slot is {'found' if look.should else 'not found'}",
                actual="found" if look.found else "not found",
                of=look.exchange,
                where="Slot.status",
            )


def only_free_or_none(recorder: Recorder, exchange: Exchange) -> None:
    """PRV-SRCH-06, where an empty answer is right too."""
    other = [s for s in bundle_resources(exchange.resource, "Slot") if s.get("status") != "free"]
    recorder.expect(
        "PRV-SRCH-06",
        not other,
        expected="every Slot.status free",
        actual="all free" if not other else f"{len(other)} slots that are {other[0].get('status')}",
        of=exchange,
        where="Slot.status",
    )
