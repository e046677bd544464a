"""``uec-booking doctor``: checks the settings and whether the systems can be worked with."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit

from uec_booking.standard.roles import CONSUMER, REGISTRY

from ..actors.patients import ENOUGH
from ..consumer.recording.reading import read
from ..errors import SettingsError
from ..judging.verdicts import EXIT_CONFORMANT, EXIT_SETTINGS
from ..running import preflight
from ..running.consumer_legs import told
from ..settings.model import ROLES, Settings
from ..text import say
from .systems import add_options, complete


def main(arguments: Sequence[str]) -> int:
    """Look at each system, and say what was found; 0 when a run is possible, 3 when it is not."""
    parser = argparse.ArgumentParser(
        prog="uec-booking doctor",
        description="Check the settings, and whether the systems in them can be reached and have slots. "
        "Books nothing. Without options: checks that the bundled simulator runs here.",
    )
    add_options(parser)
    options = parser.parse_args(arguments)
    with complete(options) as settings:
        return _examine(settings)


def _examine(settings: Settings) -> int:
    tested = {part.key for part in settings.under_test()}
    _say("ok", f"settings: {settings.source}; edition {settings.edition}")
    for key in ROLES if tested else ():
        if key not in tested:
            _say("note", f"{key} is not named: the bundled simulator plays it, and it is not assessed")
    if REGISTRY.main in tested and REGISTRY.capability not in settings.capabilities:
        _say("note", f'capabilities does not claim "{REGISTRY.capability}": the stories with the registry are left out')
    if REGISTRY.main not in tested and REGISTRY.capability in settings.capabilities:
        _say(
            "note",
            f'{settings.place("capabilities")} claims "{REGISTRY.capability}", and [{REGISTRY.main}] is not there: the '
            "scenarios of the registry will decide nothing about the systems under test. "
            f"Write [{REGISTRY.main}] with the base_url of yours, or take the claim out",
        )
    for place, asid in _asids(settings):
        if not re.fullmatch("[0-9]{12}", asid):
            _say("note", f"{asid!r} is no ASID as Spine gives them, which have 12 digits ({settings.place(place)})")
    if settings.tap is not None and REGISTRY.main in tested and not settings.part(REGISTRY.main).bundled:
        address = settings.tap.listen + urlsplit(settings.part(REGISTRY.main).base_url).path
        _say(
            "note",
            f"the recording proxy listens at {address}: configure your provider with this address, not the registry's",
        )
    if settings.patients:
        _patients(len(settings.patients))
    wrong: set[str] = set()
    causes: dict[object, str] = {}
    for part in settings.under_test():
        try:
            for finding in preflight.look(part, settings):
                if finding.wrong:
                    wrong.add(part.key)
                mark = "WRONG" if finding.wrong else "note" if finding.note else "ok"
                _say(mark, f"{finding.part}: {finding.text}")
        except SettingsError as problem:
            wrong.add(part.key)
            cause = problem.cause if isinstance(problem, preflight.NotReached) else str(problem)
            first = causes.setdefault(cause, part.key)
            _say("WRONG", f"{part.key}: {problem if first == part.key else f'the same as {first}'}")
    wrong |= _consumer(settings)
    print(f"\n{_conclusion(len(wrong))}")
    return EXIT_SETTINGS if wrong else EXIT_CONFORMANT


def _consumer(settings: Settings) -> set[str]:
    """How far the consumer under test comes in one call; what it did not reach is for its operators to look into."""
    if settings.consumer is None:
        return set()
    if settings.consumer.recording is not None:
        _say("ok", f"{settings.consumer.name}: the recording has {len(read(settings.consumer).calls)} requests")
        return set()
    found = told(settings)
    for leg in found:
        _say("ok" if leg.reached else "WRONG", f"{settings.consumer.name}: {leg.name}: {leg.text}")
    return {CONSUMER.name} if not all(leg.reached for leg in found) else set()


def _asids(settings: Settings) -> Iterator[tuple[str, str]]:
    """The ASIDs that are sent: those of the systems behind the proxy, and of the organisations that call them."""
    parts = [part for part in settings.under_test() if part.as_role.behind_ssp]
    yield from ((f"{part.key}.asid", part.asid) for part in parts)
    if parts:
        yield from ((f"organisations.{one.key}.asid", one.asid) for one in settings.organisations.values())


def _patients(count: int) -> None:
    declared = f"{count} test patient{'s are' if count > 1 else ' is'} declared"
    if count < ENOUGH:
        _say("note", f"{declared}: scenarios that need more will be inconclusive. Declare {ENOUGH - count} more")
    else:
        _say("ok", f"{declared}; nothing is booked for the last one, who must have no appointments")


def _conclusion(wrong: int) -> str:
    if wrong:
        return f"{wrong} of the systems cannot be tested until this is put right."
    return "A run is possible."


def _say(mark: str, text: str) -> None:
    say(text, f"{mark:<6}", " " * 6)
