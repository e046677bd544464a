"""What the catalogue says of one requirement or conflict, and what decides it: for ``explain`` and the reports."""

from __future__ import annotations

import os
import shutil
import sys
from dataclasses import asdict, dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from uec_booking.standard import conflicts, editions, requirements, sources
from uec_booking.standard.requirements import API_PAGES_ALONE, Requirement
from uec_booking.standard.roles import BOUND

from ..judging.decides import Check
from .deciding import Deciding, deciding, on_every_exchange, place_json
from .traceability import ATTESTATION as ATTESTATION  # the three kinds, for reports too: they may not go further down
from .traceability import SCENARIO as SCENARIO
from .traceability import STANDING as STANDING
from .traceability import decision, feature_name, standing_modules

_PROGRAM = "uec-booking"

#: What stands between a source and its address, in a line of both.
BEFORE_ADDRESS = " — "


@dataclass(frozen=True, slots=True)
class Explanation:
    """A requirement in words. ``scenarios`` are (feature, scenario, file); ``levels`` are (level, where it holds).

    ``sentences`` are those of the scenarios that decide it, ``places`` the functions that look at every exchange.
    """

    id: str
    text: str
    role: str
    interaction: str
    levels: tuple[tuple[str, str], ...]
    sources: tuple[str, ...]
    scal: tuple[str, ...]
    conflicts: tuple[str, ...]
    #: scenario, standing, attestation or not-yet; then the same in words.
    kind: str
    decided_by: str
    scenarios: tuple[tuple[str, str, str], ...]
    checks: tuple[str, ...]
    run: str
    note: str = ""
    merged_into: str = ""
    sentences: tuple[Deciding, ...] = ()
    places: tuple[Check, ...] = ()
    #: Where each of the sources can be read, empty where no address is known.
    addresses: tuple[str, ...] = ()

    def sources_in_words(self) -> list[str]:
        """Document, page and edition of each source, with its address at the end (``BEFORE_ADDRESS``)."""
        pairs = zip(self.sources, self.addresses, strict=True)
        return [f"{source}{BEFORE_ADDRESS}{address}" if address else source for source, address in pairs]

    def in_words(self) -> list[tuple[str, list[str]]]:
        """Labels, each with its lines; alike in the terminal and in a page."""
        told = [
            ("Level", [f"{level}: {where}" for level, where in self.levels]),
            ("Binds", [f"{BOUND[self.role]} ({self.interaction})"]),
            ("Merged into", [self.merged_into] if self.merged_into else []),
            ("Sources", self.sources_in_words()),
            ("SCAL", [", ".join(self.scal)] if self.scal else []),
            ("Conflicts", [f"{name} {treatment(name)}" for name in self.conflicts]),
            ("Note", [self.note] if self.note else []),
            ("Decided by", [self.decided_by]),
            ("Scenarios", self._scenarios()),
            ("Checks", [check.in_words() for check in self.places]),
            ("Run it", [self.run, *([_FOR_YOURS] if " assure" in self.run else [])] if self.run else []),
        ]
        return [(label, lines) for label, lines in told if lines]

    def _scenarios(self) -> list[str]:
        """The scenarios, and below those with the same deciding sentences these sentences, once."""
        sentences: dict[tuple[str, str], dict[str, None]] = {}
        for one in self.sentences:
            sentences.setdefault((one.file, one.name), {})[one.in_words()] = None
        groups: dict[tuple[str, ...], list[str]] = {}
        for feature, name, file in self.scenarios:
            groups.setdefault(tuple(sentences.get((file, name), ())), []).append(f"{name} — {feature} ({file})")
        return [line for decided, scenarios in groups.items() for line in (*scenarios, *decided)]

    def to_json(self) -> dict[str, Any]:
        return {
            **asdict(replace(self, sentences=(), places=())),
            "sentences": [one.to_json() for one in self.sentences],
            "places": [place_json(check) for check in self.places],
            "levels": [{"level": level, "holds": where} for level, where in self.levels],
            "scenarios": [{"feature": a, "scenario": b, "file": c} for a, b, c in self.scenarios],
            "conflicts": [conflict_json(name) for name in self.conflicts],
        }


_FOR_YOURS = "with --config FILE it runs against your system, without against the bundled one"


@cache
def explanation(requirement: str) -> Explanation | None:
    """What there is to say of a requirement, or None for an id that the catalogue does not have."""
    entry = requirements.load().get(requirement)
    if entry is None:
        return None
    decided, documents = decision(entry), sources.load()
    decisive = entry.merged_into or entry.id
    return Explanation(
        id=entry.id,
        text=entry.text,
        role=entry.role,
        interaction=entry.interaction,
        levels=tuple(_levels(entry)),
        # Some documents count the versions of the API, others the editions.
        sources=tuple(f"{documents[s.doc].title}, {s.page}, version {s.editions}" for s in entry.sources),
        addresses=tuple(documents[s.doc].address_of(s.page, s.editions) for s in entry.sources),
        scal=entry.scal,
        conflicts=entry.conflicts,
        kind=decided.kind,
        decided_by=_decided(decided.kind, decided.standing, decided.why),
        scenarios=tuple(
            (feature_name(file), name, file) for file, _, name in (one.partition("::") for one in decided.scenarios)
        ),
        checks=standing_modules().get(decisive, ()),
        run=_command(decided.kind, decisive),
        note=entry.note,
        merged_into=entry.merged_into,
        sentences=deciding(decisive),
        places=on_every_exchange(decisive),
    )


def _levels(entry: Requirement) -> list[tuple[str, str]]:
    """The levels by editions, those that agree put together, then the readings that raise them."""
    by_level: dict[str, list[str]] = {}
    for edition in editions.EDITIONS:
        if entry.applies_in(edition):
            by_level.setdefault(entry.level_in(edition), []).append(edition)
    told = [
        (level, "in every edition" if len(names) == len(editions.EDITIONS) else f"in {', '.join(names)}")
        for level, names in by_level.items()
    ] or [(entry.level, "in no edition that is judged")]
    for reading in editions.READINGS:
        if reading in entry.levels:
            told.append((entry.levels[reading], f"as {reading} reads it"))
    if API_PAGES_ALONE in entry.levels:
        told.append((entry.levels[API_PAGES_ALONE], "if the API pages are read alone (never judged by)"))
    return told


def _decided(kind: str, standing: bool, why: str) -> str:
    if kind == SCENARIO:
        return "the scenarios below" + (", and a check on every exchange" if standing else "")
    if kind == STANDING:
        return "a check on every exchange of a run"
    if kind == ATTESTATION:
        return f"a person's statement: {why}"
    return f"nothing in this version: {why}"


def command() -> str:
    """What to type for ``uec-booking`` in this folder: the bare name only where the shell finds this installation.

    ``make setup`` puts it on no path, and a line that is printed to be pasted has to run.
    """
    return _command_in(Path.cwd(), Path(sys.argv[0]), os.environ.get("PATH"))


@cache
def _command_in(here: Path, started: Path, path: str | None) -> str:
    """The same wherever these are: a report asks for it with every line that it prints."""
    beside = Path(sys.executable).with_name(_PROGRAM)
    ours = started if started.name == _PROGRAM and started.is_file() else beside
    found = shutil.which(_PROGRAM, path=path)
    if not ours.is_file() or (found and os.path.samefile(found, ours)):
        return _PROGRAM
    full = ours.absolute()
    return str(full.relative_to(here)) if full.is_relative_to(here) else str(full)


def _command(kind: str, requirement: str) -> str:
    if kind == SCENARIO:
        return f"{command()} assure --only {requirement}"
    if kind == STANDING:
        return f"{command()} assure"
    if kind == ATTESTATION:
        return f"{command()} attest reports/out --id {requirement}"
    return ""


def treatment(conflict: str) -> str:
    """What a conflict is about, and how it is judged here, in a line."""
    entry = conflicts.load()[conflict]
    return f"{entry.title}. Treated as {entry.stance}: {entry.treatment}"


def conflict_in_words(conflict: str) -> list[tuple[str, list[str]]]:
    """Labels, each with its lines, as ``Explanation.in_words``."""
    entry, documents = conflicts.load()[conflict], sources.load()
    titles = {name: document.title for name, document in documents.items()}
    return [
        ("Sources", [f"{titles.get(s.doc, s.doc)}, {s.editions}: {s.says}" for s in entry.sources]),
        ("Treatment", [f"{entry.stance} ({conflicts.STANCES[entry.stance]})", entry.treatment]),
        ("Requirements", [", ".join(entry.clauses)]),
    ]


def conflict_json(conflict: str) -> dict[str, Any]:
    """A conflict as data."""
    entry = conflicts.load()[conflict]
    return {
        "id": entry.id,
        "title": entry.title,
        "sources": [asdict(source) for source in entry.sources],
        "stance": entry.stance,
        "treatment": entry.treatment,
        "requirements": list(entry.clauses),
    }
