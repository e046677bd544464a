"""The cover of the statement: what was tested, against what, with which result, and what it rests on."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from uec_booking.harness.judging.verdicts import (
    VERDICTS,
    JudgedRun,
    RequirementVerdict,
    SystemIdentity,
    Verdict,
)
from uec_booking.standard.editions import API_VERSION
from uec_booking.standard.levels import LEVELS, Level
from uec_booking.standard.roles import ANY, BOUND, ROLES

from .. import results
from ..text import one_line

#: The roles in the order of the tables; what binds everybody comes last.
_ROLES = (*ROLES, ANY)
_OTHERS = "others"
_TOLD: Mapping[object, str] = {True: "yes", False: "no"}


@dataclass(frozen=True, slots=True)
class Counts:
    """The requirements of the run by who is bound, by level and by verdict, with the verdicts that occur."""

    verdicts: list[Verdict]
    rows: list[tuple[str, str, list[int], int]]
    totals: list[int]


@dataclass(frozen=True, slots=True)
class System:
    """A system under test, as a small table; ``facts`` without a value are left out."""

    title: str
    facts: list[tuple[str, str]]


def counts(run: JudgedRun) -> Counts:
    """A row for each role and level that occurs, strictest first."""
    verdicts = [verdict for verdict in VERDICTS if run.counts.get(verdict)]
    groups: dict[tuple[str, Level], list[RequirementVerdict]] = {}
    for one in run.requirements:
        groups.setdefault((one.role if one.role in _ROLES else _OTHERS, one.level), []).append(one)
    rows = [
        (
            BOUND.get(role, _OTHERS).capitalize(),
            str(level),
            _tally(groups[role, level], verdicts),
            len(groups[role, level]),
        )
        for role in (*_ROLES, _OTHERS)
        for level in reversed(LEVELS)
        if (role, level) in groups
    ]
    return Counts(verdicts, rows, _tally(list(run.requirements), verdicts))


def _tally(requirements: list[RequirementVerdict], verdicts: list[Verdict]) -> list[int]:
    found = Counter(one.verdict for one in requirements)
    return [found[verdict] for verdict in verdicts]


def systems(run: JudgedRun) -> list[System]:
    """One for each system under test, in the order of the settings."""
    return [_system(run, one) for one in run.identity.systems]


def _system(run: JudgedRun, one: SystemIdentity) -> System:
    stated = " ".join(filter(None, (one.software, one.version)))
    played = _part(run, one.key)
    return System(
        title=one_line(one.name, 100),
        facts=[
            ("Tested as", one.key.replace("_", " ")),
            ("Address", one_line(one.address, 200)),
            ("Software", one_line(stated or "not stated in the settings", 200)),
            ("Says of itself", one_line(" / ".join(one.told) or "nothing that was read", 200)),
            ("ASID", one_line(played.get("asid", ""), 40)),
            ("Mutual TLS", _TOLD.get(played.get("mutual_tls"), "")),
        ],
    )


def _part(run: JudgedRun, key: str) -> dict[str, Any]:
    parts = run.system.get("parts")
    found = parts.get(key) if isinstance(parts, dict) else None
    return found if isinstance(found, dict) else {}


def tested(run: JudgedRun) -> list[tuple[str, str]]:
    """Under which edition and claims, how much of the suite, and when."""
    api = API_VERSION.get(run.edition, "")
    reading = f", read as {run.reading}" if run.reading else ", no stricter reading laid over it"
    ran, all_of_them = len(run.scenarios), len(run.scenarios) + len(run.not_run)
    return [
        ("Edition of the standard", f"{run.edition}{f' (API {api})' if api else ''}{reading}"),
        ("Capabilities claimed", ", ".join(run.identity.claims) or "none beyond the core"),
        ("Scenarios run", f"{ran} of {all_of_them}" + (" (a part of the suite)" if run.partial else "")),
        ("Time of the run", f"{run.started} to {run.finished} (UTC)"),
        ("Operator", one_line(run.identity.operator, 200)),
    ]


def hashes(run: JudgedRun) -> list[tuple[str, str]]:
    """What identifies the run, its verdicts and its settings, so that a statement can be held against its evidence."""
    named = ("Harness", "Judged again by", "Run", "run.jsonl, SHA-256")
    told = [(name, one_line(value, 300)) for name, value in run.identity.in_words() if name in named]
    verdicts = hashlib.sha256(results.render(run).encode("ascii")).hexdigest()
    return [*told, ("results.json, SHA-256", verdicts), ("Settings, SHA-256", settings_hash(run))]


def settings_hash(run: JudgedRun) -> str:
    """Of the settings without secrets: ``system`` of results.json as JSON, keys sorted, no white space, in ASCII."""
    text = json.dumps(run.system, sort_keys=True, separators=(",", ":"), ensure_ascii=True, default=str)
    return hashlib.sha256(text.encode("ascii")).hexdigest()
