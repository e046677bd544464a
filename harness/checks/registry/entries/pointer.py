"""Is what a provider told the registry of a booking the pointer, and nothing more?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from uec_booking.standard.profiles import check_profile

from ....fhir import contained
from ....http.exchange import Exchange
from ....http.sent import sent_body, sent_resource
from ....http.times import moment
from ....scenario.registry_pointer import identifier_url, identifier_values, nhs_numbers
from ....settings.model import Settings
from ....text import in_words
from ...every_exchange.every_resource import structure_faults
from ...every_exchange.registry_content import set_aside

#: The clauses on what is registered, and what each asks for.
CLAUSES: Mapping[str, str] = {
    "REG-06": "nothing but the fields of a pointer",
    "REG-07": "status, start, created, the URL of the appointment, and the patient by NHS number",
    "REG-08": "end as the edition has it",
}

#: What a pointer has no use for, and what could tell of a patient's condition.
_CLINICAL = (
    "appointmentType",
    "priority",
    "comment",
    "reason",
    "indication",
    "incomingReferral",
    "serviceType",
    "serviceCategory",
    "specialty",
)

#: What a pointer is made of, by the place of its elements; what is below a place without a row here is free.
_OF_A_POINTER: Mapping[str, frozenset[str]] = {
    "": frozenset(
        ["resourceType", "language", "meta", "identifier", "status", "start", "end", "created", "participant"]
    ),
    "meta": frozenset(["profile", "versionId", "lastUpdated"]),
    "identifier": frozenset(["use", "system", "value"]),
    "participant": frozenset(["actor", "required", "status"]),
    "participant.actor": frozenset(["reference", "identifier"]),
}

#: created is when the appointment was made; clocks and time zones may differ, days may not.
_MADE_WITHIN = timedelta(days=1)


@dataclass(frozen=True)
class Made:
    """What is known of the appointment that is pointed to: where it is, how it was booked and answered."""

    urls: tuple[str, ...]
    nhs_number: str
    sent: Mapping[str, Any]
    booked: Exchange

    def has(self, name: str, value: object) -> bool:
        """Whether it is at that time, as it was sent or as it was answered."""
        return moment(value) in {moment(self.sent.get(name)), moment(self.booked.resource.get(name))}


@dataclass
class Faults:
    """What is wrong with a registration, by clause; ``spare``: the elements that are no part of a pointer."""

    by_clause: dict[str, list[str]] = field(default_factory=lambda: {clause: [] for clause in CLAUSES})
    spare: list[str] = field(default_factory=list)


def pointer_faults(exchange: Exchange, made: Made, settings: Settings) -> Faults:
    """What is wrong with the body of a registration."""
    entry, found = sent_resource(exchange), Faults()
    for problem in check_profile(entry, "registry-entry-request", settings.edition, settings.reading):
        found.by_clause[problem.requirement].append(f"{problem.where}: {problem.actual}")
    for fault in structure_faults(sent_body(exchange), "REG-07", set_aside(settings.edition)):
        found.by_clause["REG-07"].append(f"{fault.where}: {fault.actual}")
    found.by_clause["REG-06"] += [f"Appointment.{name} is told" for name in _CLINICAL if entry.get(name)]
    found.by_clause["REG-06"] += [f"{in_words(text)} of the booking is told" for text in leaks(entry, made.sent)]
    found.by_clause["REG-07"] += _wrong_values(entry, made)
    if "end" in entry and not made.has("end", entry["end"]):
        wrong = f"its end is {in_words(entry['end'])}, booked was {in_words(made.sent.get('end'))}"
        found.by_clause["REG-08"].append(wrong)
    found.spare += [place for place in _spare(entry) if place not in _CLINICAL]
    return found


def leaks(entry: Mapping[str, Any], booked: Mapping[str, Any]) -> list[str]:
    """What the booking says of the patient and the complaint, and the entry tells somewhere."""
    told = "\n".join(_texts(entry)).casefold()
    return [text for text in dict.fromkeys(_private(booked)) if len(text) > 3 and text.casefold() in told]


def _private(booked: Mapping[str, Any]) -> Iterator[str]:
    patient = contained(booked, "Patient") or {}
    values = [booked.get("description"), booked.get("comment"), patient.get("birthDate")]
    for person in (patient, *_maps(patient.get("contact"))):
        for name in (*_maps(person.get("name")), *_maps([person.get("name")])):
            values += [name.get("family"), *_list(name.get("given"))]
        values += [each.get("value") for each in _maps(person.get("telecom"))]
    for address in _maps(patient.get("address")):
        values += [address.get("postalCode"), *_list(address.get("line"))]
    yield from (value for value in values if isinstance(value, str))


def _texts(value: Any, name: str = "") -> Iterator[str]:
    """The texts of an entry, but for those in which anything may stand by chance: addresses and systems."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _texts(inner, f"{name}.{key}")
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner, name)
    elif isinstance(value, str) and name not in (".identifier.value", ".meta.profile"):
        yield value


def _wrong_values(entry: Mapping[str, Any], made: Made) -> Iterator[str]:
    if entry.get("status") != "booked":
        yield f"its status is {in_words(entry.get('status'))}"
    if identifier_url(entry) not in made.urls:
        yield f"it points to {in_words(identifier_url(entry))}, the appointment is at {made.urls[0]}"
    elif identifier_url(entry) not in identifier_values(entry):
        # That version stays as it is: who follows the pointer later is not told of a cancellation (REG-25).
        yield f"it points to one version of the appointment, {in_words(identifier_values(entry)[0])}"
    if not made.has("start", entry.get("start")):
        yield f"its start is {in_words(entry.get('start'))}, booked was {in_words(made.sent.get('start'))}"
    if made.nhs_number not in nhs_numbers(entry):
        yield "it is not under the patient's NHS number"
    created, at = _day(entry.get("created")), _day(made.booked.started)
    if created and at and abs(created - at) > _MADE_WITHIN:
        yield f"its created is {in_words(entry.get('created'))}, it was booked at {made.booked.started}"


def _day(text: object) -> datetime | None:
    """A dateTime, which may be a date alone or lack its zone."""
    try:
        found = datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None
    return found.replace(tzinfo=UTC) if found and found.tzinfo is None else found


def _spare(value: Any, place: str = "") -> Iterator[str]:
    if isinstance(value, list):
        for inner in value:
            yield from _spare(inner, place)
    elif isinstance(value, Mapping):
        known = _OF_A_POINTER.get(place)
        for name, inner in value.items():
            below = f"{place}.{name}".removeprefix(".")
            if known is not None and name not in known:
                yield below
            elif known is not None:
                yield from _spare(inner, below)


def _maps(value: Any) -> list[Mapping[str, Any]]:
    return [each for each in _list(value) if isinstance(each, Mapping)]


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
