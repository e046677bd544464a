"""The figures of the harness's own proof, small enough to come with the program.

``docs/proof.json`` is not installed. ``python -m uec_booking.reports.statement.proof_figures docs/proof.json`` prints
what is kept of it in ``proof_figures.json``; a test holds the two together.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Mapping, Sequence
from importlib import resources
from pathlib import Path
from typing import Any

from uec_booking.standard.roles import CONSUMER

FILE = "proof_figures.json"

#: What no run of the suite looks for: the reader of a statement has to know it.
NOT_LOOKED_FOR = (
    "faults that show only after minutes, only in summer, or only under a load that no conformance run should bring",
    "a diary that no search shows, slots that are kept back without a word, past appointments in a search",
    "how a system looks and is used, its clinical safety, information governance and service management",
    "anything that the standard does not ask for, or asks of a system that was not under test",
)


def load() -> Mapping[str, Any]:
    """The figures that came with this version."""
    found: Mapping[str, Any] = json.loads(resources.files(__package__).joinpath(FILE).read_text("utf-8"))
    return found


def figures(content: bytes) -> dict[str, Any]:
    """What is kept of the content of a ``proof.json``. Raises ValueError where it is none."""
    proof = json.loads(content)
    return {
        "sha256": hashlib.sha256(content).hexdigest(),
        "all": _side(proof["defects"], proof["variants"]),
        "consumers": _side(*(_of_consumers(proof[key]) for key in ("defects", "variants"))),
        "bounds": proof.get("bounds") or {},
        "repeated": proof["repeatability"]["runs"],
        "flips": len(proof["repeatability"]["flips"]),
    }


def in_words(found: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Names and values for a reader; what was not measured is left out."""
    told = [*_side_in_words(found["all"], found["bounds"], ""), *_side_in_words(found["consumers"], {}, ", consumers")]
    if found["repeated"]:
        told.append(("Repeated", f"{found['repeated']} times in random orders; {found['flips']} verdicts changed"))
    told.append(("proof.json, SHA-256", found["sha256"]))
    return told


def _side(defects: Sequence[Mapping[str, Any]], variants: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    return {
        "faults": len(defects),
        "detected": sum(bool(one["killed"]) for one in defects),
        "on_requirement": sum(bool(one["localised"]) for one in defects),
        "conformant": len(variants),
        "false_alarms": sum(bool(one["false_alarms"]) for one in variants),
    }


def _of_consumers(rows: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    return [one for one in rows if one.get("part") == CONSUMER.name]


def _side_in_words(side: Mapping[str, int], bounds: Mapping[str, Sequence[float]], of: str) -> list[tuple[str, str]]:
    rows = (
        ("Known faults detected", side["detected"], side["faults"], "sensitivity"),
        ("… on the requirement that is broken", side["on_requirement"], side["detected"], "localisation"),
        (
            "Conformant systems without a false alarm",
            side["conformant"] - side["false_alarms"],
            side["conformant"],
            "specificity",
        ),
    )
    return [(name + of, _rate(part, whole, bounds.get(key))) for name, part, whole, key in rows if whole]


def _rate(part: int, whole: int, bounds: Sequence[float] | None) -> str:
    limits = f", 95 % bounds {bounds[0]:.1%} to {bounds[1]:.1%}" if bounds else ""
    return f"{part} of {whole} ({part / whole:.1%}{limits})"


if __name__ == "__main__":
    print(json.dumps(figures(Path(sys.argv[1]).read_bytes()), indent=1))
