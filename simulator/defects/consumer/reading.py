"""Defects in reading an appointment before it is updated."""

from __future__ import annotations

from typing import Any

from ...consumer.flow.booking import Booking
from ...consumer.wire.answers import Answer
from ...consumer.wire.provider import ProviderClient
from ...fault_making import breaks


@breaks("CON-CAN-01", ProviderClient._call)
def cancels_what_the_booking_answered(
    original: Any, encounter: Any, place: Any, interaction: str, method: str, url: str, *rest: Any
) -> Any:
    """The appointment is not read before it is cancelled: what the booking was answered with is sent back."""
    kept: dict[str, Answer] = vars(original.__self__).setdefault("kept", {})
    if method == "GET" and url in kept:
        return kept.pop(url)
    answer: Answer = original(encounter, place, interaction, method, url, *rest)
    if method == "POST" and answer.status == 201 and answer.kind == "Appointment":
        kept[f"{url}/{(answer.resource or {})['id']}"] = Answer(200, answer.resource, answer.etag)
    return answer


@breaks("CON-CAN-01", Booking.stands)
def cancels_what_was_read_after_the_booking(original: Any, encounter: Any, attempt: Any, url: str) -> Any:
    """The appointment is read when it has been booked, and what was read then is sent back in a later call."""
    booking: Booking = original.__self__
    kept: dict[str, Answer] = vars(booking).setdefault("kept", {})
    client, made = booking._provider, original(encounter, attempt, url)
    kept[url] = client.read(encounter, attempt.place, url)
    read = client.read

    def once(encounter: Any, place: Any, url: str) -> Any:
        return kept.pop(url) if url in kept else read(encounter, place, url)

    vars(client)["read"] = once
    return made


@breaks("CON-CAN-01", ProviderClient.read)
def reads_the_first_version(original: Any, encounter: Any, place: Any, url: str) -> Any:
    """The first version of the appointment is read, not the one that stands."""
    return original(encounter, place, f"{url}/_history/1")
