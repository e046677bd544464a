"""Whether a build may go on with a run: by the failures that are expected, by a run before it, by how much it decided.

No verdict changes by it, and no report: only the exit status of the program does.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from . import verdicts as v
from .comparison import Comparison, Difference, Kind, compared, status_of
from .expected_failures import ExpectedFailure
from .observations import NOT_OBSERVED
from .verdicts import JudgedRun, ScenarioVerdict

#: Verdicts that say what was observed of a system.
_DECIDED = (v.PASS, v.WARN, v.FAIL)
#: Verdicts with which a failure that is expected is none.
_NOT_FAILING = (v.PASS, v.WARN, v.INFO, v.ATTESTED)
#: Ids told in a sentence.
_TOLD = 20


@dataclass(frozen=True, slots=True)
class Passage:
    """What came of it: the exit status, and why, a sentence each."""

    exit_status: int
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Gate:
    """What is asked of a run. ``required`` is how many requirements it has to decide at least.

    ``baseline`` is to be judged by the same edition and reading as the run.
    """

    expected: tuple[ExpectedFailure, ...] = ()
    baseline: JudgedRun | None = None
    required: int = 0

    def passage(self, run: JudgedRun, today: date) -> Passage:
        at_gate = _AtGate(self, run, today)
        return Passage(at_gate.exit_status(), tuple(at_gate.sentences()))


class _AtGate:
    """One run, held against what was asked of it."""

    def __init__(self, gate: Gate, run: JudgedRun, today: date) -> None:
        self._gate = gate
        self._run = run
        self._verdicts = {one.id: one.verdict for one in run.requirements}
        self._compared: Comparison | None = compared(gate.baseline, run) if gate.baseline else None
        failing = {id for id, verdict in self._verdicts.items() if verdict == v.FAIL}
        listed = {one.id for one in gate.expected}
        self._excused = failing & (listed | {one.id for one in (self._compared.still if self._compared else ())})
        self._unexpected = failing - self._excused
        self._expired = [one for one in gate.expected if one.expires < today]
        self._passing = [one for one in gate.expected if self._verdicts.get(one.id) in _NOT_FAILING]
        self._unseen = listed - failing - {one.id for one in self._passing}
        worse = self._compared.worse() if self._compared else ()
        self._worse = [one for one in worse if one.id not in listed]
        self._decided = sum(verdict in _DECIDED for verdict in self._verdicts.values())
        self._open = list(self._still_open())

    def exit_status(self) -> int:
        run, worse = self._run, status_of(one.after for one in self._worse)
        # A failure that no requirement shows is one that nothing can excuse.
        elsewhere = run.verdict == v.NOT_CONFORMANT and not self._unexpected | self._excused
        if self._unexpected or elsewhere or worse == v.EXIT_NOT_CONFORMANT:
            return v.EXIT_NOT_CONFORMANT
        if run.exit_status in (v.EXIT_SETTINGS, v.EXIT_HARNESS):
            return run.exit_status
        if v.ERROR in {*self._verdicts.values(), *(one.status for one in run.scenarios)}:
            return v.EXIT_HARNESS
        if self._expired or self._passing:
            return v.EXIT_OUT_OF_DATE
        too_few = self._decided < self._gate.required or (self._compared and not self._compared.comparable)
        cut_off = run.reason or (not run.partial and v.NOT_RUN in self._verdicts.values())
        return v.EXIT_INCONCLUSIVE if worse or too_few or cut_off or self._open else v.EXIT_CONFORMANT

    def _still_open(self) -> Iterator[str]:
        """What is inconclusive, was not so in the baseline, and does not hang below an excused failure."""
        before = self._gate.baseline
        known = {one.id for one in before.requirements if one.verdict == v.INCONCLUSIVE} if before else set()
        known |= {one.record.id for one in before.scenarios if one.status == v.INCONCLUSIVE} if before else set()
        found: list[tuple[str, set[str]]] = [
            (one.id, set(one.because)) for one in self._run.requirements if one.verdict == v.INCONCLUSIVE
        ]
        found += [(one.record.id, _causes(one)) for one in self._run.scenarios if one.status == v.INCONCLUSIVE]
        for id, causes in found:
            explained = bool(causes) and causes <= self._excused
            if not explained and id not in known:
                yield id

    def sentences(self) -> Iterator[str]:
        yield from self._of_expectations()
        if self._compared:
            yield from _of_baseline(self._compared, self._worse)
        if self._unexpected:
            yield f"FAIL, and not expected: {_listed(self._unexpected)}."
        if self._open and (self._excused or self._compared):
            yield f"Inconclusive, for another reason than an expected failure: {_listed(self._open)}."
        if self._gate.expected == () and not self._compared and not self._gate.required:
            yield "The file of expected failures lists none."
        if self._gate.required:
            short = self._decided < self._gate.required
            told = f"{self._decided} requirements were decided by what was observed"
            yield f"{told}, and at least {self._gate.required} {'had to be' if short else 'were asked for'}."

    def _of_expectations(self) -> Iterator[str]:
        for one in self._gate.expected:
            if one.id in self._excused and one not in self._expired:
                yield f"{one.id} fails as expected until {one.expires}: {one.reason}"
        for one in self._expired:
            yield (
                f"EXPIRED: {one.id} was expected to fail until {one.expires} ({one.reason}). "
                "Mend it and remove the entry, or give the entry another date."
            )
        for one in self._passing:
            yield (
                f"UNEXPECTED PASS: {one.id} was expected to fail ({one.reason}), and is {self._verdicts[one.id]}. "
                "Remove the entry."
            )
        if self._unseen:
            yield f"Expected to fail, and not seen in this run: {_listed(self._unseen)}."


def _of_baseline(comparison: Comparison, worse: list[Difference]) -> Iterator[str]:
    if not comparison.comparable:
        yield "Nothing was looked at both in the baseline and in this run."
    if comparison.still:
        yield f"FAIL as in the baseline: {_listed(one.id for one in comparison.still)}."
    otherwise = [one.id for one in comparison.still if one.another]
    if otherwise:
        yield f"Of these, still FAIL for another reason (`uec-booking compare` tells): {_listed(otherwise)}."
    if worse:
        yield f"WORSE than the baseline: {_listed(f'{one.id} ({one.before} -> {one.after})' for one in worse)}."
    better = [one for one in comparison.requirements if one.kind == Kind.BETTER]
    if better:
        yield f"Better than the baseline: {_listed(f'{one.id} ({one.before} -> {one.after})' for one in better)}."
    gone = [one.id for one in comparison.requirements if one.kind == Kind.GONE]
    if gone:
        yield f"Looked at in the baseline, and not in this run: {_listed(gone)}."


def _causes(scenario: ScenarioVerdict) -> set[str]:
    """The requirements that kept a scenario from seeing what it had to; an empty one stands for anything else."""
    found = {one.because for one in scenario.judged if one.outcome == NOT_OBSERVED}
    if scenario.record.problem:
        found.add(scenario.record.problem.because)
    return found


def _listed(ids: Iterable[str]) -> str:
    names = sorted(ids)
    more = f" and {len(names) - _TOLD} more" if len(names) > _TOLD else ""
    return ", ".join(names[:_TOLD]) + more
