"""Variants: conformant choices different from the simulator's own, under which nothing may fail."""

from __future__ import annotations

from dataclasses import replace

from uec_booking.simulator.seams import VARIANT, Fault
from uec_booking.simulator.variants.absent import ABSENT
from uec_booking.simulator.variants.behaviour import BEHAVIOUR
from uec_booking.simulator.variants.choices import CHOICES
from uec_booking.simulator.variants.headers import HEADERS
from uec_booking.simulator.variants.ids import IDS
from uec_booking.simulator.variants.pages import PAGES
from uec_booking.simulator.variants.pairs import pairs
from uec_booking.simulator.variants.search_results import SEARCH_RESULTS
from uec_booking.simulator.variants.statuses import STATUSES
from uec_booking.simulator.variants.times import TIMES
from uec_booking.simulator.variants.tokens import TOKENS
from uec_booking.simulator.variants.unlike import UNLIKE
from uec_booking.simulator.variants.wording import WORDING

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
    )
)

VARIANTS: tuple[Fault, ...] = (*SINGLE, *pairs(SINGLE))
