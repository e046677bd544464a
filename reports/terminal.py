"""What a person sees while a run goes on, and the short verdict at its end.

A line for each scenario, with what was found wrong where it fails; on a terminal also how far it is and how long it
will take. Nothing that a system under test sends reaches the terminal unescaped.
"""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TextIO

from uec_booking.harness.judging.verdicts import (
    CONFORMANT,
    ERROR,
    FAIL,
    INCONCLUSIVE,
    PASS,
    WARN,
    JudgedRun,
    RequirementVerdict,
    ScenarioVerdict,
    Verdict,
)

from .causes import Trouble, troubles
from .documents import left_in
from .exchanges import of_run, title
from .findings import counts_of, in_a_line, seen_once, with_verdict
from .reporter import SilentReporter
from .rerun import attest, rerun
from .screen import Screen
from .text import clean, one_line
from .traces import Traces
from .untested import KINDS, counts, untested
from .words import levels

#: Observations shown of one requirement; results.json has them all.
SHOWN = 3
#: Requirements shown in full; when all the world is broken, the rest get a line each.
DETAILED = 20

#: Scenarios after which it can be told how long the others will take.
_ENOUGH_TO_TELL = 5

#: Rows by which a run is known again.
_OF_THE_RUN = ("Operator", "Harness", "Judged again by", "Run", "run.jsonl, SHA-256")


class TerminalReporter(SilentReporter):
    """Writes to ``stream``; standard output, as it is at the time, where none is given."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._screen = Screen(stream)
        self._began = 0.0
        self._wrong = 0

    def run_started(self, total: int, system: Mapping[str, Any]) -> None:
        self._screen.write(f"{total} scenario{'' if total == 1 else 's'} to run, against:")
        for name, value in system.items():
            self._screen.wrapped(f"{one_line(name, 30)}: {_in_words(value)}", "  ", "    ")
        self._screen.write()
        self._began = time.monotonic()

    def scenario_finished(self, scenario: ScenarioVerdict, done: int, total: int) -> None:
        record = scenario.record
        count = f"{done:>{len(str(total))}}/{total}"
        name = one_line(record.name, self._screen.width - len(count) - 16)
        took = self._screen.dim(f"{record.seconds:.1f} s")
        self._screen.write(f"{self._screen.mark(scenario.status)} {count} {name} {took}")
        if scenario.reason:
            self._screen.wrapped(scenario.reason, "     ")
        self._count(scenario, done, total)

    def _count(self, scenario: ScenarioVerdict, done: int, total: int) -> None:
        self._wrong += scenario.status in (FAIL, ERROR, INCONCLUSIVE)
        if done < total:
            self._screen.pass_by(self._so_far(done, total))

    def _so_far(self, done: int, total: int) -> str:
        """How far the run is, and what time it will take if it goes on like this."""
        wrong = f"{self._wrong} failed or inconclusive" if self._wrong else "no failure"
        if done < _ENOUGH_TO_TELL:
            return f"{done} of {total} scenarios, {wrong}"
        left = round((time.monotonic() - self._began) / done * (total - done))
        minutes, seconds = divmod(left, 60)
        told = f"{minutes} min {seconds} s" if minutes else f"{seconds} s"
        return f"{done} of {total} scenarios, {wrong}, about {told} left"

    def run_judged(self, run: JudgedRun, directory: Path) -> None:
        self._screen.clear()
        self._write_headline(run)
        found = troubles(run)
        for trouble in found[:DETAILED]:
            self._write_trouble(trouble, run)
        rest = [requirement for trouble in found[DETAILED:] for requirement in trouble.requirements]
        for requirements in (rest, with_verdict(run, WARN)):
            if requirements:
                self._screen.write()
            for requirement in requirements:
                self._write_in_a_line(requirement)
        if found or with_verdict(run, WARN):
            self._screen.write()
        self._write_untested(run)
        for note in run.notes:
            self._screen.wrapped(f"note: {note}", "")
        self._write_documents(directory)
        self._write_next_step(run, directory)

    def _write_headline(self, run: JudgedRun) -> None:
        good = run.verdict == CONFORMANT and not run.partial
        edition = f"{run.edition}, reading {run.reading}" if run.reading else run.edition
        requirements = counts_of([requirement.verdict for requirement in run.requirements])
        scenarios = counts_of([scenario.status for scenario in run.scenarios])
        self._screen.write()
        self._screen.rule()
        verdict = self._screen.showable(one_line(run.headline(), self._screen.width - 20)).upper()
        self._screen.write(f"{'Verdict':<20}{self._screen.coloured(verdict, PASS if good else FAIL)}")
        if run.reason:
            self._screen.row("Because", run.reason)
        for label, value in levels(run):
            self._screen.row(label, value)
        self._screen.row("Edition", edition)
        self._screen.row("Requirements", _counted(requirements))
        self._screen.row("Scenarios", _counted(scenarios))
        for label, value in run.identity.in_words():
            if not self._screen.is_terminal:
                # A log of a build has to say which run it was.
                self._screen.row(one_line(label, 20), value)
            elif label not in _OF_THE_RUN:
                # A summary has to fit a screen, and the reports have the rest.
                told = one_line(self._screen.showable(value), self._screen.width - 20)
                self._screen.write(f"{one_line(label, 19):<20}{told}")
        self._screen.rule()

    def _write_trouble(self, trouble: Trouble, run: JudgedRun) -> None:
        requirement = trouble.first
        self._screen.write()
        blame = f"  (blame: {clean(requirement.blame)})" if requirement.blame not in ("", "system") else ""
        verdict = self._screen.coloured(clean(requirement.verdict), requirement.verdict)
        if len(trouble.requirements) > 1:
            self._screen.write(f"{verdict}  {len(trouble.requirements)} requirements, for one reason{blame}")
            self._screen.fact("why", requirement.reason)
            self._screen.fact("which", ", ".join(one.id for one in trouble.requirements), 2_000)
        else:
            self._screen.write(f"{verdict}  {clean(requirement.id)}  {clean(requirement.level)}{blame}")
            self._screen.wrapped(requirement.text, "  ")
            self._screen.fact("why", requirement.reason)
            self._write_shortfalls(requirement, run)
        for alike in trouble.below:
            ids = ", ".join(one.id for one in alike.requirements)
            count = len(alike.requirements)
            self._screen.fact("behind it", f"{count} {alike.verdict} ({alike.reason}): {ids}", 600)
        # On one line, however long: a line that was broken could not be pasted.
        self._screen.write(f"  {'rerun':<11} {rerun(run, *trouble.requirements)}")

    def _write_shortfalls(self, requirement: RequirementVerdict, run: JudgedRun) -> None:
        traces, exchanges = Traces(run), of_run(run)
        found = seen_once(requirement)
        for number, seen in enumerate(found[:SHOWN]):
            if number:
                self._screen.write()
            judged, observation = seen.judged, seen.judged.observation
            trace = traces.of(judged)
            more = seen.scenarios - 1
            self._screen.fact("expected", judged.expected)
            self._screen.fact("actual", observation.actual)
            self._screen.fact("where", observation.where)
            self._screen.fact("conflict", " ".join(filter(None, (judged.conflict, judged.note))))
            self._screen.fact("scenario", trace.scenario + (f" (and {more} more)" if more else ""))
            self._screen.fact("step before", trace.before)
            self._screen.fact("step", trace.step)
            for label, id in (*(("after", id) for id in trace.causes), ("exchange", (*observation.exchanges, "")[0])):
                exchange = exchanges.get((observation.scenario, id))
                self._screen.fact(label, title(exchange) if exchange else id)
            shown = exchanges.get((observation.scenario, (*observation.exchanges, "")[0]))
            self._screen.fact("sent", str(shown["note"]) if shown and shown.get("note") else "")
            if observation.exchanges[1:]:
                self._screen.fact("and", ", ".join(observation.exchanges[1:8]))
        left = sum(seen.times for seen in found[SHOWN:])
        if left:
            self._screen.fact("and", f"{left} more observation{'' if left == 1 else 's'} of it, in results.json")

    def _write_untested(self, run: JudgedRun) -> None:
        found = untested(run)
        if not found:
            return
        if self._screen.is_terminal:
            told = "; ".join(f"{count} {KINDS[kind]}" for kind, count in counts(found).items())
            self._screen.wrapped(f"Not tested: {told} (report.html says which)", "", "  ")
            return
        self._screen.write("Not tested (report.html says which, and why):")
        for kind, count in counts(found).items():
            reasons = [one.reason for one in found if one.kind == kind]
            told = reasons[0] if len(reasons) == 1 else f"{len(reasons)} reasons"
            self._screen.wrapped(one_line(f"{count:>5} {KINDS[kind]}: {told}", self._screen.width - 2), "  ", " " * 8)

    def _write_documents(self, directory: Path) -> None:
        self._screen.write(f"Reports in {clean(_short(directory))}{os.sep}")
        first, besides = left_in(directory)
        for name, why in first:
            self._screen.write(f"  {name:<16} {why}")
        if besides:
            self._screen.wrapped(", ".join(besides), f"  {'besides':<16} ", " " * 19)

    def _write_next_step(self, run: JudgedRun, directory: Path) -> None:
        if run.partial or not run.outstanding:
            return
        number = f"{run.outstanding} statement{' is' if run.outstanding == 1 else 's are'}"
        self._screen.write(f"{number} outstanding; this asks for them, and any may be left out")
        # On one line, however long: a line that was broken could not be pasted.
        self._screen.write(f"  {attest(_short(directory))}")

    def _write_in_a_line(self, requirement: RequirementVerdict) -> None:
        line = f"{requirement.verdict} {requirement.id}  {in_a_line(requirement)}"
        self._screen.write(one_line(self._screen.showable(line), self._screen.width))


class QuietReporter(TerminalReporter):
    """The verdict and what is wrong, and nothing while the run goes on but how far it is, on a terminal."""

    def run_started(self, total: int, system: Mapping[str, Any]) -> None:
        self._began = time.monotonic()

    def scenario_finished(self, scenario: ScenarioVerdict, done: int, total: int) -> None:
        self._count(scenario, done, total)


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
