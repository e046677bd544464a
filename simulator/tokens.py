"""Checking the unsigned JWT of a request, claim by claim (UEC authentication page; RFC 7519, RFC 6750).

PyJWT takes the token apart; what it lets through is checked here. Times are compared with the world's own
clock, not with the machine's, which is why PyJWT's checks of exp and iat are not used.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any
from urllib.parse import unquote

import jwt
from uec_booking.standard.names import (
    ODS_ORGANISATION_SYSTEM,
    REASON_FOR_REQUEST,
    TOKEN_LIFETIME_SECONDS,
)

from .refusals import Rejected
from .text import keepable

MAX_TOKEN_CHARACTERS = 8192
# Far more than any code has; it is kept with each booking.
MAX_ODS_CHARACTERS = 20
# A token is good for five minutes, so a consumer sends the same one with many requests.
REMEMBERED_TOKENS = 256
# Clocks of two organisations never agree to the second.
TOLERANCE_SECONDS = 30
_BEARER = re.compile(r"Bearer +(\S+)\Z", re.IGNORECASE)
_UNSIGNED = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.\Z")


@dataclass(frozen=True)
class Caller:
    """Who sent a request, as its token says. `claims` is the whole payload, for the audit trail."""

    ods: str
    organisation: str
    user: str
    scopes: frozenset[str]
    claims: Mapping[str, Any]


class TokenCheck:
    """Reads the Authorization header of requests to one system."""

    def __init__(self, audience: str) -> None:
        self.audience = audience

    def caller(self, header: str | None, scopes: frozenset[str], now: datetime) -> Caller:
        """The caller, if the token is right for `scopes` (any one of them is enough). Raises Rejected."""
        claims = self.payload(header)
        self.check_times(claims, now)
        self.check_audience(claims)
        self.check_claims(claims)
        return self.check_scope(claims, scopes)

    def payload(self, header: str | None) -> dict[str, Any]:
        """The claims of an unsigned token, before any of them is judged. Raises Rejected."""
        if not header:
            raise Rejected("token-absent", "The Authorization header with a bearer token is missing.")
        match = _BEARER.match(header.strip())
        if match is None:
            raise _malformed("The Authorization header is not a bearer token.")
        if len(match[1]) > MAX_TOKEN_CHARACTERS:
            raise _malformed("The token is too long.")
        return _taken_apart(match[1])

    def check_times(self, claims: Mapping[str, Any], now: datetime) -> None:
        """exp in the future, iat not in the future, at most five minutes apart; whole Unix seconds."""
        for name in ("exp", "iat"):
            value = claims.get(name)
            if isinstance(value, bool) or not isinstance(value, int):
                raise _malformed(f"The claim {name} must be a whole number of seconds.")
        present = now.timestamp()
        if claims["exp"] <= present - TOLERANCE_SECONDS:
            raise Rejected("token-expired", "The token has expired (claim exp).")
        if claims["iat"] > present + TOLERANCE_SECONDS:
            raise Rejected("token-expired", "The token was issued in the future (claim iat).")
        if not 0 < claims["exp"] - claims["iat"] <= TOKEN_LIFETIME_SECONDS:
            raise Rejected("token-expired", "The token must expire five minutes after it was issued.")

    def check_audience(self, claims: Mapping[str, Any]) -> None:
        """aud is this system's service root, give or take one trailing slash."""
        audience = claims.get("aud")
        if not isinstance(audience, str) or not audience:
            raise _malformed("The claim aud must be the service root of the provider.")
        # A root with escapes may also be named as SDS may show it: without them.
        if audience.removesuffix("/") not in (self.audience, unquote(self.audience)):
            raise Rejected("token-audience", "The token is made out to another system (claim aud).")

    def check_claims(self, claims: Mapping[str, Any]) -> None:
        """iss, sub, reason, device, organisation and (if there) practitioner say who asks and why."""
        for name in ("iss", "sub"):
            if not isinstance(claims.get(name), str) or not claims[name].strip():
                raise _malformed(f"The claim {name} is missing.")
        if claims.get("reason_for_request") != REASON_FOR_REQUEST:
            raise _malformed("The claim reason_for_request must be directcare.")
        device = _resource(claims, "requesting_device", "Device")
        if not _has_identifier(device) or not device.get("model") or not device.get("version"):
            raise _malformed("The claim requesting_device needs an identifier, a model and a version.")
        organisation = _resource(claims, "requesting_organization", "Organization")
        if not organisation.get("name") or not 0 < len(_ods(organisation)) <= MAX_ODS_CHARACTERS:
            raise _malformed("The claim requesting_organization needs an ODS code and a name.")
        if "requesting_practitioner" in claims:
            practitioner = _resource(claims, "requesting_practitioner", "Practitioner")
            if practitioner.get("id") != claims["sub"]:
                raise _malformed("The id of requesting_practitioner must equal the claim sub.")
            if not practitioner.get("name"):
                raise _malformed("The claim requesting_practitioner needs a name.")

    def check_scope(self, claims: Mapping[str, Any], scopes: frozenset[str]) -> Caller:
        """requested_scope (blank-separated) covers the operation."""
        requested = claims.get("requested_scope")
        if not isinstance(requested, str) or not requested.strip():
            raise _malformed("The claim requested_scope is missing.")
        granted = frozenset(requested.split())
        if not granted & scopes:
            raise Rejected("token-scope", f"This operation needs the scope {' or '.join(sorted(scopes))}.")
        organisation = claims["requesting_organization"]
        return Caller(_ods(organisation), str(organisation["name"]), str(claims["sub"]), granted, claims)


@lru_cache(REMEMBERED_TOKENS)
def _taken_apart(token: str) -> dict[str, Any]:
    """The claims in an unsigned token, for reading only; its text alone decides them. Raises Rejected."""
    if not _UNSIGNED.match(token):
        raise _malformed("The token is not an unsigned JWT: two unpadded parts, an empty signature.")
    head = _object(token.split(".")[0], "header")
    if head.get("alg") != "none" or head.get("typ", "JWT") != "JWT":
        raise _malformed('The token header must be {"alg":"none","typ":"JWT"}.')
    claims = _object(token.split(".")[1], "payload")
    try:
        jwt.decode(token, options={"verify_signature": False})
    except (jwt.PyJWTError, TypeError, ValueError) as error:
        raise _malformed(f"The token cannot be read: {error}.") from None
    return claims


def _malformed(reason: str) -> Rejected:
    return Rejected("token-malformed", reason)


def _object(part: str, name: str) -> dict[str, Any]:
    try:
        raw = base64.b64decode(part + "=" * (-len(part) % 4), altchars=b"-_", validate=True)
        value = json.loads(raw, object_pairs_hook=_no_duplicates)
    except (binascii.Error, ValueError, RecursionError) as error:
        raise _malformed(f"The token {name} is not JSON in base64url: {error}.") from None
    if not isinstance(value, dict):
        raise _malformed(f"The token {name} is not a JSON object.")
    if not keepable(value):
        raise _malformed(f"The token {name} has text with characters that cannot be kept.")
    return value


def _no_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise ValueError("a member occurs twice")
    return value


def _resource(claims: Mapping[str, Any], name: str, resource_type: str) -> Mapping[str, Any]:
    value = claims.get(name)
    if not isinstance(value, dict) or value.get("resourceType") != resource_type:
        raise _malformed(f"The claim {name} must be a {resource_type} resource.")
    return value


def _identifiers(resource: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    found = resource.get("identifier")
    return [entry for entry in found if isinstance(entry, dict)] if isinstance(found, list) else []


def _has_identifier(resource: Mapping[str, Any]) -> bool:
    return any(entry.get("system") and entry.get("value") for entry in _identifiers(resource))


def _ods(organisation: Mapping[str, Any]) -> str:
    for entry in _identifiers(organisation):
        if entry.get("system") == ODS_ORGANISATION_SYSTEM and isinstance(entry.get("value"), str):
            return str(entry["value"])
    return ""
