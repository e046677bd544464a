"""What `simulate --list` says: the defects and variants, for people, as JSON, and as the page docs/defects.md."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from .known_defects import DEFECTS
from .mechanical.faults import DOES, EQUIVALENT
from .seams import DEFECT, MECHANICAL, UNDECIDABLE, WARNED, Fault
from .variants import SINGLE, VARIANTS
from .variants.factors import INCOMPATIBLE


def row(fault: Fault) -> dict[str, Any]:
    """A fault as it stands in a list made for programs."""
    found: dict[str, Any] = {
        "kind": fault.kind,
        "name": fault.name,
        "requirement": fault.requirement,
        "part": fault.part,
        "summary": fault.summary,
    }
    if fault.near:
        found["near"] = fault.near
    if fault.unclaimed:
        found["unclaimed"] = fault.unclaimed
    if fault.made_of:
        found["made_of"] = list(fault.made_of)
    if fault.undecidable:
        found["undecidable"] = fault.undecidable
    return found


def as_json() -> str:
    """All of them as a JSON array of objects."""
    return json.dumps([row(fault) for fault in (*DEFECTS, *VARIANTS)], indent=1) + "\n"


def as_text() -> str:
    """All of them, a line each."""
    lines = [f"{f.kind:11} {f.name:28} {f.requirement:14} {f.summary}" for f in (*DEFECTS, *VARIANTS)]
    return "\n".join(lines) + "\n"


def as_markdown() -> str:
    """The page for people: mechanical defects in numbers, everything else by name."""
    mechanical = [fault.name.split(":") for fault in DEFECTS if fault.kind == MECHANICAL]
    counts = Counter((kind, operator) for _, kind, _, operator in mechanical)
    reasons: dict[str, list[str]] = {}
    for each in EQUIVALENT:
        reasons.setdefault(each.why, []).append(each.name.removeprefix("mechanical:"))
    return TEMPLATES.get_template("defects.md.j2").render(
        by_hand=[fault for fault in DEFECTS if fault.kind == DEFECT],
        warned=[fault for fault in DEFECTS if fault.kind == WARNED],
        undecidable=[fault for fault in DEFECTS if fault.kind == UNDECIDABLE],
        mechanical=len(mechanical),
        operators=list(DOES),
        answers={kind: [counts[kind, operator] for operator in DOES] for _, kind, _, _ in mechanical},
        equivalents=len(EQUIVALENT),
        reasons=reasons,
        single=SINGLE,
        combined=[fault for fault in VARIANTS if fault.made_of],
        incompatible=sorted(INCOMPATIBLE.items()),
    )


def _cell(text: str) -> str:
    """Text that may stand in a table of Markdown. The summaries are our own, so only what ends a cell is escaped."""
    return text.replace("|", "\\|")


TEMPLATES = Environment(
    loader=PackageLoader(__package__),
    # Markdown: the template says itself which cells have to be escaped.
    autoescape=False,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
)
TEMPLATES.filters["cell"] = _cell
