"""Variants: conformant choices different from the simulator's own, under which nothing may fail."""

from __future__ import annotations

from dataclasses import replace

from ..seams import VARIANT, Fault
from .absent import ABSENT
from .behaviour import BEHAVIOUR
from .choices import CHOICES
from .headers import HEADERS
from .ids import IDS
from .pages import PAGES
from .pairs import pairs
from .search_results import SEARCH_RESULTS
from .statuses import STATUSES
from .stored import STORED
from .times import TIMES
from .tokens import TOKENS
from .unlike import UNLIKE
from .wording import WORDING

#: What comes along with slots is asked for in few scenarios.
_ALONG = "PRV-SRCH-17"
_SEEN_ALONG = frozenset(
    {
        "absolute-references",
        "bare-practitioners",
        "location-as-actor",
        "other-names",
        "schedules-without-identifier",
        "service-by-identifier",
        "with-narrative",
        "with-unknown-extensions",
    }
)

SINGLE: tuple[Fault, ...] = tuple(
    replace(fault, kind=VARIANT, near=_ALONG if fault.name in _SEEN_ALONG else fault.near)
    for fault in (
        *CHOICES,
        *STATUSES,
        *BEHAVIOUR,
        *HEADERS,
        *IDS,
        *SEARCH_RESULTS,
        *WORDING,
        *TIMES,
        *PAGES,
        *ABSENT,
        *TOKENS,
        *UNLIKE,
        *STORED,
    )
)

VARIANTS: tuple[Fault, ...] = (*SINGLE, *pairs(SINGLE))
