"""Defects of the search for a patient's appointments."""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import Any

from flask import Request, Response, g, request

from ...fault_making import EXPLORES, breaks, done, in_entries, provider, rewriting, with_body, without
from ...provider.records import ProviderRecords
from ...provider.rules import ProviderRules
from ...provider.stored import StoredAppointment
from ...refusals import Rejected
from ...seams import Fault
from ...terms import LOCAL_PATIENT
from ...tokens import TokenCheck
from ..building_blocks import answers_remembered, as_if_booked, lets_in, open_to_strangers


@breaks("PRV-SAPT-01", ProviderRecords.find)
def search_finds_nothing(original: Any, tx: Any, query: Any, not_before: int) -> list[Any]:
    """The search for a patient's appointments finds none."""
    return []


@breaks(
    "PRV-SAPT-03",
    ProviderRecords.find,
    undecidable="A run cannot book in the past, so it has no past appointment to look for.",
)
def search_shows_past(original: Any, tx: Any, query: Any, not_before: int) -> Any:
    """The search for a patient's appointments shows past ones."""
    return original(tx, query, 0)


@breaks("PRV-SAPT-01", ProviderRecords.find)
def finds_two_at_most(original: Any, tx: Any, query: Any, not_before: Any) -> Any:
    """A search by patient finds two appointments at most."""
    return original(tx, query, not_before)[:2]


def _loses_whose_slot_was_wanted() -> Fault:
    """A rejected booking takes the slot's appointment out of the searches for the patient who has it."""
    wanted: set[str] = set()

    def claim_slot(original: Any, tx: Any, slot_id: str) -> bool:
        claimed: bool = original(tx, slot_id)
        (wanted.discard if claimed else wanted.add)(slot_id)
        return claimed

    def find(original: Any, tx: Any, query: Any, not_before: Any) -> list[Any]:
        return [one for one in original(tx, query, not_before) if one.slot not in wanted]

    fault = provider(
        "loses-whose-slot-was-wanted",
        "PRV-SAPT-01",
        "An appointment is not found by its patient once somebody else was rejected for its slot.",
        ProviderRecords.find,
        find,
    )
    return replace(fault, more=((ProviderRecords.claim_slot, claim_slot),), near=EXPLORES)


def _shows_what_was_rejected() -> Fault:
    """The index of a search takes in a description before the cancellation that has it is checked."""
    described: dict[str, Any] = {}

    def check_cancel(original: Any, current: StoredAppointment, body: dict[str, Any]) -> None:
        described[current.id] = body.get("description")
        original(current, body)

    def find(original: Any, tx: Any, query: Any, not_before: Any) -> list[Any]:
        found = original(tx, query, not_before)
        return [
            replace(one, body={**one.body, "description": described[one.id]}) if described.get(one.id) else one
            for one in found
        ]

    fault = provider(
        "searches-show-what-was-rejected",
        "PRV-SAPT-06",
        "A search by patient shows what a cancellation had changed that was rejected for it.",
        ProviderRecords.find,
        find,
    )
    return replace(fault, more=((ProviderRules.check_cancel, check_cancel),), near=EXPLORES)


@breaks("PRV-SAPT-01", ProviderRules.appointment_query)
def finds_under_any_system(original: Any, parameters: Any) -> Any:
    """A search by patient looks at the number alone, whatever its system."""
    return original([(name, value.rpartition("|")[2]) for name, value in parameters])


@breaks("PRV-SAPT-02")
def pages_appointments(request: Request, response: Response) -> None:
    """A search for appointments is paged."""

    def first(bundle: dict[str, Any]) -> None:
        if len(bundle.get("entry", [])) > 1:
            bundle["entry"] = bundle["entry"][:1]
            bundle["link"].append({"relation": "next", "url": f"{request.url}&page=2"})

    with_body(first, done("search"))(request, response)


def _one_url(bundle: dict[str, Any]) -> None:
    for entry in bundle.get("entry", []):
        entry["fullUrl"] = f"urn:uuid:{uuid.UUID(int=0)}"


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
    except Rejected:
        return original([("identifier", "9990000018")])


Found = list[StoredAppointment]


@breaks("PRV-SAPT-01", ProviderRecords.find)
def finds_own_bookings_only(original: Any, *arguments: Any, **named: Any) -> Found:
    """A search by patient finds what the organisation that searches has booked."""
    return [one for one in original(*arguments, **named) if one.organisation == g.caller.ods]


@breaks("PRV-SAPT-01", ProviderRules.appointment_query)
def bars_must_be_plain(original: Any, *arguments: Any) -> Any:
    """A search by patient is rejected if the bar in it is percent-encoded."""
    if "%7c" in request.query_string.decode("latin-1").lower():
        raise Rejected("invalid-query-value", "The value has no system.", "http.identifier")
    return original(*arguments)


APPOINTMENT_SEARCH: tuple[Fault, ...] = (
    _loses_whose_slot_was_wanted(),
    _shows_what_was_rejected(),
    rewriting(
        "appointment-searches-are-remembered",
        "PRV-SAPT-01",
        "Who searches for a patient's appointments again gets the answer of the first time.",
        answers_remembered("search"),
    ),
    rewriting(
        "search-shows-cancelled-as-booked",
        "PRV-SAPT-06",
        "A search by patient shows cancelled appointments as booked.",
        with_body(in_entries("Appointment", as_if_booked), done("search")),
    ),
    provider(
        "patient-search-never-expires",
        "PRV-SAPT-05",
        "The search by patient accepts expired tokens.",
        TokenCheck.caller,
        lets_in("token-expired", "search"),
    ),
    rewriting(
        "found-without-created",
        "PRV-SAPT-06",
        "An appointment found has no created.",
        with_body(in_entries("Appointment", without("created")), done("search")),
    ),
    rewriting("one-full-url", "PRV-SAPT-07", "All entries have one fullUrl.", with_body(_one_url, done("search"))),
    provider(
        "patient-search-needs-no-token",
        "PRV-SAPT-05",
        "Any token finds a patient's appointments.",
        TokenCheck.caller,
        open_to_strangers("search"),
    ),
)
