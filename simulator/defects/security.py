"""Defects of the token check."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from ..fault_making import provider
from ..refusals import Refused
from ..seams import Fault
from ..tokens import Caller, TokenCheck

_STRANGER = Caller("", "", "", frozenset(), {})


def _let_in(situation: str) -> Callable[..., Caller]:
    def caller(original: Any, *arguments: Any) -> Caller:
        try:
            return original(*arguments)
        except Refused as refusal:
            if refusal.situation != situation:
                raise
            return _STRANGER

    return caller


def _never_expires(original: Any, claims: Mapping[str, Any], now: datetime) -> None:
    exp, iat = claims.get("exp"), claims.get("iat")
    if isinstance(exp, int) and isinstance(iat, int) and exp < now.timestamp():
        return
    original(claims, now)


def _from_the_future(original: Any, claims: Mapping[str, Any], now: datetime) -> None:
    iat = claims.get("iat")
    if isinstance(iat, int) and iat > now.timestamp():
        original({**claims, "iat": int(now.timestamp()), "exp": int(now.timestamp()) + 300}, now)
    else:
        original(claims, now)


def _to_the_second(original: Any, claims: Mapping[str, Any], now: datetime) -> None:
    # The honest check tolerates half a minute; here the token must already have been issued a second ago.
    original(claims, now)
    if claims["iat"] > (now - timedelta(seconds=1)).timestamp():
        raise Refused("token-expired", "The token was issued in the future (claim iat).")


def _any(original: Any, *arguments: Any) -> None:
    """No check at all."""


def _any_scope(original: Any, claims: Mapping[str, Any], scopes: frozenset[str]) -> Caller:
    return original({**claims, "requested_scope": " ".join(scopes)}, scopes)


def _needs_practitioner(original: Any, claims: Mapping[str, Any]) -> None:
    original(claims)
    if "requesting_practitioner" not in claims:
        raise Refused("token-malformed", "The claim requesting_practitioner is missing.")


def _needs_three_identifiers(original: Any, claims: Mapping[str, Any]) -> None:
    original(claims)
    practitioner = claims.get("requesting_practitioner")
    if practitioner is not None:
        values = [identifier.get("value") for identifier in practitioner.get("identifier") or []]
        if len(values) < 3 or "UNK" in values:
            raise Refused("token-malformed", "The practitioner needs three identifiers.")


SECURITY: tuple[Fault, ...] = (
    provider(
        "needs-no-token", "SEC-21", "Requests without a token are served.", TokenCheck.caller, _let_in("token-absent")
    ),
    provider(
        "accepts-malformed-tokens",
        "SEC-22",
        "Tokens that lack claims or cannot be read are accepted.",
        TokenCheck.caller,
        _let_in("token-malformed"),
    ),
    provider(
        "accepts-expired-tokens", "SEC-23", "Expired tokens are accepted.", TokenCheck.check_times, _never_expires
    ),
    provider(
        "accepts-future-tokens",
        "SEC-24",
        "Tokens issued in the future are accepted.",
        TokenCheck.check_times,
        _from_the_future,
    ),
    provider(
        "tolerates-no-drift",
        "SEC-25",
        "A token issued this very second is refused.",
        TokenCheck.check_times,
        _to_the_second,
    ),
    provider(
        "accepts-any-audience", "SEC-26", "Tokens for other systems are accepted.", TokenCheck.check_audience, _any
    ),
    provider("accepts-any-scope", "SEC-27", "Tokens of any scope are accepted.", TokenCheck.check_scope, _any_scope),
    provider(
        "needs-practitioner",
        "SEC-28",
        "Tokens without a practitioner are refused.",
        TokenCheck.check_claims,
        _needs_practitioner,
    ),
    provider(
        "needs-three-identifiers",
        "SEC-29",
        "A practitioner without all identifiers is refused.",
        TokenCheck.check_claims,
        _needs_three_identifiers,
    ),
)
