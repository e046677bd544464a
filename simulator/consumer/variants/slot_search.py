"""Variations in the slot search."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import Any

from uec_booking.standard import names

from ...seams import Fault
from ..encounter import instant, moment_of
from ..flow.booking import Booking
from ..rules import DeskRules
from ..wire.answers import Answer, dicts
from ..wire.provider import ProviderClient
from .making import allows, part, row

_SUMMER = timezone(timedelta(hours=1))
Window = list[tuple[str, str]]


def _bounds(write: Callable[[datetime], str], lower: str = "ge", upper: str = "le") -> Callable[..., Window]:
    """Stands in for the window: each bound written so."""

    def window(original: Any, now: datetime, within_hours: float) -> Window:
        until = now + timedelta(hours=within_hours)
        return [("start", f"{lower}{write(now)}"), ("start", f"{upper}{write(until)}")]

    return window


def _in_summer_time(moment: datetime) -> str:
    return moment.astimezone(_SUMMER).isoformat(timespec="seconds")


def _with_fractions(moment: datetime) -> str:
    return instant(moment, "milliseconds")


def _an_hour_ago(original: Any, now: datetime, within_hours: float) -> Window:
    found: Window = original(now, within_hours)
    return [("start", f"ge{instant(now - timedelta(hours=1))}"), *found[1:]]


def _without_lower(original: Any, *arguments: Any) -> Window:
    return [(name, value) for name, value in original(*arguments) if not value.startswith("ge")]


def _parameters(change: Callable[[Window], Window]) -> Callable[..., Window]:
    return lambda original, *arguments: change(original(*arguments))


def _renamed(name: str) -> Callable[..., Window]:
    return _parameters(lambda found: [(name if key == names.SERVICE_PARAMETER else key, value) for key, value in found])


def _with_status(*values: str) -> Callable[..., Window]:
    return _parameters(
        lambda found: [one for one in found if one[0] != "status"] + [("status", value) for value in values]
    )


def _plus(*more: tuple[str, str]) -> Callable[..., Window]:
    return _parameters(lambda found: [*found, *more])


def _halves(parameters: Window) -> list[Window]:
    """The parameters for the first half of the window, and for the second."""
    (lower, upper) = (value for name, value in parameters if name == "start")
    first, last = moment_of(lower[2:]), moment_of(upper[2:])
    if first is None or last is None:
        return [parameters]
    middle = instant(first + (last - first) / 2)
    others = [one for one in parameters if one[0] != "start"]
    return [
        [("start", lower), ("start", f"lt{middle}"), *others],
        [("start", f"ge{middle}"), ("start", upper), *others],
    ]


def _joined(answers: list[Answer]) -> Answer:
    """The answers as one: the entries of all, or the first that is no success."""
    failed = next((one for one in answers if one.kind != "Bundle"), None)
    if failed is not None:
        return failed
    entries = [entry for one in answers for entry in dicts(one.resource, "entry")]
    return replace(answers[0], resource={**(answers[0].resource or {}), "entry": entries})


@allows("CON-SRCH-02", ProviderClient.slots)
def searches_twice_for_half_the_time(original: Any, encounter: Any, place: Any, parameters: Any) -> Answer:
    """Slots are searched in two windows, one after the other."""
    return _joined([original(encounter, place, half) for half in _halves(parameters)])


@allows("CON-SRCH-02", ProviderClient.slots)
def searches_two_windows_at_once(original: Any, encounter: Any, place: Any, parameters: Any) -> Answer:
    """Slots are searched in two windows at the same time."""
    with ThreadPoolExecutor(2) as pool:
        return _joined(list(pool.map(lambda half: original(encounter, place, half), _halves(parameters))))


@allows("CON-SRCH-16", ProviderClient.slots)
def searches_slots_twice(original: Any, encounter: Any, place: Any, parameters: Any) -> Answer:
    """The list of slots is fetched anew before one is taken (CON-SRCH-16)."""
    original(encounter, place, parameters)
    answer: Answer = original(encounter, place, parameters)
    return answer


@allows("CON-SRCH-16", ProviderClient.book)
def searches_slots_after_booking(original: Any, encounter: Any, place: Any, body: Any, request_id: str) -> Answer:
    """The list of slots is fetched anew after each booking (CON-SRCH-16)."""
    answer: Answer = original(encounter, place, body, request_id)
    service = (names.SERVICE_PARAMETER, encounter.service_wanted)
    part(original).slots(encounter, place, [service, ("start", f"le{body['end']}")])
    return answer


SLOT_SEARCH: tuple[Fault, ...] = (
    row("no-lower-bound", "CON-SRCH-03", "Slots are searched without a lower bound.", DeskRules.window, _without_lower),
    row(
        "strict-bounds",
        "CON-SRCH-02",
        "The bounds are gt and lt (CF-11).",
        DeskRules.window,
        _bounds(instant, "gt", "lt"),
    ),
    row(
        "times-in-another-offset",
        "CON-SRCH-08",
        "The bounds have the offset of summer time (CF-66).",
        DeskRules.window,
        _bounds(_in_summer_time),
    ),
    row(
        "times-with-fractions",
        "CON-SRCH-08",
        "The bounds have milliseconds (CF-66).",
        DeskRules.window,
        _bounds(_with_fractions),
    ),
    row(
        "window-from-an-hour-ago",
        "CON-SRCH-03",
        "The lower bound lies an hour back (CF-12: from 0.2.0 only the end has to be to come).",
        DeskRules.window,
        _an_hour_ago,
    ),
    row("no-status", "CON-SRCH-04", "No status is asked for (CF-14).", Booking.parameters, _with_status()),
    row(
        "free-and-busy",
        "CON-SRCH-04",
        "Busy slots are asked for too, and not offered (CF-14).",
        Booking.parameters,
        _with_status("free,busy"),
    ),
    row(
        "service-with-a-capital",
        "CON-SRCH-01",
        "The service is named with the capitals of its type (CF-08: tolerated).",
        Booking.parameters,
        _renamed("schedule.actor:HealthcareService"),
    ),
    row(
        "service-by-its-short-name",
        "CON-SRCH-01",
        "The service is named by the parameter service (CF-08: tolerated).",
        Booking.parameters,
        _renamed("service"),
    ),
    row(
        "parameters-in-another-order",
        "CON-SRCH-05",
        "The parameters come in another order.",
        Booking.parameters,
        _parameters(lambda found: found[::-1]),
    ),
    row(
        "page-size",
        "CON-SRCH-05",
        "A number of results is named, as base FHIR has it.",
        Booking.parameters,
        _plus(("_count", "100")),
    ),
)
