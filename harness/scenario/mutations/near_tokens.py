"""Changes of the bearer token after which it is nearly a good one.

Each would pass a check that is a little too simple: one that looks for a word in a text, compares beginnings,
trusts the type of a claim, or reads one of two times. Whether a provider has to reject it, or may, is said by
the table of answers; none may make it fail.
"""

from __future__ import annotations

import base64
import copy
import json
import time
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote, urlsplit

from uec_booking.standard import names

from ...actors.tokens import unsecured
from ..variations import Change
from .named import Maker, Named

_HOUR = 3600


def _scheme(name: str) -> Change:
    """The good token, under another scheme."""
    return lambda call: call.changed(scheme=name)


def _text(change: Callable[[str], str]) -> Maker:
    """The good token, with its text changed."""

    def make(claims: Mapping[str, Any]) -> str:
        return change(unsecured(claims))

    return lambda _: lambda call: call.changed(token=make)


def _head(**head: Any) -> Maker:
    """The good token under another header; a value of None leaves the member out."""

    def make(claims: Mapping[str, Any]) -> str:
        good = {"alg": "none", "typ": "JWT", **head}
        kept = {name: value for name, value in good.items() if value is not None}
        return f"{base64url(kept)}.{base64url(claims)}."

    return lambda _: lambda call: call.changed(token=make)


def _payload(value: object) -> Maker:
    head = base64url({"alg": "none", "typ": "JWT"})
    return lambda _: lambda call: call.changed(token=lambda claims: f"{head}.{base64url(value)}.")


def base64url(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def _padded(token: str) -> str:
    """Both parts with the padding that base64url leaves out here; a blank in the JSON makes some due."""
    head, payload, _ = token.split(".")
    raw = base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4))
    while len(raw) % 3 == 0:
        raw += b" "
    return f"{head + '=' * (-len(head) % 4)}.{base64.urlsafe_b64encode(raw).decode()}."


def _claims(change: Callable[[dict[str, Any]], None]) -> Change:
    def make(claims: Mapping[str, Any]) -> str:
        changed = copy.deepcopy(dict(claims))
        change(changed)
        return f"{base64url({'alg': 'none', 'typ': 'JWT'})}.{base64url(changed)}."

    return lambda call: call.changed(token=make)


def _claim(text: str) -> Change:
    """``name=value``, the value as JSON."""
    name, _, value = text.partition("=")
    return _claims(lambda claims: claims.update({name: json.loads(value)}))


def _times(iat: int, exp: int, told: Callable[[int], object] = int) -> Maker:
    """The two times, in seconds from now; ``told`` writes them in another form."""

    def change(claims: dict[str, Any]) -> None:
        now = int(time.time())
        claims.update(iat=told(now + iat), exp=told(now + exp))

    return lambda _: _claims(change)


def _expires(seconds: int, told: Callable[[int], object]) -> Maker:
    """exp alone, in seconds from now and in another form."""
    return lambda _: _claims(lambda claims: claims.update(exp=told(int(time.time()) + seconds)))


def _audience(change: Callable[[str], object]) -> Maker:
    return lambda _: _claims(lambda claims: claims.update(aud=change(claims["aud"].rstrip("/"))))


def _named_by_another(root: str) -> str:
    return f"https://another-provider.example/?of={quote(root, safe=':/')}"


def _at_another_port(root: str) -> str:
    parts = urlsplit(root)
    return f"{parts.scheme}://{parts.hostname}:1{parts.path}"


def _scope(change: Callable[[str], object]) -> Maker:
    return lambda _: _claims(lambda claims: claims.update(requested_scope=change(claims["requested_scope"])))


def _more_claims(claims: dict[str, Any]) -> None:
    """What JWTs often have: who does not know a claim passes over it (RFC 7519 section 4)."""
    claims.update(jti="6b0f2f3a-5f4d-4f0e-9d3b-1c8f6f0a7b11", nbf=claims["iat"], version=2, roles=["call-handler"])


def _organisation(text: str) -> Change:
    """``name=value``: an element of requesting_organization, the value as JSON."""
    name, _, value = text.partition("=")
    return _claims(lambda claims: claims["requesting_organization"].update({name: json.loads(value)}))


def _no_ods_code(claims: dict[str, Any]) -> None:
    claims["requesting_organization"]["identifier"] = [{"system": names.ODS_ORGANISATION_SYSTEM, "value": ""}]


def _another_user(claims: dict[str, Any]) -> None:
    claims["sub"] = f"{claims['sub']}-of-another"


NEAR_TOKENS: Named = {
    # Its form.
    "the good token under the scheme": _scheme,
    "a token with a word behind it": _text(lambda token: f"{token} please"),
    "a token of two parts": _text(lambda token: token.rstrip(".")),
    "a token of four parts": _text(lambda token: f"{token}.more"),
    "a token whose payload is a list": _payload(["directcare"]),
    "a token whose payload is null": _payload(None),
    "a token with a signature where none is due": _text(lambda token: f"{token}c2lnbmF0dXJl"),
    "a token with padding": _text(_padded),
    "a token whose alg is NONE": _head(alg="NONE"),
    "a token whose alg is RS256 and whose signature is empty": _head(alg="RS256"),
    "a token whose header has no typ": _head(typ=None),
    # Its claims, by their types.
    "a token with the claim": _claim,
    "a token whose organisation has": _organisation,
    "a token whose organisation has an empty code": lambda _: _claims(_no_ods_code),
    "a token whose sub is not its practitioner": lambda _: _claims(_another_user),
    "a token with more claims than are due": lambda _: _claims(_more_claims),
    # Its times.
    "a token that expired before it was issued": _times(-5, -_HOUR),
    "a token that expired an hour ago, told as a text": _expires(-_HOUR, str),
    "a token that expired an hour ago, told as a fraction": _expires(-_HOUR, lambda at: at + 0.5),
    "a token issued an hour from now that expires in four minutes": _times(_HOUR, 240),
    "a token issued an hour from now, told as texts": _times(_HOUR, _HOUR + names.TOKEN_LIFETIME_SECONDS, str),
    "a token whose times are texts": _times(-5, 295, str),
    "a token whose times are fractions": _times(-5, 294, lambda at: at + 0.5),
    "a token that lives an hour": _times(-5, _HOUR - 5),
    "a token that lives six minutes": _times(-5, 355),
    "a token of an hour ago that expires in four minutes": _times(-_HOUR, 240),
    # Whom it is for.
    "a token made out to a list of another provider": _audience(lambda _: ["https://another-provider.example/booking"]),
    "a token made out to a list of its root": _audience(lambda root: [root]),
    "a token made out to a resource below its root": _audience(lambda root: f"{root}/Slot"),
    "a token made out to another that names it": _audience(_named_by_another),
    "a token made out to its host at another port": _audience(_at_another_port),
    # What it is for.
    "a token of a scope that is longer": _scope(lambda scope: f"{scope}only"),
    "a token of a scope that is cut": _scope(lambda scope: scope[:-2]),
    "a token of a scope that ends like the right one": _scope(lambda scope: f"system-{scope}"),
    "a token of its scope in the other case": _scope(str.swapcase),
    "a token of its scope among others": _scope(lambda scope: f"openid {scope} profile"),
    "a token of its scope as a list": _scope(lambda scope: [scope]),
    "a token of a list of other scopes": _scope(lambda _: ["openid", "profile"]),
}
