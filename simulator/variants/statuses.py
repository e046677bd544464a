"""Variants in statuses: other published answers to the same situations."""

from __future__ import annotations

from flask import Request, Response, g
from uec_booking.simulator.fault_making import Test, interaction, rewriting, with_status
from uec_booking.simulator.seams import Fault


def _situation(*names: str) -> Test:
    return lambda request, response: g.get("situation") in names


def _unauthorised(request: Request, response: Response) -> None:
    if str(g.get("situation", "")).startswith("token-") and g.situation != "token-scope":
        response.status_code = 401


def _taken(request: Request, response: Response) -> bool:
    return g.get("situation") == "slot-taken" and interaction(request) == "book"


STATUSES: tuple[Fault, ...] = (
    rewriting("wrong-token-is-401", "SEC-22", "Wrong tokens are answered with 401 (RFC 6750).", _unauthorised),
    rewriting(
        "taken-slot-is-422", "PRV-BOOK-10", "A taken slot is answered with 422 (CF-02).", with_status(422, _taken)
    ),
    rewriting(
        "taken-slot-is-409", "PRV-BOOK-10", "A taken slot is answered with 409 (CF-02).", with_status(409, _taken)
    ),
    rewriting(
        "stale-version-is-412",
        "PRV-CAN-08",
        "A stale version is answered with 412 (CF-22).",
        with_status(412, _situation("stale-version")),
    ),
    rewriting(
        "unknown-service-is-400",
        "PRV-SRCH-11",
        "An unknown service is answered with 400 (CF-05).",
        with_status(400, _situation("unknown-service")),
    ),
    rewriting(
        "breach-is-400",
        "PRV-BOOK-12",
        "A breach of the profile is answered with 400 (CF-39).",
        with_status(400, _situation("profile-breach", "rank-rules", "invalid-nhs-number")),
    ),
    rewriting(
        "unserved-format-is-501",
        "FMT-06",
        "A format that is not served is answered with 501 (CF-20).",
        with_status(501, _situation("unsupported-response-format")),
    ),
)
