"""``uec-booking explore``: random sequences of requests, each answer held against the reference model."""

from __future__ import annotations

import argparse
import random
import sys
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from ..bookkeeping.booking_log import FILE
from ..cleanup.sweep import sweep
from ..errors import SettingsError
from ..exploring.attempt import Outcome
from ..exploring.document import document
from ..exploring.exploration import Exploration, explore
from ..exploring.hunt import Bounds
from ..exploring.resuming import Earlier, earlier
from ..judging.verdicts import EXIT_CONFORMANT, EXIT_INCONCLUSIVE, EXIT_NOT_CONFORMANT
from ..running import preflight
from ..running.publishing import folder_named
from ..settings.model import Settings
from ..text import say
from . import own_folder
from .systems import add_options, complete, settings_named

#: The document of an exploration, in the folder of --out.
FINDINGS = "findings.json"
#: The systems that are explored where they are under test, and how their shares of the time relate.
SHARES = {"provider": 7, "registry": 3}


def main(arguments: Sequence[str]) -> int:
    """Explore the provider; returns 1 where something was found, 0 where not, 2 where it could not be explored."""
    options = command_line().parse_args(arguments)
    named = settings_named(options)
    if named is not None and not set(SHARES) & set(named.parts):
        raise SettingsError(
            "explore tests a provider or a registry, and the settings name neither: write [provider] or [registry] "
            "into the file of --config, or give --provider URL and --service ID."
        )
    with complete(options) as settings:
        before = earlier(options.out / FINDINGS, settings, options.seed) if options.resume else None
        for line in [*_left_behind(options.out, settings), *preflight.check(settings)]:
            say(f"note: {line}")
        found = _begun(settings, options.seed, before)
        kept = before.kept() if before else []
        interrupted = False
        try:
            _explore(found, settings, options)
        except KeyboardInterrupt:
            interrupted = True
        found[-1].notes += own_folder.clear_up(options.out, settings)
        made = document(found, settings, kept)
    own_folder.write(options.out, FINDINGS, made, lambda each: each.exploration_made(made, options.out))
    status = _ending(found, kept, settings, options.out)
    if interrupted:
        print("\nuec-booking: interrupted; what was booked is cancelled. --resume goes on from here.", file=sys.stderr)
        return EXIT_INCONCLUSIVE
    return status


def _begun(settings: Settings, wanted: int | None, before: Earlier | None) -> list[Exploration]:
    """The explorations of the provider and the registry under test, each at its beginning or where it had ended."""
    seed = before.seed if before else random.SystemRandom().randrange(1_000_000) if wanted is None else wanted
    say(f"Seed {seed}: the same number draws the same sequences (--seed {seed}).")
    found = [
        before.exploration(key) if before else Exploration(key, seed) for key in SHARES if settings.part(key).under_test
    ]
    for one in found if before else ():
        say(f"{settings.part(one.part).name}: goes on after {one.sequences} sequences, {len(one.known)} broken so far.")
    return found


def _explore(found: Sequence[Exploration], settings: Settings, options: argparse.Namespace) -> None:
    """One system after the other, each in its share of the time."""
    left = options.findings
    for one in found:
        one.ended = "it was not begun"
    for one in found:
        share = SHARES[one.part] / sum(SHARES[each.part] for each in found)
        bounds = Bounds(options.minutes * 60 * share, options.slots, left, options.sequences)
        one.ended = "it was interrupted"
        explore(settings, options.out, one.seed, bounds, _tell, one.part, found=one)
        left -= len(one.findings)
        if not left:
            return


def _left_behind(out: Path, settings: Settings) -> list[str]:
    """Clear up what an exploration has left that was broken off in this folder."""
    own_folder.make(out)
    return [f"left by an earlier exploration: {line}" for line in sweep(out / FILE, settings)]


def _tell(finding: Outcome) -> None:
    """A finding, as soon as it is as short as can be."""
    assert finding.failure is not None
    print()
    say(f"FOUND {finding.requirement}, with {finding.requests} requests")
    for step in finding.done:
        answers = ", ".join(str(exchange.status or "no answer") for exchange in step.exchanges)
        say(f"{step.keyword} {step.words}: {answers}", "  ", "    ")
    say(f"expected: {finding.failure.expected}", "  ", "    ")
    say(f"seen: {finding.failure.observation.actual}", "  ", "    ")


def _ending(found: Sequence[Exploration], kept: Sequence[Mapping[str, Any]], settings: Settings, out: Path) -> int:
    print()
    for each in found:
        for note in each.notes:
            say(f"note: {note}")
        slots = f", {each.slots} different slots" if each.slots else ""
        say(
            f"{settings.part(each.part).name}: {each.sequences} sequences, {each.requests} requests{slots}; "
            f"found broken: {len(each.findings) + sum(one['part'] == each.part for one in kept)}. "
            f"It ended because {each.ended}."
        )
    if kept or any(each.findings for each in found):
        say(f"{out / 'findings.html'} shows them; beside it lie a scenario and a curl script for each.")
        return EXIT_NOT_CONFORMANT
    return EXIT_CONFORMANT if all(each.explored for each in found) else EXIT_INCONCLUSIVE


def command_line() -> argparse.ArgumentParser:
    """Its options."""
    parser = argparse.ArgumentParser(
        prog="uec-booking explore",
        description="Send random sequences of requests to the provider and the registry under test, and hold each "
        "answer against a reference model of the standard. What fails is made as short as can be, and written as a "
        "scenario and as a curl script. Whatever it books it gives back. With no system named, it explores the "
        "bundled simulator.",
        epilog="exit status: 0 nothing found · 1 something found · 2 nothing could be explored · 3 wrong settings",
    )
    add_options(parser)
    add = parser.add_argument
    add("--seed", type=int, metavar="S", help="draw the sequences from this number (default: another each time)")
    add(
        "--resume",
        action="store_true",
        help="go on with the exploration in the folder of --out, from where it ended; what it found is kept",
    )
    add("--minutes", type=_minutes, default=10.0, metavar="M", help="how long it goes on (default 10)")
    add(
        "--slots",
        type=_slots,
        default=25,
        metavar="N",
        help="how many different slots it may use where cancelled ones are not offered again (3 to 1000; default 25)",
    )
    add(
        "--sequences",
        type=_count,
        default=1_000_000,
        metavar="N",
        help="end after so many sequences (default: when the time is up)",
    )
    add("--findings", type=_count, default=20, metavar="N", help="end after so many findings (default 20)")
    out = partial(folder_named, "--out")
    add("--out", type=out, default=Path("reports/out/explored"), metavar="DIR", help="where findings.json goes")
    return parser


def _minutes(text: str) -> float:
    minutes = float(text)
    if not 0.01 <= minutes <= 24 * 60:
        raise argparse.ArgumentTypeError("from 0.01 to 1440 minutes")
    return minutes


def _slots(text: str) -> int:
    slots = int(text)
    if not 3 <= slots <= 1000:
        raise argparse.ArgumentTypeError("from 3, which one sequence uses, to 1000")
    return slots


def _count(text: str) -> int:
    count = int(text)
    if count < 1:
        raise argparse.ArgumentTypeError("from 1 on")
    return count
