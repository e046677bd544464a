"""Expectations of a search over midnight: it finds what searches of its parts find."""

from __future__ import annotations

from ....judging.decides import decides
from ....judging.recorder import Recorder
from ....scenario.slot_windows import OverMidnight


@decides("PRV-SRCH-04")
def whole_over_midnight(recorder: Recorder, seen: OverMidnight) -> None:
    """PRV-SRCH-04: a window is one window, also where the day changes within it.

    A provider may leave out slots above a number (PRV-SRCH-27): it has, where no search gave more.
    """
    exchange, missing = seen.exchange, seen.missing
    if exchange.status != 200:
        recorder.not_observed("PRV-SRCH-04", f"it was answered with {exchange.summary()}", of=exchange)
        return
    if not any(seen.before):
        recorder.does_not_arise("PRV-SRCH-04", "no slot is free in the hours around midnight", of=exchange)
        return
    if missing and len(seen.whole) >= seen.evening:
        reason = "the hours have slots that the whole does not, which may be all that this provider gives at most"
        recorder.does_not_arise("PRV-SRCH-04", reason, of=exchange)
        return
    recorder.expect(
        "PRV-SRCH-04",
        not missing,
        expected="over midnight all slots that each hour has",
        actual=f"{len(seen.whole)} slots, all of them" if not missing else f"{len(missing)} of them are not there",
        of=exchange,
        where="Bundle.entry",
    )
