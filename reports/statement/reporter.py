"""``statement.html``: the conformance statement of a run, for an assessor to read and to sign.

It is made from the judged run alone, and leads to the exchanges in ``report.html`` beside it. Its one script searches
the requirements; without it everything is there all the same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from uec_booking.harness.judging.verdicts import (
    ATTESTED,
    FAIL,
    NOT_CONFORMANT,
    PASS,
    TO_ATTEST,
    JudgedRun,
    RequirementVerdict,
)

from ..findings import in_part, with_verdict
from ..page import by_kind, entries, meanings, tone
from ..page_requirements import filter_rules, filters
from ..reporter import SilentReporter, write_document
from ..rerun import attest
from ..templating import html, own
from ..untested import KINDS, Kind, counts, untested
from ..words import VERDICT_MEANINGS, levels
from . import cover, proof_figures
from .evidence import Register
from .followed import followed

#: Where the exchanges are laid out in full, and where the stories are drawn.
REPORT, STORIES = "report.html", "stories.html"


class StatementReporter(SilentReporter):
    """Writes ``statement.html``."""

    def run_judged(self, run: JudgedRun, directory: Path) -> None:
        write_document(directory / "statement.html", render(run))


def render(run: JudgedRun, report: str = REPORT) -> str:
    """The statement as text; the same for the same judged run.

    ``report`` is the page that its links to exchanges lead to; without one it cites them by their names alone.
    """
    told = entries(run)
    register = Register(run, told.about)
    left, passed_in_part = untested(run), in_part(run)
    return html(
        "statement/statement.html.j2",
        f"Conformance statement: {run.headline()} · UEC Booking Standard",
        rules=own("dark.css") + own("statement.css") + (filter_rules() if report else ""),
        script=own("statement.js"),
        run=run,
        report=report,
        stories=STORIES if report else "",
        tone=tone(run),
        short=_short(run),
        systems=cover.systems(run),
        tested=cover.tested(run),
        counts=cover.counts(run),
        in_part=passed_in_part,
        capability=told.capability,
        decided=[[register.cited(cell) for cell in level.cells] for level in told.capability.levels],
        notes=list(Counter(run.notes).items()),
        hashes=cover.hashes(run),
        judged_again=bool(run.identity.judged_by),
        proof=proof_figures.in_words(proof_figures.load()),
        not_looked_for=proof_figures.NOT_LOOKED_FOR,
        to_fix=[entry.trouble for entry in told.to_fix],
        warned=[entry.trouble for entry in told.warned],
        stated={one.about.verdict.id: one for one in register.requirements},
        kinds=by_kind(tuple(one for one in left if one.kind != Kind.TO_ATTEST)),
        attested=with_verdict(run, ATTESTED),
        to_attest=with_verdict(run, TO_ATTEST),
        attest=attest(run.folder),
        followed=followed(run),
        filters=filters(run),
        requirements=register.requirements,
        scenarios=register.scenarios(),
        exchanges=register.exchanges,
        meanings=meanings(run),
    )


def _short(run: JudgedRun) -> dict[str, object]:
    """The five questions of a reader who has two minutes, answered."""
    failed, passed = with_verdict(run, FAIL), with_verdict(run, PASS)
    totals = counts(untested(run))
    return {
        "conforms": _conforms(run),
        "failed": _named(failed),
        "levels": list(levels(run)),
        "untested": [f"{number} {KINDS[kind]}" for kind, number in totals.items()],
        "a_pass": _with_evidence(passed),
        "a_fail": _with_evidence(failed),
    }


def _conforms(run: JudgedRun) -> str:
    """Yes or no in words, and how far the answer reaches."""
    if run.verdict == NOT_CONFORMANT:
        failed = run.counts.get(FAIL, 0)
        return f"No. {failed} requirement{'' if failed == 1 else 's'} failed: {VERDICT_MEANINGS[FAIL]}."
    if run.exit_status != 0:
        return "Not established: the run did not decide it."
    if run.partial:
        return "Not established: only a part of the suite was run. Nothing failed in that part."
    open_points = run.open_points()
    parts = (
        f" It is made up of {run.runs} runs: was the system the same in each? The notes say which."
        if run.runs > 1
        else ""
    )
    return (
        "Yes, as tested: nothing that was observed breaks a MUST."
        + parts
        + (f" Still open: {open_points}." if open_points else "")
    )


def _named(requirements: Iterable[RequirementVerdict]) -> list[tuple[str, str]]:
    return [(one.id, one.text) for one in requirements]


def _with_evidence(requirements: Iterable[RequirementVerdict]) -> str:
    """The id of the first that rests on an exchange; empty where none does."""
    return next((r.id for r in requirements if any(j.observation.exchanges for j in r.observations)), "")
