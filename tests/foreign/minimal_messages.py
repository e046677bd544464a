"""HTTP in and out of the minimal provider: answers, rejections, and who asks."""

from __future__ import annotations

import base64
import gzip
import json
import time
from typing import Any

from flask import Response, request

Resource = dict[str, Any]

_CLAIMS = [
    "iss",
    "sub",
    "aud",
    "exp",
    "iat",
    "reason_for_request",
    "requested_scope",
    "requesting_device",
    "requesting_organization",
]


class No(Exception):
    """A rejection, with the status and the words for it."""

    def __init__(self, status: int, code: str, words: str, where: str = "") -> None:
        super().__init__(words)
        self.status, self.code, self.words, self.where = status, code, words, where


class Door:
    """Where requests come in and answers go out. ``audience`` is the service root that tokens name."""

    def __init__(self, audience: str, newer: bool, latest: bool) -> None:
        """``newer``: of an edition from 0.2.0 on; ``latest``: of 1.0.0."""
        self.audience, self.newer, self.latest = audience, newer, latest

    def answer(self, status: int, body: Resource, **headers: str) -> Response:
        made = Response(json.dumps(body), status, content_type="application/fhir+json;charset=UTF-8")
        made.headers["Cache-Control"] = "private, no-store"
        if self.newer:
            made.headers["Strict-Transport-Security"] = "max-age=86400"
            made.headers["X-Request-Id"] = f"minimal-{time.monotonic_ns()}"
            if "X-Request-Id" in request.headers:
                made.headers["X-Correlation-Id"] = request.headers["X-Request-Id"]
        for name, value in headers.items():
            made.headers[name.replace("_", "-")] = value
        return made

    def refuse(self, no: No) -> Response:
        issue = {"severity": "error", "code": no.code, "diagnostics": no.words}
        if no.where:
            issue["expression"] = [no.where]  # type: ignore[assignment]
        return self.answer(no.status, {"resourceType": "OperationOutcome", "id": "o1", "issue": [issue]})

    def lost(self, problem: Any) -> Response:
        made = self.refuse(No(problem.code, "not-supported", "We do nothing of that kind here."))
        made.headers.extend({"Allow": ", ".join(sorted(problem.valid_methods))} if problem.code == 405 else {})
        return made

    def broken(self, _: Any) -> Response:
        return self.refuse(No(500, "exception", "Our fault."))

    def caller(self, scope: str, instead: str = "") -> str:
        """The ODS code of the organisation that asks; ``No`` for any token that is not good."""
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        try:
            first, second, third = token.split(".")
            head, claims = (json.loads(_decoded(p)) for p in (first, second))
            good = scheme.lower() == "bearer" and not third and head["alg"] == "none"
            good = good and all(claims.get(c) for c in _CLAIMS)
            begins, ends, now = claims["iat"], claims["exp"], time.time()
            good = good and all(type(moment) in (int, float) for moment in (begins, ends))
            organisation = next(i["value"] for i in claims["requesting_organization"]["identifier"])
            good = good and isinstance(organisation, str) and bool(organisation)
        except (ValueError, KeyError, TypeError, AttributeError, StopIteration):
            raise No(403, "security", "That is not a token we can read.") from None
        if not good:
            raise No(403, "security", "The token lacks something.")
        if begins > now + 10 or ends < now or ends - begins > 310:
            raise No(403, "expired", "The token is not of this time.")
        if claims["aud"] != self.audience:
            raise No(403, "security", "The token is for somebody else.")
        if claims["reason_for_request"] != "directcare" or claims["requested_scope"] not in (scope, instead):
            raise No(403, "forbidden", "The token is for something else.")
        for name in ("Ssp-TraceID", "Ssp-From", "Ssp-To", "Ssp-InteractionID"):
            if name not in request.headers:
                raise No(400, "required", f"{name} is not there: come through the proxy.")
        wanted = request.args.get("_format") or request.headers.get("Accept") or "json"
        if "json" not in wanted and "*/*" not in wanted:
            raise No(501 if self.latest else 415 if self.newer else 400, "not-supported", "We speak JSON only.")
        return str(organisation)

    def sent(self, kind: str) -> Resource:
        """The resource that came in; ``No`` for any other."""
        if request.mimetype not in ("application/fhir+json", "application/json"):
            raise No(415, "not-supported", "We read JSON only.")
        raw = request.get_data()
        try:
            body = json.loads(gzip.decompress(raw) if request.headers.get("Content-Encoding") == "gzip" else raw)
        except (ValueError, OSError):
            raise No(400, "structure", "We could not make sense of what you sent.") from None
        if not isinstance(body, dict) or body.get("resourceType") != kind:
            raise No(400, "structure", f"Send us an {kind}.", "resourceType")
        return body


def _decoded(segment: str) -> bytes:
    return base64.b64decode(segment + "=" * (-len(segment) % 4), "-_", validate=True)
