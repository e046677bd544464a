"""All the outsiders' faults: each of these modules enters its own in the list when it is imported."""

# ruff: noqa: F401
from __future__ import annotations

from . import (
    faults_of_access,
    faults_of_appointments,
    faults_of_bookings,
    faults_of_formats,
    faults_of_headers,
    faults_of_reading,
    faults_of_searches,
    faults_of_slots,
)
from .fault_cases import CASES

__all__ = ["CASES"]
