"""What a person sees while a run goes on, and the short verdict at its end.

Readable at 100 columns; plain ASCII where the terminal cannot do UTF-8; colours only on a
terminal and never with ``NO_COLOR``. Nothing that a system under test sends reaches the
terminal unescaped.
"""

from __future__ import annotations

import os
import re
import sys
import textwrap
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TextIO

from uec_booking.harness.judging.verdicts import (
    CONFORMANT,
    ERROR,
    FAIL,
    INCONCLUSIVE,
    NOT_APPLICABLE,
    NOT_RUN,
    PASS,
    TO_ATTEST,
    WARN,
    JudgedRun,
    RequirementVerdict,
    ScenarioVerdict,
    Verdict,
)

from .causes import Trouble, troubles
from .exchanges import of_run, title
from .findings import counts_of, seen_once, shortfalls, with_verdict
from .reporter import SilentReporter
from .rerun import attest, rerun
from .text import clean, one_line
from .traces import Traces
from .untested import KINDS, counts, untested
from .words import SYMBOLS, levels

WIDTH = 100
#: Observations shown of one requirement; results.json has them all.
SHOWN = 3
#: Requirements shown in full; when all the world is broken, the rest get a line each.
DETAILED = 20

#: How a line begins that GitHub Actions takes for a command: what a system sent could be wrapped there.
_COMMAND = re.compile(r"^(\s*)(?=::|##\[)", re.MULTILINE)
_ASCII = {
    PASS: "ok",
    FAIL: "XX",
    ERROR: "XX",
    INCONCLUSIVE: "??",
    WARN: "!!",
    NOT_APPLICABLE: "--",
    NOT_RUN: "--",
    TO_ATTEST: "--",
}
_COLOURS = {PASS: "32", FAIL: "31", ERROR: "31", INCONCLUSIVE: "33", WARN: "33", TO_ATTEST: "33", NOT_RUN: "33"}

#: What a run may leave in its folder, in the order in which a reader wants it.
_DOCUMENTS = (
    ("report.html", "open this first: every failure with its exchange"),
    ("stories.html", "stories A to D, drawn from what was recorded"),
    ("results.json", "for scripts"),
    ("junit.xml", "for a build server"),
    ("allure-results", "for Allure"),
    ("statement.html", "for an assessor, to read and to sign"),
    ("statement.pdf", "the same, to file"),
    ("scal", "for the assurance scripts, to upload"),
    ("summary.md", "for the page of a CI job"),
    ("run.jsonl", "the stored run, to judge or report again"),
    ("run.jsonl.gz", "the stored run, to judge or report again"),
)
#: What other programs read; docs/how-to/reports.md says which.
_FOR_PROGRAMS = (
    *("exchanges.har", "results.sarif", "ctrf-report.json", "earl.jsonld"),
    *("fhir-test-report.json", "fhir-test-script.json"),
)


class TerminalReporter(SilentReporter):
    """Writes to ``stream``; standard output, as it is at the time, where none is given."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._given = stream

    def run_started(self, total: int, system: Mapping[str, Any]) -> None:
        self._write(f"{total} scenario{'' if total == 1 else 's'} to run, against:")
        for name, value in system.items():
            self._write_wrapped(f"{one_line(name, 30)}: {_in_words(value)}", "  ", "    ")
        self._write("")

    def scenario_finished(self, scenario: ScenarioVerdict, done: int, total: int) -> None:
        record = scenario.record
        count = f"{done:>{len(str(total))}}/{total}"
        name = one_line(record.name, WIDTH - len(count) - 16)
        self._write(f"{self._mark(scenario.status)} {count} {name} {self._dim(f'{record.seconds:.1f} s')}")
        if scenario.reason:
            self._write_wrapped(scenario.reason, "     ")

    def run_judged(self, run: JudgedRun, directory: Path) -> None:
        self._write_headline(run)
        found = troubles(run)
        for trouble in found[:DETAILED]:
            self._write_trouble(trouble, run)
        rest = [requirement for trouble in found[DETAILED:] for requirement in trouble.requirements]
        for requirements in (rest, with_verdict(run, WARN)):
            if requirements:
                self._write("")
            for requirement in requirements:
                self._write_in_a_line(requirement)
        self._write_untested(run)
        if run.notes:
            self._write("")
        for note in run.notes:
            self._write_wrapped(f"note: {note}", "")
        self._write_documents(directory)
        self._write_next_step(run, directory)

    def _write_headline(self, run: JudgedRun) -> None:
        good = run.verdict == CONFORMANT and not run.partial
        edition = f"{run.edition}, reading {run.reading}" if run.reading else run.edition
        requirements = counts_of([requirement.verdict for requirement in run.requirements])
        scenarios = counts_of([scenario.status for scenario in run.scenarios])
        self._write("")
        self._write(self._rule())
        verdict = self._showable(one_line(run.headline(), WIDTH - 20)).upper()
        self._write(f"{'Verdict':<20}{self._coloured(verdict, PASS if good else FAIL)}")
        if run.reason:
            self._row("Because", run.reason)
        for label, value in levels(run):
            self._row(label, value)
        self._row("Edition", edition)
        self._row("Requirements", _counted(requirements))
        self._row("Scenarios", _counted(scenarios))
        for label, value in run.identity.in_words():
            self._row(one_line(label, 20), value)
        self._write(self._rule())

    def _write_trouble(self, trouble: Trouble, run: JudgedRun) -> None:
        requirement = trouble.first
        self._write("")
        blame = f"  (blame: {clean(requirement.blame)})" if requirement.blame not in ("", "system") else ""
        verdict = self._coloured(clean(requirement.verdict), requirement.verdict)
        if len(trouble.requirements) > 1:
            self._write(f"{verdict}  {len(trouble.requirements)} requirements, for one reason{blame}")
            self._fact("why", requirement.reason)
            self._fact("which", ", ".join(one.id for one in trouble.requirements), 2_000)
        else:
            self._write(f"{verdict}  {clean(requirement.id)}  {clean(requirement.level)}{blame}")
            self._write_wrapped(requirement.text, "  ")
            self._fact("why", requirement.reason)
            self._write_shortfalls(requirement, run)
        for alike in trouble.below:
            ids = ", ".join(one.id for one in alike.requirements)
            count = len(alike.requirements)
            self._fact("behind it", f"{count} {alike.verdict} ({alike.reason}): {ids}", 600)
        # On one line, however long: a line that was broken could not be pasted.
        self._write(f"  {'rerun':<11} {rerun(run, *trouble.requirements)}")

    def _write_shortfalls(self, requirement: RequirementVerdict, run: JudgedRun) -> None:
        traces, exchanges = Traces(run), of_run(run)
        found = seen_once(requirement)
        for number, seen in enumerate(found[:SHOWN]):
            if number:
                self._write("")
            judged, observation = seen.judged, seen.judged.observation
            trace = traces.of(judged)
            more = seen.scenarios - 1
            self._fact("expected", judged.expected)
            self._fact("actual", observation.actual)
            self._fact("where", observation.where)
            self._fact("conflict", " ".join(filter(None, (judged.conflict, judged.note))))
            self._fact("scenario", trace.scenario + (f" (and {more} more)" if more else ""))
            self._fact("step before", trace.before)
            self._fact("step", trace.step)
            for label, id in (*(("after", id) for id in trace.causes), ("exchange", (*observation.exchanges, "")[0])):
                exchange = exchanges.get((observation.scenario, id))
                self._fact(label, title(exchange) if exchange else id)
            if observation.exchanges[1:]:
                self._fact("and", ", ".join(observation.exchanges[1:8]))
        left = sum(seen.times for seen in found[SHOWN:])
        if left:
            self._fact("and", f"{left} more observation{'' if left == 1 else 's'} of it, in results.json")

    def _write_untested(self, run: JudgedRun) -> None:
        found = untested(run)
        if not found:
            return
        self._write("")
        self._write("Not tested (report.html says which, and why):")
        for kind, count in counts(found).items():
            reasons = [one.reason for one in found if one.kind == kind]
            told = reasons[0] if len(reasons) == 1 else f"{len(reasons)} reasons"
            self._write_wrapped(one_line(f"{count:>5} {KINDS[kind]}: {told}", WIDTH - 2), "  ", " " * 8)

    def _write_documents(self, directory: Path) -> None:
        present = [(name, why) for name, why in _DOCUMENTS if (directory / name).exists()]
        self._write("")
        self._write(f"Reports in {clean(_short(directory))}{os.sep}")
        for name, why in present:
            self._write(f"  {name:<16} {why}")
        others = [name for name in _FOR_PROGRAMS if (directory / name).exists()]
        if others:
            self._write_wrapped(", ".join(others), f"  {'for programs':<16} ", " " * 19)

    def _write_next_step(self, run: JudgedRun, directory: Path) -> None:
        if run.partial or not run.outstanding:
            return
        number = f"{run.outstanding} statement{' is' if run.outstanding == 1 else 's are'}"
        self._write("")
        self._write(f"{number} outstanding: this asks for them, one by one, and any may be left out")
        # On one line, however long: a line that was broken could not be pasted.
        self._write(f"  {attest(_short(directory))}")

    def _write_in_a_line(self, requirement: RequirementVerdict) -> None:
        line = f"{requirement.verdict} {requirement.id}  {_in_a_line(requirement)}"
        self._write(one_line(self._showable(line), WIDTH))

    def _fact(self, label: str, value: str, limit: int = 300) -> None:
        if value:
            self._write_wrapped(one_line(value, limit), f"  {label:<11} ", " " * 14)

    def _row(self, label: str, value: str) -> None:
        self._write_wrapped(value, f"{label:<20}", " " * 20)

    def _write_wrapped(self, text: str, first: str, rest: str | None = None) -> None:
        shown = self._showable(one_line(text, 2_400))
        indent = first if rest is None else rest
        if len(shown) + len(first) <= WIDTH:
            self._write(first + shown)
            return
        self._write(textwrap.fill(shown, WIDTH, initial_indent=first, subsequent_indent=indent, break_on_hyphens=False))

    def _write(self, line: str) -> None:
        self._stream.write(_COMMAND.sub(r"\1> ", self._showable(line)) + "\n")
        self._stream.flush()

    def _showable(self, text: str) -> str:
        """What this terminal cannot show becomes an escape: a report must not break on a name."""
        if self._unicode():
            return text
        encoding = self._stream.encoding or "ascii"
        plain = text.replace("…", "...").replace("·", "-").replace("–", "-")
        return plain.encode(encoding, "backslashreplace").decode(encoding)

    def _mark(self, verdict: Verdict) -> str:
        symbol = (SYMBOLS if self._unicode() else _ASCII).get(verdict, "?")
        return self._coloured(symbol, verdict)

    def _rule(self) -> str:
        return ("─" if self._unicode() else "-") * WIDTH

    def _coloured(self, text: str, verdict: Verdict) -> str:
        colour = _COLOURS.get(verdict)
        return f"\x1b[{colour}m{text}\x1b[0m" if colour and self._colours() else text

    def _dim(self, text: str) -> str:
        return f"\x1b[2m{text}\x1b[0m" if self._colours() else text

    def _colours(self) -> bool:
        return self._stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"

    def _unicode(self) -> bool:
        return (self._stream.encoding or "").lower().replace("_", "-") in ("utf-8", "utf8")

    @property
    def _stream(self) -> TextIO:
        return self._given or sys.stdout


def _in_a_line(requirement: RequirementVerdict) -> str:
    for judged in shortfalls(requirement):
        place = f" ({judged.observation.where})" if judged.observation.where else ""
        return f"expected {judged.expected}, actual {judged.observation.actual}{place}"
    return requirement.reason or requirement.text


def _in_words(value: object) -> str:
    if isinstance(value, Mapping):
        return one_line(", ".join(f"{key} {_in_words(item)}" for key, item in value.items()), 200)
    return one_line(value, 200)


def _counted(counts: Mapping[Verdict, int]) -> str:
    return ", ".join(f"{number} {verdict}" for verdict, number in counts.items()) or "none"


def _short(directory: Path) -> str:
    """The folder as a person would type it: relative where it is below the working directory."""
    full, here = directory.resolve(), Path.cwd()
    return str(full.relative_to(here)) if full.is_relative_to(here) else str(full)
