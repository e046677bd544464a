"""Defects in the values of appointments that only look right."""

from __future__ import annotations

from typing import Any

from flask import Request, Response

from ...fault_making import done, in_found, near, refused, rewriting, with_body
from ...formats import CONTENT_TYPES, JSON
from ...seams import Fault
from ..building_blocks import Resource


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


def _relative(bundle: Resource) -> None:
    for entry in bundle.get("entry", []):
        entry["fullUrl"] = "/".join(entry["fullUrl"].split("/")[-2:])


APPOINTMENT: tuple[Fault, ...] = (
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
            "Rejections say why with a control character, which FHIR forbids and XML cannot hold.",
            with_body(_control_character, _refused_in_json),
        ),
        "SEC-21",
    ),
    rewriting(
        "relative-full-urls",
        "RES-ANY-01",
        "The fullUrl of entries is relative.",
        with_body(_relative, done("slots")),
    ),
)
