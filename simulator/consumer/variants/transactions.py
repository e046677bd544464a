"""Variations in ids, retries and what is looked at after a booking."""

from __future__ import annotations

import time
import uuid
from typing import Any

from uec_booking.standard import names

from ...seams import Fault
from ..flow.booking import Booking
from ..rules import DeskRules
from ..wire.answers import Answer
from ..wire.http import Http
from ..wire.provider import ProviderClient
from .making import allows, always, changed, part, row

_READS = frozenset(
    {names.READ_METADATA, names.SEARCH_SLOT, names.READ_APPOINTMENT, names.SEARCH_APPOINTMENT, names.READ_SLOT}
)


@allows("CON-XTI-01", ProviderClient.headers)
def reads_without_an_id(original: Any, encounter: Any, place: Any, interaction: str, id_: str) -> Any:
    """Searches and reads have no X-Request-ID (CF-46: told as a warning)."""
    headers = original(encounter, place, interaction, id_)
    if interaction in _READS:
        headers.pop(names.REQUEST_ID)
    return headers


@allows("CON-XTI-02", Http.send)
def http_library_repeats_reads(original: Any, method: str, *more: Any, **named: Any) -> Any:
    """A read or search that failed with 5xx is sent again by the HTTP library, just as it was."""
    reply = original(method, *more, **named)
    return original(method, *more, **named) if method == "GET" and reply.status >= 500 else reply


@allows("CON-BOOK-05", ProviderClient.book)
def reads_its_booking(original: Any, encounter: Any, place: Any, body: Any, id_: str) -> Answer:
    """What was booked is read at once from its provider, at the address that was given."""
    answer: Answer = original(encounter, place, body, id_)
    if answer.status == 201 and answer.location:
        part(original).read(encounter, place, answer.location.partition("/_history/")[0])
    return answer


@allows("CON-BOOK-05", ProviderClient.book)
def reads_the_version_it_booked(original: Any, encounter: Any, place: Any, body: Any, id_: str) -> Answer:
    """What was booked is read by the address of its version, as the Location names it."""
    answer: Answer = original(encounter, place, body, id_)
    if answer.status == 201 and answer.location:
        part(original).read(encounter, place, answer.location)
    return answer


@allows("CON-BOOK-05", ProviderClient.book)
def polls_its_booking(original: Any, encounter: Any, place: Any, body: Any, id_: str) -> Answer:
    """What was booked is read three times, a little apart."""
    answer: Answer = original(encounter, place, body, id_)
    if answer.status == 201 and answer.location:
        for _ in range(3):
            part(original).read(encounter, place, answer.location.partition("/_history/")[0])
            time.sleep(0.1)
    return answer


def _noting(original: Any, encounter: Any, attempt: Any) -> str | None:
    url: str | None = original(encounter, attempt)
    vars(encounter)["absent"] = url == ""
    return url


@allows("CON-XTI-02", Booking.attempt, more=((Booking.found_at_provider, _noting), (DeskRules.tries, always(1))))
def looks_and_then_books_anew(original: Any, encounter: Any, *about: Any) -> Any:
    """Where no answer came the provider is asked, and when it has no such booking one is made anew, with a new id.

    It is no retry of the same transaction: the first one is known to have come to nothing.
    """
    outcome = original(encounter, *about)
    return original(encounter, *about) if vars(encounter).pop("absent", False) else outcome


TRANSACTIONS: tuple[Fault, ...] = (
    row(
        "request-ids-in-capitals",
        "CON-XTI-01",
        "Request ids are UUIDs in capitals.",
        ProviderClient.request_id,
        lambda original: str(original()).upper(),
    ),
    row(
        "request-ids-of-its-own-making",
        "CON-XTI-01",
        "Request ids are no UUIDs: they only have to be unique.",
        ProviderClient.request_id,
        lambda original: f"desk.{time.time_ns()}.{uuid.uuid4().hex[:6]}",
    ),
    row(
        "correlation-ids-too",
        "CON-XTI-03",
        "X-Correlation-ID is sent beside X-Request-ID.",
        ProviderClient.headers,
        changed(lambda headers: headers.update({names.CORRELATION_ID: headers[names.REQUEST_ID]})),
    ),
    row(
        "one-trace-each-encounter",
        "SSP-05",
        "All calls of an encounter have one Ssp-TraceID (CF-17: SSP-05 is a SHOULD).",
        ProviderClient.trace_id,
        lambda original, encounter: str(encounter.task["task"]),
    ),
    row(
        "trace-ids-in-capitals",
        "SSP-04",
        "Trace ids are UUIDs in capitals (CF-17).",
        ProviderClient.trace_id,
        lambda original, encounter: str(original(encounter)).upper(),
    ),
    row(
        "interaction-of-2020",
        "SSP-06",
        "Slot searches name the interaction read:slot (CF-15: tolerated).",
        ProviderClient.headers,
        changed(
            lambda headers: headers.update(
                {
                    names.SSP_INTERACTION_ID: headers[names.SSP_INTERACTION_ID].replace(
                        names.SEARCH_SLOT, names.READ_SLOT
                    )
                }
            )
        ),
    ),
    row("never-tries-again", "CON-XTI-02", "A booking is never sent twice.", DeskRules.tries, always(1)),
    row("tries-with-patience", "CON-XTI-02", "More time is left between tries.", DeskRules.pause_seconds, always(2.5)),
)
