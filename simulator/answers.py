"""The simulator's own answers: which status it gives in each situation, by edition of the standard.

Where an edition allows several, this is the simulator's choice. The harness has its own table, and a test
compares the two, so nothing here is taken from it. Numbers after a situation name the conflict it settles.
"""

from __future__ import annotations

from dataclasses import dataclass

from uec_booking.standard.editions import EDITIONS


@dataclass(frozen=True)
class Answer:
    """One rejection: statuses as (first edition it holds in, status), and its OperationOutcome coding."""

    statuses: tuple[tuple[str, int], ...]
    issue: str
    code: str
    display: str


def _always(status: int, issue: str, code: str, display: str) -> Answer:
    return Answer(((EDITIONS[0], status),), issue, code, display)


_TOKEN = ("ACCESS DENIED", "Access has been denied to process this request")
_HEADER = ("MISSING_OR_INVALID_HEADER", "There is a required header missing or invalid")
_INVALID = ("INVALID_RESOURCE", "Invalid validation of resource")
_CONFLICT = ("CONFLICTING_VALUES", "Conflicting values have been specified in different fields")

SITUATIONS: dict[str, Answer] = {
    # Tokens (CF-01): 403 in every edition of the API pages.
    "token-absent": _always(403, "forbidden", *_TOKEN),
    "token-malformed": _always(403, "forbidden", *_TOKEN),
    "token-expired": _always(403, "forbidden", *_TOKEN),
    "token-audience": _always(403, "forbidden", *_TOKEN),
    "token-scope": _always(403, "forbidden", *_TOKEN),
    "organisation-refused": _always(403, "forbidden", *_TOKEN),
    # Searching (CF-05, CF-06, CF-12).
    "invalid-query-value": _always(400, "value", "INVALID_PARAMETER", "Invalid parameter"),
    "unknown-service": _always(404, "not-found", "NO_RECORD_FOUND", "No record found"),
    "search-window-past": _always(400, "value", "INVALID_PARAMETER", "Invalid parameter"),
    # Bodies (CF-39, CF-36, CF-38).
    "malformed-body": _always(400, "structure", "MESSAGE_NOT_WELL_FORMED", "Message not well formed"),
    "body-cut-short": _always(400, "structure", "MESSAGE_NOT_WELL_FORMED", "Message not well formed"),
    "body-too-slow": _always(408, "timeout", "BAD_REQUEST", "Bad request"),
    "body-too-large": _always(413, "too-long", "BAD_REQUEST", "Bad request"),
    "profile-breach": _always(422, "invariant", *_INVALID),
    "business-rule": _always(422, "business-rule", "FHIR_CONSTRAINT_VIOLATION", "FHIR constraint violated"),
    "invalid-nhs-number": _always(422, "value", "INVALID_NHS_NUMBER", "Invalid NHS number"),
    "rank-rules": _always(422, "business-rule", "FHIR_CONSTRAINT_VIOLATION", "FHIR constraint violated"),
    "unknown-slot": _always(422, "not-found", "REFERENCE_NOT_FOUND", "Reference not found"),
    # Slot taken (CF-02): the error table moved to 409 with 1.0.0-RC1.
    "slot-taken": Answer(
        (("0.1.15", 422), ("1.0.0-RC1", 409)), "processing", "DUPLICATE_REJECTED", "Processing Failure"
    ),
    # Transactions (CF-47): 409 where an edition knows the request id at all.
    "reused-request-id": _always(409, "duplicate", "DUPLICATE_REJECTED", "Create would lead to a duplicate"),
    # Versions (CF-22).
    "no-if-match": _always(412, "required", *_HEADER),
    "bad-if-match": _always(412, "value", *_HEADER),
    "stale-version": _always(409, "conflict", *_CONFLICT),
    "cancel-differs": _always(422, "business-rule", *_INVALID),
    # Reading.
    "not-found": _always(404, "not-found", "NO_RECORD_FOUND", "No record found"),
    # HTTP (CF-20).
    "unsupported-request-type": _always(415, "not-supported", "UNSUPPORTED_MEDIA_TYPE", "Unsupported media type"),
    "unsupported-response-format": Answer(
        (("0.1.15", 400), ("0.2.0", 415)),
        "not-supported",
        "UNSUPPORTED_MEDIA_TYPE",
        "Unsupported media type",
    ),
    "wrong-method": _always(405, "not-supported", "BAD_REQUEST", "Bad request"),
    "bad-header": _always(400, "value", *_HEADER),
    "bad-request": _always(400, "invalid", "BAD_REQUEST", "Bad request"),
    "server-fault": _always(500, "exception", "INTERNAL_SERVER_ERROR", "Unexpected internal server error"),
}


def at_least(edition: str, first: str) -> bool:
    """Whether `edition` is `first` or a later one."""
    return EDITIONS.index(edition) >= EDITIONS.index(first)


def status_for(situation: str, edition: str) -> int:
    """The HTTP status of a situation in an edition. KeyError for a situation that is not in the table."""
    chosen = 0
    for first, status in SITUATIONS[situation].statuses:
        if at_least(edition, first):
            chosen = status
    return chosen
