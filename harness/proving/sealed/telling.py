"""What a sealed round showed, in the terminal: what went wrong first, entry by entry, then the rates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ...text import say
from . import findings as f

#: In this order: what needs a look stands first.
_ORDER = (f.MISSED, f.ACCUSED, f.NOT_FINISHED, f.CRASHED, f.NEVER_SHOWED, f.NOT_RUN, f.LET_PASS, f.DETECTED)


def tell(document: Mapping[str, Any], folder: Path) -> None:
    """The list by what became of each, and the counts."""
    for line in lines(document):
        say(line, hanging="    ")
    say(f"sealed.json is in {folder}")


def lines(document: Mapping[str, Any]) -> list[str]:
    """The same, line by line."""
    told = []
    entries = [*document["faults"], *document["variations"]]
    for became in _ORDER:
        told += [entry_line(one) for one in entries if one["became"] == became]
    if document["clean_failed"]:
        told.append(f"CONTROL FAILED: the good system does not meet {', '.join(document['clean_failed'])}")
    for name, unknown in document["unknown_clauses"].items():
        told.append(f"{name} names what the standard does not have: {', '.join(unknown)}")
    for role, counted in document["counts"]["faults"].items():
        told.append(_faults(role, counted))
    for role, counted in document["counts"]["variations"].items():
        told.append(_variations(role, counted))
    return told


def entry_line(one: Mapping[str, Any]) -> str:
    """An entry: its name, what it breaks (or what allows it), what became of it and what was seen."""
    parts = [f"{one['became'].upper()} {one['role']} {one['name']} ({' '.join(one['clauses'])})"]
    if one["became"] == f.DETECTED and not one["localised"]:
        parts.append("elsewhere")
    if one["turned"]:
        parts.append("seen: " + ", ".join(f"{name} {verdict}" for name, verdict in one["turned"].items()))
    if one["became"] in (f.MISSED, f.ACCUSED, f.NEVER_SHOWED):
        parts.append(f"the author: {one['why']}")
    if one["raised"]:
        parts.append(f"it raised {one['raised']} times: {one['slip']}")
    if one["trouble"]:
        parts.append(f"trouble: {one['trouble']}")
    if one["run"]:
        parts.append(f"{one['run']} run, {one['scenarios']} scenarios, changed {one['effects']} answers or requests")
    return " · ".join(parts)


def _faults(role: str, counted: Mapping[str, Any]) -> str:
    words = [
        f"faults ({role}): {counted['detected']} of {_ended(counted, ('detected', 'missed'))} detected",
        _rate(counted["rate"], counted["bounds"]),
        f"{counted['localised']} on a requirement that the author names",
        f"{counted['never_showed']} never showed, {counted['crashed']} crashed",
        f"of those that showed {_rate(counted['of_those_that_showed'], counted['bounds_of_those_that_showed'])}",
    ]
    return "; ".join([*words, *_left(counted)])


def _variations(role: str, counted: Mapping[str, Any]) -> str:
    words = [
        f"variations ({role}): {counted['accused']} of {_ended(counted, ('accused', 'not_accused'))} accused",
        _rate(counted["rate"], counted["bounds"]),
        f"{counted['failed']} of them by a FAIL",
        f"{counted['never_showed']} never showed, {counted['crashed']} crashed",
    ]
    return "; ".join([*words, *_left(counted)])


def _ended(counted: Mapping[str, Any], kinds: Sequence[str]) -> int:
    return sum(int(counted[kind]) for kind in (*kinds, "never_showed", "crashed"))


def _left(counted: Mapping[str, Any]) -> list[str]:
    left = counted["not_run_or_finished"]
    return [f"{left} not run to their end"] if left else []


def _rate(rate: float | None, bounds: Sequence[float] | None) -> str:
    if rate is None or bounds is None:
        return "no rate"
    return f"{rate:.1%} (95 % bounds {bounds[0]:.1%} to {bounds[1]:.1%})"
