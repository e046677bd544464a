"""OperationOutcome resources for rejections (FHIR STU3; UEC error handling page)."""

from __future__ import annotations

import uuid
from typing import Any

from uec_booking.standard.names import SPINE_ERROR_SYSTEM

from .answers import SITUATIONS
from .refusals import Rejected
from .terms import ISSUE_TYPE
from .text import shown


def operation_outcome(refusal: Rejected) -> dict[str, Any]:
    """The OperationOutcome of a rejection: one issue, with diagnostics and the place of the fault."""
    answer = SITUATIONS[refusal.situation]
    coding = {"system": SPINE_ERROR_SYSTEM, "code": answer.code, "display": answer.display}
    if refusal.situation == "slot-taken":
        # The provider assurance script P29 asks for the display of the issue type itself.
        coding = {"system": ISSUE_TYPE, "code": answer.issue, "display": answer.display}
    issue: dict[str, Any] = {
        "severity": "error",
        "code": answer.issue,
        "details": {"coding": [coding], "text": answer.display},
        # What is quoted from the request may be text that no answer can hold.
        "diagnostics": shown(refusal.diagnostics),
    }
    if refusal.where:
        # FHIR names parameters and headers in location, elements in expression.
        place = "location" if refusal.where.startswith("http.") else "expression"
        issue[place] = [shown(refusal.where)]
    return {"resourceType": "OperationOutcome", "id": str(uuid.uuid4()), "issue": [issue]}
