"""Variants: conformant choices different from the simulator's own, under which nothing may fail."""

from __future__ import annotations

from uec_booking.simulator.seams import Fault

VARIANTS: tuple[Fault, ...] = ()
