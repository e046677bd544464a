"""A task in words for the person at the attended page: who calls, what they say, and what to choose."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from .. import directory
from ..contract import Saw

#: What a person can tell, grouped as a call goes: the event, and the words of its button.
EVENTS: Mapping[str, Mapping[Saw, str]] = {
    "The assessment": {
        Saw.EXISTING_SHOWN: "Existing appointments are shown",
        Saw.FLAGGED: "The record is flagged: the patient has an appointment",
        Saw.REASSESSED: "The assessment is finished",
        Saw.SERVICES_SHOWN: "Services are shown",
        Saw.SLOTS_SHOWN: "Free slots are shown",
    },
    "Booking": {
        Saw.BOOKED_SHOWN: "It shows: booked",
        Saw.REFERRAL_SENT: "It shows: the referral is sent",
        Saw.REFERRAL_BLOCKED: "No referral is possible without a booking",
    },
    "Cancelling": {
        Saw.CANCEL_OFFERED: "Cancelling is offered",
        Saw.CONFIRMED: "The patient confirms the cancellation",
        Saw.DECLINED: "The patient keeps the appointment",
        Saw.CANCELLED_SHOWN: "It shows: cancelled",
        Saw.NOT_CANCELLED_SHOWN: "It shows: not cancelled",
    },
    "Anything else": {Saw.TOLD: "An error or another message is shown"},
}
LABELS: Mapping[str, str] = {str(what): label for group in EVENTS.values() for what, label in group.items()}
#: Events that say something of certain appointments: which ones has to be told.
ABOUT_APPOINTMENTS = frozenset(
    {
        Saw.EXISTING_SHOWN,
        Saw.CANCEL_OFFERED,
        Saw.CONFIRMED,
        Saw.DECLINED,
        Saw.CANCELLED_SHOWN,
        Saw.NOT_CANCELLED_SHOWN,
    }
)
#: Events of which the words on the screen count.
IN_WORDS = frozenset({Saw.TOLD, Saw.REFERRAL_BLOCKED})
_SLOTS = {
    "first": "the first time that is offered",
    "last": "the last time that is offered",
    "change": "the first time that is offered",
}


@dataclass(frozen=True)
class Instructions:
    """What the person does: facts about the caller (name and value), and steps in their order."""

    caller: tuple[tuple[str, str], ...]
    steps: tuple[str, ...]


def in_words(task: Mapping[str, Any], services_111: Mapping[str, str]) -> Instructions:
    """A call to 111 in words. ``services_111`` says how each of the two is known: its ASID and ODS code."""
    which = task["encounter"]["service_111"]
    return Instructions(tuple(_caller(task["caller"])), tuple(_steps(task, which, services_111.get(which, ""))))


def _caller(caller: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    number = caller["nhs_number"]
    yield "Name", f"{' '.join(caller['given'])} {caller['family']}"
    yield "NHS number", f"{number[:3]} {number[3:6]} {number[6:]}" if number else "not known: book without one"
    yield "Born", f"{date.fromisoformat(caller['birth_date']):%d %B %Y}".lstrip("0")
    yield "Gender", caller["gender"]
    yield "Telephone", caller["phone"]
    address = caller["address"]
    yield "Address", ", ".join([*address["line"], address["city"], address["postcode"]])


def _steps(task: Mapping[str, Any], which: str, known_as: str) -> Iterator[str]:
    encounter, choose = task["encounter"], task["choose"]
    yield f"Take the call as the {which} 111 service{f' ({known_as})' if known_as else ''}."
    yield f"The patient says: “{encounter['reason']}”."
    for known in task["known_before"]:
        yield f"The patient has an appointment already: {appointment(known['start'], known['service'])}."
    if not choose["service"]:
        yield "The patient wants no new appointment, only to speak about those that there are."
    else:
        yield f"Assess the patient. The outcome: {encounter['disposition'].lower()}."
        yield f"Search for services, and choose {service(choose['service'])}."
        slot = _SLOTS.get(choose["slot"]) or f"the time {moment(choose['slot'])}"
        yield f"Where your system lets you, book {slot}."
    if choose["slot"] == "change":
        yield (
            "When it is booked the patient says: “I cannot come at that time.” Search for times again, book another "
            "one, and cancel what was booked first."
        )
    else:
        yield _about_existing(task["patient_says"])


def _about_existing(says: Mapping[str, Any]) -> str:
    wanted = [wish for wish in says["cancel"] if wish != "none"]
    if says["declines"] or not wanted:
        return "If your system offers to cancel an existing appointment, the patient says: “No, I keep it.”"
    if "all" in wanted:
        return "If your system offers to cancel existing appointments, the patient says: “Yes, cancel all of them.”"
    named = " and ".join(appointment(*wish.split(" at ", 1)) for wish in wanted)
    return f"When your system offers to cancel, the patient says: “Yes, cancel {named}, and nothing else.”"


def appointment(start: str, where: str) -> str:
    """An appointment as a person knows it; what is not known of it is left out."""
    at = f"the appointment on {moment(start)}" if start else "an appointment"
    return f"{at} at {service(where)}" if where else at


def moment(text: str) -> str:
    """A time as a person reads it, in the zone that it is told in."""
    at = datetime.fromisoformat(text)
    return f"{at:%A} {at.day} {at:%B} at {at:%H:%M}{'' if at.utcoffset() else ' UTC'}"


def service(known_as: str) -> str:
    """A service by its name and its id in the Directory of Services, whichever of them is given."""
    for row in directory.services().values():
        if known_as in (row.id, row.name):
            return f"{row.name} (DoS id {row.id})"
    return known_as
