"""Defects in values that only look right: a line end too many, months the wrong way round, a second too late."""

from __future__ import annotations

from typing import Any

from flask import Request, Response

from ..fault_making import in_found, near, refused, rewriting, with_body
from ..formats import CONTENT_TYPES, JSON
from ..seams import Fault


def _line_end(slot: dict[str, Any]) -> None:
    slot["identifier"][0]["value"] += "\n"


def _months_reversed(organization: dict[str, Any]) -> None:
    organization["identifier"][0]["period"] = {"start": "2026-02", "end": "2026-01"}


def _leap_second(organization: dict[str, Any]) -> None:
    organization["meta"] = {**organization["meta"], "lastUpdated": "2016-12-31T23:59:60Z"}


def _control_character(outcome: dict[str, Any]) -> None:
    for issue in outcome["issue"]:
        issue["diagnostics"] = f"{issue.get('diagnostics', '')}\x1b"


def _refused_in_json(request: Request, response: Response) -> bool:
    # In XML it could not be written at all.
    return refused(request, response) and response.headers.get("Content-Type") == CONTENT_TYPES[JSON]


LOOKS_RIGHT: tuple[Fault, ...] = (
    in_found(
        "Slot",
        "line-end-in-slot-identifiers",
        "RES-SLOT-05",
        "The identifiers of slots are UUIDs with a line end behind them.",
        _line_end,
    ),
    near(
        in_found(
            "Organization",
            "period-of-months-reversed",
            "RES-ANY-01",
            "The identifiers of organizations are in use from February to January of one year.",
            _months_reversed,
        ),
        "PRV-SRCH-21",
    ),
    near(
        in_found(
            "Organization",
            "leap-second",
            "RES-ANY-01",
            "Organizations were last updated in a second 60, which no instant of STU3 has.",
            _leap_second,
        ),
        "PRV-SRCH-21",
    ),
    near(
        rewriting(
            "control-characters-in-diagnostics",
            "RES-ANY-01",
            "Refusals say why with a control character, which FHIR forbids and XML cannot hold.",
            with_body(_control_character, _refused_in_json),
        ),
        "SEC-21",
    ),
)
