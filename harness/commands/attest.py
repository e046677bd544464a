"""``uec-booking attest``: asks for the statements that a stored run leaves to a person, into an evidence file."""

from __future__ import annotations

import argparse
import hashlib
import os
import sys
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from uec_booking.standard import requirements

from ..errors import SettingsError
from ..judging import attestation, evidence_file
from ..judging.applicability import Catalogue
from ..judging.near_names import near_names
from ..judging.verdicts import EXIT_CONFORMANT, JudgedRun, RequirementVerdict
from ..running.rejudging import rejudged
from ..text import complain, say
from .rejudge import progress, stored

_STOP = "q"


def main(arguments: Sequence[str]) -> int:
    """Write what is stated, by the options or by the answers on a terminal; returns 0."""
    options = command_line().parse_args(arguments)
    catalogue = requirements.load()
    run = stored(options.run, options.evidence if options.evidence.exists() else None)
    judged = rejudged(run, catalogue, progress=progress)
    left = _asked_about(judged, options.id, catalogue)
    writer = _Writer(options.evidence, catalogue, options.date)
    if options.statement is not None:
        _by_options(options, left, writer)
    else:
        _by_questions(options, judged, left, writer)
    rest = judged.outstanding - writer.added
    say(f"{writer.added} stated in {options.evidence}; {_number(rest)} outstanding.")
    if writer.added:
        say(f"Next: uec-booking report {options.run} --evidence {options.evidence}")
    return EXIT_CONFORMANT


def command_line() -> argparse.ArgumentParser:
    """Its options."""
    parser = argparse.ArgumentParser(
        prog="uec-booking attest",
        description="Ask, one by one, for the statements that a stored run leaves to a person, and write each into the "
        "evidence file as it is given. With --id, --who and --statement nothing is asked.",
    )
    add = parser.add_argument
    add("run", type=Path, metavar="DIR", help="the folder that `uec-booking assure --out` wrote")
    add(
        "--evidence",
        type=Path,
        default=Path("evidence.toml"),
        metavar="FILE",
        help="the evidence file, made where there is none (default evidence.toml)",
    )
    add("--id", action="append", default=[], metavar="ID", help="only this requirement (repeatable)")
    add("--who", default="", metavar="NAME", help="who states it: name, role and organisation")
    add("--date", default=str(date.today()), metavar="DATE", help="when it was stated (default: today)")
    add("--statement", metavar="TEXT", help="what is stated of each --id; nothing is asked")
    add("--proof", default="", metavar="PROOF", help="what proves it: a link, or a file, whose SHA-256 is noted")
    return parser


def _asked_about(judged: JudgedRun, ids: Sequence[str], catalogue: Catalogue) -> list[RequirementVerdict]:
    """What is outstanding, of the requirements named where there are some.

    Raises:
        SettingsError: one does not exist, or needs no statement.
    """
    left = {one.id: one for one in evidence_file.outstanding(judged)}
    verdicts = {one.id: one for one in judged.requirements}
    for name in ids:
        if name not in catalogue:
            near = near_names(name, left) or near_names(name, catalogue)
            hint = f" Did you mean {' or '.join(near)}?" if near else ""
            raise SettingsError(f"There is no requirement {name}.{hint} Nothing was written.")
        if name not in left:
            found = f"its verdict is {verdicts[name].verdict}" if name in verdicts else "the run is not about it"
            raise SettingsError(f"{name} needs no statement: {found}. Leave it out. Nothing was written.")
    return [left[name] for name in dict.fromkeys(ids)] if ids else list(left.values())


class _Writer:
    """Writes statements into the evidence file, each as it is given."""

    def __init__(self, path: Path, catalogue: Catalogue, stated_on: str) -> None:
        self.path = path
        self.added = 0
        self._catalogue = catalogue
        self._date = stated_on

    def check_date(self, requirement: RequirementVerdict) -> None:
        """Raises SettingsError where no statement could be of that day."""
        entry = {"requirement": requirement.id, "who": "-", "date": self._date, "statement": "-"}
        attestation.stated(self.path, entry, self._catalogue, self.added + 1)

    def add(self, requirements: Iterable[RequirementVerdict], who: str, statement: str, proof: str) -> None:
        """Check all of them, then write them.

        Raises:
            SettingsError: something is wrong with them, or they cannot be written.
        """
        common = {"who": who, "date": self._date, "statement": statement, **self._proof(proof)}
        entries: list[dict[str, Any]] = [{"requirement": one.id, **common} for one in requirements]
        for made in [attestation.stated(self.path, entry, self._catalogue, self.added + 1) for entry in entries]:
            evidence_file.add(self.path, made)
            self.added += 1

    def _proof(self, proof: str) -> dict[str, str]:
        """The keys of a link, or of a file, which is named as it lies from the evidence file."""
        if not proof or "://" in proof:
            return {"link": proof}
        try:
            digest = hashlib.sha256(Path(proof).read_bytes()).hexdigest()
        except (OSError, ValueError) as problem:
            why = getattr(problem, "strerror", None) or problem
            raise SettingsError(
                f"The proof {proof} is no link (https://…), and no file that can be read: {why}. Name one that is "
                "there, or leave it out."
            ) from None
        return {"file": Path(os.path.relpath(proof, self.path.parent)).as_posix(), "sha256": digest}


def _by_options(options: argparse.Namespace, left: Sequence[RequirementVerdict], writer: _Writer) -> None:
    if not options.id or not options.who.strip():
        raise SettingsError("--statement goes with --id and --who: say of which requirement it is stated, and by whom.")
    writer.add(left, options.who, options.statement, options.proof)


def _by_questions(
    options: argparse.Namespace, judged: JudgedRun, left: Sequence[RequirementVerdict], writer: _Writer
) -> None:
    if not left:
        return
    if not sys.stdin.isatty():
        raise SettingsError(
            "Statements are asked for on a terminal, and there is none. Give them by --id, --who and --statement, or "
            "fill in the file that `uec-booking judge DIR --write-evidence FILE` writes."
        )
    writer.check_date(left[0])
    say(f"{_number(len(left))} outstanding. Enter alone leaves one for later, {_STOP} stops; each answer is stored.")
    try:
        who = options.who.strip() or _who(judged.identity.operator)
        for number, requirement in enumerate(left, start=1):
            if not _asked(requirement, f"{number} of {len(left)}", who, options.proof, writer):
                break
    except EOFError:
        say()


def _who(operator: str) -> str:
    """The name that is asked for once; the operator of the run where nothing is answered."""
    known = f" [{operator}]" if operator else ""
    while True:
        who = _answer(f"Who states them (name, role, organisation)?{known} ") or operator
        if who:
            return who


def _asked(requirement: RequirementVerdict, place: str, who: str, proof: str, writer: _Writer) -> bool:
    """Ask for one statement, until it is written or left out; False where nothing more is to be asked."""
    say()
    say(f"{place}: {requirement.id} ({requirement.level}, {requirement.role})  {requirement.text}", "", "  ")
    say(f"why a person: {requirement.reason}", "  ")
    statement = _answer("Statement: ")
    while statement and statement.lower() != _STOP:
        try:
            writer.add([requirement], who, statement, proof or _answer("Proof, a link or a file (none: Enter): "))
            break
        except SettingsError as problem:
            if proof:
                raise
            complain(f"{problem} Once more, please.")
    return statement.lower() != _STOP


def _answer(question: str) -> str:
    return input(question).strip()


def _number(statements: int) -> str:
    return f"{statements} statement{' is' if statements == 1 else 's are'}"
