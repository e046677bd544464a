"""A sealed round as a whole: it is run, and its document is made."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from uec_booking.standard import roles

from ...tool import tool
from .. import runs
from ..clean import Clean
from ..journal import Journal
from ..sides import SIDES, Side, side_of
from . import findings as f
from . import jobs
from .authored import digests, read, unknown
from .kit import Entry

#: Seconds that a run may take.
_QUICK_SECONDS, _WHOLE_SECONDS = 900.0, 1800.0


@dataclass
class Round:
    """The entries of an author's file, and what was seen of them so far: ``measure`` goes on where it was.

    Raises:
        SettingsError: the file cannot be used.
    """

    file: Path
    entries: tuple[Entry, ...] = ()
    sha256: Mapping[str, str] = field(default_factory=dict)
    _known: dict[Side, Clean] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.entries = read(self.file)
        self.sha256 = digests(self.file)

    def clean_runs(self, chosen: Sequence[Entry], *, quick: bool) -> list[str]:
        """What is run of the good system: what was measured against other runs of it is measured anew."""
        return [job.expression for half in jobs.halves(chosen, self.file) for job in jobs.clean_jobs(half, quick=quick)]

    def measure(self, journal: Journal, chosen: Sequence[Entry], workers: int, *, quick: bool) -> str:
        """Make the runs of the ``chosen`` entries that were not made yet; returns what went wrong, or nothing.

        First the quick runs; then, unless ``quick`` is all that is wanted, the whole suite for the faults that these
        did not lead to their requirement, and for the variations.
        """
        for half in jobs.halves(chosen, self.file):
            runs.run(jobs.clean_jobs(half, quick=quick), half.work, journal, workers, _WHOLE_SECONDS)
            for name in half.side.clean:
                if journal.done[name].trouble:
                    return f"The good system behind the proxy could not be tested: {journal.done[name].trouble}"
            clean = self._clean(journal)[half.side]
            first = [entry for entry in half.entries if quick or not entry.allowed]
            near = [jobs.quick(half, entry, clean) for entry in first]
            runs.run(near, half.work, journal, workers, _QUICK_SECONDS)
            if quick:
                continue
            left = [entry for entry in half.entries if not self._finding(journal, entry).localised]
            runs.run([jobs.whole(entry) for entry in left], half.work, journal, workers, _WHOLE_SECONDS)
        return ""

    def _finding(self, journal: Journal, entry: Entry) -> f.Finding:
        done = journal.done
        clean = self._clean(journal).get(side_of({"part": entry.role}))
        return f.finding(entry, done.get(jobs.quick_name(entry)), done.get(entry.name), clean)

    def _clean(self, journal: Journal) -> dict[Side, Clean]:
        """The good system of each side that it has been run for."""
        done = journal.done
        for side in SIDES:
            if side not in self._known and all(name in done for name in side.clean):
                self._known[side] = Clean([done[name] for name in side.clean])
        return self._known

    def document(self, journal: Journal, *, quick: bool) -> dict[str, Any]:
        """``sealed.json``."""
        found = [self._finding(journal, entry) for entry in self.entries]
        allowed = {entry.name for entry in self.entries if entry.allowed}
        faults = [one for one in found if one.name not in allowed]
        variations = [one for one in found if one.name in allowed]
        return {
            "schema_version": f.SCHEMA_VERSION,
            "file": self.file.name,
            "sha256": dict(self.sha256),
            "suite": dict(tool()),
            "good_system": "the bundled simulator",
            "quick": quick,
            "notes": [],
            "clean_failed": sorted({name for clean in self._clean(journal).values() for name in clean.failed}),
            "unknown_clauses": {entry.name: unknown(entry) for entry in self.entries if unknown(entry)},
            "counts": {
                "faults": _by_role(faults, allowed=False),
                "variations": _by_role(variations, allowed=True),
            },
            "faults": [one.to_json() for one in faults],
            "variations": [one.to_json() for one in variations],
        }


def _by_role(findings: Sequence[f.Finding], *, allowed: bool) -> dict[str, Any]:
    names = (roles.PROVIDER.name, roles.REGISTRY.name, roles.CONSUMER.name)
    parts = {name: [one for one in findings if one.role == name] for name in names}
    counted = {name: f.counts(part, allowed=allowed) for name, part in parts.items() if part}
    return {"all": f.counts(findings, allowed=allowed), **counted}


def as_text(document: Mapping[str, Any]) -> str:
    """The document, a line for each entry, so that two rounds can be compared line by line."""
    parts = []
    for key, value in document.items():
        if isinstance(value, list) and value:
            lines = ",\n  ".join(json.dumps(entry, ensure_ascii=False) for entry in value)
            parts.append(f" {json.dumps(key)}: [\n  {lines}\n ]")
        else:
            parts.append(f" {json.dumps(key)}: {json.dumps(value, ensure_ascii=False)}")
    return "{\n" + ",\n".join(parts) + "\n}\n"
