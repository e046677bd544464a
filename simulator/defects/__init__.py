"""Defects: each breaks one requirement at one named seam, to prove that the harness notices."""

from __future__ import annotations

from uec_booking.simulator.defects.after_booking import AFTER_BOOKING
from uec_booking.simulator.defects.along_with_slots import ALONG_WITH_SLOTS
from uec_booking.simulator.defects.asking import ASKING
from uec_booking.simulator.defects.booking import BOOKING
from uec_booking.simulator.defects.capability import CAPABILITY
from uec_booking.simulator.defects.cascades import CASCADES
from uec_booking.simulator.defects.demands import DEMANDS
from uec_booking.simulator.defects.edge import EDGE
from uec_booking.simulator.defects.fading import FADING
from uec_booking.simulator.defects.formats_by_interaction import FORMATS_BY_INTERACTION
from uec_booking.simulator.defects.interplay import INTERPLAY
from uec_booking.simulator.defects.kept import KEPT
from uec_booking.simulator.defects.mechanical import MECHANICAL_DEFECTS
from uec_booking.simulator.defects.methods import METHODS
from uec_booking.simulator.defects.mixed_up import MIXED_UP
from uec_booking.simulator.defects.near_tokens import NEAR_TOKENS
from uec_booking.simulator.defects.over_again import OVER_AGAIN
from uec_booking.simulator.defects.read_back import READ_BACK
from uec_booking.simulator.defects.registry import REGISTRY
from uec_booking.simulator.defects.registry_entries import REGISTRY_ENTRIES
from uec_booking.simulator.defects.registry_told import REGISTRY_TOLD
from uec_booking.simulator.defects.requests import REQUESTS
from uec_booking.simulator.defects.search import SEARCH
from uec_booking.simulator.defects.search_result import SEARCH_RESULT
from uec_booking.simulator.defects.security import SECURITY
from uec_booking.simulator.defects.workflow import WORKFLOW
from uec_booking.simulator.defects.written import WRITTEN
from uec_booking.simulator.seams import Fault

DEFECTS: tuple[Fault, ...] = (
    *WORKFLOW,
    *CAPABILITY,
    *SEARCH,
    *SEARCH_RESULT,
    *BOOKING,
    *AFTER_BOOKING,
    *SECURITY,
    *NEAR_TOKENS,
    *FORMATS_BY_INTERACTION,
    *METHODS,
    *EDGE,
    *REGISTRY,
    *REGISTRY_ENTRIES,
    *REGISTRY_TOLD,
    *REQUESTS,
    *KEPT,
    *READ_BACK,
    *WRITTEN,
    *ALONG_WITH_SLOTS,
    *INTERPLAY,
    *FADING,
    *MIXED_UP,
    *ASKING,
    *OVER_AGAIN,
    *DEMANDS,
    *CASCADES,
    *MECHANICAL_DEFECTS,
)
