"""What a recording has of each patient, in order: whose each request is, which 111 service sent it, and what shows it.

A request belongs to the patient whose appointment it is about, by the address that a booking or a read showed; else to
the one that it names by NHS number; else to the one with whom its trace id was seen. What belongs to nobody in
particular, as a slot search, is left with none.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from uec_booking.standard import names

from ...bookkeeping.booking_log import appointment_url
from ...fhir import bundle_resources, contained
from ...settings.consumer import ConsumerUnderTest
from ...text import in_words
from ..attribution import Rung
from ..requests import Interaction, ProviderCall


@dataclass(frozen=True)
class Course:
    """The requests about one patient, in order; ``patient`` is the NHS number, or else the name as it was sent."""

    patient: str
    requests: tuple[ProviderCall, ...]


@dataclass
class Attribution:
    """Goes through the requests of a recording, in their order."""

    consumer: ConsumerUnderTest
    #: Whose each appointment is, by its URL.
    owners: dict[str, str] = field(default_factory=dict)
    _traces: dict[str, set[str]] = field(default_factory=dict)
    _seen: set[str] = field(default_factory=set)

    def of(self, call: ProviderCall) -> ProviderCall:
        """The request, with what was found of it beside it: see ``patient_of`` and ``service_of``."""
        patient, rung = self._patient(call)
        trace = (call.header(names.SSP_TRACE_ID) or "").lower()
        if trace and patient and rung is not Rung.TRACE:
            self._traces.setdefault(trace, set()).add(patient)
        begins = call.interaction is Interaction.CANCEL and call.appointment not in self._seen
        self._seen.update(_shown(call))
        made = call.interaction is Interaction.BOOK and call.exchange.status == 201
        told = {
            "encounter": 0,
            "service_111": _service_111(call, self.consumer),
            # Who has none has no identifier in the booking: whether there was one to send nobody can see.
            "nhs_number_known": not call.body or bool(_number(call.body)),
            "patient": patient,
            "attributed_by": str(rung) if rung else "",
            **({"begins_here": True} if begins else {}),
            **({"made": appointment_url(call.exchange, call.root)} if made else {}),
        }
        return replace(call, exchange=replace(call.exchange, extra={**call.exchange.extra, **told}))

    def _patient(self, call: ProviderCall) -> tuple[str, Rung | None]:
        if call.interaction is Interaction.BOOK:
            patient = person(call.body)
            if call.exchange.status == 201 and patient:
                self.owners.setdefault(appointment_url(call.exchange, call.root), patient)
            return patient, Rung.PATIENT if patient else None
        if call.appointment:
            answered = call.exchange.resource
            if call.exchange.ok and answered.get("resourceType") == "Appointment" and person(answered):
                self.owners.setdefault(call.appointment, person(answered))
            if call.appointment in self.owners:
                return self.owners[call.appointment], Rung.SERVICE
            return person(call.body), Rung.PATIENT if person(call.body) else None
        number = next((v.rpartition("|")[2] for _, v in call.query if v.startswith(f"{names.NHS_NUMBER_SYSTEM}|")), "")
        if number:
            return number, Rung.PATIENT
        known = self._traces.get((call.header(names.SSP_TRACE_ID) or "").lower(), set())
        return (next(iter(known)), Rung.TRACE) if len(known) == 1 else ("", None)


def courses(calls: Sequence[ProviderCall]) -> list[Course]:
    """What there is of each patient, of requests that went through ``Attribution``."""
    found: dict[str, list[ProviderCall]] = {}
    for call in calls:
        if patient_of(call):
            found.setdefault(patient_of(call), []).append(call)
    return [Course(patient, tuple(of)) for patient, of in found.items()]


def patient_of(call: ProviderCall) -> str:
    """Whose request it is; empty where that is not known."""
    return str(call.exchange.extra.get("patient") or "")


def service_of(call: ProviderCall) -> str:
    """Which 111 service sent it: first or second."""
    return str(call.exchange.extra.get("service_111") or "first")


def person(appointment: Mapping[str, Any]) -> str:
    """The patient of an appointment: the NHS number, else name and date of birth, else empty."""
    found = contained(appointment, "Patient") or {}
    name = in_words([found.get("name"), found.get("birthDate")]) if found.get("name") else ""
    return _number(appointment) or name


def _number(appointment: Mapping[str, Any]) -> str:
    for one in (contained(appointment, "Patient") or {}).get("identifier") or []:
        if isinstance(one, Mapping) and one.get("value") and "nhs-number" in str(one.get("system")):
            return "".join(str(one["value"]).split())
    return ""


def _shown(call: ProviderCall) -> Iterator[str]:
    """The appointments that the consumer was shown by the answer, or asked about."""
    if call.appointment:
        yield call.appointment
    if call.interaction is Interaction.BOOK and call.exchange.status == 201:
        yield appointment_url(call.exchange, call.root)
    for one in bundle_resources(call.exchange.resource, "Appointment"):
        yield f"{call.root}/Appointment/{one.get('id')}"


def _service_111(call: ProviderCall, consumer: ConsumerUnderTest) -> str:
    """By the ASID or the ODS code of the second one; else the first."""
    second = consumer.second
    if second is None:
        return "first"
    told = call.exchange.extra.get("authorization") or {}
    claims = told.get("claims") if isinstance(told, Mapping) else None
    named = repr(claims) if claims else ""
    is_second = call.header(names.SSP_FROM) == second.asid or repr(second.ods) in named
    return "second" if is_second else "first"
