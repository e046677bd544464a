"""Defects in what is let in and what is refused: tokens by interaction, bodies, headers, parameters."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from flask import Request, Response, g, request

from ..fault_making import (
    breaks,
    done,
    interaction,
    met,
    provider,
    refused_instead,
    rewriting,
    with_status,
)
from ..provider.records import ProviderRecords
from ..provider.rules import ProviderRules
from ..refusals import Refused
from ..seams import Fault
from ..structure import known_structure
from ..terms import LOCAL_PATIENT
from ..tokens import Caller, TokenCheck
from .booking import taken_at_its_word

_STRANGER = Caller("", "", "", frozenset(), {})
_SECOND_111 = "X9A02"


def _open(*interactions: str) -> Callable[..., Caller]:
    """Any token, or none, is good for these interactions."""

    def caller(original: Any, *arguments: Any) -> Caller:
        try:
            return original(*arguments)
        except Refused:
            if interaction(request) not in interactions:
                raise
            return _STRANGER

    return caller


def _signed_only(original: Any, *arguments: Any) -> Caller:
    raise Refused("token-malformed", "Only signed tokens are accepted.")


@breaks("PRV-SRCH-29", ProviderRules.visible_diaries)
def serves_some_organisations(original: Any, query: Any, caller: Any) -> Any:
    """Slots are refused to one 111 service."""
    if caller.ods == _SECOND_111:
        raise Refused("organisation-refused", "Your organisation has no agreement with us.")
    return original(query, caller)


def _refuse_body(test: Callable[[dict[str, Any]], bool], situation: str, reason: str) -> Callable[..., Any]:
    def check_body(original: Any, body: dict[str, Any]) -> Any:
        if test(body):
            raise Refused(situation, reason, "Appointment")
        return original(body)

    return check_body


def _sent_as(name: str, value: str) -> Callable[[dict[str, Any]], bool]:
    return lambda body: value in request.headers.get(name, "").lower()


def _has_unknown(body: dict[str, Any]) -> bool:
    return known_structure(body, "Appointment") != body or "extension" in body


def _refers_outside(body: Any) -> bool:
    if isinstance(body, list):
        return any(_refers_outside(item) for item in body)
    if not isinstance(body, dict):
        return False
    return str(body.get("reference", "")).startswith("http") or any(_refers_outside(v) for v in body.values())


@breaks("PRV-BOOK-16", ProviderRules.booking)
def patients_must_be_registered(original: Any, body: Any) -> Any:
    """Bookings for patients never seen are refused."""
    raise Refused("business-rule", "Register the patient first.", "Appointment.participant")


@breaks("PRV-SRCH-28", ProviderRules.slot_query)
def search_needs_patient(original: Any, parameters: Any, now: Any) -> Any:
    """Slots are told for a known patient only."""
    pairs = list(parameters)
    if not any("patient" in name for name, _ in pairs):
        raise Refused("invalid-query-value", "The search needs the patient's identifier.")
    return original(pairs, now)


@breaks("PRV-SRCH-39", ProviderRules.slot_query)
def refuses_reverse_includes(original: Any, parameters: Any, now: Any) -> Any:
    """A search with a reverse include is refused."""
    pairs = list(parameters)
    if any(name.startswith("_revinclude") for name, _ in pairs):
        raise Refused("invalid-query-value", "Reverse includes are not supported.")
    return original(pairs, now)


def _booked_all_the_same(original: Any, body: dict[str, Any]) -> Any:
    try:
        return original(body)
    except Refused:
        g.done_all_the_same = True
        return taken_at_its_word(body)


def _cancelled_all_the_same(original: Any, current: Any, body: Any) -> None:
    try:
        original(current, body)
    except Refused:
        g.done_all_the_same = True


def _says_no(request: Request, response: Response) -> bool:
    return bool(g.get("done_all_the_same"))


@breaks("PRV-CAN-18", ProviderRules.check_version)
def overwrites_the_newer(original: Any, current: Any, if_match: str | None) -> None:
    """A cancellation from the version before the current one is accepted.

    The version before the current one is good enough, and the update is judged by what that one held.
    """
    tag = (if_match or "").strip().removeprefix("W/").strip('"')
    if tag != str(current.version - 1):
        original(current, if_match)
        return
    object.__setattr__(current, "status", "booked")


@breaks("PRV-CAN-19")
def put_creates(request: Request, response: Response) -> None:
    """An update of an unknown id is answered with 201."""
    if g.get("situation") == "not-found" and interaction(request) == "cancel":
        response.status_code = 201
        response.set_data(g.raw_body)


@breaks("PRV-SAPT-09", ProviderRecords.find)
def no_search_by_local_identifier(original: Any, tx: Any, query: Any, not_before: int) -> Any:
    """Appointments are not found by the provider's own identifier."""
    found = original(tx, query, not_before)
    return [] if query.system in ("", LOCAL_PATIENT) and query.value.startswith("L-") else found


@breaks("PRV-SAPT-04", ProviderRules.appointment_query)
def any_patient_search(original: Any, parameters: Any) -> Any:
    """A search by what is no identifier is answered."""
    try:
        return original(parameters)
    except Refused:
        return original([("identifier", "9990000018")])


def _refusal(situation: str, *interactions: str) -> Callable[[Request, Response], bool]:
    """Whether a request of one of the interactions was refused for this."""
    return lambda request, response: met(situation) and (not interactions or interaction(request) in interactions)


def _breach_in_cancel(request: Request, response: Response) -> bool:
    return response.status_code == 422 and interaction(request) == "cancel"


def _status(name: str, requirement: str, summary: str, status: int, situation: str, *interactions: str) -> Fault:
    return rewriting(name, requirement, summary, with_status(status, _refusal(situation, *interactions)))


def _bodies(name: str, requirement: str, summary: str, replacement: Callable[..., Any]) -> Fault:
    return provider(name, requirement, summary, ProviderRules.check_body, replacement)


REQUESTS: tuple[Fault, ...] = (
    provider("search-needs-no-token", "PRV-SRCH-36", "Any token finds slots.", TokenCheck.caller, _open("slots")),
    provider("booking-needs-no-token", "PRV-BOOK-24", "Any token books.", TokenCheck.caller, _open("book")),
    provider("read-needs-no-token", "PRV-GET-09", "Any token reads.", TokenCheck.caller, _open("read", "vread")),
    provider("cancel-needs-no-token", "PRV-CAN-12", "Any token cancels.", TokenCheck.caller, _open("cancel")),
    provider(
        "patient-search-needs-no-token",
        "PRV-SAPT-05",
        "Any token finds a patient's appointments.",
        TokenCheck.caller,
        _open("search"),
    ),
    # Nobody gets as far as the scenario on tokens: what fails is the first search.
    replace(
        provider("needs-signed-tokens", "SEC-30", "Unsigned tokens are refused.", TokenCheck.caller, _signed_only),
        near="PRV-SRCH-01",
    ),
    rewriting(
        "metadata-is-closed",
        "PRV-CAP-16",
        "The statement is refused to those who may search slots.",
        refused_instead(403, "forbidden", done("metadata")),
    ),
    _bodies(
        "refuses-gzip",
        "PRV-BOOK-34",
        "Compressed bodies are refused.",
        _refuse_body(_sent_as("Content-Encoding", "gzip"), "unsupported-request-type", "Send it uncompressed."),
    ),
    _bodies(
        "refuses-chunks",
        "FMT-11",
        "Bodies in chunks are refused.",
        _refuse_body(_sent_as("Transfer-Encoding", "chunked"), "bad-request", "Send a Content-Length."),
    ),
    _bodies(
        "refuses-unknown-elements",
        "FMT-13",
        "Bodies with unknown elements are refused.",
        _refuse_body(_has_unknown, "profile-breach", "There is an unknown element."),
    ),
    _bodies(
        "refuses-outside-references",
        "FMT-16",
        "References to other servers are refused.",
        _refuse_body(_refers_outside, "profile-breach", "The reference cannot be resolved."),
    ),
    # Two mechanisms in one: what the rule lets pass, the answer denies.
    replace(
        provider(
            "refuses-and-books",
            "ERR-15",
            "A booking that breaks the profile is refused, and made.",
            ProviderRules.booking,
            _booked_all_the_same,
        ),
        rewrite=refused_instead(422, "invariant", _says_no),
    ),
    replace(
        provider(
            "refuses-and-cancels",
            "ERR-15",
            "A cancellation that changes more is refused, and made.",
            ProviderRules.check_cancel,
            _cancelled_all_the_same,
        ),
        rewrite=refused_instead(422, "business-rule", _says_no),
    ),
    _status(
        "unread-type-is-400",
        "PRV-BOOK-23",
        "A body of another type is answered with 400.",
        400,
        "unsupported-request-type",
    ),
    _status("taken-slot-is-200", "PRV-BOOK-26", "A taken slot is answered with 200.", 200, "slot-taken"),
    _status(
        "bad-read-parameter-is-500",
        "PRV-GET-11",
        "A wrong parameter of a read is answered with 500.",
        500,
        "invalid-query-value",
        "read",
    ),
    rewriting(
        "cancel-breach-is-404",
        "PRV-CAN-10",
        "A breach in a cancellation is answered with 404.",
        with_status(404, _breach_in_cancel),
    ),
    _status(
        "malformed-cancel-is-422",
        "PRV-CAN-11",
        "A malformed cancellation is answered with 422.",
        422,
        "malformed-body",
        "cancel",
    ),
    _status(
        "stale-cancel-is-422", "PRV-CAN-08", "A stale version is answered with 422.", 422, "stale-version", "cancel"
    ),
    _status("no-if-match-is-400", "PRV-CAN-09", "A missing If-Match is answered with 400.", 400, "no-if-match"),
    _status(
        "reused-id-is-422",
        "PRV-XTI-03",
        "A repeated booking request is answered with 422.",
        422,
        "reused-request-id",
        "book",
    ),
    _status("no-ssp-headers-is-500", "SSP-13", "A call past the proxy is answered with 500.", 500, "bad-header"),
    _status(
        "unserved-format-is-404",
        "FMT-06",
        "A format that is not served is answered with 404.",
        404,
        "unsupported-response-format",
    ),
    _status("wrong-method-is-200", "FMT-23", "A wrong method is answered with 200.", 200, "wrong-method"),
    _status("odd-status", "ERR-11", "An unknown appointment is answered with 418.", 418, "not-found", "read"),
)
