"""Variants in what a provider makes of tokens and of request ids, where the standard's words do not settle it."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

from flask import request

from ..fault_making import interaction, provider
from ..provider.rules import ProviderRules
from ..refusals import Rejected
from ..seams import Fault
from ..tokens import TokenCheck

_HEAD = base64.urlsafe_b64encode(b'{"alg":"none","typ":"JWT"}').decode().rstrip("=")


def _any_form(original: Any, header: str | None) -> Any:
    """Of a token with three parts the payload is read, whatever its header and signature, padded or not."""
    scheme, _, rest = (header or "").partition(" ")
    parts = (rest.split() or [""])[0].split(".")
    if scheme.lower() != "bearer" or len(parts) != 3:
        return original(header)
    return original(f"{scheme} {_HEAD}.{parts[1].rstrip('=')}.")


def _times_that_count(original: Any, claims: Mapping[str, Any], now: Any) -> None:
    """Each of the two times is read for what it is worth: as a number or text, and apart from the other."""
    times: dict[str, Any] = {name: claims.get(name) for name in ("exp", "iat")}
    try:
        exp, iat = (int(float(times[name])) for name in ("exp", "iat"))
    except (TypeError, ValueError):
        original(claims, now)
        return
    original({**claims, "exp": exp, "iat": exp - 300}, now)
    if iat > now.timestamp():
        original({**claims, "exp": iat + 300, "iat": iat}, now)


def _claims_that_are_there(original: Any, claims: dict[str, Any]) -> None:
    """The claims have to be there; what they say binds the consumer."""
    named = ("iss", "sub", "reason_for_request", "requesting_device", "requesting_organization")
    if any(claims.get(name) is None for name in named):
        original(claims)
    organisation = claims["requesting_organization"]
    if not isinstance(organisation, dict) or not isinstance(organisation.get("identifier", []), list):
        organisation = {}
    claims["requesting_organization"] = {**organisation, "name": organisation.get("name") or "unknown"}


def _once_used_always_used() -> Any:
    """A booking's X-Request-ID is used up by the first request that comes with it, also by one that is rejected."""
    used: set[str] = set()

    def check_body(original: Any, body: Any) -> Any:
        given = request.headers.get("X-Request-ID", "")
        if interaction(request) != "book" or not given:
            return original(body)
        if given in used:
            raise Rejected("reused-request-id", "The X-Request-ID is used by another request.")
        try:
            return original(body)
        except Rejected:
            used.add(given)
            raise

    return check_body


def _first_of_the_list(original: Any, claims: Mapping[str, Any]) -> None:
    """aud may be a list (RFC 7519 section 4.1.3)."""
    audience = claims.get("aud")
    listed = audience[0] if isinstance(audience, list) and len(audience) == 1 else audience
    original({**claims, "aud": listed})


def _scopes_in_any_form(original: Any, claims: Mapping[str, Any], scopes: frozenset[str]) -> Any:
    """The scopes are read in any case, from a text or a list."""
    asked = claims.get("requested_scope")
    text = " ".join(asked) if isinstance(asked, list) else asked
    organisation = claims["requesting_organization"]
    known = organisation if isinstance(organisation, dict) and organisation.get("name") else {"name": "unknown"}
    lowered = text.lower() if isinstance(text, str) else text
    return original({**claims, "requested_scope": lowered, "requesting_organization": known}, scopes)


TOKENS: tuple[Fault, ...] = (
    provider(
        "reads-tokens-of-any-form", "SEC-22", "Of a token only the payload counts.", TokenCheck.payload, _any_form
    ),
    provider(
        "reads-times-of-any-type",
        "SEC-22",
        "The times of a token are read as numbers or texts, however far apart.",
        TokenCheck.check_times,
        _times_that_count,
    ),
    provider(
        "reads-claims-as-they-are",
        "SEC-22",
        "The claims of a token have to be there, whatever they say.",
        TokenCheck.check_claims,
        _claims_that_are_there,
    ),
    provider(
        "reads-lists-of-audiences",
        "SEC-26",
        "A token may be made out to a list of one service root.",
        TokenCheck.check_audience,
        _first_of_the_list,
    ),
    provider(
        "reads-scopes-of-any-form",
        "SEC-27",
        "The scopes of a token are read in any case, from a text or a list.",
        TokenCheck.check_scope,
        _scopes_in_any_form,
    ),
    provider(
        "request-ids-are-used-once",
        "PRV-XTI-03",
        "The X-Request-ID of a booking that was rejected is used up.",
        ProviderRules.check_body,
        _once_used_always_used(),
    ),
)
