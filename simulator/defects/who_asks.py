"""Defects in who may ask: what is shown to which caller, with which token, and how the question is written."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import g, request

from ..fault_making import interaction, provider
from ..provider.records import ProviderRecords
from ..provider.rules import ProviderRules
from ..provider.stored import StoredAppointment
from ..refusals import Refused
from ..seams import Fault
from ..tokens import Caller, TokenCheck

Found = list[StoredAppointment]


def _own_only(original: Any, *arguments: Any, **named: Any) -> Found:
    return [one for one in original(*arguments, **named) if one.organisation == g.caller.ods]


def _plain_only(original: Any, *arguments: Any) -> Any:
    if "%7c" in request.query_string.decode("latin-1").lower():
        raise Refused("invalid-query-value", "The value has no system.", "http.identifier")
    return original(*arguments)


def _used_once() -> Callable[..., Caller]:
    """A token is good for one request."""
    used: set[str] = set()

    def caller(original: Any, header: str | None, *rest: Any) -> Caller:
        found: Caller = original(header, *rest)
        if header in used:
            raise Refused("token-expired", "The token was used before.")
        used.add(str(header))
        return found

    return caller


def _no_unknown_role(original: Any, claims: Any) -> None:
    original(claims)
    identifiers = (claims.get("requesting_practitioner") or {}).get("identifier") or []
    if any(identifier.get("value") == "UNK" for identifier in identifiers):
        raise Refused("token-malformed", "The practitioner has no role.")


def _but(*names: str) -> Callable[..., None]:
    """These claims may be missing on some interactions."""

    def check_claims(original: Any, claims: Any) -> None:
        filler = {
            "requesting_device": {
                "resourceType": "Device",
                "model": "m",
                "version": "1",
                "identifier": [{"system": "s", "value": "v"}],
            },
            "reason_for_request": "directcare",
            "iss": "http://unknown",
        }
        if interaction(request) in ("vread", "search"):
            claims = {**{name: filler[name] for name in names}, **claims}
        original(claims)

    return check_claims


def _for_versions(situation: str) -> Callable[..., Any]:
    def check_audience(original: Any, claims: Any) -> None:
        try:
            original(claims)
        except Refused as refusal:
            if interaction(request) != "vread" or refusal.situation != situation:
                raise

    return check_audience


def _reading_cancels(original: Any, claims: Any, scopes: frozenset[str]) -> Caller:
    wider = scopes | {"patient/appointment.read"} if interaction(request) == "cancel" else scopes
    return original(claims, wider)


WHO_ASKS: tuple[Fault, ...] = (
    provider(
        "finds-own-bookings-only",
        "PRV-SAPT-01",
        "A search by patient finds what the organisation that searches has booked.",
        ProviderRecords.find,
        _own_only,
    ),
    provider(
        "bars-must-be-plain",
        "PRV-SAPT-01",
        "A search by patient is refused if the bar in it is percent-encoded.",
        ProviderRules.appointment_query,
        _plain_only,
    ),
    provider(
        "tokens-are-used-once", "PRV-SRCH-01", "A token is good for one request.", TokenCheck.caller, _used_once()
    ),
    provider(
        "refuses-unknown-roles",
        "SEC-29",
        "A practitioner whose role profile is UNK is refused.",
        TokenCheck.check_claims,
        _no_unknown_role,
    ),
    provider(
        "patient-search-needs-no-device",
        "SEC-22",
        "Versions are read and patients searched for with a token without device, reason or issuer.",
        TokenCheck.check_claims,
        _but("requesting_device", "reason_for_request", "iss"),
    ),
    provider(
        "versions-for-any-audience",
        "SEC-26",
        "A version is read with a token for another system.",
        TokenCheck.check_audience,
        _for_versions("token-audience"),
    ),
    provider(
        "reading-scope-cancels",
        "SEC-27",
        "A cancellation is carried out with the scope of reads.",
        TokenCheck.check_scope,
        _reading_cancels,
    ),
)
