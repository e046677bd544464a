"""``uec-booking prove --sealed FILE``: measures faults of an outside author, who has not read the checks."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from typing import Any

from ..catalogue.selection import chosen
from ..errors import SettingsError
from ..judging.verdicts import EXIT_CONFORMANT, EXIT_HARNESS, EXIT_INCONCLUSIVE, EXIT_NOT_CONFORMANT
from ..proving.journal import Journal, fingerprint
from ..proving.sealed import findings as f
from ..proving.sealed.kit import Entry
from ..proving.sealed.round import Round, as_text
from ..proving.sealed.telling import tell
from ..text import ended, say


def main(options: argparse.Namespace) -> int:
    """Run the round; returns 0 where each fault was detected and no variation accused."""
    the_round = Round(options.sealed)
    selected = [
        entry
        for allowed, expression in ((False, options.defects), (True, options.variants))
        for entry in chosen(expression, [one for one in the_round.entries if one.allowed == allowed], _words)
    ]
    if not selected:
        raise SettingsError(f"Nothing of {options.sealed} was selected by --defects and --variants.")
    try:
        options.out.mkdir(parents=True, exist_ok=True)
        clean = sorted(set(the_round.clean_runs(selected, quick=options.quick)))
        journal = Journal(options.out, fingerprint({"sealed": dict(the_round.sha256), "clean": clean}))
        trouble = _measured(the_round, journal, selected, options)
        document = the_round.document(journal, quick=options.quick)
        (options.out / "sealed.json").write_text(as_text(document), encoding="utf-8")
    except OSError as problem:
        raise SettingsError(
            f"The folder {options.out} cannot be written: {ended(problem)} Choose another with --out."
        ) from None
    if trouble:
        say(trouble)
        return EXIT_HARNESS
    tell(document, options.out)
    return _status(document, selected)


def _measured(the_round: Round, journal: Journal, selected: Sequence[Entry], options: argparse.Namespace) -> str:
    try:
        return the_round.measure(journal, selected, options.workers, quick=options.quick)
    except KeyboardInterrupt:
        say("Interrupted: what was run so far is told, and the same command goes on from there.")
        return ""


def _words(entry: Entry) -> list[str]:
    return [entry.name, entry.role, *entry.clauses]


def _status(document: Mapping[str, Any], selected: Sequence[Entry]) -> int:
    names = {entry.name for entry in selected}
    became = {
        one["name"]: one["became"] for key in ("faults", "variations") for one in document[key] if one["name"] in names
    }
    found = set(became.values())
    if document["clean_failed"] or found & {f.NOT_FINISHED, f.NOT_RUN}:
        return EXIT_HARNESS
    if found & {f.MISSED, f.ACCUSED}:
        return EXIT_NOT_CONFORMANT
    return EXIT_INCONCLUSIVE if found & {f.NEVER_SHOWED, f.CRASHED} else EXIT_CONFORMANT
