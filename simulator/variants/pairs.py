"""Systems that make many choices at once, from the covering arrays in ``pairs.json`` (see `make_pairs`)."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from ..seams import VARIANT, Fault

#: Scenarios that meet most choices: includes, refusals, versions, tokens.
_NEAR = "PRV-SRCH-17 or PRV-BOOK-14 or PRV-GET-02 or PRV-CAN-12"
FILE = Path(__file__).with_name("pairs.json")


def pairs(single: Iterable[Fault]) -> tuple[Fault, ...]:
    """The combined systems, ``pair-001`` and so on, made of the single variants."""
    by_name = {fault.name: place for place, fault in enumerate(single)}
    systems: list[list[str]] = json.loads(FILE.read_text(encoding="utf-8"))
    return tuple(
        Fault(
            f"pair-{number:03}",
            "PRV-BOOK-01",
            f"{len(names)} choices at once.",
            "provider",
            # In the order of the single ones, so that the same choices always make the same system.
            made_of=tuple(sorted(names, key=by_name.__getitem__)),
            kind=VARIANT,
            near=_NEAR,
        )
        for number, names in enumerate(systems, start=1)
    )
