"""``uec-booking compare``: what changes from one stored run to another, causes first."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from uec_booking.standard import editions, requirements

from ..judging import run_file
from ..judging.comparison import KINDS, Cause, Comparison, Difference, Kind, compared
from ..judging.verdicts import JudgedRun
from ..running.rejudging import rejudged
from ..text import clean, markdown_cell, one_line, say
from .rejudge import progress

#: Of one requirement that fails otherwise than before: deviations told of either run.
_DEVIATIONS = 3
_EPILOG = """exit status:
  0  nothing is worse               3  a run cannot be read
  1  a failure or a warning is new  4  the harness failed
  2  what was seen before is no longer seen, or the runs have nothing in common"""


def main(arguments: Sequence[str]) -> int:
    """Print what is worse, new, better, changed and gone; returns the exit status that ``--help`` tells."""
    options = command_line().parse_args(arguments)
    runs = [run_file.read(folder) for folder in (options.first, options.second)]
    edition = options.edition or runs[1].edition
    reading = runs[1].reading if options.reading is None else options.reading
    before, after = (rejudged(run, requirements.load(), edition, reading, progress) for run in runs)
    found = compared(before, after)
    if options.json:
        print(json.dumps(_document(before, after, found), indent=1))
    elif options.markdown:
        print("\n".join(_markdown(before, after, found)))
    else:
        _tell(before, after, found)
    return found.exit_status()


def command_line() -> argparse.ArgumentParser:
    """Its options."""
    parser = argparse.ArgumentParser(
        prog="uec-booking compare",
        description="Compare two stored runs, requirement by requirement. Both are judged by the edition\n"
        "and reading of the second, or by those that are named; no system is asked.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog=_EPILOG,
    )
    add = parser.add_argument
    add("first", type=Path, metavar="RUN1", help="the folder of the earlier run")
    add("second", type=Path, metavar="RUN2", help="the folder of the later run")
    add("--edition", choices=editions.EDITIONS, help="edition to judge both by")
    add("--reading", choices=("", *editions.READINGS), help="reading to lay over it")
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="as JSON")
    form.add_argument("--markdown", action="store_true", help="as Markdown, for a page of a build or a ticket")
    return parser


def _tell(before: JudgedRun, after: JudgedRun, found: Comparison) -> None:
    for name, run in (("First run", before), ("Second run", after)):
        say(f"{name}:  {run.headline()} ({run.started}, {run.identity.run_id or 'without an id'})", hanging=" " * 13)
    for note in found.notes:
        say(f"note: {note}", "", "  ")
    if not found.comparable:
        say("Nothing was looked at in both runs.")
    for kind, name in KINDS.items():
        causes = found.causes(kind)
        if causes:
            say()
            say(f"{name.upper()}: {_number(found, kind)}")
        for cause in causes:
            say(_heading(cause), "  ", "    ")
            for line in _below(cause):
                say(line, "    ", "      ")
    say()
    for line in _rest(found):
        say(line, "", "  ")


def _number(found: Comparison, kind: Kind) -> int:
    return sum(one.kind == kind for one in found.requirements)


def _heading(cause: Cause) -> str:
    """``PRV-BOOK-10: PASS -> FAIL``: those with one reason on one line; for one alone what it asks, too."""
    first = cause.first[0]
    told = f"{', '.join(one.id for one in cause.first)}: {first.before} -> {first.after}"
    return f"{told}  {one_line(first.text, 200)}" if len(cause.first) == 1 else told


def _below(cause: Cause) -> Iterator[str]:
    first = cause.first[0]
    if first.reason and first.kind in (Kind.WORSE, Kind.NEW, Kind.CHANGED):
        yield f"why: {one_line(first.reason)}"
    if first.because:
        yield f"because of {first.because}"
    alike: dict[str, list[str]] = {}
    for one in cause.behind:
        alike.setdefault(f"{one.before} -> {one.after}", []).append(one.id)
    for change, ids in alike.items():
        yield f"behind it ({len(ids)}), {change}: {', '.join(ids)}"


def _rest(found: Comparison) -> Iterator[str]:
    """What stays, and what became of the scenarios, a line each."""
    if found.still:
        yield f"Still FAIL ({len(found.still)}): {', '.join(one.id for one in found.still)}"
    yield from _for_another_reason(found)
    yield f"Requirements with the same verdict in both: {found.alike}"
    for kind in KINDS:
        names = [_scenario(one) for one in found.scenarios if one.kind == kind]
        if names:
            yield f"Scenarios {kind} ({len(names)}): {'; '.join(names[:10])}{' …' if len(names) > 10 else ''}"


def _for_another_reason(found: Comparison) -> Iterator[str]:
    """Those that fail as before, and otherwise: nothing of their verdict shows it."""
    for one in found.still:
        if one.added or one.mended:
            how = "still FAIL, for another reason" if one.another else "still FAIL, and not in all the same"
            yield f"{one.id}: {how}"
        for words, deviations in (("new", one.added), ("no longer seen", one.mended)):
            for told in deviations[:_DEVIATIONS]:
                yield f"  {words}: {one_line(told, 300)}"
            if len(deviations) > _DEVIATIONS:
                yield f"  {words}: {len(deviations) - _DEVIATIONS} more"


def _scenario(one: Difference) -> str:
    return f"{one_line(one.text, 120)} ({one.before} -> {one.after})"


def _document(before: JudgedRun, after: JudgedRun, found: Comparison) -> dict[str, Any]:
    return {
        "schema_version": "1.1",
        "runs": [
            {"id": run.identity.run_id, "sha256": run.identity.run_sha256, "started": run.started}
            | {"headline": run.headline(), "edition": run.edition, "reading": run.reading}
            for run in (before, after)
        ],
        "comparable": found.comparable,
        "exit_status": found.exit_status(),
        "notes": list(found.notes),
        "counts": {kind: _number(found, kind) for kind in KINDS},
        "same_verdict": found.alike,
        "still_failing": [one.id for one in found.still],
        "still_failing_otherwise": [one.to_json() for one in found.still if one.added or one.mended],
        "requirements": [one.to_json() for one in found.requirements],
        "scenarios": [one.to_json() for one in found.scenarios],
    }


def _markdown(before: JudgedRun, after: JudgedRun, found: Comparison) -> Iterator[str]:
    yield "# Comparison of two runs"
    yield ""
    yield "| | verdict | started | run |"
    yield "|---|---|---|---|"
    for name, run in (("first", before), ("second", after)):
        yield _row(name, run.headline(), run.started, run.identity.run_id)
    yield ""
    yield from (f"- {_cell(note)}" for note in found.notes)
    for kind, name in KINDS.items():
        causes = found.causes(kind)
        if causes:
            yield from ("", f"## {name.capitalize()}: {_number(found, kind)}", "")
            yield from ("| requirement | before | after | what it asks, and why | behind it |", "|---|---|---|---|---|")
        for cause in causes:
            yield _cause_row(cause)
    yield ""
    yield from (f"- {_cell(line)}" for line in _rest(found))


def _cause_row(cause: Cause) -> str:
    first = cause.first[0]
    ids = ", ".join(one.id for one in cause.first)
    asks = [first.text] if len(cause.first) == 1 else []
    why = [first.reason, f"because of {first.because}" if first.because else ""]
    told = ". ".join(one_line(text).rstrip(".") for text in (*asks, *why) if text)
    return _row(ids, first.before, first.after, told, ", ".join(one.id for one in cause.behind))


def _row(*cells: object) -> str:
    return f"| {' | '.join(map(_cell, cells))} |"


def _cell(text: object) -> str:
    """On one line; what a system said makes no link, no picture and no mark-up of its own."""
    return markdown_cell(one_line(clean(text), 2_000)).replace("[", "\\[").replace("`", "\\`")
