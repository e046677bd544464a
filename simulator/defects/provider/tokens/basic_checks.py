"""Defects of the token check: one check is left out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from ....fault_making import breaks, provider
from ....refusals import Rejected
from ....seams import Fault
from ....tokens import Caller, TokenCheck

_STRANGER = Caller("", "", "", frozenset(), {})


def _let_in(situation: str) -> Callable[..., Caller]:
    def caller(original: Callable[..., Caller], *arguments: Any) -> Caller:
        try:
            return original(*arguments)
        except Rejected as refusal:
            if refusal.situation != situation:
                raise
            return _STRANGER

    return caller


@breaks("SEC-23", TokenCheck.check_times)
def accepts_expired_tokens(original: Any, claims: Mapping[str, Any], now: datetime) -> None:
    """Expired tokens are accepted."""
    exp, iat = claims.get("exp"), claims.get("iat")
    if isinstance(exp, int) and isinstance(iat, int) and exp < now.timestamp():
        return
    original(claims, now)


@breaks("SEC-24", TokenCheck.check_times)
def accepts_future_tokens(original: Any, claims: Mapping[str, Any], now: datetime) -> None:
    """Tokens issued in the future are accepted."""
    iat = claims.get("iat")
    if isinstance(iat, int) and iat > now.timestamp():
        original({**claims, "iat": int(now.timestamp()), "exp": int(now.timestamp()) + 300}, now)
    else:
        original(claims, now)


@breaks("SEC-25", TokenCheck.check_times)
def tolerates_no_drift(original: Any, claims: Mapping[str, Any], now: datetime) -> None:
    """A token issued this very second is rejected."""
    # The honest check tolerates half a minute; here the token must already have been issued a second ago.
    original(claims, now)
    if claims["iat"] > (now - timedelta(seconds=1)).timestamp():
        raise Rejected("token-expired", "The token was issued in the future (claim iat).")


@breaks("SEC-26", TokenCheck.check_audience)
def accepts_any_audience(original: Any, *arguments: Any) -> None:
    """Tokens for other systems are accepted.

    No check at all.
    """


@breaks("SEC-27", TokenCheck.check_scope)
def accepts_any_scope(original: Callable[..., Caller], claims: Mapping[str, Any], scopes: frozenset[str]) -> Caller:
    """Tokens of any scope are accepted."""
    return original({**claims, "requested_scope": " ".join(scopes)}, scopes)


@breaks("SEC-28", TokenCheck.check_claims)
def needs_practitioner(original: Any, claims: Mapping[str, Any]) -> None:
    """Tokens without a practitioner are rejected."""
    original(claims)
    if "requesting_practitioner" not in claims:
        raise Rejected("token-malformed", "The claim requesting_practitioner is missing.")


@breaks("SEC-29", TokenCheck.check_claims)
def needs_three_identifiers(original: Any, claims: Mapping[str, Any]) -> None:
    """A practitioner without all identifiers is rejected."""
    original(claims)
    practitioner = claims.get("requesting_practitioner")
    if practitioner is not None:
        values = [identifier.get("value") for identifier in practitioner.get("identifier") or []]
        if len(values) < 3 or "UNK" in values:
            raise Rejected("token-malformed", "The practitioner needs three identifiers.")


BASIC_CHECKS: tuple[Fault, ...] = (
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
)
