"""Identifier systems of the simulator's own; what the standard fixes is in `uec_booking.standard.names`."""

from __future__ import annotations

DOS_SERVICE = "https://system.example/Id/dos-service-id"
SCHEDULE_ID = "https://system.example/Id/schedule"
LOCAL_PATIENT = "https://system.example/Id/local-patient"
ISSUE_TYPE = "http://hl7.org/fhir/issue-type"
