"""What a sealed round shows: of each entry what became of it, and the rates with their bounds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from ...judging import verdicts as v
from ..clean import Clean
from ..job import Outcome
from ..proof import bounds
from .kit import Entry

SCHEMA_VERSION = "1"

#: What can become of a fault, in this order of telling.
DETECTED, MISSED, NEVER_SHOWED = "detected", "missed", "never showed"
#: What can become of a variation.
ACCUSED, LET_PASS = "accused", "not accused"
#: What can become of both.
CRASHED, NOT_FINISHED, NOT_RUN = "crashed", "not finished", "not run"


@dataclass(frozen=True)
class Finding:
    """What became of one entry.

    ``turned``: the requirements that are FAIL or WARN (or, for a variation, ERROR) and are not so on the good system
    behind the proxy. ``effects``: how often the function changed anything on the wire, and ``changes`` what.
    ``raised`` counts how often it raised, which changed nothing; ``slip`` is the first of these. ``run``: ``whole``
    suite, or ``quick``.
    """

    name: str
    role: str
    clauses: tuple[str, ...]
    why: str
    became: str
    localised: bool
    turned: Mapping[str, str]
    run: str
    scenarios: int
    effects: int
    changes: Mapping[str, int]
    raised: int
    slip: str = ""
    trouble: str = ""

    def to_json(self) -> dict[str, Any]:
        return {**asdict(self), "clauses": list(self.clauses), "turned": dict(sorted(self.turned.items()))}


def finding(entry: Entry, quick: Outcome | None, whole: Outcome | None, clean: Clean | None) -> Finding:
    """What the runs against an entry show, each None where it was not made."""
    runs = [run for run in (quick, whole) if run is not None]
    turned: dict[str, str] = {}
    for run in runs:
        assert clean is not None
        turned |= _turned(run, clean, entry)
    # A run that was lost has no scenarios.
    ended = [run for run in runs if run.scenarios]
    last = ended[-1] if ended else None
    effects = max((run.used for run in runs), default=0)
    raised = [slip for run in runs for slip in run.raised]
    return Finding(
        name=entry.name,
        role=entry.role,
        clauses=entry.clauses,
        why=" ".join(entry.why.split()),
        became=_became(entry, bool(turned), runs, last, effects, bool(raised)),
        localised=bool(effects) and any(clause in turned for clause in entry.clauses),
        turned=turned,
        run="" if last is None else "whole" if last is whole else "quick",
        scenarios=0 if last is None else len(last.scenarios),
        effects=effects,
        changes=max((run.changes for run in runs), key=lambda changes: sum(changes.values()), default={}),
        raised=len(raised),
        slip=raised[0] if raised else "",
        trouble="; ".join(dict.fromkeys(run.trouble for run in runs if run.trouble))[:500],
    )


def _turned(run: Outcome, clean: Clean, entry: Entry) -> dict[str, str]:
    said = (v.FAIL, v.WARN, v.ERROR) if entry.allowed else (v.FAIL, v.WARN)
    usual = {*clean.failed, *clean.warned}
    return {name: verdict for name, verdict in run.verdicts.items() if verdict in said and name not in usual}


def _became(
    entry: Entry, turned: bool, runs: Sequence[Outcome], last: Outcome | None, effects: int, raised: bool
) -> str:
    if not runs:
        return NOT_RUN
    if last is None:
        return NOT_FINISHED
    if not effects:
        # What turned all the same was not turned by the function.
        return CRASHED if raised else NEVER_SHOWED
    if entry.allowed:
        return ACCUSED if turned else LET_PASS
    return DETECTED if turned else MISSED


def counts(findings: Iterable[Finding], *, allowed: bool) -> dict[str, Any]:
    """How many there are, what became of them, and the rate of those detected (or accused) with its 95 % bounds.

    The rate is of all that were run to their end: those that never showed and those that crashed are counted as not
    detected. ``of_those_that_showed`` leaves them out.
    """
    found = list(findings)
    kinds = (ACCUSED, LET_PASS) if allowed else (DETECTED, MISSED)
    became = {kind: sum(one.became == kind for one in found) for kind in (*kinds, NEVER_SHOWED, CRASHED)}
    ended, showed = sum(became.values()), became[kinds[0]] + became[kinds[1]]
    hit = became[kinds[0]]
    rates: dict[str, Any] = {
        "entries": len(found),
        **{kind.replace(" ", "_"): count for kind, count in became.items()},
        "not_run_or_finished": len(found) - ended,
        "whole_suite": sum(one.run == "whole" or (one.localised and not allowed) for one in found),
        "rate": _rate(hit, ended),
        "bounds": bounds(hit, ended),
        "of_those_that_showed": _rate(hit, showed),
        "bounds_of_those_that_showed": bounds(hit, showed),
    }
    if allowed:
        # A warning of what the documents only recommend is no reproach, but it is told of a system that may do so.
        rates["failed"] = sum(
            one.became == ACCUSED and bool({v.FAIL, v.ERROR} & {*one.turned.values()}) for one in found
        )
        rates["bounds_of_failed"] = bounds(rates["failed"], ended)
    else:
        localised = sum(one.localised for one in found)
        rates |= {
            "localised": localised,
            "localisation": _rate(localised, hit),
            "bounds_of_localisation": bounds(localised, hit),
        }
    return rates


def _rate(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None
