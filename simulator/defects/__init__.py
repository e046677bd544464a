"""Defects: each breaks one requirement at one named seam, to prove that the harness notices."""

from __future__ import annotations

from uec_booking.simulator.defects.workflow import WORKFLOW
from uec_booking.simulator.seams import Fault

DEFECTS: tuple[Fault, ...] = (*WORKFLOW,)
