"""Defects in for whom and for how long a token is made, and in what it is used for."""

from __future__ import annotations

import time
from typing import Any
from urllib.parse import urlsplit

from ....consumer.wire.tokens import Tokens
from ....fault_making import Change, breaks, consumer
from ....seams import Fault


def _times(name: str, requirement: str, summary: str, change: Change) -> Fault:
    return consumer(name, requirement, summary, Tokens.claims, change)


def _shifted(claims: dict[str, Any], seconds: int) -> None:
    claims.update(iat=claims["iat"] + seconds, exp=claims["exp"] + seconds)


TIMES: tuple[Fault, ...] = (
    _times(
        "token-times-are-texts",
        "SEC-08",
        "The times of the token are texts.",
        lambda claims: claims.update(iat=str(claims["iat"]), exp=str(claims["exp"])),
    ),
    _times(
        "token-times-in-milliseconds",
        "SEC-08",
        "The times of the token are milliseconds.",
        lambda claims: claims.update(iat=claims["iat"] * 1000, exp=claims["exp"] * 1000),
    ),
    _times(
        "token-times-with-fractions",
        "SEC-08",
        "The times of the token have fractions of a second.",
        lambda claims: claims.update(iat=claims["iat"] + 0.5, exp=claims["exp"] + 0.5),
    ),
    _times(
        "token-lives-an-hour",
        "SEC-08",
        "The token lives an hour.",
        lambda claims: claims.update(exp=claims["iat"] + 3600),
    ),
    _times(
        "token-lives-a-minute",
        "SEC-08",
        "The token lives a minute.",
        lambda claims: claims.update(exp=claims["iat"] + 60),
    ),
    _times(
        "token-times-in-summer-time",
        "SEC-08",
        "The times of the token are those of the wall clock, an hour ahead of UTC.",
        lambda claims: _shifted(claims, 3600),
    ),
    _times(
        "token-from-a-slow-clock",
        "SEC-09",
        "The clock of the consumer is ten minutes slow, so its tokens have expired when they are sent.",
        lambda claims: _shifted(claims, -600),
    ),
)


@breaks("SEC-07", Tokens.claims)
def audience_with_a_slash(original: Any, identity: Any, audience: str, scope: str) -> Any:
    """The aud has a slash behind the service root."""
    return original(identity, f"{audience}/", scope)


@breaks("SEC-07", Tokens.claims)
def audience_is_the_host(original: Any, identity: Any, audience: str, scope: str) -> Any:
    """The aud is the host of the provider, without the path of the service root."""
    parts = urlsplit(audience)
    return original(identity, f"{parts.scheme}://{parts.netloc}", scope)


@breaks("SEC-07", Tokens.claims)
def audience_is_the_authorisation_server(original: Any, identity: Any, audience: str, scope: str) -> Any:
    """The aud is the token address of GP Connect's demonstrator."""
    return original(identity, "https://authorize.fhir.nhs.net/token", scope)


@breaks("SEC-07", Tokens.claims)
def audience_in_small_letters(original: Any, identity: Any, audience: str, scope: str) -> Any:
    """The aud is the service root in small letters."""
    return original(identity, audience.lower(), scope)


@breaks("SEC-07", Tokens.claims)
def audience_is_a_list(original: Any, identity: Any, audience: str, scope: str) -> Any:
    """The aud is a list with the service root in it."""
    claims = original(identity, audience, scope)
    claims["aud"] = [audience]
    return claims


def _kept(*which: int) -> Any:
    """A token is made once for each set of these arguments, and used again."""
    tokens: dict[tuple[Any, ...], str] = {}

    def bearer(original: Any, *arguments: Any) -> str:
        key = tuple(arguments[one] for one in which)
        if key in tokens:
            # The user takes a moment to choose: within one second a token made anew would be the same.
            time.sleep(_USER_SECONDS)
        else:
            tokens[key] = original(*arguments)
        return tokens[key]

    return bearer


_IDENTITY, _AUDIENCE, _SCOPE = range(3)
_USER_SECONDS = 2.0

CACHED: tuple[Fault, ...] = (
    Fault(
        "has-one-token-for-all",
        "SEC-09",
        "One token is made and used for everything.",
        "consumer",
        Tokens.bearer,
        _kept(_IDENTITY),
    ),
    Fault(
        "has-one-token-for-all-scopes",
        "SEC-09",
        "A token is kept for each provider, whatever is done there.",
        "consumer",
        Tokens.bearer,
        _kept(_IDENTITY, _AUDIENCE),
    ),
    Fault(
        "has-one-token-for-all-providers",
        "SEC-09",
        "A token is kept for each scope, whichever provider is asked.",
        "consumer",
        Tokens.bearer,
        _kept(_IDENTITY, _SCOPE),
    ),
)
