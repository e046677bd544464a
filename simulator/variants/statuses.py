"""Variants in statuses: other published answers to the same situations."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Request, Response, g

from ..fault_making import Test, interaction, provider, rewriting, with_status
from ..provider.rules import ProviderRules
from ..refusals import Rejected
from ..seams import Fault


@dataclass(frozen=True)
class Situation:
    """What documents or systems answer with different statuses. ``summary`` has ``{}`` where the status stands."""

    name: str
    requirement: str
    summary: str
    met: Test
    part: str = "provider"

    def is_(self, status: int) -> Fault:
        """The variant that answers with this status."""
        summary = self.summary.format(status)
        return rewriting(
            f"{self.name}-is-{status}", self.requirement, summary, with_status(status, self.met), self.part
        )


def _refused_for(*situations: str) -> Test:
    return lambda request, response: g.get("situation") in situations


def _wrong_token(request: Request, response: Response) -> bool:
    return str(g.get("situation", "")).startswith("token-") and g.situation != "token-scope"


def _taken(request: Request, response: Response) -> bool:
    return g.get("situation") == "slot-taken" and interaction(request) == "book"


def _no_such_update(request: Request, response: Response) -> None:
    if g.get("situation") == "not-found" and interaction(request) == "cancel":
        response.status_code = 405
        response.headers["Allow"] = "GET"


def _mistyped(original: Callable[..., dict[str, Any]], body: dict[str, Any]) -> dict[str, Any]:
    """What a strict reader of FHIR stumbles over before any profile is looked at."""
    for name, value in body.items():
        wanted = _OF_TYPE.get(name, object)
        if value is None or not isinstance(value, wanted):
            raise Rejected("malformed-body", f"The value of {name} is not FHIR.", f"Appointment.{name}")
    return original(body)


_OF_TYPE: dict[str, type] = {"start": str, "end": str, "participant": list, "contained": list, "slot": list}

WRONG_TOKEN = Situation("wrong-token", "SEC-22", "Wrong tokens are answered with {} (RFC 6750).", _wrong_token)
MALFORMED_TOKEN = Situation(
    "malformed-token",
    "SEC-22",
    "Missing and malformed tokens are answered with {} (RFC 6750 invalid_request).",
    _refused_for("token-absent", "token-malformed"),
)
TAKEN_SLOT = Situation("taken-slot", "PRV-BOOK-10", "A taken slot is answered with {} (CF-02).", _taken)
UNKNOWN_SLOT = Situation(
    "unknown-slot", "PRV-BOOK-14", "A booking for an unknown slot is answered with {}.", _refused_for("unknown-slot")
)
STALE_VERSION = Situation(
    "stale-version", "PRV-CAN-08", "A stale version is answered with {} (CF-22).", _refused_for("stale-version")
)
UNKNOWN_SERVICE = Situation(
    "unknown-service", "PRV-SRCH-11", "An unknown service is answered with {} (CF-05).", _refused_for("unknown-service")
)
BREACH = Situation(
    "breach",
    "PRV-BOOK-12",
    "A breach of the profile is answered with {} (CF-39).",
    _refused_for("profile-breach", "rank-rules", "invalid-nhs-number"),
)
UNSERVED_FORMAT = Situation(
    "unserved-format",
    "FMT-06",
    "A format that is not served is answered with {} (CF-20).",
    _refused_for("unsupported-response-format"),
)
NO_SSP_HEADERS = Situation(
    "no-ssp-headers",
    "SSP-13",
    "Requests that did not come through the proxy are answered with {}.",
    _refused_for("bad-header"),
)
WRONG_METHOD = Situation(
    "wrong-method", "PRV-SRCH-35", "A wrong method is answered with {} (CF-49).", _refused_for("wrong-method")
)
REGISTRY_TOKEN = Situation(
    "registry-token", "REG-20", "The registry answers wrong tokens with {} (CF-57).", _wrong_token, "registry"
)
REGISTRY_STALE = Situation(
    "registry-stale",
    "REG-19",
    "The registry answers a stale version with {} (CF-22).",
    _refused_for("stale-version"),
    "registry",
)
REGISTRY_BREACH = Situation(
    "registry-breach",
    "REG-09",
    "The registry answers a breach of the profile with {} (CF-39).",
    _refused_for("profile-breach", "invalid-nhs-number"),
    "registry",
)

STATUSES: tuple[Fault, ...] = (
    WRONG_TOKEN.is_(401),
    TAKEN_SLOT.is_(422),
    TAKEN_SLOT.is_(409),
    STALE_VERSION.is_(412),
    UNKNOWN_SERVICE.is_(400),
    BREACH.is_(400),
    UNSERVED_FORMAT.is_(501),
    MALFORMED_TOKEN.is_(400),
    UNSERVED_FORMAT.is_(400),
    UNSERVED_FORMAT.is_(406),
    UNKNOWN_SLOT.is_(400),
    UNKNOWN_SLOT.is_(404),
    UNKNOWN_SLOT.is_(409),
    rewriting(
        "unknown-update-is-405", "PRV-CAN-19", "An update of an unknown id is answered with 405.", _no_such_update
    ),
    NO_SSP_HEADERS.is_(403),
    WRONG_METHOD.is_(404),
    WRONG_METHOD.is_(400),
    REGISTRY_TOKEN.is_(401),
    REGISTRY_STALE.is_(412),
    REGISTRY_BREACH.is_(400),
    provider(
        "malformed-value-is-400",
        "PRV-BOOK-12",
        "A value of another JSON type than FHIR's is answered with 400, as what cannot be parsed (CF-39).",
        ProviderRules.check_body,
        _mistyped,
    ),
)
