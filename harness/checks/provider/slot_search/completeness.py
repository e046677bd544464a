"""Expectations of which diaries a search returns slots of, next to other searches of the same time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ....errors import ToAttest
from ....fhir import bundle_resources
from ....http.exchange import Exchange
from ....judging.decides import decides
from ....judging.recorder import Recorder
from ....scenario.slot_windows import Look
from ....scenario.taken_along import TakenAlong
from ....text import in_words


@decides("PRV-SRCH-07")
def every_diary_in_longer_windows(recorder: Recorder, looks: Sequence[Look]) -> None:
    """PRV-SRCH-07: a diary whose slots a shorter window shows is there in a longer window around it too.

    ``looks`` are by turns the shorter window and the longer one, the shorter one first and last: a diary may change
    meanwhile, so what is missing was there before and after each longer one. A provider may return pages, or no more
    than a number of slots (PRV-SRCH-27). So a longer window fails only without pages, and with fewer slots than the
    shorter one had: no such number explains that.

    Raises:
        ToAttest: nothing contradicts it. That really all diaries were searched is known to the provider only.
    """
    refused = [look.exchange for look in looks if look.exchange.status != 200]
    if refused:
        reason = f"a search was not answered with a result: {refused[0].summary()}"
        recorder.not_observed("PRV-SRCH-07", reason, of=refused)
        return
    shorter, longer = [look.exchange for look in looks[::2]], [look.exchange for look in looks[1::2]]
    there = [_schedules(exchange) for exchange in shorter]
    lasting = set(there[0]).intersection(*there)
    known = {there[0][slot] for slot in lasting}
    shown = [_schedules(exchange) for exchange in longer]
    missing = known.difference(*(found.values() for found in shown)) - {""}
    if missing and not any(map(_in_pages, longer)) and all(len(one) < len(lasting) for one in shown):
        recorder.expect(
            "PRV-SRCH-07",
            False,
            expected=f"slots of all {len(known)} schedules that shorter windows within it show, before and after",
            actual=f"none of {in_words(min(missing))}; {len(shown[0])} slots, where the shorter has {len(lasting)}",
            of=[*shorter, *longer],
            where="Slot.schedule",
        )
        return
    raise ToAttest(
        "the searches of longer and of shorter windows do not contradict each other; whether all diaries of the "
        "service were searched is known to the provider only"
    )


@decides("PRV-SRCH-07")
def a_booking_takes_its_own(recorder: Recorder, bookings: Sequence[TakenAlong]) -> None:
    """PRV-SRCH-07: while a slot is booked, the others are found as before. A provider may have reasons: a warning.

    Raises:
        ToAttest: none is missing, or there are no others. Whether all slots are shown only the provider knows.
    """
    searches = [exchange for one in bookings for exchange in one.searches]
    if not all(one.gone for one in bookings):
        raise ToAttest(
            "no other slot is missing while a slot is booked; whether all slots of the service were shown is known to "
            "the provider only"
        )
    recorder.falls_short(
        "PRV-SRCH-07",
        expected="while a slot is booked, all others around it are found as before",
        actual=f"not found while it was, and found again once it was cancelled: slots at "
        f"{in_words(sorted({start for one in bookings for start in one.gone})[:5])}",
        of=searches,
        where="Bundle.entry",
    )


def _schedules(exchange: Exchange) -> Mapping[str, str]:
    """The schedule that each slot of an answer refers to, by the slot's identifier, or by its id (up to 0.1.15)."""
    found = {}
    for slot in bundle_resources(exchange.resource, "Slot"):
        identifiers = slot.get("identifier") or [{}]
        name = str(identifiers[0].get("value", "")) or str(slot.get("id", ""))
        found[name] = str((slot.get("schedule") or {}).get("reference", ""))
    return found


def _in_pages(exchange: Exchange) -> bool:
    links = exchange.resource.get("link") or []
    return any(isinstance(link, Mapping) and link.get("relation") == "next" for link in links)
