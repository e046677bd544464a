"""``proof.html``: what the proof of the harness showed, defect by defect and variant by variant, to be read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

from .html import Element, anchor, el, facts, page, table
from .page_head import head
from .reporter import SilentReporter, write_document

Row = Mapping[str, Any]


class ProofPageReporter(SilentReporter):
    """Writes ``proof.html`` beside ``proof.json``."""

    def proof_made(self, proof: Row, directory: Path) -> None:
        write_document(directory / "proof.html", render(proof))


def render(proof: Row) -> str:
    """The page of a ``proof.json``, as text; the same for the same proof."""
    body = [
        el("header", *_headline(proof)),
        el("main", *_survivors(proof), *_variants(proof), *_matrix(proof), id="main"),
    ]
    return page(head("Which faults the harness finds · UEC Booking conformance"), body)


def _headline(proof: Row) -> Iterator[Element]:
    defects, variants = proof["defects"], proof["variants"]
    repeated, controls = proof["repeatability"], proof["controls"]
    killed, localised = _count(defects, "killed"), _count(defects, "localised")
    accused = sum(bool(one["false_alarms"]) for one in variants)
    flips = len(repeated["flips"])
    good = killed == len(defects) and not accused and not flips and not controls["clean_failed"]
    yield el("h1", "The harness, proved on systems with known faults")
    yield el(
        "div",
        el("p", f"{killed} of {len(defects)} faults found; {accused} of {len(variants)} good systems accused"),
        class_=f"headline {'good' if good else 'odd'}",
    )
    yield facts(
        [
            ("Found (sensitivity)", _percent(proof["sensitivity"]) + _bounds(proof, "sensitivity")),
            (
                "On the right requirement",
                f"{localised} of {killed} ({_percent(proof['localisation'])}{_bounds(proof, 'localisation')})",
            ),
            ("Not accused (specificity)", _percent(proof["specificity"]) + _bounds(proof, "specificity")),
            ("Other verdicts that a fault turns", _causes(proof)),
            ("Repeated", f"{repeated['runs']} times in random orders, {flips} verdicts flipped"),
            ("Without any fault", ", ".join(controls["clean_failed"]) or "nothing failed"),
            ("Canary", f"{controls['canary']} {'was found' if controls['canary_killed'] else 'LIVES'}"),
            ("Not finished", "; ".join(f"{name}: {why}" for name, why in controls["troubles"].items())),
        ]
    )


def _survivors(proof: Row) -> Iterator[Element]:
    yield el("h2", "Faults that were not found, or not on their requirement", id="survivors")
    rows = [one for one in proof["defects"] if not one["localised"]]
    if rows:
        rows.sort(key=lambda one: (one["killed"], one["name"]))
        yield el("div", _table(rows, "Those not found come first."), class_="scroll")
    else:
        yield el("p", "None.")


def _variants(proof: Row) -> Iterator[Element]:
    yield el("h2", "Good systems that choose otherwise", id="variants")
    rows = [
        el(
            "tr",
            el("th", one["name"], scope="row", class_="id"),
            el("td", ", ".join(one["false_alarms"]) or "not accused"),
        )
        for one in sorted(proof["variants"], key=lambda one: (not one["false_alarms"], one["name"]))
    ]
    yield el("div", table(["System", "Accused of"], rows, "Conformant systems, those accused first."), class_="scroll")


def _matrix(proof: Row) -> Iterator[Element]:
    yield el("h2", "Every fault, by the requirement that it breaks", id="matrix")
    ordered = sorted(proof["defects"], key=lambda one: (one["requirement"], one["name"]))
    for requirement, rows in groupby(ordered, key=lambda one: str(one["requirement"])):
        group = list(rows)
        caption = f"{requirement}: {_count(group, 'killed')} of {len(group)} found, {_count(group, 'localised')} there"
        yield el("div", _table(group, caption), class_="scroll", id=anchor(requirement))


def _table(rows: Sequence[Row], caption: str) -> Element:
    heads = ["Fault", "Requirement", "Its verdict", "Reached", "Found", "On it", "Failed as well"]
    return table(heads, [_row(one) for one in rows], caption)


def _row(one: Row) -> Element:
    marks = [el("td", "yes" if one[name] else "NO") for name in ("reached", "killed", "localised")]
    return el(
        "tr",
        el("th", one["name"], scope="row", class_="id"),
        el("td", one["requirement"]),
        el("td", one["verdict"] or "none"),
        *marks,
        el("td", ", ".join(one["also_failed"])),
    )


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
