"""Judging: a pure function of what was observed, the catalogue, the edition and reading, and the claims.

So a stored run can be judged again, under another edition too. The order of the
observations does not matter, and adding one never turns a FAIL into anything else.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from uec_booking.standard.roles import PROVIDER

from . import verdicts as v
from .applicability import Catalogue, Terms
from .causes import below_their_causes
from .identity import identified
from .levels import capability_level, consumer_level, may_be_higher
from .not_run import Unreached
from .observations import Run
from .requirement_verdicts import Requirements
from .scenario_verdicts import scenario_verdict
from .verdicts import JudgedRun, RequirementVerdict, ScenarioVerdict


def judge(run: Run, catalogue: Catalogue, edition: str = "", reading: str | None = None) -> JudgedRun:
    """Judge a run, under its own edition and reading unless others are named.

    Raises:
        EditionError: the edition or reading is unknown.
    """
    edition = edition or run.edition
    reading = run.reading if reading is None else reading
    terms = Terms(run, catalogue, edition, reading)
    seen = below_their_causes([terms.judged(record) for record in run.scenarios], terms)
    scenarios = tuple(
        scenario_verdict(terms, record, judged) for record, judged in zip(run.scenarios, seen, strict=True)
    )
    requirements = tuple(Requirements(terms).verdicts(scenarios))
    verdict, status, reason = _run_verdict(run, scenarios, requirements)
    return JudgedRun(
        verdict=verdict,
        exit_status=status,
        partial=run.partial,
        edition=edition,
        reading=reading,
        capability_level=_capability(run),
        capability_at_least=may_be_higher(run, _capability(run)),
        consumer_level=consumer_level(o for record in run.scenarios for o in record.observations),
        not_run=Unreached(run).scenarios,
        outstanding=sum(r.verdict == v.TO_ATTEST for r in requirements),
        reason=reason,
        system={**run.settings, "under_test": dict(run.systems_under_test)},
        started=run.started,
        finished=run.finished,
        counts=dict(Counter(r.verdict for r in requirements)),
        requirements=requirements,
        scenarios=scenarios,
        notes=(*run.notes, *_statements_without_use(run, requirements), *_statements_of_several(run)),
        identity=identified(run),
        options=_options(run, edition, reading),
        folder=run.out or "reports/out",
    )


def _options(run: Run, edition: str, reading: str) -> tuple[str, ...]:
    """How the run was started, but under the edition and reading by which it is judged now."""
    options = list(run.settings.get("options", ()))
    for name, now, then in (("--edition", edition, run.edition), ("--reading", reading, run.reading)):
        if now == then or not now:
            continue
        if name in options:
            options[options.index(name) + 1] = now
        else:
            options += [name, now]
    return tuple(options)


def _capability(run: Run) -> int | None:
    """The level of the provider, if it is under test at all."""
    if PROVIDER.main not in run.systems_under_test:
        return None
    return capability_level(o for record in run.scenarios for o in record.observations)


def _run_verdict(
    run: Run, scenarios: tuple[ScenarioVerdict, ...], requirements: tuple[RequirementVerdict, ...]
) -> tuple[v.RunVerdict, int, str]:
    verdicts = {r.verdict for r in requirements} | {s.status for s in scenarios}
    if v.FAIL in verdicts:
        return v.NOT_CONFORMANT, v.EXIT_NOT_CONFORMANT, run.broken
    if run.broken:
        verdict = v.RUN_INCONCLUSIVE if run.broken_status == v.EXIT_INCONCLUSIVE else v.RUN_ERROR
        return verdict, run.broken_status, run.broken
    if v.ERROR in verdicts:
        return v.RUN_ERROR, v.EXIT_HARNESS, ""
    if v.INCONCLUSIVE in verdicts:
        return v.RUN_INCONCLUSIVE, v.EXIT_INCONCLUSIVE, ""
    if v.NOT_RUN in verdicts and not run.partial:
        return v.RUN_INCONCLUSIVE, v.EXIT_INCONCLUSIVE, "not all scenarios of the suite have run"
    if not scenarios:
        return v.RUN_INCONCLUSIVE, v.EXIT_SETTINGS, "no scenario was selected"
    if not verdicts & {v.PASS, v.WARN}:
        return v.RUN_INCONCLUSIVE, v.EXIT_INCONCLUSIVE, "nothing was observed of the systems under test"
    return (v.PARTIAL if run.partial else v.CONFORMANT), v.EXIT_CONFORMANT, ""


def _statements_without_use(run: Run, requirements: tuple[RequirementVerdict, ...]) -> list[str]:
    """A statement never overrides what was observed, and the reader is told so."""
    verdicts = {r.id: r.verdict for r in requirements}
    return [
        f"the statement on {name} was not used: its verdict is {verdicts[name]} without it"
        for name in sorted({s.requirement for s in run.evidence})
        if verdicts.get(name, v.ATTESTED) != v.ATTESTED
    ]


def _statements_of_several(run: Run) -> Iterator[str]:
    """Two statements of one person add to each other; those of two may contradict, which only a reader can see."""
    for name in sorted({s.requirement for s in run.evidence}):
        stated = [s.who for s in run.evidence if s.requirement == name]
        people = {" ".join(who.split()).casefold(): who for who in reversed(stated)}
        if len(people) > 1:
            who = ", and by ".join(reversed(people.values()))
            yield f"{name} is stated by {who}: see that their statements agree"
