"""What the user of a consumer saw and did, beside what passed on the wire.

A consumer tells its events through its door. One that tells none (a recording) leaves what only a screen shows to a
person's statement.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from ..consumer.contract import Event, Saw
from ..consumer.requests import ProviderCall
from ..errors import CannotGoOn, ToAttest
from ..judging.recorder import Recorder
from ..scenario.call_taken import CallTaken
from .call_records import expect


def has_events(recorder: Recorder, taken: CallTaken) -> None:
    """Go on only where the consumer tells what its user sees; what a person told is recorded as theirs from here on.

    Raises:
        ToAttest: it tells nothing.
        CannotGoOn: it came to an end, so its user saw nothing more.
    """
    if taken.ended:
        raise CannotGoOn(taken.ended, first_ended(taken))
    if not taken.answer.events:
        raise ToAttest("the consumer tells nothing of what its user sees")
    recorder.rests_on(taken.answer.told_by)


def first_ended(taken: CallTaken) -> str:
    """The requirement that an end in the midst of a call breaks: the proxy's errors have one of their own."""
    failed = [call for call in taken.requests if not call.exchange.ok]
    return "SSP-10" if failed and failed[-1].exchange.extra.get("disturbed") else "ERR-10"


def saw(
    recorder: Recorder,
    requirement: str,
    taken: CallTaken,
    what: Iterable[Saw],
    expected: str,
    of: Iterable[ProviderCall] = (),
    *,
    because: str = "",
) -> None:
    """Record whether the user saw any of these, told by the consumer; ``because`` is that of ``Recorder.expect``."""
    wanted = list(what)
    there = any(taken.saw(one) for one in wanted)
    told = ", ".join(dict.fromkeys(event.what for event in taken.answer.events)) or "nothing"
    seen = f"the user saw: {told}"
    expect(recorder, requirement, there, expected, seen, of, where=" or ".join(wanted), because=because)


def taken_for_booked(taken: CallTaken) -> str:
    """WKF-15, where the user was shown a booking that no 201 confirmed: what follows from that is no other failure."""
    return "WKF-15" if taken.booked is None and taken.saw(Saw.BOOKED_SHOWN) else ""


def is_before(event: Event, request: ProviderCall, ahead: timedelta = timedelta(0)) -> bool:
    """Whether something was seen or done before a request came to the proxy, whose times are whole milliseconds.

    ``ahead``: by how much the clock that the event is told by may be ahead of the proxy's.
    """
    arrived = datetime.fromisoformat(request.exchange.started)
    return _whole(event.earliest - ahead) <= arrived


def _whole(at: datetime) -> datetime:
    return at.replace(microsecond=at.microsecond // 1000 * 1000)
