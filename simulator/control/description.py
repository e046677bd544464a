"""What the control interface says about itself: a short list, and the same as OpenAPI 3.0."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ..reports.provider import KINDS
from ..world import CONTROL_PATH

_TEXT = {"type": "string"}
_MOMENT = {"type": "string", "format": "date-time"}
_SECONDS = {"type": "number", "minimum": 0}
_TEXTS = {"type": "array", "items": _TEXT}
_URL = {"type": "string", "format": "uri", "description": "URL of an appointment, with or without version"}
_REPORT = {
    "format": {"type": "string", "enum": ["json", "csv"]},
    "provider": _TEXT,
    "from": {**_TEXT, "description": "A day or an instant, included"},
    "until": {**_TEXT, "description": "A day or an instant, not included"},
}


@dataclass(frozen=True)
class Action:
    """One call: `body` and `answer` are JSON Schemas of members, `query` the parameters' schemas."""

    method: str
    path: str
    summary: str
    body: dict[str, Any] = field(default_factory=dict)
    query: dict[str, Any] = field(default_factory=dict)
    required: tuple[str, ...] = ()


ACTIONS: tuple[Action, ...] = (
    Action("get", "", "This list"),
    Action("get", "/openapi.json", "This interface as OpenAPI"),
    Action("post", "/reset", "Empty everything: appointments, registry, diaries, clock, faults, received"),
    Action("post", "/registry/away", "The registry answers 503 to everything"),
    Action("post", "/registry/back", "The registry is itself again"),
    Action("get", "/registry/clients", "The clients of the registry's token service, with their secrets"),
    Action(
        "put",
        "/registry/clients",
        "Let one more client ask the registry's token service",
        {"client_id": _TEXT, "client_secret": _TEXT},
        {},
        ("client_id", "client_secret"),
    ),
    Action("get", "/registry/outbox", "What providers still owe the registry, and what it rejected"),
    Action("post", "/staff-cancel", "The provider's own staff cancel an appointment", {"url": _URL}, {}, ("url",)),
    Action(
        "post",
        "/staff-touch",
        "Staff edit an appointment",
        {"url": _URL},
        {},
        ("url",),
    ),
    Action(
        "post",
        "/diary",
        "Add free slots of 15 minutes to a diary",
        {"provider": _TEXT, "diary": _TEXT, "starts": {"type": "array", "items": _MOMENT}},
        {},
        ("provider", "diary", "starts"),
    ),
    Action("get", "/received", "The last requests received", {}, {"after": {"type": "integer"}, "path": _TEXT}),
    Action("delete", "/received", "Forget the requests received"),
    Action("get", "/audit", "The audit trail", {}, {"provider": _TEXT, "appointment": _TEXT}),
    Action("get", "/defects", "Which defects and variants are on, and which there are"),
    Action("put", "/defects", "Have exactly these defects and variants", {"names": _TEXTS}, {}, ("names",)),
    Action("get", "/faults", "The faults on demand, the calls that each counted, and when it fired"),
    Action(
        "put",
        "/faults",
        "Let one system have exactly these faults on demand",
        {"root": _TEXT, "faults": {"type": "array", "items": {"type": "object"}}},
        {},
        ("root", "faults"),
    ),
    Action("delete", "/faults", "Let one system, or all, have no fault on demand", {}, {"root": _TEXT}),
    Action(
        "post",
        "/referrals",
        "Let a referral have arrived at a provider, by the identifier of its document",
        {"provider": _TEXT, "document": _TEXT},
        {},
        ("provider", "document"),
    ),
    Action("get", "/reports", "The reports that there are"),
    *(Action("get", f"/reports/{name}", kind.title, {}, _REPORT) for name, kind in KINDS.items()),
    Action("get", "/clock", "The world's time"),
    Action(
        "put",
        "/clock",
        "Set, advance or reset the world's time",
        {"now": _MOMENT, "advance_seconds": _SECONDS, "reset": {"type": "boolean"}},
    ),
)


def short() -> dict[str, str]:
    """Method and path of each action with its summary."""
    return {f"{a.method.upper()} {CONTROL_PATH}{a.path}": a.summary for a in ACTIONS}


def openapi(root: str) -> dict[str, Any]:
    """The interface as an OpenAPI 3.0 document; `root` is the URL of the control interface."""
    paths: dict[str, dict[str, Any]] = {}
    for action in ACTIONS:
        paths.setdefault(action.path or "/", {})[action.method] = _operation(action)
    return {
        "openapi": "3.0.3",
        "info": {"title": "Control interface of the UEC Booking simulator", "version": "1"},
        "servers": [{"url": root}],
        "security": [{"token": []}],
        "components": {"securitySchemes": {"token": {"type": "http", "scheme": "bearer"}}},
        "paths": paths,
    }


def _operation(action: Action) -> dict[str, Any]:
    error = {"type": "object", "properties": {"error": _TEXT}}
    refused = {"description": "Not carried out", "content": {"application/json": {"schema": error}}}
    done = {"description": "Done", "content": {"application/json": {"schema": {"type": "object"}}}}
    operation: dict[str, Any] = {
        "summary": action.summary,
        "responses": {"200": done, "400": refused, "401": refused},
    }
    if action.query:
        operation["parameters"] = [{"name": n, "in": "query", "schema": s} for n, s in action.query.items()]
    if action.body:
        schema = {"type": "object", "properties": action.body, "required": list(action.required)}
        if not action.required:
            del schema["required"]
        operation["requestBody"] = {"required": True, "content": {"application/json": {"schema": schema}}}
    return operation
