"""The calls that scenarios have a consumer under test take, and what happens around it meanwhile."""

from __future__ import annotations

import time

from ..consumer import directory
from ..consumer.contract import Wanted
from ..consumer.directory import ServiceRow
from ..errors import CannotGoOn, NotApplicable
from .call_taken import CallTaken, Standing
from .consumer_calls import ConsumerCalls

#: The calls of a provider, by what a sentence calls them.
_CALLS = {"slot search": "slots", "booking": "book", "read": "read", "cancellation": "cancel"}


def books(
    calls: ConsumerCalls, who: str, service: str, hours: float, *, slot: str = "first", lets_go: bool = False
) -> CallTaken:
    """A 111 service takes a call and books; ``lets_go``: the patient has every earlier appointment cancelled."""
    _plays(calls, who)
    wanted = Wanted(
        caller=calls.caller,
        service_111=who,
        within_hours=hours,
        service=directory.services()[service].id,
        slot=slot,
        cancel=_let_go(calls) if lets_go else ("all",) if slot == "change" else ("none",),
    )
    return calls.take("booking", wanted)


def booked_before(calls: ConsumerCalls, who: str, service: str, hours: float) -> None:
    """What a scenario rests on: an appointment that the consumer has booked.

    Raises:
        CannotGoOn: it has not.
    """
    taken = books(calls, who, service, hours, slot="last")
    if taken.booked is None:
        why = f": {taken.answer.why}" if taken.answer.why else ""
        reached = taken.requests[-1].exchange.summary() if taken.requests else "nothing reached the proxy"
        because = calls.recorder.fault_in(taken.last_failure)
        raise CannotGoOn(f"the consumer did not book the appointment that this rests on{why} ({reached})", because)


def only_cancels(calls: ConsumerCalls, who: str, *, declines: bool = False) -> CallTaken:
    """The patient calls again and books nothing; the original is let go, or kept."""
    _plays(calls, who)
    cancel = ("none",) if declines else _named(original(calls))
    return calls.take("cancelling", Wanted(calls.caller, who, cancel=cancel, declines=declines))


def caller_before(calls: ConsumerCalls) -> None:
    """Whoever called first in this scenario is who calls from now on."""
    calls.caller = calls.taken[0].wanted.caller


def original(calls: ConsumerCalls) -> Standing:
    """The appointment that was booked first.

    Raises:
        CannotGoOn: there is none.
    """
    if not calls.appointments:
        raise CannotGoOn("the consumer has booked nothing", "CON-REB-01")
    return calls.appointments[0]


def chosen(calls: ConsumerCalls) -> ServiceRow:
    """The service that was to be chosen in the last call."""
    wanted = calls.last.wanted.service
    return next(row for row in directory.services().values() if row.id == wanted)


def still_answers(calls: ConsumerCalls) -> bool:
    """Whether the consumer answers when it is asked who it is."""
    return calls.lives()


def provider_answers(
    calls: ConsumerCalls, service: str, call: str, status: int, times: int, body: str = "outcome"
) -> None:
    """Have a provider answer its next calls so; ``times`` 0: every one. ``body`` is what the world calls it."""
    fault = {"call": _CALLS[call], "do": "answer", "status": status, "times": times, "issue": "exception"}
    calls.arm(service, {**fault, "body": body})


def staff_write_a_note(calls: ConsumerCalls, service: str) -> None:
    """The provider's staff put a comment into the appointment that the consumer booked there."""
    calls.world.staff("touch", _at(calls, service).known.url)


def staff_cancel(calls: ConsumerCalls, service: str) -> None:
    """The provider's staff cancel the appointment that the consumer booked there."""
    calls.world.staff("cancel", _at(calls, service).known.url)


def _at(calls: ConsumerCalls, service: str) -> Standing:
    found = next((one for one in calls.appointments if one.row.name == service), None)
    if found is None:
        raise CannotGoOn(f"the consumer has booked nothing at {service}")
    return found


def _let_go(calls: ConsumerCalls) -> tuple[str, ...]:
    return tuple(name for one in calls.appointments for name in _named(one)) or ("all",)


def _named(one: Standing) -> tuple[str, ...]:
    return (f"{one.known.start} at {one.known.service}",)


def _plays(calls: ConsumerCalls, who: str) -> None:
    if calls.consumer.service_111(who) is None:
        raise NotApplicable(f"the consumer plays no {who} 111 service ([consumer.{who}] in the settings)")


def await_entry(calls: ConsumerCalls) -> None:
    """Wait until the provider has told the registry of what the consumer booked: both are ours.

    Raises:
        CannotGoOn: it was not told in time.
    """
    deadline = time.monotonic() + calls.settings.limits.registry_seconds
    while calls.world.owed():
        if time.monotonic() > deadline:
            raise CannotGoOn("the provider that we play did not tell the registry in time")
        time.sleep(0.05)
