"""``uec-booking lifecycle``: what a provider really does with an appointment, learned, beside the standard's."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

from ..bookkeeping.booking_log import FILE
from ..cleanup.sweep import sweep
from ..errors import SettingsError
from ..judging.verdicts import EXIT_CONFORMANT, EXIT_INCONCLUSIVE, EXIT_NOT_CONFORMANT
from ..lifecycle.learning import Learned, learn
from ..lifecycle.machine import Input
from ..running import preflight
from ..running.publishing import folder_named
from ..settings.model import Part
from ..text import say
from . import own_folder
from .systems import add_options, complete, settings_named

#: What was learned, in the folder of --out.
DOCUMENT = "lifecycle.json"


def main(arguments: Sequence[str]) -> int:
    """Learn the lifecycle; returns 1 where it is not the standard's, 0 where it is, 2 where it could not be learned."""
    options = command_line().parse_args(arguments)
    named = settings_named(options)
    if named is not None and not any(part.as_role.offers_slots for part in named.parts.values()):
        raise SettingsError(
            "lifecycle looks at a provider, and the settings name none: write [provider] into the file of --config, "
            "or give --provider URL and --service ID."
        )
    own_folder.make(options.out)
    with complete(options) as settings:
        for line in [*sweep(options.out / FILE, settings), *preflight.check(settings)]:
            say(f"note: {line}")
        part = settings.part("provider")
        try:
            found = learn(
                settings, part, options.out, seed=options.seed, slots=options.slots, requests=options.requests
            )
        finally:
            for line in own_folder.clear_up(options.out, settings):
                say(f"note: {line}")
        made = document(found, part, settings.edition, options.seed)
    own_folder.write(options.out, DOCUMENT, made, lambda each: each.lifecycle_learned(made, options.out))
    return _ending(found, part, options.out)


def document(found: Learned, part: Part, edition: str, seed: int) -> dict[str, Any]:
    """What was learned, as JSON."""
    made: dict[str, Any] = {
        "system": {"name": part.name, "base_url": part.base_url},
        "edition": edition,
        "seed": seed,
        "requests": found.requests,
        "slots": found.slots,
        "why_not": found.why_not,
        "states": [],
        "differences": [],
    }
    if found.machine is None or found.compared is None:
        return made
    meaning = found.compared.meaning
    made["states"] = [
        {
            "name": name,
            "means": meaning.get(name, ""),
            "steps": [
                {"input": asked, "output": step.output, "then": step.then}
                for asked, step in found.machine.steps[name].items()
            ],
        }
        for name in found.machine.states()
    ]
    made["differences"] = [
        {
            "state": one.state,
            "input": one.input,
            "output": one.output,
            "requirement": one.requirement,
            "allowed": list(one.allowed),
            "path": list(one.path),
        }
        for one in found.compared.differences
    ]
    return made


def _ending(found: Learned, part: Part, out: Path) -> int:
    say(f"{part.name}: {found.requests} requests, {found.slots} different slots.")
    if found.compared is None or found.machine is None:
        say(f"Nothing was learned: {found.why_not}.")
        return EXIT_INCONCLUSIVE
    differences = found.compared.differences
    count = len(found.machine.states())
    same = (
        "as the standard has it" if not differences else f"{len(differences)} answers that the standard does not have"
    )
    say(f"The lifecycle has {count} states: {same}.")
    for one in differences:
        say(f"{one.requirement}: {one.in_words()}", "  ", "    ")
    say(f"{out / 'lifecycle.html'} shows it.")
    return EXIT_NOT_CONFORMANT if differences else EXIT_CONFORMANT


def command_line() -> argparse.ArgumentParser:
    """Its options."""
    parser = argparse.ArgumentParser(
        prog="uec-booking lifecycle",
        description="Learn by asking what the provider really does with a slot and its appointment, as states and what "
        "leads from one to the other, and show where that is not what the standard has. Whatever it books it gives "
        f"back. It asks, in all orders: {', '.join(Input)}. With no system named, it looks at the bundled simulator.",
        epilog="exit status: 0 as the standard has it · 1 otherwise · 2 nothing could be learned · 3 wrong settings",
    )
    add_options(parser)
    add = parser.add_argument
    add("--seed", type=int, default=1, metavar="S", help="draw what is tried beyond the questions from it (default 1)")
    add("--slots", type=int, default=25, metavar="N", help="how many different slots it may use (default 25)")
    add("--requests", type=int, default=2000, metavar="N", help="how many requests it may send (default 2000)")
    out = partial(folder_named, "--out")
    add("--out", type=out, default=Path("reports/out/lifecycle"), metavar="DIR", help="where lifecycle.html goes")
    return parser
