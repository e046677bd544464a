"""Variations in what is told of the user: events of another form, at other places."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any

from ...seams import Fault
from ..flow.call import CallFlow
from .making import allows, row

_SUMMER = timezone(timedelta(hours=1))
Event = dict[str, Any]


def _each(change: Callable[[Event], object]) -> Callable[..., None]:
    """Stands in for the call: its events are changed when they happen."""

    def take(original: Any, encounter: Any) -> None:
        show = encounter.show

        def shown(*arguments: Any, **named: Any) -> None:
            show(*arguments, **named)
            change(encounter.events[-1])

        encounter.show = shown
        original(encounter)

    return take


def _at(change: Callable[[datetime], datetime], precision: str = "milliseconds") -> Callable[[Event], object]:
    return lambda event: event.update(at=change(datetime.fromisoformat(event["at"])).isoformat(timespec=precision))


def _without_urls(event: Event) -> None:
    """A user sees times and places, and no addresses; what is not known in an event is empty."""
    event["about"] = [{**one, "url": ""} for one in event["about"]]


def _rounded(moment: datetime) -> datetime:
    return (moment + timedelta(milliseconds=500)).replace(microsecond=0)


@allows("CON-BOOK-11", CallFlow.take)
def clock_runs_ahead(original: Any, encounter: Any) -> None:
    """The clock of the desk is a quarter of a second ahead, and it answers half a second after a call is over."""
    _each(_at(lambda moment: moment + timedelta(milliseconds=250)))(original, encounter)
    time.sleep(0.5)


@allows("CON-BOOK-10", CallFlow.take)
def tells_more(original: Any, encounter: Any) -> None:
    """The user is told something at each step."""
    show = encounter.show

    def shown(*arguments: Any, **named: Any) -> None:
        show(*arguments, **named)
        show("user-told", (), "One step more is done.")

    encounter.show = shown
    original(encounter)


@allows("CON-BOOK-10", CallFlow.reassess)
def thinks_for_a_while(original: Any, encounter: Any) -> None:
    """The assessment takes its time."""
    time.sleep(1)
    original(encounter)


TELLING: tuple[Fault, ...] = (
    row(
        "events-without-texts",
        "CON-BOOK-11",
        "Events have no texts.",
        CallFlow.take,
        _each(lambda event: event.update(text="")),
    ),
    row(
        "events-in-another-offset",
        "CON-BOOK-11",
        "Times of events have another offset.",
        CallFlow.take,
        _each(_at(lambda moment: moment.astimezone(_SUMMER))),
    ),
    row(
        "events-to-the-second",
        "CON-BOOK-11",
        "Times of events are cut to whole seconds.",
        CallFlow.take,
        _each(_at(lambda moment: moment, "seconds")),
    ),
    row(
        "events-to-the-nearest-second",
        "CON-BOOK-11",
        "Times of events are rounded to whole seconds.",
        CallFlow.take,
        _each(_at(_rounded, "seconds")),
    ),
    row(
        "events-without-addresses",
        "CON-BOOK-11",
        "Events name appointments by time and service, and no addresses.",
        CallFlow.take,
        _each(_without_urls),
    ),
    row(
        "events-about-nothing",
        "CON-BOOK-11",
        "Events do not say which appointments they are about.",
        CallFlow.take,
        _each(lambda event: event.update(about=[])),
    ),
    row(
        "clock-runs-behind",
        "CON-BOOK-11",
        "The clock of the desk is two seconds behind.",
        CallFlow.take,
        _each(_at(lambda moment: moment - timedelta(seconds=2))),
    ),
)
