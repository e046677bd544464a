"""What is answered in place of a system: an OperationOutcome, or what gateways and broken systems give for one."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Response, g

from ..formats import CONTENT_TYPES, dump
from ..http import fhir_response
from .faults import FaultOnDemand

_PAGE = "<!DOCTYPE html>\n<html><head><title>{status}</title></head><body><h1>{status}</h1></body></html>\n"


def answer_of(fault: FaultOnDemand) -> Response:
    """The answer that an ``answer`` gives to the present request, in the format that it asked for."""
    if fault.body == "empty":
        response = Response(status=fault.status)
        del response.headers["Content-Type"]
        return response
    if fault.body == "html":
        return Response(_PAGE.format(status=fault.status), fault.status, mimetype="text/html")
    if fault.body == "other-type":
        return fhir_response({"resourceType": "Basic", "id": str(uuid.uuid4()), **_NOTHING}, fault.status)
    whole = dump(_outcome(fault), g.format)
    if fault.body == "truncated":
        whole = whole[: len(whole) // 2]
    response = Response(whole, fault.status)
    response.headers["Content-Type"] = CONTENT_TYPES[g.format]
    return response


_NOTHING: dict[str, Any] = {"code": {"text": "Nothing that was asked for"}}


def _outcome(fault: FaultOnDemand) -> dict[str, Any]:
    issue = {"severity": "error", "code": fault.issue, "diagnostics": fault.diagnostics}
    return {"resourceType": "OperationOutcome", "id": str(uuid.uuid4()), "issue": [issue]}
