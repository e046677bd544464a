"""``uec-booking judge``: judges a stored run again, without any system."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from uec_booking.standard import editions, requirements

from ..judging import attestation, evidence_file, run_file
from ..judging import verdicts as v
from ..judging.gate import Passage
from ..judging.observations import DOES_NOT_ARISE, MET, Run
from ..judging.verdicts import JudgedRun
from ..running.rejudging import Change, changes, counts, named, rejudged
from ..running.reporters import installed
from ..text import say
from .gate import add_gate_options, opened, tell


def main(arguments: Sequence[str]) -> int:
    """Print the verdict, and what changes between two editions; returns the exit status of the verdict."""
    options = command_line().parse_args(arguments)
    run = stored(options.run, options.evidence)
    gate = opened(options)
    catalogue = requirements.load()
    judged = rejudged(run, catalogue, options.edition or "", options.reading, progress)
    against = options.against_edition or run.edition
    against_reading = run.reading if options.against_reading is None else options.against_reading
    before = judged
    found: tuple[Change, ...] = ()
    if (against, against_reading) != (judged.edition, judged.reading):
        before = rejudged(run, catalogue, against, against_reading, progress)
        found = changes(before, judged)
    passage = gate(judged)
    as_json = options.format == "json"
    if as_json:
        print(_as_json(judged, before, found, passage))
    else:
        _tell(run, judged, before, found)
        tell(passage, judged)
    if options.write_evidence:
        outstanding = evidence_file.write_template(options.write_evidence, judged)
        if not as_json:
            say(f"{options.write_evidence} lists the {outstanding} statements outstanding.")
    return passage.exit_status


def progress(done: int, total: int) -> None:
    """A line that is written over, where somebody is looking."""
    if sys.stderr.isatty():
        end = "\r" if done < total else "\r\x1b[K"
        print(f"evaluating the answers again: {done} of {total} scenarios", end=end, file=sys.stderr, flush=True)


def stored(folder: Path, evidence: Path | None) -> Run:
    """The stored run, with the statements of an evidence file in place of those it was made with.

    Raises:
        SettingsError: either cannot be read.
    """
    run = run_file.read(folder)
    if evidence is None:
        return run
    return replace(run, evidence=attestation.load(evidence, requirements.load()))


def command_line() -> argparse.ArgumentParser:
    """Its options."""
    parser = argparse.ArgumentParser(
        prog="uec-booking judge",
        description="Judge a stored run again, under another edition or reading if one is named, and say what "
        "changes against the edition it was made for. No system is asked anything.",
    )
    add = parser.add_argument
    add("run", type=Path, metavar="DIR", help="the folder that `uec-booking assure --out` wrote")
    add("--edition", choices=editions.EDITIONS, help="edition to judge by (default: the run's own)")
    add("--reading", choices=("", *editions.READINGS), help="reading to lay over it (default: the run's own)")
    add("--against-edition", choices=editions.EDITIONS, help="compare with this edition, not the run's own")
    add("--against-reading", choices=("", *editions.READINGS), help="compare with this reading")
    add("--evidence", type=Path, metavar="FILE", help="statements on what a run cannot decide")
    add("--write-evidence", type=Path, metavar="FILE", help="write an evidence file to be filled in")
    add("--format", choices=("text", "json"), default="text", help="json: results.json and the changes")
    add_gate_options(parser)
    return parser


def _as_json(judged: JudgedRun, before: JudgedRun, found: tuple[Change, ...], passage: Passage) -> str:
    """``results.json`` as its reporter writes it, with the changes beside; the same bytes every time."""
    with tempfile.TemporaryDirectory(prefix="uec-booking-") as folder:
        installed(["results"]).run_judged(judged, Path(folder))
        document: dict[str, Any] = json.loads((Path(folder) / "results.json").read_text(encoding="utf-8"))
    document["compared_with"] = {
        "edition": before.edition,
        "reading": before.reading,
        "verdict": before.verdict,
    }
    document["changes"] = [change.to_json() for change in found]
    if passage.sentences:
        document["expectations"] = asdict(passage)
    return json.dumps(document, ensure_ascii=True, indent=1)


def _tell(run: Run, judged: JudgedRun, before: JudgedRun, found: tuple[Change, ...]) -> None:
    say(f"{judged.headline().upper()}, under edition {named(judged)}")
    say(", ".join(f"{number} {verdict}" for verdict, number in counts(judged).items()), "  ")
    if judged.reason:
        say(judged.reason, "  ")
    for requirement in sorted(judged.requirements, key=lambda one: v.VERDICTS.index(one.verdict)):
        if requirement.verdict in (v.FAIL, v.ERROR, v.INCONCLUSIVE, v.WARN) and not requirement.because:
            say()
            say(f"{requirement.verdict} {requirement.id} {requirement.level}: {requirement.text}", "", "  ")
            if requirement.reason:
                say(requirement.reason, "  ")
            for one in _shortfalls(requirement):
                say(one, "  - ", "    ")
    behind: dict[str, list[str]] = {}
    for requirement in judged.requirements:
        if requirement.because:
            behind.setdefault(" and ".join(requirement.because), []).append(requirement.id)
    for cause, names in behind.items():
        say()
        say(f"Behind {cause}, and not observed because of it ({len(names)}): {', '.join(names)}", "", "  ")
    for note in judged.notes:
        say(f"note: {note}", "", "  ")
    if named(before) == named(judged):
        return
    say()
    say(f"What changes from {named(before)} to {named(judged)}:" if found else "Nothing changes between them.")
    alike: dict[tuple[str, str, tuple[str, ...]], list[str]] = {}
    for change in found:
        alike.setdefault((change.before, change.after, change.words), []).append(change.requirement)
    for (old, new, words), names in alike.items():
        say(f"{', '.join(names)}: {old} -> {new}", "  ")
        for sentence in words:
            say(sentence, " " * 6)
    if judged.edition != run.edition:
        say()
        say(f"The run was made as edition {run.edition} asks; what only {judged.edition} asks was not sent.")


def _shortfalls(requirement: v.RequirementVerdict) -> list[str]:
    """What was not as it should be, once each, at most five."""
    told = [
        f"expected {judged.expected}; seen {judged.observation.actual}"
        for judged in requirement.observations
        if judged.outcome not in (MET, DOES_NOT_ARISE)
    ]
    return list(dict.fromkeys(told))[:5]
