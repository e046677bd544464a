"""All that can be said before a run: of the settings, of each system under test, and of a consumer under test."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from uec_booking.standard.roles import REGISTRY

from ..actors.control import ControlInterface
from ..actors.patients import ENOUGH
from ..consumer.recording.reading import read
from ..errors import SettingsError
from ..settings.consumer import CONSUMER
from ..settings.model import ROLES, Settings
from . import preflight
from .consumer_legs import told
from .findings import Finding, Mark, NotReached


def examine(settings: Settings) -> Iterator[Finding]:
    """Every finding as it is made; nothing is booked. The part is empty where a finding is about the settings."""
    said = f"settings: {settings.source}; edition {settings.edition}"
    if settings.variables:
        said += f"; from the environment: {', '.join(settings.variables.values())}"
    yield Finding("", said)
    yield from _claims(settings)
    for place, asid in _asids(settings):
        if not re.fullmatch("[0-9]{12}", asid):
            said = f"{asid!r} is no ASID as Spine gives them, which have 12 digits ({settings.place(place)}): "
            said += "correct it, unless your environment has others"
            yield Finding("", said, Mark.NOTE)
    if settings.patients:
        yield _patients(len(settings.patients))
    yield from _systems(settings)
    yield from _control(settings)
    yield from _consumer(settings)


def _claims(settings: Settings) -> Iterator[Finding]:
    tested = {part.key for part in settings.under_test()}
    for key in ROLES if tested else ():
        if key not in tested:
            yield Finding("", f"{key} is not named: the bundled simulator plays it, and it is not assessed", Mark.NOTE)
    claimed = REGISTRY.capability in settings.capabilities
    if REGISTRY.main in tested and not claimed:
        said = f'capabilities does not claim "{REGISTRY.capability}": the stories with the registry are left out'
        yield Finding("", said, Mark.NOTE)
    # Of a consumer the claim says that it searches the registry, which is ours then.
    if tested and REGISTRY.main not in tested and claimed:
        yield Finding(
            "",
            f'{settings.place("capabilities")} claims "{REGISTRY.capability}", and [{REGISTRY.main}] is not there: the '
            "scenarios of the registry will decide nothing about the systems under test. "
            f"Write [{REGISTRY.main}] with the base_url of yours, or take the claim out",
            Mark.NOTE,
        )
    if settings.tap is not None and REGISTRY.main in tested and not settings.part(REGISTRY.main).bundled:
        address = settings.tap.listen + urlsplit(settings.part(REGISTRY.main).base_url).path
        yield Finding(
            "",
            f"the recording proxy listens at {address}: configure your provider with this address, not the registry's",
            Mark.NOTE,
        )


def _asids(settings: Settings) -> Iterator[tuple[str, str]]:
    """The ASIDs that are sent: those of the systems behind the proxy, and of the organisations that call them."""
    parts = [part for part in settings.under_test() if part.as_role.behind_ssp]
    yield from ((f"{part.key}.asid", part.asid) for part in parts)
    if parts:
        yield from ((f"organisations.{one.key}.asid", one.asid) for one in settings.organisations.values())


def _patients(count: int) -> Finding:
    declared = f"{count} test patient{'s are' if count > 1 else ' is'} declared"
    if count < ENOUGH:
        said = f"{declared}: scenarios that need more will be inconclusive. Declare {ENOUGH - count} more"
        return Finding("", said, Mark.GAP)
    return Finding("", f"{declared}; nothing is booked for the last one, who must have no appointments")


def _systems(settings: Settings) -> Iterator[Finding]:
    """What is found of each system; of a cause that several have in common it is told once."""
    causes: dict[object, str] = {}
    for part in settings.under_test():
        try:
            yield from preflight.look(part, settings)
        except SettingsError as problem:
            cause = problem.cause if isinstance(problem, NotReached) else str(problem)
            first = causes.setdefault(cause, part.key)
            yield Finding(part.key, str(problem) if first == part.key else f"the same as {first}", Mark.WRONG)


def _control(settings: Settings) -> Iterator[Finding]:
    """Whether the control interface is there and takes its token. Which calls it has is the vendor's choice."""
    part = next((part for part in settings.under_test() if part.control is not None), None)
    if part is not None and (refusal := ControlInterface(part, settings.limits).refusal()):
        said = f"the control interface {refusal}: what needs it will be INCONCLUSIVE. Correct url and token"
        yield Finding("", f"{said} ({settings.place('control')}), or take that table out", Mark.GAP)


def _consumer(settings: Settings) -> Iterator[Finding]:
    """How far the consumer under test comes in one call; what it did not reach is for its operators to look into."""
    consumer = settings.consumer
    if consumer is None:
        return
    if consumer.recording is not None:
        yield Finding(CONSUMER, f"the recording of {consumer.name} has {len(read(consumer).calls)} requests")
        return
    if settings.surroundings is None:
        # No scenario of the part that was asked for calls it.
        return
    for leg in told(settings):
        mark = Mark.OK if leg.reached else Mark.WRONG
        yield Finding(CONSUMER, f"{leg.name}: {leg.text}", mark)
