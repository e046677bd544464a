"""Defects: each breaks one requirement at one named seam, to prove that the harness notices."""

from __future__ import annotations

from uec_booking.simulator.defects.after_booking import AFTER_BOOKING
from uec_booking.simulator.defects.booking import BOOKING
from uec_booking.simulator.defects.capability import CAPABILITY
from uec_booking.simulator.defects.edge import EDGE
from uec_booking.simulator.defects.mechanical import MECHANICAL_DEFECTS
from uec_booking.simulator.defects.registry import REGISTRY
from uec_booking.simulator.defects.requests import REQUESTS
from uec_booking.simulator.defects.search import SEARCH
from uec_booking.simulator.defects.security import SECURITY
from uec_booking.simulator.defects.shown import SHOWN
from uec_booking.simulator.defects.workflow import WORKFLOW
from uec_booking.simulator.seams import Fault

DEFECTS: tuple[Fault, ...] = (
    *WORKFLOW,
    *CAPABILITY,
    *SEARCH,
    *BOOKING,
    *AFTER_BOOKING,
    *SECURITY,
    *EDGE,
    *REGISTRY,
    *REQUESTS,
    *SHOWN,
    *MECHANICAL_DEFECTS,
)
