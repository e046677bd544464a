"""The webhook: a task is posted, and the answer comes with status 200, whatever it says."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from flask import Blueprint, Response, request

from .command import MAX_TASK_BYTES, answered

if TYPE_CHECKING:
    from ..desk import Desk


def hook_blueprint(desk: Desk) -> Blueprint:
    """Takes tasks at any path; each is carried out while its request waits."""
    blueprint = Blueprint("hook", __name__)

    @blueprint.post("/", defaults={"path": ""})
    @blueprint.post("/<path:path>")
    def post(path: str) -> Response:
        answer = answered(desk, request.stream.read(MAX_TASK_BYTES + 1))
        response = Response(json.dumps(answer), 200, mimetype="application/json")
        response.headers["Cache-Control"] = "no-store"
        return response

    return blueprint
