"""The answers that a recording proxy gives in place of the system that it stands before, when a scenario asks."""

from __future__ import annotations

import json
import uuid

from uec_booking.standard import names

from ..http.exchange import Headers, Received

#: Kinds of interference in which the request still reaches the system.
PASSES_ON = frozenset({"slow", "losing answers", "uncompressing"})
#: Of these, what the caller gets is the system's own answer.
LETS_THROUGH = frozenset({"", "slow", "uncompressing"})
_OUTCOMES = {
    "conflicting": (409, "conflict"),
    "rejecting": (422, "business-rule"),
    "failing": (500, "exception"),
}


def answer(kind: str, role: str, bare: int = 503) -> Received:
    """The answer in place of the ``role``'s: an OperationOutcome, or for other kinds a ``bare`` status of a gateway."""
    if kind not in _OUTCOMES:
        return Received(bare, "", (), b"")
    status, code = _OUTCOMES[kind]
    why = f"Answered by the recording proxy in place of the {role}."
    outcome = {
        "resourceType": "OperationOutcome",
        "id": str(uuid.uuid4()),
        "issue": [{"severity": "error", "code": code, "diagnostics": why}],
    }
    headers: Headers = (("Content-Type", f"{names.FHIR_JSON};charset=utf-8"), ("Cache-Control", "no-store"))
    return Received(status, "", headers, json.dumps(outcome).encode())


def note(kind: str) -> str:
    """What is written beside an exchange that the proxy saw."""
    return f"seen by the recording proxy, which was {kind}" if kind else "seen by the recording proxy"
