"""What somebody may have meant who wrote a name that does not exist."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import get_close_matches

_MOST = 4


def near_names(written: str, known: Iterable[str]) -> list[str]:
    """At most four of the names that are known, the likeliest first; ids are written in capitals."""
    name, names = written.strip().upper(), list(known)
    # A number without its zero, and a beginning, are likelier than a slip of the hand.
    full = re.sub(r"-(\d)$", r"-0\1", name)
    likely = [one for one in names if one == full or (name and one.startswith(name))]
    return list(dict.fromkeys([*likely, *get_close_matches(name, names, n=_MOST, cutoff=0.7)]))[:_MOST]
