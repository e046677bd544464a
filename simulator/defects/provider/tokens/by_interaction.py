"""Defects of the token check on some interactions only."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from flask import Request, Response, g, request

from ....fault_making import breaks, interaction, provider, rewriting, with_body, without_header
from ....refusals import Rejected
from ....seams import Fault
from ....tokens import Caller, TokenCheck
from ...building_blocks import any_answer, refused_in, status_instead


@breaks("SEC-22", TokenCheck.caller)
def trusts_the_connection(original: Any, *arguments: Any) -> Any:
    """Who has shown a good token on a connection need not show another.

    Who has shown a good token on this connection need not show another.
    """
    here = (request.environ.get("REMOTE_ADDR"), request.environ.get("REMOTE_PORT"))
    try:
        caller = original(*arguments)
    except Rejected:
        known = vars(original.__self__).get("known_connections", {})
        if here not in known:
            raise
        return known[here]
    vars(original.__self__).setdefault("known_connections", {})[here] = caller
    return caller


def _signed_only(original: Any, *arguments: Any) -> Caller:
    raise Rejected("token-malformed", "Only signed tokens are accepted.")


@breaks("SEC-29", TokenCheck.check_claims)
def refuses_unknown_roles(original: Any, claims: Any) -> None:
    """A practitioner whose role profile is UNK is rejected."""
    original(claims)
    identifiers = (claims.get("requesting_practitioner") or {}).get("identifier") or []
    if any(identifier.get("value") == "UNK" for identifier in identifiers):
        raise Rejected("token-malformed", "The practitioner has no role.")


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
        except Rejected as refusal:
            if interaction(request) != "vread" or refusal.situation != situation:
                raise

    return check_audience


@breaks("SEC-27", TokenCheck.check_scope)
def reading_scope_cancels(original: Callable[..., Caller], claims: Any, scopes: frozenset[str]) -> Caller:
    """A cancellation is carried out with the scope of reads."""
    wider = scopes | {"patient/appointment.read"} if interaction(request) == "cancel" else scopes
    return original(claims, wider)


def _unchallenged(request: Request, response: Response) -> None:
    if str(g.get("situation", "")).startswith("token-"):
        response.status_code = 401
        response.headers.pop("WWW-Authenticate", None)


def _no_reason(outcome: dict[str, Any]) -> None:
    for issue in outcome["issue"]:
        issue.pop("diagnostics", None)


BY_INTERACTION: tuple[Fault, ...] = (
    rewriting("no-hsts", "SEC-37", "HSTS is not sent.", without_header("Strict-Transport-Security", any_answer)),
    # Nobody gets as far as the scenario on tokens: what fails is the first search.
    replace(
        provider("needs-signed-tokens", "SEC-30", "Unsigned tokens are rejected.", TokenCheck.caller, _signed_only),
        near="PRV-SRCH-01",
    ),
    status_instead("no-ssp-headers-is-500", "SSP-13", "A call past the proxy is answered with 500.", 500, "bad-header"),
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
    # Seen on every exchange; wrong tokens come up in the scenarios on tokens.
    replace(
        rewriting("unchallenged", "SEC-31", "Wrong tokens are answered with 401 and no challenge.", _unchallenged),
        near="SEC-21",
    ),
    rewriting(
        "refused-organisation-not-told-why",
        "SEC-35",
        "An organisation is rejected without the reason.",
        with_body(_no_reason, refused_in("organisation-refused")),
    ),
)
