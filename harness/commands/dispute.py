"""``uec-booking dispute``: packs what there is on one verdict of a stored run into one file, to be sent."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

from uec_booking.standard import editions, requirements

from ..bundling.archive import zipped
from ..bundling.recording import check_names_nobody
from ..errors import SettingsError
from ..judging import run_file
from ..judging.near_names import near_names
from ..judging.verdicts import EXIT_CONFORMANT, JudgedRun
from ..running.rejudging import rejudged
from ..running.reporters import on_request
from ..settings.load import load
from ..text import say
from .new_file import write_new
from .rejudge import progress


def main(arguments: Sequence[str]) -> int:
    """Write the file; returns 0."""
    options = command_line().parse_args(arguments)
    catalogue = requirements.load()
    judged = rejudged(run_file.read(options.run), catalogue, options.edition or "", options.reading, progress)
    id = _disputed(options.id, judged)
    path = options.out or Path(f"dispute-{id}.md")
    if path.suffix not in (".md", ".zip"):
        raise SettingsError(f"--out {path} is neither Markdown nor a zip. Give it a name that ends in .md or .zip.")
    files = on_request("dispute")(judged, id)
    declared = {patient.nhs_number for patient in load(options.config).patients} if options.config else ()
    documents = {name: json.loads(text) if name.endswith(".json") else text for name, text in files.items()}
    check_names_nobody(documents, declared, str(path))
    contents = {name: text.encode("utf-8") for name, text in files.items()}
    write_new(path, zipped(contents) if path.suffix == ".zip" else next(iter(contents.values())))
    say(
        f"{path} holds the clause, the verdict and the exchanges behind it. Write at its top what you think is wrong, "
        "and look through it before you send it: credentials are taken out, the patients of the run are in it."
    )
    return EXIT_CONFORMANT


def command_line() -> argparse.ArgumentParser:
    """Its options."""
    parser = argparse.ArgumentParser(
        prog="uec-booking dispute",
        description="For whoever thinks that the suite is wrong: pack the clause and its sources, the conflict and the "
        "reading, what was expected and seen, the sentence and the check, the exchanges and all versions into one "
        "file, credentials taken out.",
    )
    add = parser.add_argument
    add("id", metavar="ID", help="the requirement whose verdict is disputed (PRV-BOOK-10)")
    add("run", type=Path, metavar="RUN", help="the folder that `uec-booking assure --out` wrote")
    add("--out", type=Path, metavar="FILE", help="FILE.md, or FILE.zip with JSON beside (default dispute-ID.md)")
    add("--config", type=Path, metavar="FILE", help="the settings file of the run: its test patients may be in it")
    add("--edition", choices=editions.EDITIONS, help="edition to judge by (default: the run's own)")
    add("--reading", choices=("", *editions.READINGS), help="reading to lay over it (default: the run's own)")
    return parser


def _disputed(given: str, judged: JudgedRun) -> str:
    """The id of the requirement that is meant.

    Raises:
        SettingsError: there is none of that name, or the run says nothing of it.
    """
    catalogue, name = requirements.load(), given.strip().upper()
    if name not in catalogue:
        near = near_names(name, catalogue)
        hint = f" Did you mean {' or '.join(near)}?" if near else " Ids look like PRV-BOOK-10."
        raise SettingsError(f"There is no requirement {given}.{hint} `uec-booking requirements` lists all of them.")
    decisive = catalogue[name].merged_into or name
    if not any(one.id == decisive for one in judged.requirements):
        raise SettingsError(
            f"The run is a part of the suite, and says nothing of {decisive}: there is no verdict to dispute. Name a "
            "run that looked at it."
        )
    return decisive
