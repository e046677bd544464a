"""What every FHIR system of the world does at its HTTP edge: formats, headers, errors as OperationOutcome."""

from __future__ import annotations

import gzip
import json
import logging
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Flask, Request, Response, g, request
from uec_booking.standard.editions import DEFAULT
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound

from .answers import status_for
from .formats import (
    CONTENT_TYPES,
    JSON,
    dump,
    parse_body,
    read_body,
    request_format,
    response_format,
)
from .outcomes import operation_outcome
from .refusals import Rejected
from .text import keepable

log = logging.getLogger("uec_booking.simulator")
MAX_HEADER_ECHO = 200
_BODY_NOT_READ = frozenset({"body-cut-short", "body-too-slow", "body-too-large"})


class WrongMethod(Rejected):
    """A method that the address does not have; `allow` lists those it has (RFC 9110 section 15.5.6)."""

    def __init__(self, method: str, allow: str) -> None:
        super().__init__("wrong-method", f"The method {method} is not supported here.")
        self.allow = allow


@dataclass(frozen=True)
class Edge:
    """The HTTP edge of one system: its key, its edition, and what may rewrite its responses."""

    system: str
    edition: str
    rewrite: Callable[[Request, Response], None]


def install(app: Flask, edges: Mapping[str, Edge | None]) -> None:
    """Give the app the common behaviour of the FHIR systems whose base paths are the keys of `edges`.

    Requests to other paths, and to those without an edge (the control interface), have ``g.edge`` None and are
    left alone.
    """

    @app.before_request
    def prepare() -> None:
        g.edge = next((edge for path, edge in edges.items() if request.path.startswith(path + "/")), None)
        if g.edge is None:
            return
        g.format = JSON
        g.response_id = str(uuid.uuid4())
        # The body is read before anything is decided, so that a kept-alive connection stays in step.
        g.raw_body = received_body()
        g.format = response_format(
            request.args.get("_format"), request.headers.get("Accept"), request.headers.get("Content-Type")
        )
        if not keepable(request.path):
            raise Rejected("not-found", "There is nothing at this address.")
        if not keepable(list(request.args.items(multi=True))):
            raise Rejected("invalid-query-value", "The query has characters that FHIR does not allow.")

    @app.errorhandler(Exception)
    def failed(error: Exception) -> Response:
        refusal = error if isinstance(error, Rejected) else _as_refusal(error)
        if g.get("edge") is None:
            status = status_for(refusal.situation, DEFAULT)
            response = Response(json.dumps({"error": refusal.diagnostics}), status, mimetype="application/json")
        else:
            response = refusal_response(refusal)
        if refusal.situation in _BODY_NOT_READ:
            # Nobody knows where the next request begins.
            response.headers["Connection"] = "close"
        return response

    @app.after_request
    def finish(response: Response) -> Response:
        if g.get("edge") is not None:
            finish_response(response)
            g.edge.rewrite(request, response)
            compress(response)
        return response


def received_body() -> bytes:
    """The bytes of the present request's body, decompressed. Raises Rejected."""
    announced = request.headers.get("Content-Length")
    encoding = request.headers.get("Content-Encoding")
    return read_body(request.environ["wsgi.input"], int(announced) if announced else None, encoding)


def request_body() -> dict[str, Any]:
    """The resource in the body of the present request. Raises Rejected."""
    return parse_body(g.raw_body, request_format(request.headers.get("Content-Type")))


def request_id() -> str:
    """The consumer's X-Request-ID, or an empty string. Raises Rejected (bad-header) if it is too long."""
    value = request.headers.get("X-Request-ID", "")
    if len(value) > MAX_HEADER_ECHO:
        raise Rejected("bad-header", "The X-Request-ID is too long.")
    return value


def base_url(path: str) -> str:
    """The absolute URL of a path under the host that the present request came to."""
    return f"{request.scheme}://{request.host}{request.script_root}{path}"


def fhir_response(resource: dict[str, Any], status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """A resource as the answer to the present request, in the format it asked for."""
    response = Response(dump(resource, g.format), status)
    response.headers["Content-Type"] = CONTENT_TYPES[g.format]
    for name, value in (headers or {}).items():
        response.headers[name] = value
    return response


def refusal_response(refusal: Rejected) -> Response:
    """The OperationOutcome answer to a rejection, with the status of the edition."""
    edition = g.edge.edition
    g.situation = refusal.situation
    response = fhir_response(operation_outcome(refusal), status_for(refusal.situation, edition))
    if refusal.situation.startswith("token-"):
        response.headers["WWW-Authenticate"] = _challenge(refusal)
    if isinstance(refusal, WrongMethod):
        response.headers["Allow"] = refusal.allow
    return response


def finish_response(response: Response) -> None:
    """Put the headers that every answer carries onto it."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Request-ID"] = g.get("response_id") or str(uuid.uuid4())
    correlation = request.headers.get("X-Request-ID", "")
    if correlation and len(correlation) <= MAX_HEADER_ECHO:
        response.headers["X-Correlation-ID"] = correlation
    if request.scheme == "https":
        response.headers["Strict-Transport-Security"] = "max-age=31536000"
    response.headers["Vary"] = "Accept, Accept-Encoding"


def compress(response: Response) -> None:
    """Compress the body if the request asked for gzip."""
    if "Content-Encoding" in response.headers:
        return
    if request.accept_encodings.quality("gzip") > 0 and response.get_data():
        response.set_data(gzip.compress(response.get_data(), 6))
        response.headers["Content-Encoding"] = "gzip"


def _as_refusal(error: Exception) -> Rejected:
    if isinstance(error, MethodNotAllowed):
        return WrongMethod(request.method, ", ".join(sorted(error.valid_methods or ())))
    if isinstance(error, NotFound):
        return Rejected("not-found", "There is nothing at this address.")
    if isinstance(error, HTTPException) and error.code is not None and error.code < 500:
        return Rejected("bad-request", "The request could not be understood.")
    log.error("A request could not be answered", exc_info=error)
    return Rejected("server-fault", "The request could not be carried out.")


def _challenge(refusal: Rejected) -> str:
    # RFC 6750 section 3.1: no error code when the request brought no token at all.
    if refusal.situation == "token-absent":
        return 'Bearer realm="booking"'
    error = "insufficient_scope" if refusal.situation == "token-scope" else "invalid_token"
    return f'Bearer realm="booking", error="{error}"'
