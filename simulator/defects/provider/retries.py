"""Defects of X-Request-ID: what is told of it, and what a repeated request does."""

from __future__ import annotations

import hashlib
import time
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from flask import Request, Response, g, request
from sqlalchemy import delete

from ... import database as db
from ...fault_making import (
    EXPLORES,
    breaks,
    interaction,
    near,
    provider,
    rewriting,
    warned,
    with_header,
    without_header,
)
from ...provider.records import ProviderRecords
from ...provider.rules import ProviderRules
from ...provider.stored import SeenRequest
from ...refusals import Rejected
from ...seams import Fault
from ..building_blocks import any_answer, status_instead


def _not_for(refused_action: str) -> Callable[..., Any]:
    def heeds(original: Any, action: str) -> bool:
        return action != refused_action and original(action)

    return heeds


def _same_body() -> Callable[..., Any]:
    """Only the same body again is a repeat; another one under the id of a booking books, under an id of its own."""
    bodies: dict[str, str] = {}

    def heeds_request_ids(original: Any, action: str) -> bool:
        used = request.headers.get("X-Request-ID", "")
        digest = hashlib.sha256(g.raw_body).hexdigest()
        return original(action) and (action != "book" or bodies.setdefault(used, digest) == digest)

    return heeds_request_ids


def _of_its_kind() -> Callable[..., bool]:
    """The ids of bookings and of cancellations are kept in two lists."""
    booked: set[str] = set()

    def heeds_request_ids(original: Any, action: str) -> bool:
        used = request.headers.get("X-Request-ID", "")
        if action == "book":
            booked.add(used)
        return original(action) and (action == "book" or used not in booked)

    return heeds_request_ids


def _ids_of_each_organisation() -> Fault:
    """The ids are kept in a list for each organisation."""

    def seen(original: Any, tx: Any, request_id: str) -> Any:
        return original(tx, f"{g.caller.ods} {request_id}")

    def remember(original: Any, tx: Any, request_id: str, done: SeenRequest) -> None:
        original(tx, f"{done.organisation} {request_id}", done)

    fault = provider(
        "request-ids-of-others-are-free",
        "PRV-XTI-03",
        "The X-Request-ID of another organisation's booking makes a second booking.",
        ProviderRecords.seen,
        seen,
    )
    return replace(fault, more=((ProviderRecords.remember, remember),), near=EXPLORES)


@breaks("PRV-XTI-01", near="PRV-SRCH-35")
def framework_refusals_have_no_ids(request: Request, response: Response) -> None:
    """A wrong method or address is answered without X-Request-ID.

    What the framework rejects has not passed through what puts the ids on.
    """
    if response.status_code in (404, 405, 415) and interaction(request) == "":
        response.headers.pop("X-Request-ID", None)
        response.headers.pop("X-Correlation-ID", None)


_REFUSED: dict[str, Rejected] = {}


@breaks("PRV-XTI-03", ProviderRules.check_body)
def refuses_again_what_was_put_right(original: Any, *arguments: Any) -> Any:
    """A request under the X-Request-ID of one that was rejected is rejected as that was.

    A request under the id of one that was rejected is answered with that rejection.
    """
    used = request.headers.get("X-Request-ID", "")
    if used in _REFUSED:
        raise _REFUSED[used]
    try:
        return original(*arguments)
    except Rejected as refusal:
        _REFUSED[used] = refusal
        raise


def _forgotten(original: Any, tx: Any, request_id: str) -> None:
    table, key = db.requests_seen, original.__self__.provider.key
    tx.execute(delete(table).where(table.c.system == key, table.c.request_id == request_id))


def _for_the_last_five() -> Callable[..., Any]:
    """Only the X-Request-IDs of the last five requests are known again."""
    known: deque[str] = deque(maxlen=5)

    def seen(original: Any, tx: Any, request_id: str) -> Any:
        if request_id not in known:
            _forgotten(original, tx, request_id)
        known.append(request_id)
        return original(tx, request_id)

    return seen


@breaks("PRV-XTI-03", ProviderRecords.seen)
def request_ids_go_with_the_appointment(original: Any, tx: Any, request_id: str) -> Any:
    """The X-Request-ID of a booking is forgotten when it is cancelled."""
    found = original(tx, request_id)
    stored = original.__self__.current(tx, found.appointment) if found else None
    if stored is not None and stored.status == "cancelled":
        _forgotten(original, tx, request_id)
    return original(tx, request_id)


def _not_at_once() -> Callable[..., Any]:
    """A request that arrives within a moment of the first is not seen to repeat it."""
    first: dict[str, float] = {}

    def seen(original: Any, tx: Any, request_id: str) -> Any:
        now = time.monotonic()
        if now - first.setdefault(request_id, now) < 0.5 and request.method == "POST":
            _forgotten(original, tx, request_id)
        return original(tx, request_id)

    return seen


@breaks("PRV-XTI-04", ProviderRecords.remember)
def request_ids_of_bookings_only(original: Any, tx: Any, request_id: str, done: Any) -> None:
    """The X-Request-ID of a cancellation can be used for another one."""
    if done.action == "book":
        original(tx, request_id, done)


RETRIES: tuple[Fault, ...] = (
    provider(
        "rebooks-on-retry",
        "PRV-XTI-03",
        "A repeated booking request books again.",
        ProviderRules.heeds_request_ids,
        _not_for("book"),
    ),
    provider(
        "cancels-with-used-id",
        "PRV-XTI-04",
        "A cancellation with a used X-Request-ID is accepted.",
        ProviderRules.heeds_request_ids,
        _not_for("cancel"),
    ),
    rewriting("no-request-id", "PRV-XTI-01", "Answers lack X-Request-ID.", without_header("X-Request-ID", any_answer)),
    rewriting(
        "no-correlation-id",
        "PRV-XTI-02",
        "Answers do not echo the request's id.",
        without_header("X-Correlation-ID", any_answer),
    ),
    near(
        warned(
            rewriting(
                "correlation-id-in-small-letters",
                "PRV-XTI-02",
                "Answers echo the request's id in small letters, whatever it came in.",
                with_header("X-Correlation-ID", str.lower, any_answer),
            )
        ),
        "FMT-05",
    ),
    rewriting(
        "wrong-correlation-id",
        "PRV-XTI-02",
        "Answers echo another id than the request's.",
        with_header("X-Correlation-ID", lambda value: value[::-1], any_answer),
    ),
    provider(
        "request-ids-go-with-their-body",
        "PRV-XTI-03",
        "A used X-Request-ID with another body makes a second booking.",
        ProviderRules.heeds_request_ids,
        _same_body(),
    ),
    provider(
        "bookings-and-cancellations-share-no-ids",
        "PRV-XTI-04",
        "The X-Request-ID of a booking can be used for a cancellation.",
        ProviderRules.heeds_request_ids,
        _of_its_kind(),
    ),
    near(
        provider(
            "request-ids-for-the-last-five",
            "PRV-XTI-03",
            "Only the last five X-Request-IDs are remembered.",
            ProviderRecords.seen,
            _for_the_last_five(),
        ),
        "PRV-BOOK-22",
    ),
    _ids_of_each_organisation(),
    provider(
        "request-ids-race",
        "PRV-XTI-03",
        "Two bookings at the same moment under one X-Request-ID are both made.",
        ProviderRecords.seen,
        _not_at_once(),
    ),
    status_instead(
        "reused-id-is-422",
        "PRV-XTI-03",
        "A repeated booking request is answered with 422.",
        422,
        "reused-request-id",
        "book",
    ),
)
