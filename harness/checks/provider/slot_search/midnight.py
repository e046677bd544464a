"""Expectations of a search over midnight: it finds what searches of its parts find."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from ....actors.calls import search_slots
from ....actors.paging import pages
from ....http.exchange import Exchange
from ....judging.decides import decides
from ....scenario.baselines import SINCE
from ....scenario.context import Scenario
from ....scenario.slot_leases import slots_in

#: Two hours on each side, hour by hour: midnight in summer time is an hour before midnight in UTC.
_HOURS = (-2, -1, 0, 1)
_HOUR, _SECOND = timedelta(hours=1), timedelta(seconds=1)


@decides("PRV-SRCH-04")
def whole_over_midnight(scenario: Scenario, who: str) -> None:
    """PRV-SRCH-04: a window is one window, also where the day changes within it.

    A slot counts as missing that its own hour showed before the whole and after it, so that a diary may change
    meanwhile. A provider may leave out slots above a number (PRV-SRCH-27): it has, where no search gave more.
    """
    midnight = (datetime.now(UTC) + SINCE + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    hours = [(midnight + hour * _HOUR, midnight + (hour + 1) * _HOUR - _SECOND) for hour in _HOURS]
    before = [_found(scenario, who, *hour)[0] for hour in hours]
    whole, exchange = _found(scenario, who, hours[0][0], hours[-1][1])
    recorder = scenario.recorder
    if exchange.status != 200:
        recorder.not_observed("PRV-SRCH-04", f"it was answered with {exchange.summary()}", of=exchange)
        return
    if not any(before):
        recorder.does_not_arise("PRV-SRCH-04", "no slot is free in the hours around midnight", of=exchange)
        return
    missing = [
        slot
        for found, hour in zip(before, hours, strict=True)
        if found - whole
        for slot in (found - whole) & _found(scenario, who, *hour)[0]
    ]
    if missing and len(whole) >= len(_found(scenario, who, midnight - timedelta(hours=8), midnight - _SECOND)[0]):
        reason = "the hours have slots that the whole does not, which may be all that this provider gives at most"
        recorder.does_not_arise("PRV-SRCH-04", reason, of=exchange)
        return
    recorder.expect(
        "PRV-SRCH-04",
        not missing,
        expected="over midnight all slots that each hour has",
        actual=f"{len(whole)} slots, all of them" if not missing else f"{len(missing)} of them are not there",
        of=exchange,
        where="Bundle.entry",
    )


def _found(scenario: Scenario, who: str, since: datetime, until: datetime) -> tuple[set[str], Exchange]:
    """The free slots that start from ``since`` to ``until``, over all pages, and the last answer."""
    part, found = scenario.part("provider"), set()
    service = part.service("later")
    for exchange in pages(scenario.consumer(who), part, search_slots(service, since, until)):
        found |= {slot.identifier for slot in slots_in(exchange, service)}
    return found, exchange
