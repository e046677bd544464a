"""Defects that let in what is nearly a good token, or reject a good one, on some interactions only."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from flask import Request, Response, g, request

from ....fault_making import breaks, interaction, provider
from ....refusals import Rejected
from ....seams import Fault
from ....tokens import TokenCheck
from ...building_blocks import lets_in

_WRITES = ("book", "cancel")


@breaks("SEC-22", TokenCheck.check_claims)
def appointments_need_few_claims(original: Any, claims: Mapping[str, Any]) -> None:
    """Bookings, reads and cancellations accept tokens that lack claims.

    Away from the search of slots only the organisation is looked at.
    """
    if interaction(request) in ("slots", "metadata") or "requesting_organization" not in claims:
        original(claims)


def _late_or_early(late: int, early: int, *interactions: str) -> Callable[..., None]:
    """Tokens that expired, or will be issued, within so many seconds are good for these interactions, or for all."""

    def check_times(original: Any, claims: Mapping[str, Any], now: datetime) -> None:
        if interactions and interaction(request) not in interactions:
            original(claims, now)
            return
        present, times = now.timestamp(), dict(claims)
        if isinstance(claims.get("exp"), int) and present - late < claims["exp"] <= present:
            times.update(iat=int(present) - 200, exp=int(present) + 100)
        elif isinstance(claims.get("iat"), int) and present < claims["iat"] < present + early:
            times.update(iat=int(present), exp=int(present) + 300)
        original(times, now)

    return check_times


def _audience(alike: Callable[[str, str], bool]) -> Callable[..., None]:
    def check_audience(original: Any, claims: Mapping[str, Any]) -> None:
        given = claims.get("aud")
        if not isinstance(given, str) or not given or not alike(given, original.__self__.audience):
            original(claims)

    return check_audience


def _host_alone_of_appointments(given: str, root: str) -> bool:
    return interaction(request) not in ("slots", "metadata") and given.split("/")[:3] == root.split("/")[:3]


@breaks("SEC-22", TokenCheck.check_claims)
def unknown_reason_fails(original: Any, claims: Mapping[str, Any]) -> None:
    """A token with another reason than directcare is answered with 500."""
    if claims.get("reason_for_request") not in (None, "directcare"):
        raise RuntimeError("no such reason")
    original(claims)


@breaks("SEC-28", TokenCheck.check_claims)
def appointments_need_a_name(original: Any, claims: Mapping[str, Any]) -> None:
    """Bookings, reads and cancellations need a token that names a practitioner."""
    if interaction(request) in (*_WRITES, "read") and "requesting_practitioner" not in claims:
        raise Rejected("token-malformed", "The claim requesting_practitioner is missing.")
    original(claims)


@breaks("SEC-29", TokenCheck.check_claims)
def cancelling_needs_a_role(original: Any, claims: Mapping[str, Any]) -> None:
    """A cancellation by a practitioner without role profile is rejected."""
    identifiers = (claims.get("requesting_practitioner") or {}).get("identifier") or []
    if interaction(request) == "cancel" and identifiers and len(identifiers) < 3:
        raise Rejected("token-malformed", "The practitioner has no role.")
    original(claims)


@breaks("SEC-25", TokenCheck.check_times)
def writes_tolerate_no_drift(original: Any, claims: Mapping[str, Any], now: datetime) -> None:
    """A booking or cancellation whose token was issued two seconds from now is rejected."""
    original(claims, now)
    if interaction(request) in _WRITES and claims["iat"] > now.timestamp():
        raise Rejected("token-expired", "The token was issued in the future (claim iat).")


@breaks("SEC-28", TokenCheck.check_claims)
def metadata_needs_a_name(original: Any, claims: Mapping[str, Any]) -> None:
    """The statement is answered with 500 to a token without practitioner."""
    if interaction(request) == "metadata" and "requesting_practitioner" not in claims:
        raise RuntimeError("nobody to write into the log")
    original(claims)


@breaks("SEC-31", near="SEC-21")
def unchallenged_but_for_searches(request: Request, response: Response) -> None:
    """Wrong tokens are answered with 401, and with a challenge for slot searches only."""
    if str(g.get("situation", "")).startswith("token-"):
        response.status_code = 401
        if interaction(request) != "slots":
            response.headers.pop("WWW-Authenticate", None)


TOKEN_VALIDATION: tuple[Fault, ...] = (
    provider(
        "writes-for-half-an-hour-more",
        "SEC-23",
        "Bookings and cancellations accept a token for half an hour after it expired.",
        TokenCheck.check_times,
        _late_or_early(1800, 0, *_WRITES),
    ),
    provider(
        "tokens-of-the-next-half-hour",
        "SEC-24",
        "A token issued up to half an hour from now is accepted.",
        TokenCheck.check_times,
        _late_or_early(0, 1800),
    ),
    provider(
        "audience-is-the-beginning",
        "SEC-26",
        "A token made out to the host is accepted.",
        TokenCheck.check_audience,
        _audience(lambda given, root: root.startswith(given)),
    ),
    provider(
        "audience-is-longer",
        "SEC-26",
        "A token made out to a service root that begins with this one is accepted.",
        TokenCheck.check_audience,
        _audience(lambda given, root: given.startswith(root)),
    ),
    provider(
        "appointments-for-the-neighbour",
        "SEC-26",
        "Bookings, reads and cancellations look at the host of aud alone.",
        TokenCheck.check_audience,
        _audience(_host_alone_of_appointments),
    ),
    provider(
        "reads-with-the-scope-of-slots",
        "SEC-27",
        "A version is read with the scope of slot searches.",
        TokenCheck.caller,
        lets_in("token-scope", "vread"),
    ),
)
