"""HTTP in and out of the generous provider: formats, rejections, and who is let in."""

from __future__ import annotations

import base64
import gzip
import json
import time
import uuid

from flask import Response, g, request

from . import own_xml
from .generous_data import Resource

_TYPES = {"json": "application/fhir+json", "xml": "application/fhir+xml"}


class Rejected(Exception):
    """A rejection. ``place`` is a path in the body; ``challenge`` asks for another token."""

    def __init__(self, status: int, words: str, place: str = "", challenge: bool = False) -> None:
        super().__init__(words)
        self.status, self.words, self.place, self.challenge = status, words, place, challenge


def wanted() -> str:
    """The format that is asked for; raises Rejected for one that there is not."""
    asked = request.args.get("_format") or request.headers.get("Accept", "*/*")
    if asked.startswith("*/*"):
        return "xml" if "xml" in (request.content_type or "") else "json"
    for word in ("json", "xml"):
        if word in asked:
            return word
    raise Rejected(406, f"We have no {asked}.")


def answer(status: int, body: Resource, **headers: str) -> Response:
    """In the format that is asked for, or JSON."""
    try:
        form = wanted()
    except Rejected:
        form = "json"
    data = own_xml.write(body) if form == "xml" else json.dumps(body, indent=1, ensure_ascii=False).encode()
    made = Response(data, status, content_type=f"{_TYPES[form]};charset=utf-8")
    if "gzip" in request.headers.get("Accept-Encoding", ""):
        made.data = gzip.compress(data)
        made.headers["Content-Encoding"] = "gzip"
    made.headers["Cache-Control"] = "no-cache, no-store, must-revalidate"
    made.headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
    made.headers["X-Generous"] = "yes"
    sent = request.headers.get("X-Request-ID", str(uuid.uuid4()))
    made.headers["X-Request-ID"] = made.headers["X-Correlation-ID"] = sent
    for name, value in headers.items():
        made.headers[name.replace("_", "-")] = value
    return made


def refuse(refused: Rejected) -> Response:
    """The OperationOutcome of a rejection."""
    issue: Resource = {
        "severity": "error",
        "code": "processing",
        "details": {
            "coding": [{"system": "http://hl7.org/fhir/operation-outcome", "code": "MSG_BAD_FORMAT"}],
            "text": "It could not be done",
        },
        "diagnostics": refused.words,
    }
    if refused.place:
        issue["location"] = [f"/f:{refused.place.replace('.', '/f:')}"]
    extra = {"severity": "information", "code": "informational", "diagnostics": "See our help pages."}
    body = {"resourceType": "OperationOutcome", "id": str(uuid.uuid4()), "issue": [issue, extra]}
    more = {"WWW_Authenticate": 'Bearer realm="generous", error="invalid_token"'} if refused.challenge else {}
    return answer(refused.status, body, **more)


def body_sent() -> Resource:
    """The Appointment that came in; raises Rejected for anything else."""
    kind, raw = request.mimetype, request.get_data()
    try:
        if "gzip" in request.headers.get("Content-Encoding", ""):
            raw = gzip.decompress(raw)
        if kind in ("application/fhir+xml",):
            body = own_xml.read(raw)
        elif kind in ("application/fhir+json", "application/json"):
            body = json.loads(raw)
        else:
            raise Rejected(415, f"We do not read {kind}.")
    except (ValueError, OSError) as problem:
        raise Rejected(400, f"This cannot be read: {problem}", "Appointment") from None
    if not isinstance(body, dict) or body.get("resourceType") != "Appointment":
        raise Rejected(400, "This is no Appointment.", "Appointment")
    return body


def let_in(root: str, scope: str) -> None:
    """Raises Rejected for a request that has no token of this scope for the provider at ``root``."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    parts = token.split(".")
    if scheme.lower() != "bearer" or len(parts) != 3 or parts[2]:
        raise Rejected(400, "invalid_request: there is no bearer token of three parts.")
    try:
        claims = [json.loads(base64.urlsafe_b64decode(p + "=" * (-len(p) % 4))) for p in parts[:2]][1]
        times = int(claims["iat"]), int(claims["exp"])
        audience, asked = claims["aud"].removesuffix("/"), claims["requested_scope"]
        needed = [claims[c] for c in ("iss", "sub", "reason_for_request", "requesting_device")]
        g.organisation = claims["requesting_organization"]["identifier"][0]["value"]
    except (ValueError, KeyError, TypeError, AttributeError, IndexError):
        raise Rejected(400, "invalid_request: the token cannot be read, or lacks a claim.") from None
    if not all(needed) or not times[0] - 30 <= time.time() <= times[1]:
        raise Rejected(401, "invalid_token: not of this time.", challenge=True)
    if audience != root.removesuffix("/"):
        raise Rejected(401, "invalid_token: not for us.", challenge=True)
    if asked != scope:
        raise Rejected(401, "insufficient_scope", challenge=True)
    if "Ssp-TraceID" not in request.headers or "Ssp-From" not in request.headers:
        raise Rejected(403, "Only through the proxy.")
    # A format that there is not is refused before anything is done.
    wanted()
