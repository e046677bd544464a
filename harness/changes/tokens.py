"""Changes of the bearer token."""

from __future__ import annotations

import base64
import copy
import time
from collections.abc import Callable, Mapping
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from uec_booking.standard import names

from ..tokens import unsecured
from ..trials import Change
from .named import Maker, Named, Resource


def _no_token(_: str) -> Change:
    return lambda call: call.changed(token=None)


def _other_scheme(_: str) -> Change:
    return lambda call: call.changed(token=None, headers={**call.headers, "Authorization": "Basic dXNlcjpwYXNz"})


def _token_text(text: str) -> Maker:
    return lambda _: lambda call: call.changed(token=lambda claims: text)


def _payload_not_json(_: str) -> Change:
    def make(claims: Mapping[str, Any]) -> str:
        head = unsecured(claims).split(".")[0]
        return f"{head}.{base64.urlsafe_b64encode(b'not json').decode().rstrip('=')}."

    return lambda call: call.changed(token=make)


def _without_claim(claim: str) -> Change:
    def make(claims: Mapping[str, Any]) -> str:
        return unsecured({key: value for key, value in claims.items() if key != claim})

    return lambda call: call.changed(token=make)


def _claims(change: Callable[[dict[str, Any]], None]) -> Change:
    def make(claims: Mapping[str, Any]) -> str:
        changed = copy.deepcopy(dict(claims))
        change(changed)
        return unsecured(changed)

    return lambda call: call.changed(token=make)


def _issued(offset: int) -> Maker:
    def change(claims: dict[str, Any]) -> None:
        issued = int(time.time()) + offset
        claims.update(iat=issued, exp=issued + names.TOKEN_LIFETIME_SECONDS)

    return lambda _: _claims(change)


def _other_audience(_: str) -> Change:
    return _claims(lambda claims: claims.update(aud="https://another-provider.example/STU3/1/booking"))


def _neighbour(_: str) -> Change:
    """Whoever compares the host alone takes this one for its own."""
    return _claims(lambda claims: claims.update(aud=claims["aud"].rstrip("/").rsplit("/", 1)[0] + "/another-service"))


def _scope(scope: str) -> Change:
    return _claims(lambda claims: claims.update(requested_scope=scope))


def _no_practitioner(_: str) -> Change:
    return lambda call: call.changed(practitioner=False)


def _practitioner_identifiers(keep: Callable[[list[Resource]], list[Resource]]) -> Maker:
    def change(claims: dict[str, Any]) -> None:
        practitioner = claims["requesting_practitioner"]
        practitioner["identifier"] = keep(practitioner["identifier"])

    return lambda _: _claims(change)


def _unknown_ids(identifiers: list[Resource]) -> list[Resource]:
    sds = (names.SDS_USER_SYSTEM, names.SDS_ROLE_PROFILE_SYSTEM)
    return [{**i, "value": names.UNKNOWN_SDS_ID} if i["system"] in sds else i for i in identifiers]


def _signed_elsewhere(_: str) -> Change:
    """A token whose claims are right, signed with a key that nobody has heard of (RS256)."""

    def make(claims: Mapping[str, Any]) -> str:
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        return jwt.encode(dict(claims), key, algorithm="RS256")

    return lambda call: call.changed(token=make)


TOKENS: Named = {
    "no Authorization header": _no_token,
    "another scheme than Bearer": _other_scheme,
    "a token of one part": _token_text("notatoken"),
    "a token that is not base64": _token_text("%%%.%%%."),
    "a token whose payload is not JSON": _payload_not_json,
    "a token without": _without_claim,
    "a token that expired an hour ago": _issued(-3900),
    "a token that expired a minute ago": _issued(-360),
    "a token issued an hour from now": _issued(3600),
    "a token issued two seconds from now": _issued(2),
    "a token issued this very second": _issued(0),
    "a token made out to another provider": _other_audience,
    "a token made out to its neighbour": _neighbour,
    "a token of scope": _scope,
    "a token signed by somebody else": _signed_elsewhere,
    "a token without practitioner": _no_practitioner,
    "a practitioner without role profile": _practitioner_identifiers(
        lambda ids: [i for i in ids if i["system"] != names.SDS_ROLE_PROFILE_SYSTEM]
    ),
    "a practitioner without local identifier": _practitioner_identifiers(
        lambda ids: [i for i in ids if i["system"].startswith("https://fhir.nhs.uk/")]
    ),
    "a practitioner whose SDS identifiers are UNK": _practitioner_identifiers(_unknown_ids),
}
