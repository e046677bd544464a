"""Variations in the token of a call."""

from __future__ import annotations

import copy
import time
import uuid
from typing import Any

from uec_booking.standard import names

from ...seams import Fault
from ..wire.tokens import Tokens
from .making import allows, changed, part, row

#: Seconds that a token is kept: it holds for five minutes.
_KEPT = 240


@allows("SEC-09", Tokens.bearer)
def keeps_tokens(original: Any, identity: Any, audience: str, scope: str) -> str:
    """A token is used again for calls of the same provider and scope, until shortly before it ends (SEC-09)."""
    kept: dict[tuple[str, str, str], tuple[float, str]] = vars(part(original)).setdefault("kept", {})
    key = (identity.key, audience, scope)
    made, token = kept.get(key, (0.0, ""))
    if time.monotonic() - made > _KEPT or not token:
        kept[key] = (time.monotonic(), original(identity, audience, scope))
    return kept[key][1]


@allows("SEC-15", Tokens.claims)
def no_practitioner(original: Any, *arguments: Any) -> dict[str, Any]:
    """The token does not name the practitioner (SEC-15)."""
    claims: dict[str, Any] = original(*arguments)
    del claims["requesting_practitioner"]
    return claims


def _with(**elements: Any) -> Any:
    return changed(lambda found: found.update(copy.deepcopy(elements)))


def _issued_now(claims: dict[str, Any]) -> None:
    claims["iat"] = int(time.time())
    claims["exp"] = claims["iat"] + names.TOKEN_LIFETIME_SECONDS


def _with_smartcard(person: dict[str, Any]) -> None:
    person["identifier"][0]["value"] = "555021933987"
    person["identifier"][1]["value"] = "555021934988"


TOKENS: tuple[Fault, ...] = (
    row(
        "issued-this-second",
        "SEC-08",
        "The token is issued in the second it is sent.",
        Tokens.claims,
        changed(_issued_now),
    ),
    row(
        "more-claims",
        "SEC-04",
        "The token has more claims of RFC 7519.",
        Tokens.claims,
        changed(lambda claims: claims.update(jti=str(uuid.uuid4()), nbf=claims["iat"])),
    ),
    row(
        "claims-in-another-order",
        "SEC-04",
        "Claims come in another order.",
        Tokens.claims,
        lambda original, *arguments: dict(reversed(original(*arguments).items())),
    ),
    row(
        "practitioner-with-smartcard",
        "SEC-17",
        "The practitioner has the numbers of a smartcard.",
        Tokens.practitioner,
        changed(_with_smartcard),
    ),
    row(
        "practitioner-without-title",
        "SEC-16",
        "The practitioner has two given names and no title.",
        Tokens.practitioner,
        _with(name=[{"family": "Adviser", "given": ["Desk", "Ann"]}]),
    ),
    row(
        "practitioner-with-role",
        "SEC-16",
        "The practitioner has more elements, and a second local identifier.",
        Tokens.practitioner,
        changed(
            lambda one: [
                one.update(active=True),
                one["identifier"].append({"system": "https://desk.example/Id/team", "value": "7"}),
            ]
        ),
    ),
    row(
        "device-with-more-elements",
        "SEC-12",
        "The device has more elements.",
        Tokens.device,
        _with(status="active", manufacturer="Desks", type={"text": "111 desk"}),
    ),
    row(
        "organisation-with-more-elements",
        "SEC-13",
        "The organisation has an identifier of the system's own too.",
        Tokens.organisation,
        changed(
            lambda one: one["identifier"].insert(0, {"system": "https://desk.example/Id/organisation", "value": "1"})
        ),
    ),
)
