"""Defects in who may ask: what is shown to which caller, with which token, and how the question is written."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import g, request

from ..fault_making import breaks, interaction, provider
from ..provider.records import ProviderRecords
from ..provider.rules import ProviderRules
from ..provider.stored import StoredAppointment
from ..refusals import Refused
from ..seams import Fault
from ..tokens import Caller, TokenCheck

Found = list[StoredAppointment]


@breaks("PRV-SAPT-01", ProviderRecords.find)
def finds_own_bookings_only(original: Any, *arguments: Any, **named: Any) -> Found:
    """A search by patient finds what the organisation that searches has booked."""
    return [one for one in original(*arguments, **named) if one.organisation == g.caller.ods]


@breaks("PRV-SAPT-01", ProviderRules.appointment_query)
def bars_must_be_plain(original: Any, *arguments: Any) -> Any:
    """A search by patient is refused if the bar in it is percent-encoded."""
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


@breaks("SEC-29", TokenCheck.check_claims)
def refuses_unknown_roles(original: Any, claims: Any) -> None:
    """A practitioner whose role profile is UNK is refused."""
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


@breaks("SEC-27", TokenCheck.check_scope)
def reading_scope_cancels(original: Any, claims: Any, scopes: frozenset[str]) -> Caller:
    """A cancellation is carried out with the scope of reads."""
    wider = scopes | {"patient/appointment.read"} if interaction(request) == "cancel" else scopes
    return original(claims, wider)


WHO_ASKS: tuple[Fault, ...] = (
    provider(
        "tokens-are-used-once", "PRV-SRCH-01", "A token is good for one request.", TokenCheck.caller, _used_once()
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
)
