"""``uec-booking reproduce``: writes a script of the fewest requests that shows a failure of a stored run."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from shlex import join

from uec_booking.standard import requirements
from uec_booking.standard.roles import CONSUMER

from ..errors import SettingsError
from ..judging import run_file
from ..judging.verdicts import EXIT_CONFORMANT, EXIT_INCONCLUSIVE, FAIL, WARN, JudgedRun
from ..reproducing.places import clean_place, place_of
from ..reproducing.trying import reproduced
from ..running.rejudging import rejudged
from ..running.reporters import on_request
from ..text import say
from .new_file import write_new
from .rejudge import progress
from .systems import add_options, options_given, settings_named

_ANSWERED_ALIKE = (
    "your system and the bundled one answered the requests of the stored run alike, or otherwise each time. What no "
    "request does by itself (a control interface, a fault on demand) and how many answers fit together is not told in "
    "plain shell"
)


def main(arguments: Sequence[str]) -> int:
    """Write the script; returns 0, or 2 where no script tells the fault."""
    options = command_line().parse_args(arguments)
    run = run_file.read(options.run)
    judged = rejudged(run, requirements.load(), options.edition or "", options.reading, progress)
    id = _failed(options.id, judged)
    settings = settings_named(options)
    path = options.out or Path(f"reproduce-{id}.sh")
    if path.exists():
        raise SettingsError(f"{path} exists and is not overwritten. Choose another name with --out.")
    judged = replace(judged, options=tuple(options_given(options)) or judged.options)
    attempts = on_request("reproduction")(judged, id)
    if not attempts:
        return _unwritten(judged, id, _seen_elsewhere(judged, id))
    if settings is None:
        script = on_request("script")(judged, id)
        if not script:
            return _unwritten(
                judged, id, "the stored run alone does not tell it: name the system to have it tried there"
            )
        return _written(path, script, "It was not tried: name the system to have that done.")
    more = {"CONFIG": str(options.config)} if options.config else {}
    with place_of(settings, **more) as faulty, clean_place(judged.edition) as clean:
        found = reproduced(on_request("reproduction")(judged, id), faulty, clean)
    if not found:
        return _unwritten(judged, id, _ANSWERED_ALIKE)
    tried = f"It was tried: the fault shows at your system, and not at the bundled one; {found.tried} trials."
    return _written(path, found.script, tried)


def _unwritten(judged: JudgedRun, id: str, why: str) -> int:
    (seen,) = (one for one in judged.requirements if one.id == id)
    title = next((one.observation.scenario for one in seen.observations if one.observation.scenario), id)
    name = '"' + title.replace('"', "?") + '"'
    again = join(("uec-booking", "assure", *judged.options, "--only", name))
    say(f"No script was written: {why}. This runs it again, with the settings of the run: {again}")
    return EXIT_INCONCLUSIVE


def _seen_elsewhere(judged: JudgedRun, id: str) -> str:
    (seen,) = (one for one in judged.requirements if one.id == id)
    if seen.role == CONSUMER.name:
        return "a consumer calls, and is not called, so what it does is shown by giving its desk the task once more"
    return "it was seen in no answer to a request of ours, but in what the system sends to others"


def _written(path: Path, script: str, tried: str) -> int:
    write_new(path, script.encode("utf-8"))
    path.chmod(0o755)
    say(f"{path} ends with 1 where the fault shows, and with 0 where it does not. {tried}")
    return EXIT_CONFORMANT


def _failed(given: str, judged: JudgedRun) -> str:
    id = given.strip().upper()
    failed = [one.id for one in judged.requirements if one.verdict == FAIL]
    # What is only recommended, and was not met, can be shown alike.
    if id in failed or any(one.id == id and one.verdict == WARN for one in judged.requirements):
        return id
    those = f"Those that failed are {', '.join(failed[:20])}." if failed else "Nothing failed in it."
    raise SettingsError(f"{given} is no failure of this run. {those}")


def command_line() -> argparse.ArgumentParser:
    """Its options."""
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
