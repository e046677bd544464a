"""Defects that show only in company: with includes, with an unknown parameter, for the same patient, in a beginning."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from flask import Request, Response, g

from ..fault_making import (
    breaks,
    done,
    interaction,
    near,
    provider,
    rewriting,
    with_header,
    with_status,
    without_header,
)
from ..formats import XML
from ..provider.records import ProviderRecords
from ..provider.rules import ProviderRules
from ..refusals import Refused
from ..seams import Fault

_KNOWN = frozenset({"start", "status", "schedule.actor:healthcareservice", "service"})


def _forget_with(test: Callable[[list[tuple[str, str]]], bool], **forgotten: Any) -> Callable[..., Any]:
    """Searches with such parameters lose one of the others."""

    def slot_query(original: Any, parameters: Any, now: Any) -> Any:
        pairs = list(parameters)
        query = original(pairs, now)
        return replace(query, **forgotten) if test(pairs) else query

    return slot_query


def _has_includes(pairs: list[tuple[str, str]]) -> bool:
    return any(name.startswith("_include") for name, _ in pairs)


def _has_unknown(pairs: list[tuple[str, str]]) -> bool:
    return any(name not in _KNOWN and not name.startswith("_") for name, _ in pairs)


@breaks("PRV-SRCH-03", ProviderRecords.search_slots)
def busy_finds_all(original: Any, tx: Any, diaries: Any, earliest: Any, before: Any, statuses: Any) -> Any:
    """A search for busy slots returns free ones too."""
    return original(tx, diaries, earliest, before, frozenset() if statuses and "free" not in statuses else statuses)


@breaks("PRV-SRCH-11", ProviderRules.known_service)
def service_by_its_beginning(original: Any, service_id: str) -> Any:
    """The beginning of a service id finds the service."""
    try:
        return original(service_id)
    except Refused:
        for service in original.__self__.profile.services:
            if len(service_id) > 5 and service.id.startswith(service_id):
                return service
        raise


@breaks("PRV-SRCH-04", ProviderRules.slot_query)
def first_start_is_the_lower_bound(original: Any, parameters: Any, now: Any) -> Any:
    """With the upper bound first, the bounds are mistaken for each other.

    The first start is taken for the lower bound, whatever its prefix.
    """
    pairs = list(parameters)
    starts = [value for name, value in pairs if name == "start"]
    if len(starts) == 2 and starts[0].startswith("le"):
        pairs = [(n, v) for n, v in pairs if n != "start"]
        pairs += [("start", f"ge{starts[0][2:]}"), ("start", f"le{starts[1][2:]}")]
    return original(pairs, now)


@breaks("PRV-BOOK-10", ProviderRecords.claim_slot)
def same_patient_books_twice(original: Any, tx: Any, slot_id: str) -> bool:
    """A slot is booked again for the patient who has it.

    A second booking by the patient who has the slot is let through, as if it were a double click.
    """
    if original(tx, slot_id):
        return True
    participant = json.loads(g.raw_body)["participant"][0]
    number = participant["actor"].get("identifier", {}).get("value", "")
    held = original.__self__.of_patient(tx, number) if number else []
    return any(one.slot == slot_id and one.status == "booked" for one in held)


@breaks("PRV-GET-03", ProviderRecords.current)
def reads_by_the_beginning(original: Any, tx: Any, appointment_id: str) -> Any:
    """The beginning of an id reads the appointment."""
    found = original(tx, appointment_id)
    if found is None and len(appointment_id) > 20:
        for digit in "0123456789abcdef":
            found = found or original(tx, appointment_id + digit)
    return found


@breaks("PRV-CAN-07", ProviderRules.check_cancel)
def demographics_change_on_cancel(original: Any, current: Any, body: Any) -> None:
    """A cancellation may change what is said of the patient.

    What the cancellation says of the patient is not compared.
    """
    original(current, {**body, "contained": current.body.get("contained")})


@breaks("PRV-CAN-07", ProviderRules.check_cancel)
def additions_on_cancel(original: Any, current: Any, body: Any) -> None:
    """A cancellation may add elements that the appointment did not have.

    What a cancellation has and the appointment had not is not looked at.
    """
    original(current, {name: value for name, value in body.items() if name in {*current.body, "status"}})


@breaks("PRV-BOOK-03", ProviderRules.check_cancel)
def frees_a_slot_twice(original: Any, current: Any, body: Any) -> None:
    """Cancelling a cancelled appointment frees its slot again, whoever has it by then.

    What is cancelled is cancelled once more, and frees its slot once more.
    """
    if current.status == "booked":
        original(current, body)


def _nothing_sent(request: Request, response: Response) -> bool:
    return interaction(request) == "book" and request.content_length in (None, 0) and response.status_code == 400


def _not_utf8(request: Request, response: Response) -> bool:
    return interaction(request) == "book" and b"\xff" in g.get("raw_body", b"") and response.status_code == 400


def _broken_xml(request: Request, response: Response) -> bool:
    asked = interaction(request) == "book" and "xml" in (request.content_type or "")
    return asked and response.status_code == 400


def _any_accepted(request: Request, response: Response) -> bool:
    return request.headers.get("Accept") == "*/*"


def _xml_booking(request: Request, response: Response) -> bool:
    return done("book")(request, response) and g.get("format") == XML


@breaks("REG-06", ProviderRules.registry_entry)
def registry_told_in_words(original: Any, resource: Any, url: str) -> Any:
    """The registry is told the complaint, in the narrative."""
    entry = original(resource, url)
    if entry is not None:
        words = f"{resource.get('description', '')}".replace("<", " ").replace("&", " ")
        div = f'<div xmlns="http://www.w3.org/1999/xhtml">{words}</div>'
        entry["text"] = {"status": "generated", "div": div}
    return entry


INTERPLAY: tuple[Fault, ...] = (
    near(
        provider(
            "includes-forget-the-time",
            "PRV-SRCH-05",
            "A search with includes forgets the upper bound.",
            ProviderRules.slot_query,
            _forget_with(_has_includes, before=None),
        ),
        "PRV-SRCH-03",
    ),
    near(
        provider(
            "includes-forget-the-status",
            "PRV-SRCH-06",
            "A search with includes shows busy slots too.",
            ProviderRules.slot_query,
            _forget_with(_has_includes, statuses=frozenset()),
        ),
        "PRV-SRCH-03",
    ),
    near(
        provider(
            "unknown-parameters-forget-the-time",
            "PRV-SRCH-05",
            "With an unknown parameter the upper bound is forgotten.",
            ProviderRules.slot_query,
            _forget_with(_has_unknown, before=None),
        ),
        "PRV-SRCH-09",
    ),
    rewriting(
        "last-modified-of-1970",
        "PRV-CAN-04",
        "Last-Modified is always the beginning of 1970.",
        with_header("Last-Modified", lambda _: "Thu, 01 Jan 1970 00:00:00 GMT", done("cancel")),
    ),
    rewriting(
        "empty-bodies-fail", "PRV-BOOK-13", "A booking without a body is a 500.", with_status(500, _nothing_sent)
    ),
    rewriting("odd-bytes-fail", "PRV-BOOK-13", "A body that is not UTF-8 is a 500.", with_status(500, _not_utf8)),
    rewriting("broken-xml-fails", "PRV-BOOK-13", "A body of broken XML is a 500.", with_status(500, _broken_xml)),
    rewriting("any-format-is-refused", "FMT-05", "Accept: */* is answered with 406.", with_status(406, _any_accepted)),
    rewriting(
        "xml-bookings-lack-location",
        "FMT-02",
        "A booking in XML is answered without Location.",
        without_header("Location", _xml_booking),
    ),
)
