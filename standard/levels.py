"""How strongly a clause binds."""

from __future__ import annotations

from enum import StrEnum


class Level(StrEnum):
    """The level of a requirement, in the standard's own words; weakest first."""

    MAY = "MAY"
    SHOULD = "SHOULD"
    MUST = "MUST"


# The short names, under which they are written everywhere.
MAY, SHOULD, MUST = Level.MAY, Level.SHOULD, Level.MUST
LEVELS = tuple(Level)
