"""The verdict of the run as a row of its own: what it is, up to which level, what failed, and what was not tested."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from allure_commons.model2 import Status, TestResult, TestStepResult
from allure_commons.types import LabelType
from uec_booking.harness.judging.verdicts import (
    CONFORMANT,
    ERROR,
    FAIL,
    INCONCLUSIVE,
    NOT_CONFORMANT,
    PASS,
    RUN_ERROR,
    RUN_INCONCLUSIVE,
    TO_ATTEST,
    WARN,
    JudgedRun,
    RequirementVerdict,
    Verdict,
)

from .allure_model import STATUSES, Details, label, milliseconds, step
from .allure_results import Results
from .findings import counts_of, with_verdict
from .text import markdown, one_line
from .untested import KINDS, Kind, Untested, open_points, untested
from .words import VERDICT_MEANINGS, levels

SUITE = "Verdict of the run"
#: How its message begins, whatever its status: its category is found by it.
OPENING = f"{SUITE}: "
_VERDICTS = {NOT_CONFORMANT: FAIL, RUN_INCONCLUSIVE: INCONCLUSIVE, RUN_ERROR: ERROR}
#: Tests named below a requirement that passed; the others are counted.
_NAMED = 3
_UNTESTED_STATUSES = {Kind.INCONCLUSIVE: Status.BROKEN, Kind.ERROR: Status.BROKEN}


def verdict_row(results: Results) -> TestResult:
    """Green only where the run is conformant and left nothing open. The first of all: it began with the run."""
    run = results.run
    at = milliseconds(run.started)
    verdict = _verdict(run)
    why = one_line(run.reason, 2_000)
    told = None
    if verdict != PASS:
        told = Details(message=OPENING + one_line(_headline(run), 600), trace=why or None)
    made = results.result(
        "run::verdict",
        f"Verdict: {_headline(run)}",
        verdict,
        told,
        place=(SUITE,),
        labels=(label(LabelType.EPIC, SUITE), label(LabelType.PARENT_SUITE, SUITE)),
    )
    # The row is about the run, which has no level of its own: what weighs most comes first.
    made.labels = [one for one in made.labels if one.name != LabelType.SEVERITY]
    made.labels.append(label(LabelType.SEVERITY, "blocker"))
    made.description = _facts(run)
    made.start, made.stop = at, max(at, milliseconds(run.finished))
    made.steps = [*_tested(run, at), *_untested(run, at), *_notes(run, at)]
    return made


def _verdict(run: JudgedRun) -> Verdict:
    """As a scenario's, for the status of the row: what is open or partial is for a person to decide, never green."""
    if run.verdict == CONFORMANT and not run.partial and not open_points(run):
        return PASS
    return _VERDICTS.get(run.verdict, TO_ATTEST)


def _headline(run: JudgedRun) -> str:
    left = run.open_points()
    said = run.headline()
    return said if not left or "outstanding" in said else f"{said} ({left})"


def _facts(run: JudgedRun) -> str:
    edition = f"{run.edition}, reading {run.reading}" if run.reading else run.edition
    facts = [
        ("Verdict", _headline(run)),
        *([("Reason", run.reason)] if run.reason else []),
        *levels(run),
        ("Edition", edition),
        ("Requirements", _counted(run, [r.verdict for r in run.requirements])),
        ("Scenarios", _counted(run, [s.status for s in run.scenarios])),
        *run.identity.in_words(),
        ("Time", f"{run.started} to {run.finished} (UTC), exit status {run.exit_status}"),
    ]
    lines = [f"- **{markdown(one_line(name))}:** {markdown(one_line(value, 600))}" for name, value in facts]
    read_on = "Below: what failed, what was not tested and why. Each scenario has the exchanges that it rests on."
    return "\n".join([*lines, "", markdown(read_on)])


def _counted(run: JudgedRun, verdicts: list[Verdict]) -> str:
    return ", ".join(f"{number} {verdict}" for verdict, number in counts_of(verdicts).items()) or "none"


def _tested(run: JudgedRun, at: int) -> Iterator[TestStepResult]:
    for verdict in (FAIL, WARN):
        found = with_verdict(run, verdict)
        if found:
            below = [step(_asked(one), STATUSES[verdict], at) for one in found]
            yield step(
                f"{verdict} ({VERDICT_MEANINGS[verdict]}): {_number(len(found))}", STATUSES[verdict], at, steps=below
            )
    passed = with_verdict(run, PASS)
    if passed:
        below = [step(_asked(one), Status.PASSED, at, steps=_seen_in(one, at)) for one in passed]
        yield step(f"PASS ({VERDICT_MEANINGS[PASS]}): {_number(len(passed))}", Status.PASSED, at, steps=below)


def _seen_in(requirement: RequirementVerdict, at: int) -> list[TestStepResult]:
    """The first tests that hold the evidence of a requirement, by the names that they have here."""
    if not requirement.scenarios:
        return [step("Seen on every exchange: the suite of standing requirements has a test for it", Status.PASSED, at)]
    names = [one_line(id.split("::", 1)[-1], 200) for id in requirement.scenarios]
    more = [f"and {len(names) - _NAMED} more"] if len(names) > _NAMED else []
    return [step(name, Status.PASSED, at) for name in [*names[:_NAMED], *more]]


def _untested(run: JudgedRun, at: int) -> Iterator[TestStepResult]:
    texts = {requirement.id: _asked(requirement) for requirement in run.requirements}
    left = untested(run)
    if left:
        total = sum(len(one.requirements) for one in left)
        yield step(f"Not tested: {_number(total)} in all", Status.SKIPPED, at, steps=_kinds(left, texts, at))


def _kinds(left: Sequence[Untested], texts: dict[str, str], at: int) -> Iterator[TestStepResult]:
    for kind, words in KINDS.items():
        groups = [one for one in left if one.kind == kind]
        if groups:
            status = _UNTESTED_STATUSES.get(kind, Status.SKIPPED)
            total = sum(len(one.requirements) for one in groups)
            below = [_group(one, texts, status, at) for one in groups]
            yield step(f"{words[:1].upper()}{words[1:]}: {_number(total)}", status, at, steps=below)


def _group(group: Untested, texts: dict[str, str], status: str, at: int) -> TestStepResult:
    below = [step(texts.get(name, name), status, at) for name in group.requirements]
    return step(f"{group.reason or 'no reason given'}: {_number(len(below))}", status, at, steps=below)


def _notes(run: JudgedRun, at: int) -> Iterator[TestStepResult]:
    if run.notes:
        yield step("Notes of the run", Status.SKIPPED, at, steps=[step(note, Status.SKIPPED, at) for note in run.notes])


def _asked(requirement: RequirementVerdict) -> str:
    return one_line(f"{requirement.id} ({requirement.level}) {requirement.text}", 400)


def _number(count: int) -> str:
    return f"{count} requirement{'' if count == 1 else 's'}"
