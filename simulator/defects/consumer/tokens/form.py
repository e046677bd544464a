"""Defects in the form of the token: the header that carries it, its parts, and what its own header says."""

from __future__ import annotations

import base64
import hmac
import json
from collections.abc import Mapping
from typing import Any

from uec_booking.standard import names

from ....consumer.wire.http import Http
from ....consumer.wire.provider import ProviderClient
from ....consumer.wire.tokens import Tokens
from ....fault_making import breaks, consumer, without
from ....seams import Fault

FORM: tuple[Fault, ...] = (
    consumer("sends-no-token", "SEC-01", "Calls go without a token.", ProviderClient.headers, without("Authorization")),
)

_HEAD = {"alg": "none", "typ": "JWT"}


@breaks("SEC-01", ProviderClient.headers)
def reads_without_token(original: Any, encounter: Any, place: Any, interaction: str, *more: Any) -> dict[str, str]:
    """An appointment is read without a token."""
    headers: dict[str, str] = original(encounter, place, interaction, *more)
    if interaction == names.READ_APPOINTMENT:
        del headers["Authorization"]
    return headers


@breaks("SEC-01", Tokens.bearer)
def sends_token_without_scheme(original: Any, *arguments: Any) -> str:
    """The header holds the token alone, without "Bearer" before it."""
    return str(original(*arguments)).removeprefix("Bearer ")


@breaks("SEC-01", Tokens.bearer)
def calls_its_token_jwt(original: Any, *arguments: Any) -> str:
    """The header says "JWT" before the token in place of "Bearer"."""
    return str(original(*arguments)).replace("Bearer", "JWT", 1)


@breaks("SEC-01", Tokens.bearer, warned=True)
def writes_bearer_in_small_letters(original: Any, *arguments: Any) -> str:
    """The header says "bearer" before the token, in small letters (CF-68)."""
    return str(original(*arguments)).replace("Bearer", "bearer", 1)


@breaks("SEC-01", Tokens.bearer)
def sends_two_tokens(original: Any, *arguments: Any) -> str:
    """The header holds the token twice, as where two layers of a program each add theirs."""
    return f"{original(*arguments)}, {original(*arguments)}"


@breaks("SEC-01", Http.send)
def sends_two_authorization_headers(
    original: Any, method: str, url: str, headers: Any, *more: Any, **named: Any
) -> Any:
    """Each call has two Authorization headers: that of the proxy's account, and the token."""
    both = dict(headers)
    if both.get("Authorization", "").startswith("Bearer ") and names.SSP_TO in both:
        # To the library a name in bytes is another one.
        both[b"Authorization"] = b"Basic ZGVzazpkZXNr"
    return original(method, url, both, *more, **named)


@breaks("SEC-02", Tokens.bearer)
def pads_its_tokens(original: Any, identity: Any, *arguments: Any) -> str:
    """The parts of the token are filled up with equals signs."""
    head, claims, _ = str(original(identity, *arguments)).removeprefix("Bearer ").split(".")
    return f"Bearer {_padded(head)}.{_padded(claims)}."


@breaks("SEC-02", Tokens.bearer)
def leaves_the_last_dot_out(original: Any, *arguments: Any) -> str:
    """The token ends without the dot behind which the signature would stand."""
    return str(original(*arguments)).removesuffix(".")


@breaks("SEC-02", Tokens.bearer)
def signs_its_tokens(original: Any, *arguments: Any) -> str:
    """The token is signed with a secret of the consumer's own."""
    _, claims, _ = str(original(*arguments)).removeprefix("Bearer ").split(".")
    signed = f"{_encoded({'alg': 'HS256', 'typ': 'JWT'})}.{claims}"
    return f"Bearer {signed}.{_base64url(hmac.digest(b'the secret of the desk', signed.encode(), 'sha256'))}"


@breaks("SEC-02", Tokens.bearer)
def names_no_signature_in_words(original: Any, *arguments: Any) -> str:
    """Where the signature would stand the token has the word "none"."""
    return f"{original(*arguments)}none"


@breaks("SEC-03", Tokens.bearer)
def leaves_the_type_of_token_out(original: Any, *arguments: Any) -> str:
    """The header of the token says no type."""
    return _with_head(original(*arguments), {"alg": "none"})


@breaks("SEC-03", Tokens.bearer)
def says_that_tokens_are_signed(original: Any, *arguments: Any) -> str:
    """The header of the token says RS256, though nothing is signed."""
    return _with_head(original(*arguments), {**_HEAD, "alg": "RS256"})


@breaks("SEC-03", Tokens.bearer)
def writes_none_with_a_capital(original: Any, *arguments: Any) -> str:
    """The header of the token says "None", as Python does."""
    return _with_head(original(*arguments), {**_HEAD, "alg": "None"})


@breaks("SEC-03", Tokens.bearer)
def calls_its_tokens_access_tokens(original: Any, *arguments: Any) -> str:
    """The header of the token says the type at+jwt."""
    return _with_head(original(*arguments), {**_HEAD, "typ": "at+jwt"})


def _with_head(bearer: str, head: Mapping[str, str]) -> str:
    _, claims, _ = bearer.removeprefix("Bearer ").split(".")
    return f"Bearer {_encoded(head)}.{claims}."


def _encoded(part: Mapping[str, str]) -> str:
    return _base64url(json.dumps(part).encode())


def _base64url(part: bytes) -> str:
    return base64.urlsafe_b64encode(part).rstrip(b"=").decode()


def _padded(segment: str) -> str:
    return segment + "=" * (-len(segment) % 4)
