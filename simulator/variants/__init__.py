"""Variants: conformant choices different from the simulator's own, under which nothing may fail."""

from __future__ import annotations

from uec_booking.simulator.seams import Fault
from uec_booking.simulator.variants.choices import CHOICES
from uec_booking.simulator.variants.statuses import STATUSES

VARIANTS: tuple[Fault, ...] = (*CHOICES, *STATUSES)
