"""``results.json``: the judged run for scripts. Its shape is ``results.schema.json``.

Byte for byte the same for the same judged run: everything is sorted, and nothing of
the moment of writing (time, machine, folder) is in it.

What fell short is there each time that it was seen. What was met in the same words is there once, with how many times
it was met; each of these times, with its scenario and exchanges, is in ``run.jsonl``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from uec_booking.harness.judging.observations import MET
from uec_booking.harness.judging.verdicts import Judged, JudgedRun

from .once import once_a_run
from .reporter import SilentReporter, write_document
from .text import as_json
from .untested import untested

#: Additions raise the number behind the point; what a reader of 2.0 relied on stays.
SCHEMA_VERSION = "2.0"


class ResultsReporter(SilentReporter):
    """Writes ``results.json``."""

    def run_judged(self, run: JudgedRun, directory: Path) -> None:
        write_document(directory / "results.json", render(run))


@once_a_run
def render(run: JudgedRun) -> str:
    """The document as text, ending in a newline. Raises ValueError where a number is not finite.

    It is ASCII: what a system sent is in it as it came, and moves no cursor where the file is looked at.
    """
    return as_json(document(run))


def document(run: JudgedRun) -> dict[str, Any]:
    """The document as plain data; times are UTC, ISO 8601, durations in seconds."""
    return {
        "schema_version": SCHEMA_VERSION,
        "verdict": run.verdict,
        "headline": run.headline(),
        "reason": run.reason,
        "partial": run.partial,
        "outstanding": run.outstanding,
        "exit_status": run.exit_status,
        "edition": run.edition,
        "reading": run.reading,
        "capability_level": run.capability_level,
        "consumer_level": run.consumer_level,
        "identity": run.identity.to_json(),
        "capability_level_at_least": run.capability_at_least,
        "system": _sorted(run.system),
        "started": run.started,
        "finished": run.finished,
        "counts": _sorted(run.counts),
        "notes": list(run.notes),
        "not_tested": [one.to_json() for one in untested(run)],
        "not_run": list(run.not_run),
        "requirements": _requirements(run),
        "scenarios": sorted((s.to_json() for s in run.scenarios), key=lambda s: str(s["id"])),
    }


def _requirements(run: JudgedRun) -> list[dict[str, Any]]:
    found = []
    for requirement in sorted(run.requirements, key=lambda r: r.id):
        data = requirement.to_json()
        data["observations"] = _observations(requirement.observations)
        data["scenarios"] = sorted(data["scenarios"])
        found.append(data)
    return found


def _observations(judged: Iterable[Judged]) -> list[dict[str, Any]]:
    """Sorted, as workers finish in any order; met ones that differ in nothing but where they were made, once."""
    met: dict[tuple[object, ...], list[Judged]] = {}
    found = []
    for one in judged:
        if one.outcome == MET:
            met.setdefault(_in_words(one), []).append(one)
        else:
            found.append({**one.to_json(), "times": 1})
    for alike in met.values():
        first = min(alike, key=lambda one: (one.observation.scenario, one.observation.step, one.observation.exchanges))
        found.append({**first.to_json(), "times": len(alike)})
    return sorted(found, key=lambda one: list(one.values()))


def _in_words(judged: Judged) -> tuple[object, ...]:
    seen = judged.observation
    told = (judged.expected, judged.conflict, judged.note, judged.because)
    return (*told, seen.actual, seen.where, seen.system, seen.check, seen.told_by)


def _sorted(value: Mapping[str, Any]) -> dict[str, Any]:
    return {key: _sorted(value[key]) if isinstance(value[key], Mapping) else value[key] for key in sorted(value)}
