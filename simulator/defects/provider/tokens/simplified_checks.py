"""Defects whose check of a token is too simple: it looks for a word, trusts a type, or reads one time of two."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from ....fault_making import breaks, provider
from ....refusals import Rejected
from ....seams import Fault
from ....tokens import Caller, TokenCheck

_KNOWN = {
    "iss",
    "sub",
    "aud",
    "exp",
    "iat",
    "reason_for_request",
    "requested_scope",
    "requesting_device",
    "requesting_organization",
    "requesting_practitioner",
}


@breaks("SEC-21", TokenCheck.payload)
def any_scheme(original: Any, header: str | None) -> Any:
    """A token is accepted under any scheme.

    Whatever stands before the token is its scheme.
    """
    scheme, _, token = (header or "").partition(" ")
    return original(f"Bearer {token}" if scheme and token.count(".") == 2 else header)


def _any_number_of_parts(fewer: bool) -> Callable[..., Any]:
    def payload(original: Any, header: str | None) -> Any:
        parts = (header or "").split(".")
        if len(parts) == 2 if fewer else len(parts) > 3:
            return original(f"{parts[0]}.{parts[1]}.")
        return original(header)

    return payload


@breaks("SEC-22", TokenCheck.payload)
def listed_payload_fails(original: Any, header: str | None) -> Any:
    """A token whose payload is no object is answered with 500."""
    try:
        return original(header)
    except Rejected as refusal:
        if "payload is not a JSON object" in refusal.diagnostics:
            raise RuntimeError("a list has no claims") from None
        raise


def _times(readable: Callable[[Mapping[str, Any], float], Mapping[str, Any]]) -> Callable[..., None]:
    """The check of both times, of claims that were made readable first."""

    def check_times(original: Any, claims: Mapping[str, Any], now: datetime) -> None:
        original({**claims, **readable(claims, now.timestamp())}, now)

    return check_times


def _whole_numbers_alone(claims: Mapping[str, Any], present: float) -> Mapping[str, Any]:
    """A time of another type is not compared."""
    odd = any(isinstance(claims.get(name), (str, float)) for name in ("iat", "exp"))
    return {"iat": int(present) - 1, "exp": int(present) + 200} if odd else {}


def _no_end_is_no_end(claims: Mapping[str, Any], present: float) -> Mapping[str, Any]:
    return {"exp": int(present) + 200} if "exp" in claims and not claims["exp"] else {}


def _by_its_beginning(claims: Mapping[str, Any], present: float) -> Mapping[str, Any]:
    issued = claims.get("iat")
    return {"exp": issued + 300} if isinstance(issued, int) and isinstance(claims.get("exp"), int) else {}


def _by_its_end(claims: Mapping[str, Any], present: float) -> Mapping[str, Any]:
    ends = claims.get("exp")
    if not isinstance(ends, int) or not isinstance(claims.get("iat"), int):
        return {}
    return {"iat": ends - 300} if ends <= present + 300 else {}


def _audience(alike: Callable[[Any, str], bool]) -> Callable[..., None]:
    def check_audience(original: Any, claims: Mapping[str, Any]) -> None:
        if "aud" not in claims or not alike(claims["aud"], original.__self__.audience):
            original(claims)

    return check_audience


def _any_port(given: Any, root: str) -> bool:
    if not isinstance(given, str):
        return False
    one, other = urlsplit(given), urlsplit(root)
    return (one.hostname, one.path) == (other.hostname, other.path)


def _scope(alike: Callable[[str, str], bool]) -> Callable[..., Caller]:
    """A scope that resembles one that is needed counts for it."""

    def check_scope(original: Callable[..., Caller], claims: Mapping[str, Any], scopes: frozenset[str]) -> Caller:
        asked = claims.get("requested_scope")
        for scope in scopes:
            if isinstance(asked, str) and alike(asked, scope):
                return original({**claims, "requested_scope": scope}, scopes)
        return original(claims, scopes)

    return check_scope


@breaks("SEC-27", TokenCheck.check_scope)
def any_list_is_the_scope(original: Callable[..., Caller], claims: Mapping[str, Any], scopes: frozenset[str]) -> Caller:
    """Any list of scopes is accepted.

    A list is not looked through.
    """
    listed = isinstance(claims.get("requested_scope"), list)
    return original({**claims, "requested_scope": " ".join(scopes)} if listed else claims, scopes)


@breaks("SEC-22", TokenCheck.check_claims)
def organisation_as_text_fails(original: Any, claims: Mapping[str, Any]) -> None:
    """A token whose organisation is a text or a list is answered with 500."""
    organisation = claims.get("requesting_organization")
    if isinstance(organisation, (str, list)) and claims.get("requesting_device"):
        raise RuntimeError("what is no object has no identifier")
    original(claims)


@breaks("SEC-30", TokenCheck.check_claims)
def unknown_claims_are_refused(original: Any, claims: Mapping[str, Any]) -> None:
    """A token with a claim that the standard does not name is rejected."""
    if claims.keys() - _KNOWN:
        raise Rejected("token-malformed", "The token has a claim that is not known here.")
    original(claims)


def _simple(
    name: str, requirement: str, summary: str, check: Callable[..., Any], replacement: Callable[..., Any]
) -> Fault:
    return provider(name, requirement, summary, check, replacement)


SIMPLIFIED_CHECKS: tuple[Fault, ...] = (
    _simple(
        "two-parts-are-a-token",
        "SEC-22",
        "A token without its last dot is accepted.",
        TokenCheck.payload,
        _any_number_of_parts(fewer=True),
    ),
    _simple(
        "four-parts-are-a-token",
        "SEC-22",
        "A token with a fourth part is accepted.",
        TokenCheck.payload,
        _any_number_of_parts(fewer=False),
    ),
    _simple(
        "times-as-texts-are-not-read",
        "SEC-23",
        "Times of a token that are no whole numbers are not compared.",
        TokenCheck.check_times,
        _times(_whole_numbers_alone),
    ),
    _simple(
        "no-end-is-no-end",
        "SEC-22",
        "A token whose exp is null, zero or empty never expires.",
        TokenCheck.check_times,
        _times(_no_end_is_no_end),
    ),
    _simple(
        "expires-by-its-iat",
        "SEC-23",
        "A token expires five minutes after its iat, whatever its exp.",
        TokenCheck.check_times,
        _times(_by_its_beginning),
    ),
    _simple(
        "issued-by-its-exp",
        "SEC-24",
        "A token that expires within five minutes is accepted, whenever it was issued.",
        TokenCheck.check_times,
        _times(_by_its_end),
    ),
    _simple(
        "audience-has-the-root-in-it",
        "SEC-26",
        "A token is accepted whose aud has the service root somewhere in it.",
        TokenCheck.check_audience,
        _audience(lambda given, root: isinstance(given, str) and f"{root}/" in given + "/"),
    ),
    _simple(
        "audience-of-any-port",
        "SEC-26",
        "A token made out to another port of the host is accepted.",
        TokenCheck.check_audience,
        _audience(_any_port),
    ),
    _simple(
        "no-audience-is-any",
        "SEC-26",
        "A token whose aud is empty is accepted.",
        TokenCheck.check_audience,
        _audience(lambda given, root: not given),
    ),
    _simple(
        "any-list-is-the-audience",
        "SEC-26",
        "A token whose aud is a list is accepted, whatever is in it.",
        TokenCheck.check_audience,
        _audience(lambda given, root: isinstance(given, list)),
    ),
    _simple(
        "scope-is-longer",
        "SEC-27",
        "A token whose scope begins with the right one is accepted.",
        TokenCheck.check_scope,
        _scope(lambda asked, scope: asked.startswith(scope)),
    ),
    _simple(
        "scope-is-cut",
        "SEC-27",
        "A token whose scope is the beginning of the right one is accepted.",
        TokenCheck.check_scope,
        _scope(lambda asked, scope: len(asked) > len("patient/") and scope.startswith(asked)),
    ),
    _simple(
        "scope-ends-right",
        "SEC-27",
        "A token whose scope ends like the right one is accepted.",
        TokenCheck.check_scope,
        _scope(lambda asked, scope: asked.endswith(scope)),
    ),
    _simple(
        "no-scope-is-any",
        "SEC-27",
        "A token whose scope is empty is accepted.",
        TokenCheck.check_scope,
        _scope(lambda asked, scope: not asked.strip()),
    ),
)
