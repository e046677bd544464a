"""How far a consumer under test comes: to the directories, the proxy, the slots. A firewall is no fault of it."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ..actors.patients import synthetic_patient
from ..consumer import directory
from ..consumer.contract import NoAnswer, Outcome, Wanted, call, hello
from ..consumer.doors.door import Door
from ..consumer.requests import Interaction, provider_call
from ..consumer.surroundings import World, lookups
from ..errors import CannotGoOn
from ..proxy.log import ProxyLog
from ..settings.model import Settings
from .attended import door_of


@dataclass(frozen=True, slots=True)
class Leg:
    """A step of the way, whether the consumer got there, and what came or where it is waited for."""

    name: str
    reached: bool
    text: str


def legs(settings: Settings) -> Iterator[Leg]:
    """What comes of one call, in the order of its legs; the first that is not reached is the last that is told.

    Raises:
        SettingsError: the door cannot be opened.
    """
    assert settings.consumer is not None and settings.surroundings is not None
    door = door_of(settings, Path(settings.surroundings.record))
    world = World(settings.surroundings, settings.limits)
    try:
        for leg in _legs(settings, door, world):
            yield leg
            if not leg.reached:
                return
    finally:
        world.close()
        door.close()


def _legs(settings: Settings, door: Door, world: World) -> Iterator[Leg]:
    met, consumer = settings.surroundings, settings.consumer
    assert met is not None and consumer is not None
    try:
        said = door.give(hello())
    except NoAnswer as none:
        yield Leg("the door", False, f"the task hello was not answered: {none}")
        return
    supports = ", ".join(sorted(said.supports)) or "nothing"
    yield Leg("the door", True, f"{said.name or 'it'} {said.version} answers, and supports {supports}")
    heard, row = world.mark(), next(iter(directory.services().values()))
    wanted = Wanted(synthetic_patient(random.Random()), service=row.id, within_hours=24, cancel=("none",))
    try:
        answer = door.give({**call(wanted), "deadline_s": consumer.seconds})
    except NoAnswer as none:
        yield Leg("a call", False, f"the task was not answered: {none}")
        return
    if answer.outcome == Outcome.UNSUPPORTED:
        yield Leg("a call", False, f"the driver does not support it: {answer.why}")
        return
    asked = lookups(world.received(heard))
    requests = [provider_call(e, met.roots.values()) for e in ProxyLog(Path(met.record)).exchanges()]
    for system, name, place in (("dos", "DoS", met.dos), ("sds", "SDS", met.sds)):
        count = sum(lookup.system == system for lookup in asked)
        kept = bool(requests) and not count
        text = f"{count} questions" if count else "not asked: it kept what it looked up before"
        yield Leg(name, bool(count) or kept, text if count or kept else f"nothing came to {place}{_why(answer.why)}")
    yield Leg("SSP", bool(requests), f"{len(requests)} requests" if requests else f"nothing came to {met.ssp}")
    searches = [one for one in requests if one.interaction is Interaction.SLOTS]
    found = [one for one in searches if one.exchange.ok]
    last = (searches or requests)[-1].exchange.summary()
    yield Leg("slots", bool(found), "found" if found else f"no search was answered with slots; the last answer: {last}")
    booked = [one for one in requests if one.interaction is Interaction.BOOK]
    done = any(one.exchange.ok for one in booked)
    why = booked[-1].exchange.summary() if booked else "no booking was sent"
    yield Leg("a booking", done, "made, at a provider that we play" if done else why)


def _why(said: str) -> str:
    return f"; the driver says: {said}" if said else ""


def told(settings: Settings) -> list[Leg]:
    """All legs, with what stood in the way where the world around the consumer itself failed."""
    try:
        return list(legs(settings))
    except CannotGoOn as problem:
        return [Leg("the world around it", False, str(problem))]
