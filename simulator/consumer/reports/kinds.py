"""The twelve reports of a consumer. Each is a function of the calls of a period; none tells who a patient is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from ...reports.report import Period, Report, Row
from .calls import Call

_CALL = ("call", "at", "service_111", "service")
_BOOKING = (*_CALL, "appointment", "start")

Make = Callable[[Sequence[Call], Sequence[Call]], Iterator[Row]]


def _call(call: Call) -> dict[str, str | int]:
    return {"call": call.task, "at": call.at, "service_111": call.service_111, "service": call.service}


def _booking(call: Call, made: Mapping[str, str]) -> dict[str, str | int]:
    said = {"service": made["service"], "appointment": made["url"], "start": made["start"]}
    return {**_call(call), **said}


def against_referrals(calls: Sequence[Call], every: Sequence[Call]) -> Iterator[Row]:
    """rep-cons-01: of each service how often patients were referred there, and how often with a booking."""
    referrals = Counter(call.service for call in calls if call.referred)
    bookings = Counter(call.service for call in calls if call.referred and call.bookings)
    for service in sorted(referrals):
        yield {"service": service, "referrals": referrals[service], "bookings": bookings[service]}


def _without_booking(fits: Callable[[Call], bool]) -> Make:
    """Referrals that went without a booking, of the calls that fit."""

    def make(calls: Sequence[Call], every: Sequence[Call]) -> Iterator[Row]:
        for call in calls:
            if call.referred and not call.bookings and fits(call):
                yield {**_call(call), "slots_shown": len(call.slots)}

    return make


def _all_breach(call: Call) -> bool:
    return bool(call.slots) and all(map(call.breaches, call.slots))


def slot_had_gone(calls: Sequence[Call], every: Sequence[Call]) -> Iterator[Row]:
    """rep-cons-04: attempts to book a slot that another had taken meanwhile."""
    for call in calls:
        for one in call.about("slot-taken"):
            yield {**_call(call), "start": one["start"]}


def top_ranked_rejected(calls: Sequence[Call], every: Sequence[Call]) -> Iterator[Row]:
    """rep-cons-05: calls in which another service was chosen than the first in the list, which could be booked."""
    for call in calls:
        for one in call.about("top-ranked-rejected"):
            yield {**_call(call), "top_ranked": one["service"]}


def errors(calls: Sequence[Call], every: Sequence[Call]) -> Iterator[Row]:
    """rep-cons-06: what went wrong with bookings, and how often, by message."""
    counted = Counter(event["text"] for call in calls for event in call.of("booking-error"))
    for message, times in sorted(counted.items(), key=lambda one: (-one[1], one[0])):
        yield {"message": message, "times": times}


def cancelled_within(calls: Sequence[Call], every: Sequence[Call]) -> Iterator[Row]:
    """rep-cons-07: bookings that were cancelled before their call had ended."""
    for call in calls:
        for made in call.bookings:
            if made["url"] and made["url"] in call.cancelled:
                yield _booking(call, made)


def _cancelled_later(*, rebooked: bool) -> Make:
    """Bookings that were cancelled in a later call: with a new booking in it, or in any."""

    def make(calls: Sequence[Call], every: Sequence[Call]) -> Iterator[Row]:
        later = [call for call in every if call.bookings or not rebooked]
        for call in calls:
            for made in call.bookings:
                ended = next((one for one in later if one is not call and made["url"] in one.cancelled), None)
                if made["url"] and ended is not None:
                    yield {**_booking(call, made), "cancelled_in": ended.task, "cancelled_at": ended.at}

    return make


def _booked_against_slots(*, breaching: bool) -> Make:
    """Bookings, each with how many slots were shown that would breach the time frame, or would not."""

    def make(calls: Sequence[Call], every: Sequence[Call]) -> Iterator[Row]:
        for call in calls:
            for made in call.bookings:
                fitting = [start for start in call.slots if call.breaches(start) == breaching]
                if call.breaches(made["start"]) == breaching:
                    yield {**_booking(call, made), "slots_shown": len(fitting)}

    return make


@dataclass(frozen=True)
class Kind:
    """One of the reports: how it is made of the calls of its period and of all calls, and its columns."""

    title: str
    make: Make
    columns: tuple[str, ...]


_LATER = (*_BOOKING, "cancelled_in", "cancelled_at")
_WITH_SLOTS = (*_CALL, "slots_shown")
#: By the name that the standard gives them.
KINDS: Mapping[str, Kind] = {
    "rep-cons-01": Kind(
        "Bookings against referrals, by service", against_referrals, ("service", "referrals", "bookings")
    ),
    "rep-cons-02": Kind(
        "Referrals without a booking because no slots were shown",
        _without_booking(lambda call: not call.slots),
        _WITH_SLOTS,
    ),
    "rep-cons-03": Kind(
        "Referrals without a booking although slots were shown",
        _without_booking(lambda call: bool(call.slots)),
        _WITH_SLOTS,
    ),
    "rep-cons-04": Kind("Bookings that failed because the slot had gone", slot_had_gone, (*_CALL, "start")),
    "rep-cons-05": Kind(
        "Rejections of a top-ranked service that was bookable", top_ranked_rejected, (*_CALL, "top_ranked")
    ),
    "rep-cons-06": Kind("Booking errors, by message", errors, ("message", "times")),
    "rep-cons-07": Kind("Bookings cancelled before the end of the encounter", cancelled_within, _BOOKING),
    "rep-cons-08": Kind("Bookings later re-booked", _cancelled_later(rebooked=True), _LATER),
    "rep-cons-09": Kind("Bookings later cancelled", _cancelled_later(rebooked=False), _LATER),
    "rep-cons-10": Kind(
        "Bookings against available slots that would not breach the time frame",
        _booked_against_slots(breaching=False),
        (*_BOOKING, "slots_shown"),
    ),
    "rep-cons-11": Kind(
        "Bookings against available slots that would breach the time frame",
        _booked_against_slots(breaching=True),
        (*_BOOKING, "slots_shown"),
    ),
    "rep-cons-12": Kind(
        "Referrals without a booking because the slots shown would have breached",
        _without_booking(_all_breach),
        _WITH_SLOTS,
    ),
}


def report(name: str, every: Sequence[Call], period: Period) -> Report:
    """The report of that name (a key of `KINDS`) over the calls of a period; what became of bookings later counts."""
    kind = KINDS[name]
    rows = tuple(kind.make([call for call in every if period.has(call.moment)], every))
    return Report(name, kind.title, kind.columns, rows, {"rows": len(rows), **_totals(rows)})


def _totals(rows: Sequence[Row]) -> dict[str, int]:
    """The sum of each column of numbers."""
    sums: Counter[str] = Counter()
    for row in rows:
        sums.update({column: value for column, value in row.items() if isinstance(value, int)})
    return dict(sums)
