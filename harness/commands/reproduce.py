"""``uec-booking reproduce``: writes a script of the fewest requests that shows a failure of a stored run."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from uec_booking.standard import requirements

from ..errors import SettingsError
from ..judging import run_file
from ..judging.verdicts import EXIT_CONFORMANT, EXIT_INCONCLUSIVE, FAIL, JudgedRun
from ..reproducing.places import clean_place, place_of
from ..reproducing.trying import reproduced
from ..running.rejudging import rejudged
from ..running.reporters import on_request
from ..text import say
from .new_file import write_new
from .rejudge import progress
from .systems import add_options, options_given, settings_named


def main(arguments: Sequence[str]) -> int:
    """Write the script; returns 0, or 2 where no script tells the fault."""
    options = _parser().parse_args(arguments)
    run = run_file.read(options.run)
    judged = rejudged(run, requirements.load(), options.edition or "", options.reading, progress)
    id = _failed(options.id, judged)
    settings = settings_named(options)
    path = options.out or Path(f"reproduce-{id}.sh")
    if path.exists():
        raise SettingsError(f"{path} exists and is not overwritten. Choose another name with --out.")
    if settings is None:
        return _written(path, on_request("script")(judged, id), "It was not tried: name the system to have that done.")
    judged = replace(judged, options=tuple(options_given(options)))
    more = {"CONFIG": str(options.config)} if options.config else {}
    with place_of(settings, **more) as faulty, clean_place(judged.edition) as clean:
        found = reproduced(on_request("reproduction")(judged, id), faulty, clean)
    tried = (
        f"It was tried: the fault shows at your system, and not at the bundled one; {found.tried} trials."
        if found
        else ""
    )
    return _written(path, found.script if found else "", tried)


def _written(path: Path, script: str, tried: str) -> int:
    if not script:
        say(
            "No script was written: nothing in the answers to the requests of the stored run tells this fault in plain "
            "shell. It may need what no request does (a control interface, two calls at once, time to pass), or lie in "
            "how several answers fit together. `uec-booking assure --only` runs it again."
        )
        return EXIT_INCONCLUSIVE
    write_new(path, script.encode("utf-8"))
    path.chmod(0o755)
    say(f"{path} ends with 1 where the fault shows, and with 0 where it does not. {tried}")
    return EXIT_CONFORMANT


def _failed(given: str, judged: JudgedRun) -> str:
    id = given.strip().upper()
    failed = [one.id for one in judged.requirements if one.verdict == FAIL]
    if id in failed:
        return id
    those = f"Those that failed are {', '.join(failed[:20])}." if failed else "Nothing failed in it."
    raise SettingsError(f"{given} is no failure of this run. {those}")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="uec-booking reproduce",
        description="Write a script (bash, curl) that shows a failure of a stored run. With the system named, as for "
        "assure, the script is tried there and at the bundled system, which has no faults, and what it does without is "
        "left out: real bookings are made, and cancelled. Without, it is made from the stored run alone.",
    )
    parser.add_argument("id", metavar="ID", help="the requirement that failed (PRV-BOOK-10)")
    parser.add_argument("run", type=Path, metavar="RUN", help="the folder that `uec-booking assure --out` wrote")
    add_options(parser)
    parser.add_argument("--out", type=Path, metavar="FILE", help="the script (default reproduce-ID.sh)")
    return parser
