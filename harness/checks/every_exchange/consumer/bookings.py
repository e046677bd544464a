"""What a consumer sends to book: the Appointment, and the slot that it names (CON-BOOK-*, RES-APT-*)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from uec_booking.standard import editions, names

from ....consumer.requests import Interaction, ProviderCall
from ....fhir import bundle_resources, references
from ....http.times import moment
from ....judging.observations import Observation
from ....text import in_words
from .documents import document
from .observer import Observer
from .patients import nhs_number_known, patient

#: The clauses that this module decides, for the catalogue.
DECIDES: frozenset[str] = frozenset(
    {"CON-BOOK-02", "CON-BOOK-03", "CON-BOOK-04", "CON-BOOK-14", "RES-APT-01", "RES-APT-02", "RES-APT-03"}
    | {"RES-APT-04", "RES-APT-05", "RES-APT-06", "RES-APT-07", "RES-APT-08", "RES-APT-09", "RES-APT-10"}
    | {"RES-APT-11", "RES-APT-12", "RES-APT-13"}
)
_LANGUAGES = ("en-GB", "en")
#: Longer ones are clinical text rather than a title.
_LONGEST_DESCRIPTION = 60


@dataclass
class Bookings:
    """Looks at the bookings of one scenario; the slots that were offered are kept from the searches before."""

    edition: str
    #: Offered slots, by service root: as they were last seen.
    offered: dict[str, list[Mapping[str, Any]]] = field(default_factory=dict)

    def check(self, call: ProviderCall) -> Iterator[Observation]:
        """What a booking shows."""
        if call.interaction is Interaction.SLOTS and call.exchange.ok:
            slots = bundle_resources(call.exchange.resource, "Slot")
            self.offered.setdefault(call.root, []).extend(slots)
        if call.interaction is not Interaction.BOOK:
            return
        see, body = Observer(call), call.body
        if body.get("resourceType") != "Appointment":
            kind = in_words(body.get("resourceType"))
            yield see.met("CON-BOOK-01", False, "an Appointment", kind, "body", because="FMT-08")
            return
        yield from self._appointment(see, body)
        yield from self._slot(see, call, body)
        yield from _participant(see, body, self.edition)
        people, documents, others = _sorted(body)
        expected = "one Patient, one DocumentReference" + (", one Slot" if self._contains_slot else "")
        yield see.met("RES-APT-13", not others, expected, f"{', '.join(others)} too", "Appointment.contained")
        yield from patient(see, people, self.edition)
        yield from document(see, body, documents, self.edition)

    @property
    def _contains_slot(self) -> bool:
        return editions.in_range(self.edition, "0.1.16+")

    def _appointment(self, see: Observer, body: Mapping[str, Any]) -> Iterator[Observation]:
        yield see.met("CON-BOOK-02", "id" not in body, "no id", in_words(body.get("id")), "Appointment.id")
        status = body.get("status")
        yield see.met("CON-BOOK-03", status == "booked", "booked", in_words(status), "Appointment.status")
        profile = names.PROFILES["Appointment"]
        claimed = (body.get("meta") or {}).get("profile") or []
        yield see.met("RES-APT-01", profile in claimed, profile, in_words(claimed), "Appointment.meta.profile")
        description = body.get("description")
        yield see.met("RES-APT-03", bool(description), "a description", "none", "Appointment.description")
        if description:
            short = len(str(description)) <= _LONGEST_DESCRIPTION
            expected = "a title, as 111 Referral, rather than clinical text"
            yield see.met("CON-BOOK-14", short, expected, in_words(description), "Appointment.description")
        created = bool(body.get("created"))
        if not editions.in_range(self.edition, "0.2.0+"):
            yield see.met("RES-APT-04", created, "created", "none", "Appointment.created")
        language = body.get("language")
        if language is not None:
            yield see.met(
                "RES-APT-10", language in _LANGUAGES, "en-GB or en", in_words(language), "Appointment.language"
            )
        referrals = body.get("incomingReferral") or []
        yield see.met(
            "RES-APT-12", len(referrals) <= 1, "at most one", f"{len(referrals)}", "Appointment.incomingReferral"
        )

    def _slot(self, see: Observer, call: ProviderCall, body: Mapping[str, Any]) -> Iterator[Observation]:
        """The slot: referred to as the edition has it, contained, one that was offered, at its time."""
        referred = list(references(body.get("slot")))
        slots = [one for one in _contained(body) if one.get("resourceType") == "Slot"]
        if self._contains_slot:
            right = len(slots) == 1 and referred == [f"#{slots[0].get('id')}"]
            expected = "one reference, to the one contained Slot"
        else:
            right, expected = len(referred) == 1 and referred[0].startswith("Slot/"), "one reference, Slot/[id]"
        shown = f"references {in_words(referred)}, {len(slots)} contained"
        yield see.met("RES-APT-05", right, expected, shown, "Appointment.slot")
        if not right:
            return
        slot: Mapping[str, Any] = slots[0] if self._contains_slot else {"id": referred[0].removeprefix("Slot/")}
        offered = next((one for one in self.offered.get(call.root, []) if _is(slot, one)), None)
        actual = f"{_name(slot)} at {in_words(body.get('start'))}, which was not offered"
        yield see.met("CON-BOOK-04", offered is not None, "a slot that its provider has offered", actual, "Slot")
        if offered is None:
            return
        times = {key: (body.get(key), offered.get(key)) for key in ("start", "end")}
        other = [f"{key} {in_words(a)} for {in_words(b)}" for key, (a, b) in times.items() if not _same_time(a, b)]
        yield see.met("RES-APT-02", not other, "start and end of the offered slot", ", ".join(other), "Appointment")
        if self._contains_slot:
            yield see.met(*_repeated(slot, offered))


def _repeated(slot: Mapping[str, Any], offered: Mapping[str, Any]) -> tuple[str, bool, str, str, str]:
    """RES-APT-06: the contained Slot repeats the one that was offered."""
    profile = names.PROFILES["Slot"]
    wrong = [] if profile in ((slot.get("meta") or {}).get("profile") or []) else ["meta.profile"]
    wrong += [key for key in ("start", "end") if not _same_time(slot.get(key), offered.get(key))]
    wrong += [key for key in ("identifier", "schedule") if key in offered and slot.get(key) != offered[key]]
    expected = "identifier, schedule, start and end of the offered slot, and its profile"
    return "RES-APT-06", not wrong, expected, f"otherwise or not there: {', '.join(wrong)}", "Slot"


def _participant(see: Observer, body: Mapping[str, Any], edition: str) -> Iterator[Observation]:
    people = [one for one in _contained(body) if one.get("resourceType") == "Patient"]
    participants = body.get("participant") or []
    about = [one for one in participants if (one.get("actor") or {}).get("reference", "").startswith("#")]
    known = {f"#{one.get('id')}" for one in people}
    right = len(about) == 1 and about[0]["actor"]["reference"] in known
    expected = "one participant that refers to the contained Patient"
    yield see.met("RES-APT-07", right, expected, in_words(participants), "Appointment.participant")
    if not right:
        return
    if len(participants) > 1:
        # The API pages let others be there from 2.0.2; the overrides of the same edition have one alone (CF-30).
        of_several = f"{len(participants)} participants"
        if editions.in_range(edition, "0.2.0+"):
            yield see.warned("RES-APT-07", "the patient alone", of_several, "Appointment.participant")
        else:
            yield see.met("RES-APT-07", False, "the patient alone", of_several, "Appointment.participant")
    status = about[0].get("status")
    yield see.met("RES-APT-08", bool(status), "a status", "none", "Appointment.participant.status")
    numbers = [_digits(one.get("value")) for person in people for one in person.get("identifier") or []]
    if not numbers or not nhs_number_known(see):
        return
    actor = about[0]["actor"]
    identifier = actor.get("identifier") or {}
    same = _digits(identifier.get("value")) in numbers and identifier.get("system") == names.NHS_NUMBER_SYSTEM
    whole = same and identifier.get("use") == "official" and bool(actor.get("display"))
    expected = "the NHS number (use official) and the full name"
    yield see.met("RES-APT-09", whole, expected, in_words(actor), "Appointment.participant.actor")


def _sorted(body: Mapping[str, Any]) -> tuple[list[Mapping[str, Any]], list[Mapping[str, Any]], list[str]]:
    kinds: dict[str, list[Mapping[str, Any]]] = {}
    for one in _contained(body):
        kinds.setdefault(str(one.get("resourceType")), []).append(one)
    people, documents = kinds.pop("Patient", []), kinds.pop("DocumentReference", [])
    slots = kinds.pop("Slot", [])
    others = [*kinds, *(["a second Slot"] if len(slots) > 1 else [])]
    return people, documents, others


def _contained(body: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [one for one in body.get("contained") or [] if isinstance(one, Mapping)]


def _is(slot: Mapping[str, Any], offered: Mapping[str, Any]) -> bool:
    """By an identifier in common where it has one, else by its id, or by its time and schedule."""
    values = {one.get("value") for one in slot.get("identifier") or []} - {None}
    if values:
        return bool(values & {one.get("value") for one in offered.get("identifier") or []})
    if slot.get("id") and slot.get("id") == offered.get("id"):
        return True
    # That it has no identifier is told where the slot is compared (RES-APT-06).
    return "start" in slot and all(slot.get(key) == offered.get(key) for key in ("start", "schedule"))


def _digits(number: object) -> str:
    """How a number is written is told of the patient's (RES-PAT-02)."""
    return str(number).replace(" ", "").replace("-", "")


def _name(slot: Mapping[str, Any]) -> str:
    identifiers = [str(one.get("value")) for one in slot.get("identifier") or []]
    return f"slot {', '.join(identifiers) or slot.get('id')}"


def _same_time(one: object, other: object) -> bool:
    return one == other or (moment(one) is not None and moment(one) == moment(other))
