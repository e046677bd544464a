"""HTTP in and out of the registry's token service (RFC 6749 sections 4.4 and 5)."""

from __future__ import annotations

import json
from urllib.parse import parse_qsl

from flask import Blueprint, Response, request

from ..clock import Clock
from ..http import received_body
from ..world import TOKEN_PATH
from .oauth import TokenError, TokenService


def token_blueprint(service: TokenService, clock: Clock) -> Blueprint:
    """The token endpoint."""
    blueprint = Blueprint("token", __name__)

    @blueprint.post(TOKEN_PATH)
    def issue() -> Response:
        try:
            return _answer(service.issue(_form(), clock.now()), 200)
        except TokenError as error:
            status = 401 if str(error) == "invalid_client" else 400
            return _answer({"error": str(error)}, status)

    return blueprint


def _form() -> dict[str, str]:
    # Not Flask's own form, which would read a body in chunks without end.
    if request.mimetype != "application/x-www-form-urlencoded":
        return {}
    return dict(parse_qsl(received_body().decode("ascii", "replace")))


def _answer(body: dict[str, object], status: int) -> Response:
    response = Response(json.dumps(body), status, mimetype="application/json")
    response.headers["Cache-Control"] = "no-store"
    response.headers["Pragma"] = "no-cache"
    return response
