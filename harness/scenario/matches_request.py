"""Whether an appointment is the one that was asked for: the same patient, slot and times.

A provider may alter or merge other content under its business rules (PRV-BOOK-28), so nothing else is compared.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from uec_booking.standard import names

from ..actors.patients import ADDRESS_LINE, FAMILIES, GIVENS, PHONE
from ..fhir import contained
from ..http.times import moment
from ..text import in_words

_PATIENT = "Appointment.contained.ofType(Patient)"
_SLOT = "Appointment.contained.ofType(Slot)"

#: The words of which the names of synthetic patients are made.
_NAMES = frozenset(word.casefold() for name in (*FAMILIES, *GIVENS) for word in re.findall(r"\w+", name))


def strays(body: Mapping[str, Any], sent: Mapping[str, Any]) -> list[str]:
    """Where the appointment in ``body`` is another than the one that was ``sent``, FHIRPath-like."""
    return [*_times(body, sent), *_patient(body, sent), *_slot(body, sent), *_participants(body, sent)]


def _times(body: Mapping[str, Any], sent: Mapping[str, Any]) -> Iterator[str]:
    for name in ("start", "end"):
        if moment(body.get(name)) != moment(sent.get(name)):
            yield f"Appointment.{name} is {in_words(body.get(name))}, asked for was {in_words(sent.get(name))}"


def _patient(body: Mapping[str, Any], sent: Mapping[str, Any]) -> Iterator[str]:
    patient, asked = contained(body, "Patient"), contained(sent, "Patient")
    if patient is None or asked is None:
        return
    number = nhs_number(asked)
    if number and number not in [i.get("value") for i in _mappings(patient.get("identifier"))]:
        yield f"{_PATIENT}.identifier is another patient's"
    wanted = next(_mappings(asked.get("name")), {})
    if wanted.get("family") and _folded([wanted["family"]]).isdisjoint(
        _folded(n.get("family", "") for n in _mappings(patient.get("name")))
    ):
        yield f"{_PATIENT}.name.family is another"
    given = _given_words(patient)
    if given and wanted.get("given") and not _words_of(wanted["given"][:1]) <= given:
        yield f"{_PATIENT}.name.given is another"
    for name in ("birthDate", "gender"):
        if patient.get(name) != asked.get(name):
            yield f"{_PATIENT}.{name} is another"


def names_lost(body: Mapping[str, Any], sent: Mapping[str, Any]) -> list[str]:
    """The given names behind the first that are gone: the patient can still be told, by all the rest."""
    patient, asked = contained(body, "Patient"), contained(sent, "Patient")
    if patient is None or asked is None:
        return []
    wanted = [str(one) for one in next(_mappings(asked.get("name")), {}).get("given") or []]
    there = _given_words(patient)
    return [
        f"{_PATIENT}.name.given has no {in_words(one)}" for one in wanted[1:] if there and not _words_of([one]) <= there
    ]


def _given_words(patient: Mapping[str, Any]) -> set[str]:
    """The words of the given names, whether they came one by one or in one text."""
    return _words_of(given for name in _mappings(patient.get("name")) for given in name.get("given") or [])


def _words_of(texts: Iterable[object]) -> set[str]:
    return {word for text in _folded(texts) for word in text.split()}


def _slot(body: Mapping[str, Any], sent: Mapping[str, Any]) -> Iterator[str]:
    slot, asked = contained(body, "Slot"), contained(sent, "Slot")
    if slot is None or asked is None or not asked.get("identifier"):
        return
    values = {i.get("value") for i in _mappings(slot.get("identifier"))}
    if asked["identifier"][0].get("value") not in values:
        yield f"{_SLOT}.identifier is another slot's"
    ours, theirs = (str((one.get("schedule") or {}).get("reference") or "") for one in (asked, slot))
    if ours and theirs and ours.rsplit("/", 1)[-1] != theirs.rsplit("/", 1)[-1]:
        yield f"{_SLOT}.schedule is another"
    for name in ("start", "end"):
        if name in slot and moment(slot[name]) != moment(asked.get(name)):
            yield f"{_SLOT}.{name} is {in_words(slot[name])}"


def _participants(body: Mapping[str, Any], sent: Mapping[str, Any]) -> Iterator[str]:
    asked = contained(sent, "Patient") or {}
    number = nhs_number(asked)
    # The provider may write the name anew, from that of the patient.
    told = {word for one in _mappings(sent.get("participant")) for word in _words(one)} | _name_words(asked)
    for participant in _mappings(body.get("participant")):
        identifier = (participant.get("actor") or {}).get("identifier") or {}
        if identifier.get("system") != names.NHS_NUMBER_SYSTEM:
            continue
        if identifier.get("value") != number:
            yield "Appointment.participant.actor.identifier is another patient's"
        words = _words(participant)
        # A provider may tell it in its own way, but not with a name that only other synthetic patients have.
        if told.isdisjoint(words) and not _NAMES.isdisjoint(words):
            yield "Appointment.participant.actor.display is another patient's"


def _name_words(patient: Mapping[str, Any]) -> set[str]:
    texts = [
        text for name in _mappings(patient.get("name")) for text in (name.get("family"), *(name.get("given") or []))
    ]
    return _folded(word for text in texts for word in re.findall(r"\w+", str(text or "")))


def _words(participant: Mapping[str, Any]) -> set[str]:
    """The words of a participant's name, however it is put together."""
    return _folded(re.findall(r"\w+", str((participant.get("actor") or {}).get("display") or "")))


def strangers(body: Mapping[str, Any], known: Iterable[Mapping[str, Any]]) -> list[str]:
    """Addresses and numbers in the patient of ``body`` that are of our making, and of none of its ``known`` bookings.

    They came from somebody else's booking. What is not of our making may come from a directory of the provider's.
    """
    patients = [contained(one, "Patient") or {} for one in known]
    ours = {found for patient in patients for found in _marks(patient)}
    here = contained(body, "Patient") or {}
    return [f"{_PATIENT} has {in_words(mark)} of another patient" for mark in sorted(_marks(here) - ours)]


def _marks(patient: Mapping[str, Any]) -> set[str]:
    """The address lines and telephone numbers that synthetic patients are made with."""
    lines = [str(line) for address in _mappings(patient.get("address")) for line in address.get("line") or []]
    people = [patient, *_mappings(patient.get("contact"))]
    phones = [re.sub(r"\D", "", str(t.get("value"))) for one in people for t in _mappings(one.get("telecom"))]
    found = {line.strip().casefold() for line in lines if ADDRESS_LINE.fullmatch(line.strip())}
    return found | {phone for phone in phones if PHONE.fullmatch(phone)}


def nhs_number(patient: Mapping[str, Any]) -> str:
    """The NHS number of a Patient, or empty."""
    identifiers = _mappings(patient.get("identifier"))
    return next((str(i.get("value", "")) for i in identifiers if i.get("system") == names.NHS_NUMBER_SYSTEM), "")


def _mappings(values: object) -> Iterator[Mapping[str, Any]]:
    return (value for value in values if isinstance(value, Mapping)) if isinstance(values, list) else iter(())


def _folded(texts: Iterable[object]) -> set[str]:
    """Without regard to case, blanks and how accents and apostrophes are set: a house style may be capitals."""
    plain = (unicodedata.normalize("NFC", str(text)).casefold().replace("\u2019", "'") for text in texts)
    return {" ".join(text.split()) for text in plain}
