"""Variants: conformant choices different from the simulator's own, under which nothing may fail."""

from __future__ import annotations

from dataclasses import replace

from uec_booking.simulator.seams import VARIANT, Fault
from uec_booking.simulator.variants.behaviour import BEHAVIOUR
from uec_booking.simulator.variants.choices import CHOICES
from uec_booking.simulator.variants.headers import HEADERS
from uec_booking.simulator.variants.pages import PAGES
from uec_booking.simulator.variants.pairs import pairs
from uec_booking.simulator.variants.shapes import SHAPES
from uec_booking.simulator.variants.statuses import STATUSES

SINGLE: tuple[Fault, ...] = tuple(
    replace(fault, kind=VARIANT) for fault in (*CHOICES, *STATUSES, *BEHAVIOUR, *HEADERS, *SHAPES, *PAGES)
)

VARIANTS: tuple[Fault, ...] = (*SINGLE, *pairs(SINGLE))
