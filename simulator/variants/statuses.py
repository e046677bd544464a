"""Variants in statuses: other published answers to the same situations."""

from __future__ import annotations

from flask import Request, Response, g
from uec_booking.simulator.fault_making import Test, interaction, rewriting, with_status
from uec_booking.simulator.seams import Fault, Rewrite


def _token_at_fault(*names: str) -> Test:
    return lambda request, response: g.get("situation") in {f"token-{name}" for name in names}


def _at_the_registry(status: int, *names: str) -> Rewrite:
    return with_status(status, _situation(*names))


def _no_such_update(request: Request, response: Response) -> None:
    if g.get("situation") == "not-found" and interaction(request) == "cancel":
        response.status_code = 405
        response.headers["Allow"] = "GET"


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
    rewriting(
        "malformed-token-is-400",
        "SEC-22",
        "Missing and malformed tokens are answered with 400 (RFC 6750 invalid_request).",
        with_status(400, _token_at_fault("absent", "malformed")),
    ),
    rewriting(
        "unserved-format-is-400",
        "FMT-06",
        "A format that is not served is answered with 400 (CF-20).",
        with_status(400, _situation("unsupported-response-format")),
    ),
    rewriting(
        "unserved-format-is-406",
        "FMT-06",
        "A format that is not served is answered with 406 (CF-20).",
        with_status(406, _situation("unsupported-response-format")),
    ),
    rewriting(
        "unknown-slot-is-400",
        "PRV-BOOK-14",
        "A booking for an unknown slot is answered with 400.",
        with_status(400, _situation("unknown-slot")),
    ),
    rewriting(
        "unknown-slot-is-404",
        "PRV-BOOK-14",
        "A booking for an unknown slot is answered with 404.",
        with_status(404, _situation("unknown-slot")),
    ),
    rewriting(
        "unknown-slot-is-409",
        "PRV-BOOK-14",
        "A booking for an unknown slot is answered with 409.",
        with_status(409, _situation("unknown-slot")),
    ),
    rewriting(
        "unknown-update-is-405", "PRV-CAN-19", "An update of an unknown id is answered with 405.", _no_such_update
    ),
    rewriting(
        "no-ssp-headers-is-403",
        "SSP-13",
        "Requests that did not come through the proxy are answered with 403.",
        with_status(403, _situation("bad-header")),
    ),
    rewriting(
        "wrong-method-is-404",
        "PRV-SRCH-35",
        "A wrong method is answered with 404 (CF-49).",
        with_status(404, _situation("wrong-method")),
    ),
    rewriting(
        "wrong-method-is-400",
        "PRV-SRCH-35",
        "A wrong method is answered with 400 (CF-49).",
        with_status(400, _situation("wrong-method")),
    ),
    rewriting(
        "registry-token-is-401",
        "REG-20",
        "The registry answers wrong tokens with 401 (CF-57).",
        _unauthorised,
        "registry",
    ),
    rewriting(
        "registry-stale-is-412",
        "REG-19",
        "The registry answers a stale version with 412 (CF-22).",
        _at_the_registry(412, "stale-version"),
        "registry",
    ),
    rewriting(
        "registry-breach-is-400",
        "REG-09",
        "The registry answers a breach of the profile with 400 (CF-39).",
        _at_the_registry(400, "profile-breach", "invalid-nhs-number"),
        "registry",
    ),
)
