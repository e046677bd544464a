"""``proof.html``: what the proof of the harness showed, defect by defect and variant by variant, to be read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

from uec_booking.standard import roles

from .reporter import SilentReporter, write_document
from .templating import html

CONSUMER = roles.CONSUMER.name

Row = Mapping[str, Any]


class ProofPageReporter(SilentReporter):
    """Writes ``proof.html`` beside ``proof.json``."""

    def proof_made(self, proof: Row, directory: Path) -> None:
        write_document(directory / "proof.html", render(proof))


def render(proof: Row) -> str:
    """The page of a ``proof.json``, as text; the same for the same proof."""
    defects, variants = proof["defects"], proof["variants"]
    detected, accused = _count(defects, "killed"), _count(variants, "false_alarms")
    failed = [*proof["controls"]["clean_failed"], *(proof["controls"].get("consumers") or {}).get("clean_failed", ())]
    clean = not accused and not proof["repeatability"]["flips"] and not failed
    return html(
        "proof.html.j2",
        "Faults the harness detects · UEC Booking conformance",
        good=detected == len(defects) and clean,
        headline=f"{detected} of {len(defects)} faults detected; "
        f"false alarms on {accused} of {len(variants)} conformant systems",
        summary=_summary(proof),
        missed=sorted((one for one in defects if not one["localised"]), key=lambda one: (one["killed"], one["name"])),
        variants=sorted(variants, key=lambda one: (not one["false_alarms"], one["name"])),
        matrix=list(_matrix(defects)),
    )


def _summary(proof: Row) -> list[tuple[str, str]]:
    repeated, controls = proof["repeatability"], proof["controls"]
    detected, localised = _count(proof["defects"], "killed"), _count(proof["defects"], "localised")
    flips = len(repeated["flips"])
    return [
        ("Detected (sensitivity)", _percent(proof["sensitivity"]) + _bounds(proof, "sensitivity")),
        (
            "On the right requirement",
            f"{localised} of {detected} ({_percent(proof['localisation'])}{_bounds(proof, 'localisation')})",
        ),
        ("No false alarm (specificity)", _percent(proof["specificity"]) + _bounds(proof, "specificity")),
        *_consumers(proof),
        ("Other verdicts that a fault changes", _causes(proof)),
        ("Repeated", f"{repeated['runs']} times in random orders, {flips} verdicts flipped"),
        *_controls(controls, "Without any fault", "Canary"),
        ("Not finished", "; ".join(f"{name}: {why}" for name, why in controls["troubles"].items())),
    ]


def _consumers(proof: Row) -> list[tuple[str, str]]:
    """What of it is of consumers; nothing where none was tested, and in a proof made before they were."""
    defects, variants = ([one for one in proof[key] if one.get("part") == CONSUMER] for key in ("defects", "variants"))
    told = []
    if defects:
        found, there = _count(defects, "killed"), _count(defects, "localised")
        told.append(
            ("Written by hand, consumers", f"{found} of {len(defects)} detected, {there} on the right requirement")
        )
    if variants:
        accused = _count(variants, "false_alarms")
        told.append(("Conformant consumers", f"false alarms on {accused} of {len(variants)}"))
    of_consumers = proof["controls"].get("consumers") or {}
    return told + _controls(of_consumers, "A consumer without any fault", "Canary of consumers")


def _controls(controls: Row, clean: str, canary: str) -> list[tuple[str, str]]:
    """What the controls of one side showed; nothing where it was not tested."""
    if not controls.get("canary"):
        return []
    detected = "was detected" if controls["canary_killed"] else "MISSED"
    return [
        (clean, ", ".join(controls["clean_failed"]) or "nothing failed"),
        (canary, f"{controls['canary']} {detected}"),
    ]


def _matrix(defects: Sequence[Row]) -> Iterator[tuple[str, str, list[Row]]]:
    """The faults of each requirement, with the caption of their table."""
    ordered = sorted(defects, key=lambda one: (one["requirement"], one["name"]))
    for requirement, rows in groupby(ordered, key=lambda one: str(one["requirement"])):
        group = list(rows)
        detected, there = _count(group, "killed"), _count(group, "localised")
        yield requirement, f"{requirement}: {detected} of {len(group)} detected, {there} on it", group


def _count(rows: Sequence[Row], name: str) -> int:
    return sum(bool(one[name]) for one in rows)


def _bounds(proof: Row, rate: str) -> str:
    """The 95 % bounds of a rate; nothing in a proof made before they were kept."""
    found = (proof.get("bounds") or {}).get(rate)
    return f", 95 % bounds {found[0]:.1%} to {found[1]:.1%}" if found else ""


def _causes(proof: Row) -> str:
    causes = proof.get("causes") or {}
    if not causes.get("runs"):
        return ""
    return f"{causes['median']:g} at the median, {causes['most']} at most, over {causes['runs']} whole runs"


def _percent(rate: float | None) -> str:
    return "" if rate is None else f"{rate:.1%}"
