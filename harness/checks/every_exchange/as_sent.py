"""What else of a booking has to be there when its appointment is shown: its document, its patient, their names.

What a provider may alter (PRV-BOOK-28) is left out: contact points, their ranks and addresses are told elsewhere.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from typing import Any

from uec_booking.standard import names

from ...fhir import contained
from ...http.exchange import Exchange
from ...judging.observations import MET, NOT_MET, TOLERATED, Observation
from ...scenario.matches_request import names_lost
from .every_resource import seen

#: The clauses that this module decides on every appointment that was booked.
DECIDES: frozenset[str] = frozenset(
    {"PRV-BOOK-07", "PRV-GET-01", "PRV-GET-05", "PRV-GET-06", "PRV-GET-14", "RES-APT-14"}
)

_DOCUMENT = "Appointment.contained.ofType(DocumentReference)"


def as_sent(
    exchange: Exchange, body: Mapping[str, Any], sent: Mapping[str, Any], told: Container[str] = ()
) -> Iterator[Observation]:
    """The observations of an answer that shows the appointment in ``body``, which was booked as ``sent``.

    ``told`` are the lost names that the answer to the booking lacked already: that is one loss, not two.
    """
    yield from _participants(exchange, body)
    if exchange.request.method == "GET":
        yield from _document(exchange, body, sent)
        yield from _once(exchange, body, sent)
    lost = [one for one in names_lost(body, sent) if one not in told]
    if lost:
        clause = "PRV-GET-01" if exchange.request.method == "GET" else "PRV-BOOK-07"
        expected = "all given names of the patient"
        yield seen(exchange, clause, TOLERATED, lost[0].split(" ")[0], expected, "; ".join(lost))


def _once(exchange: Exchange, body: Mapping[str, Any], sent: Mapping[str, Any]) -> Iterator[Observation]:
    """PRV-GET-14: what was sent once of the patient is shown once: its one identifier is not there twice.

    No clause forbids a repetition of the same value, and a consumer that takes the first is not misled: a warning.
    """
    before, after = contained(sent, "Patient") or {}, contained(body, "Patient") or {}
    for name, shown in after.items():
        if not isinstance(shown, list):
            continue
        given = before.get(name)
        for value in shown:
            times, asked = shown.count(value), given.count(value) if isinstance(given, list) else 0
            if times > max(1, asked):
                where = f"Appointment.contained.ofType(Patient).{name}"
                actual = f"{name}: the same value {times} times"
                yield seen(exchange, "PRV-GET-14", TOLERATED, where, "what was sent of the patient, once", actual)
                break


def _participants(exchange: Exchange, body: Mapping[str, Any]) -> Iterator[Observation]:
    """RES-APT-14: one participant is the patient; who else takes part is the provider's to tell."""
    participants = [one for one in body.get("participant") or [] if isinstance(one, Mapping)]
    kinds = {f"#{one.get('id')}": one.get("resourceType") for one in _contained(body)}
    patients = [one for one in participants if _is_patient(one.get("actor"), kinds)]
    # Where the patient itself is missing, no participant can be it: that is one fault, not two.
    if participants and "Patient" in kinds.values():
        met = len(patients) == 1
        actual = "as expected" if met else f"{len(patients)} of {len(participants)} participants"
        where = "Appointment.participant"
        yield seen(exchange, "RES-APT-14", MET if met else NOT_MET, where, "one participant is the patient", actual)


def _is_patient(actor: object, kinds: Mapping[str, object]) -> bool:
    if not isinstance(actor, Mapping):
        return False
    reference, identifier = str(actor.get("reference") or ""), actor.get("identifier")
    if reference in kinds or "/" in reference:
        return kinds.get(reference) == "Patient" or "Patient" in reference.split("/")
    return isinstance(identifier, Mapping) and identifier.get("system") == names.NHS_NUMBER_SYSTEM


def _document(exchange: Exchange, body: Mapping[str, Any], sent: Mapping[str, Any]) -> Iterator[Observation]:
    """PRV-GET-05 and PRV-GET-06: supportingInformation leads to the contained document, which is the one sent."""
    wanted = {value for one in _documents(sent) for value in _values(one)}
    if not sent.get("supportingInformation") or not wanted:
        return
    there = _documents(body)
    references = {str(one.get("reference")) for one in body.get("supportingInformation") or []}
    led = bool(references & {f"#{one.get('id')}" for one in there})
    # Where the document itself is missing, nothing can lead to it: that is one fault, not two.
    if there or not references:
        actual = "as expected" if led else f"it leads to {', '.join(sorted(references)) or 'nothing'}"
        expected = "supportingInformation that leads to the document sent"
        where = "Appointment.supportingInformation"
        yield seen(exchange, "PRV-GET-05", MET if led else NOT_MET, where, expected, actual)
    found = {value for one in there for value in _values(one)}
    met = bool(wanted & found)
    actual = "as expected" if met else f"{', '.join(sorted(found)) or 'no identifier'}" if there else "no document"
    expected = "the DocumentReference that was sent, with its identifier"
    yield seen(exchange, "PRV-GET-06", MET if met else NOT_MET, f"{_DOCUMENT}.identifier", expected, actual)


def _contained(body: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [one for one in body.get("contained") or [] if isinstance(one, Mapping)]


def _documents(body: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [one for one in _contained(body) if one.get("resourceType") == "DocumentReference"]


def _values(document: Mapping[str, Any]) -> set[str]:
    """The identifiers of a document, however a UUID is written."""
    found = [document.get("masterIdentifier"), *(document.get("identifier") or [])]
    values = (str(one.get("value") or "") for one in found if isinstance(one, Mapping))
    return {value.lower().removeprefix("urn:uuid:") for value in values if value}
