"""All the outsiders' faults: each of these modules enters its own in the list when it is imported."""

# ruff: noqa: F401
from __future__ import annotations

import faults_of_access
import faults_of_appointments
import faults_of_bookings
import faults_of_formats
import faults_of_headers
import faults_of_reading
import faults_of_searches
import faults_of_slots
from fault_cases import CASES

__all__ = ["CASES"]
