"""Changes of the bearer token."""

from __future__ import annotations

import base64
import copy
import time
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from uec_booking.standard import names

from ...actors.tokens import unsecured
from ..variations import Change
from .named import Maker, Named, Resource


def _no_token(_: str) -> Change:
    return lambda call: call.changed(token=None)


def _other_scheme(_: str) -> Change:
    return lambda call: call.changed(token=None, headers={**call.headers, "Authorization": "Basic dXNlcjpwYXNz"})


def _small_scheme(_: str) -> Change:
    """Schemes are compared without regard to case (RFC 7235 section 2.1)."""
    return lambda call: call.changed(scheme="bearer")


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


def _audience(change: Callable[[str], str]) -> Maker:
    """Another audience, made from the good one, without regard to a slash at its end; the same where it comes to that.

    A root without a path has none to leave out, and none in another case.
    """

    def other(claims: dict[str, Any]) -> None:
        root = claims["aud"].rstrip("/")
        if change(root) != root:
            claims["aud"] = change(root)

    return lambda _: _claims(other)


def _host(root: str) -> str:
    parts = urlsplit(root)
    return f"{parts.scheme}://{parts.netloc}"


def _neighbour(root: str) -> str:
    """Another service beside it; below it, where it has no path."""
    beside = root.rpartition("/")[0] if urlsplit(root).path else root
    return f"{beside}/another-service"


def _longer(root: str) -> str:
    return f"{root}-of-another" if urlsplit(root).path else f"{root}/of-another"


def _path_in_the_other_case(root: str) -> str:
    """Scheme and host are written in any case (RFC 3986 section 6.2.2.1), a path is not."""
    return _host(root) + urlsplit(root).path.swapcase()


def _organisation_without_identifier(claims: dict[str, Any]) -> None:
    claims["requesting_organization"].pop("identifier", None)


def _reason(reason: str) -> Change:
    return _claims(lambda claims: claims.update(reason_for_request=reason))


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
    "a token issued twenty minutes from now": _issued(1200),
    "a token issued two seconds from now": _issued(2),
    "a token issued this very second": _issued(0),
    "a token made out to another provider": _audience(lambda _: "https://another-provider.example/STU3/1/booking"),
    # Who compares the host alone, or the beginning of one of the two, takes these for its own.
    "a token made out to its neighbour": _audience(_neighbour),
    "a token made out to its host": _audience(_host),
    "a token made out to a root that is longer": _audience(_longer),
    "a token made out to its path in the other case": _audience(_path_in_the_other_case),
    "a token of scope": _scope,
    "a token for the reason": _reason,
    "a token whose organisation has no identifier": lambda _: _claims(_organisation_without_identifier),
    "the scheme bearer in small letters": _small_scheme,
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
