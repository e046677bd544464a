"""What `simulate --list` says: the defects and variants, for people, as JSON, and as the page docs/defects.md."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from typing import Any

from .defects import DEFECTS
from .mechanical.faults import DOES, EQUIVALENT
from .seams import DEFECT, MECHANICAL, UNDECIDABLE, WARNED, Fault
from .variants import SINGLE, VARIANTS
from .variants.factors import INCOMPATIBLE


def _row(fault: Fault) -> dict[str, Any]:
    row: dict[str, Any] = {
        "kind": fault.kind,
        "name": fault.name,
        "requirement": fault.requirement,
        "part": fault.part,
        "summary": fault.summary,
    }
    if fault.near:
        row["near"] = fault.near
    if fault.unclaimed:
        row["unclaimed"] = fault.unclaimed
    if fault.made_of:
        row["made_of"] = list(fault.made_of)
    if fault.undecidable:
        row["undecidable"] = fault.undecidable
    return row


def as_json() -> str:
    """All of them as a JSON array of objects."""
    return json.dumps([_row(fault) for fault in (*DEFECTS, *VARIANTS)], indent=1) + "\n"


def as_text() -> str:
    """All of them, a line each."""
    lines = [f"{f.kind:11} {f.name:28} {f.requirement:14} {f.summary}" for f in (*DEFECTS, *VARIANTS)]
    return "\n".join(lines) + "\n"


def as_markdown() -> str:
    """The page for people: mechanical defects in numbers, everything else by name."""
    by_hand = [fault for fault in DEFECTS if fault.kind == DEFECT]
    undecidable = [fault for fault in DEFECTS if fault.kind == UNDECIDABLE]
    warned = [fault for fault in DEFECTS if fault.kind == WARNED]
    combined = [fault for fault in VARIANTS if fault.made_of]
    return "\n".join(
        [
            "<!-- Made by `python -m uec_booking.simulator --list --markdown`; not to be edited. -->",
            "",
            "# Defects and variants of the simulator",
            "",
            "A *defect* breaks one requirement, and the harness must find it. A *variant* is a conformant system",
            "that chooses otherwise, and nothing may fail under it. `uec-booking simulate --defect NAME` (or",
            "`--variant NAME`) runs the world with it, so that you can see what a failing verdict looks like;",
            "`uec-booking prove` runs the suite against all of them. How often it was right is in `proof.json`.",
            "",
            f"## Defects written by hand ({len(by_hand)})",
            "",
            *_table(("Name", "Requirement", "What is wrong"), [(f.name, f.requirement, f.summary) for f in by_hand]),
            "",
            f"### Told as warnings ({len(warned)})",
            "",
            "No clause forbids these outright: the requirement must turn WARN, and nothing may fail.",
            "",
            *_table(("Name", "Requirement", "What is odd"), [(f.name, f.requirement, f.summary) for f in warned]),
            "",
            "### Not to be seen from outside",
            "",
            *_table(("Name", "Requirement", "Why"), [(f.name, f.requirement, f.undecidable) for f in undecidable]),
            "",
            *_mechanical(),
            "",
            f"## Variants ({len(SINGLE)})",
            "",
            *_table(("Name", "Requirement", "What it chooses"), [(f.name, f.requirement, f.summary) for f in SINGLE]),
            "",
            f"## Variants together ({len(combined)})",
            "",
            f"`{combined[0].name}` to `{combined[-1].name}` have many choices each: every two that one system",
            "can make meet in several of them. `--list --json` says what each is made of. No system can have both of:",
            "",
            *_table(("One", "Other", "Why"), [(one, other, why) for (one, other), why in sorted(INCOMPATIBLE.items())]),
            "",
        ]
    )


def _mechanical() -> list[str]:
    mechanical = [fault.name.split(":") for fault in DEFECTS if fault.kind == MECHANICAL]
    counts = Counter((kind, operator) for _, kind, _, operator in mechanical)
    kinds = list(dict.fromkeys(kind for _, kind, _, _ in mechanical))
    rows = [(kind, *(str(counts[kind, operator] or "") for operator in DOES)) for kind in kinds]
    reasons: dict[str, list[str]] = {}
    for each in EQUIVALENT:
        reasons.setdefault(each.why, []).append(each.name.removeprefix("mechanical:"))
    return [
        f"## Mechanical defects ({len(mechanical)})",
        "",
        "Every operator on every header and element of every answer that a clause covers. A name says where and what:",
        "`mechanical:read:Appointment.start:drop`.",
        "",
        *_table(("Answer", *DOES), rows),
        "",
        f"### Equivalents ({len(EQUIVALENT)})",
        "",
        "These no requirement forbids, so they are no defects:",
        "",
        *[f"- {why} ({len(names)}) {', '.join(f'`{name}`' for name in names)}" for why, names in reasons.items()],
    ]


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> list[str]:
    titles = list(head)
    return [_line(titles), _line(["---"] * len(titles)), *(_line(row) for row in rows)]


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"
