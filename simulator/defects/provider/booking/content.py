"""Defects of what a booking must hold, and of what is made of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from uec_booking.standard.names import NHS_NUMBER_SYSTEM

from ....fault_making import breaks, done, in_contained, provider, rewriting, with_body, with_header, without
from ....provider.booking import BookingRequest, SlotKey
from ....provider.records import ProviderRecords
from ....provider.rules import ProviderRules
from ....refusals import Rejected
from ....seams import Fault
from ...building_blocks import contained_resource, taken_at_its_word

_PLACE = "Appointment.contained.where($this is Patient)"


def _accepting(situation: str, where: str = "", reason: str = "") -> Callable[..., Any]:
    """Bookings that would be rejected in one situation are accepted."""

    def booking(original: Callable[..., BookingRequest], body: dict[str, Any]) -> BookingRequest:
        try:
            return original(body)
        except Rejected as refusal:
            if refusal.situation != situation or where not in refusal.where or reason not in refusal.diagnostics:
                raise
            return taken_at_its_word(body)

    return booking


def _refusing(test: Callable[[dict[str, Any]], bool]) -> Callable[..., Any]:
    def booking(original: Callable[..., BookingRequest], body: dict[str, Any]) -> BookingRequest:
        if test(body):
            raise Rejected("profile-breach", "Bookings like this are not accepted.", _PLACE)
        return original(body)

    return booking


@breaks("PRV-BOOK-14", ProviderRecords.find_slot)
def books_another_slot(original: Any, tx: Any, key: SlotKey, start: int) -> Any:
    """An unknown slot is replaced by a free one at that time."""
    found = original(tx, key, start)
    if found is None:
        records = original.__self__
        diaries = [diary.id for diary in records.provider.diaries]
        free = records.search_slots(tx, diaries, start, start + 1, frozenset({"free"}))
        found = free[0] if free else None
    return found


def _booked_with(change: Callable[[dict[str, Any]], Any]) -> Callable[..., Any]:
    def booked(original: Callable[..., dict[str, Any]], body: Any, new_id: str, now: Any) -> dict[str, Any]:
        resource = original(body, new_id, now)
        change(resource)
        return resource

    return booked


def _other_name(patient: dict[str, Any]) -> None:
    patient["name"][0]["family"] = "Someone-Else"


def _no_local_identifier(patient: dict[str, Any]) -> None:
    if patient.get("identifier", [{}])[0].get("system") != NHS_NUMBER_SYSTEM:
        patient.pop("identifier", None)


CONTENT: tuple[Fault, ...] = (
    provider(
        "accepts-breaches",
        "PRV-BOOK-12",
        "Bookings that break the profile are accepted.",
        ProviderRules.booking,
        _accepting("profile-breach"),
    ),
    provider(
        "books-before-it-looks",
        "PRV-BOOK-15",
        "A booking without a description is accepted.",
        ProviderRules.booking,
        _accepting("profile-breach", where="description"),
    ),
    provider(
        "accepts-any-nhs-number",
        "PRV-BOOK-19",
        "Invalid NHS numbers are accepted.",
        ProviderRules.booking,
        _accepting("invalid-nhs-number"),
    ),
    provider(
        "accepts-two-ranks-1",
        "PRV-BOOK-20",
        "Two contact points of rank 1 are accepted.",
        ProviderRules.booking,
        _accepting("rank-rules", reason="here 2"),
    ),
    provider(
        "accepts-no-rank-1",
        "PRV-BOOK-21",
        "No contact point of rank 1 is accepted.",
        ProviderRules.booking,
        _accepting("rank-rules", reason="here 0"),
    ),
    provider(
        "needs-nhs-number",
        "PRV-BOOK-17",
        "A patient without NHS number is rejected.",
        ProviderRules.booking,
        _refusing(lambda body: not contained_resource(body, "Patient").get("identifier")),
    ),
    provider(
        "refuses-third-parties",
        "PRV-BOOK-22",
        "Contacts of third parties are rejected.",
        ProviderRules.booking,
        _refusing(lambda body: bool(contained_resource(body, "Patient").get("contact"))),
    ),
    provider(
        "no-local-identifier",
        "PRV-BOOK-18",
        "A patient without NHS number gets no identifier.",
        ProviderRules.booked,
        _booked_with(in_contained("Patient", _no_local_identifier)),
    ),
    provider(
        "books-another-patient",
        "PRV-BOOK-07",
        "The appointment is stored under another family name.",
        ProviderRules.booked,
        _booked_with(in_contained("Patient", _other_name)),
    ),
    rewriting(
        "no-created",
        "PRV-BOOK-27",
        "The answer to a booking has no created.",
        with_body(without("created"), done("book")),
    ),
    rewriting(
        "booked-without-id", "PRV-BOOK-07", "The answer to a booking has no id.", with_body(without("id"), done("book"))
    ),
    rewriting(
        "location-at-another-host",
        "PRV-BOOK-04",
        "The Location of a booking leads to another host.",
        with_header("Location", lambda value: "https://nowhere.example/Appointment/1", done("book")),
    ),
)
