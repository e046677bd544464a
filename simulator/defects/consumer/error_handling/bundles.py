"""Defects in what is made of slots that come back alone, with more than was asked for, or not at all."""

from __future__ import annotations

from typing import Any

from ....consumer.flow.booking import Booking
from ....consumer.wire.answers import of_type
from ....consumer.wire.provider import ProviderClient
from ....fault_making import breaks


def _kinds(answer: Any) -> set[str]:
    entries = (answer.resource or {}).get("entry", ())
    return {entry.get("resource", {}).get("resourceType", "") for entry in entries}


@breaks("CON-SRCH-09", ProviderClient.slots)
def needs_the_schedules_of_slots(original: Any, *arguments: Any) -> Any:
    """Slots without their Schedule in the Bundle bring the call to an end."""
    answer = original(*arguments)
    if "Slot" in _kinds(answer):
        schedules = {one["id"]: one for one in of_type(answer.resource, "Schedule")}
        for slot in of_type(answer.resource, "Slot"):
            schedules[slot["schedule"]["reference"].rpartition("/")[2]]
    return answer


@breaks("CON-SRCH-09", Booking.search)
def hides_slots_without_a_service(original: Any, encounter: Any, place: Any, service: Any) -> Any:
    """Slots of which no HealthcareService came back are not offered."""
    slots = original(encounter, place, service)
    return slots if slots is None else [slot for slot in slots if "service:" in slot.text]


@breaks("CON-SRCH-10", ProviderClient.slots)
def falls_over_resources_that_it_does_not_know(original: Any, *arguments: Any) -> Any:
    """A resource in the Bundle that was not asked for brings the call to an end."""
    answer = original(*arguments)
    unknown = _kinds(answer) & {"Basic", "Device", "List"}
    if unknown:
        raise KeyError(unknown.pop())
    return answer


@breaks("CON-SRCH-10", Booking.search)
def takes_the_first_entry_for_a_slot(original: Any, encounter: Any, place: Any, service: Any) -> Any:
    """Whatever stands first in the Bundle is taken for a slot, so that none is offered where it is none."""
    booking: Booking = original.__self__
    answer = booking._provider.slots(encounter, place, booking.parameters(encounter, service))
    entries = (answer.resource or {}).get("entry") or [{}]
    if entries[0].get("resource", {}).get("resourceType") not in (None, "Slot"):
        return []
    return original(encounter, place, service)


@breaks("CON-SRCH-14", Booking.book)
def says_nothing_where_there_is_no_slot(
    original: Any, encounter: Any, place: Any, service: Any, not_at: str = ""
) -> Any:
    """Where there is no slot the user is shown an empty list, and told nothing."""
    before = len(encounter.events)
    made = original(encounter, place, service, not_at)
    if not any(event["about"] for event in encounter.events[before:]):
        encounter.events[before:] = [event for event in encounter.events[before:] if event["what"] != "user-told"]
    return made
