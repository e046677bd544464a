"""What `desk --list` says: the defects and variants, for people, as JSON, and as the page docs/consumer-defects.md."""

from __future__ import annotations

import json

from ..listing import TEMPLATES, row
from ..seams import DEFECT, UNDECIDABLE, WARNED
from .faults import defects
from .variants import variants


def as_text() -> str:
    """All of them, a line each."""
    return "".join(f"{f.kind:11} {f.name:30} {f.requirement:14} {f.summary}\n" for f in (*defects(), *variants()))


def as_json() -> str:
    """All of them as a JSON array of objects."""
    return json.dumps([row(fault) for fault in (*defects(), *variants())], indent=1) + "\n"


def as_markdown() -> str:
    """The page for people."""
    found = defects()
    return TEMPLATES.get_template("consumer-defects.md.j2").render(
        by_hand=[fault for fault in found if fault.kind == DEFECT],
        warned=[fault for fault in found if fault.kind == WARNED],
        undecidable=[fault for fault in found if fault.kind == UNDECIDABLE],
        variants=variants(),
    )
