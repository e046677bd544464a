"""Defects in what is kept of a patient: names, numbers, contacts and kin that are not the shortest."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

from flask import request
from uec_booking.standard.names import NHS_NUMBER_SYSTEM

from ....fault_making import breaks, in_contained, interaction, near, provider, warned
from ....provider.rules import ProviderRules
from ....refusals import Rejected
from ....seams import Fault
from ...building_blocks import Resource, keeps_otherwise, kept_with, one_given_name


def _patient(body: Mapping[str, Any]) -> Mapping[str, Any]:
    return next((one for one in body.get("contained") or [] if one.get("resourceType") == "Patient"), {})


def _refusing(test: Callable[[Mapping[str, Any]], bool], reason: str) -> Callable[..., Any]:
    """Bookings for such patients are rejected."""

    def booking(original: Any, body: Mapping[str, Any]) -> Any:
        if test(_patient(body)):
            raise Rejected("profile-breach", reason, "Appointment.contained.where($this is Patient)")
        return original(body)

    return booking


def _stored(change: Callable[[Resource], Any]) -> Callable[..., Any]:
    """Bookings are kept with the patient changed."""

    def booked(original: Any, body: Any, new_id: str, now: Any) -> Any:
        resource = copy.deepcopy(original(body, new_id, now))
        in_contained("Patient", change)(resource)
        return resource

    return booked


def _families(change: Callable[[str], str]) -> Callable[[Resource], None]:
    def change_all(patient: Resource) -> None:
        for name in patient.get("name", []):
            name["family"] = change(name.get("family", ""))

    return change_all


def _given(patient: Mapping[str, Any]) -> list[str]:
    return [given for name in patient.get("name") or [] for given in name.get("given") or []]


def _first_is_second(patient: Resource) -> None:
    for name in patient.get("name", []):
        name["given"] = name.get("given", [])[1:] or name.get("given", [])


def _refuses(name: str, summary: str, test: Callable[[Mapping[str, Any]], bool], reason: str) -> Fault:
    return provider(name, "PRV-BOOK-01", summary, ProviderRules.booking, _refusing(test, reason))


def _keeps(name: str, summary: str, change: Callable[[Resource], Any]) -> Fault:
    return provider(name, "PRV-BOOK-07", summary, ProviderRules.booked, _stored(change))


def _of_patient(change: Callable[[Resource], None]) -> Callable[..., Resource]:
    return keeps_otherwise(in_contained("Patient", change))


def _day_early(patient: Resource) -> None:
    born = date.fromisoformat(patient["birthDate"]) if len(patient.get("birthDate", "")) == 10 else None
    if born and 4 <= born.month <= 10:
        patient["birthDate"] = (born - timedelta(days=1)).isoformat()


def _two_digits(patient: Resource) -> None:
    if patient.get("birthDate", "") < "1930":
        patient["birthDate"] = f"20{patient['birthDate'][2:]}"


def _no_other(patient: Resource) -> None:
    if patient.get("gender") == "other":
        patient["gender"] = "unknown"


@breaks("PRV-BOOK-18", ProviderRules.booked)
def one_local_number_for_all(original: Any, body: Any, *rest: Any) -> Resource:
    """All patients without NHS number get one and the same identifier."""
    resource: Resource = original(body, *rest)
    for contained in resource.get("contained", []):
        for identifier in contained.get("identifier", []) if contained["resourceType"] == "Patient" else ():
            if identifier.get("system") != NHS_NUMBER_SYSTEM:
                identifier["value"] = "L-00000000"
    return resource


@breaks("PRV-BOOK-01", ProviderRules.check_body)
def refuses_referrals(original: Callable[..., Resource], body: Resource) -> Resource:
    """A booking with incomingReferral is rejected."""
    if "incomingReferral" in body:
        raise Rejected("profile-breach", "Referrals are not supported.", "Appointment.incomingReferral")
    return original(body)


@breaks("PRV-BOOK-01", ProviderRules.check_body, near="PRV-BOOK-17")
def participants_need_a_number(original: Callable[..., Resource], body: Resource) -> Resource:
    """A booking whose participant has a reference alone is rejected."""
    for participant in body.get("participant", []) if isinstance(body.get("participant"), list) else ():
        if interaction(request) == "book" and "identifier" not in participant.get("actor", {}):
            raise Rejected("profile-breach", "The participant has no identifier.", "Appointment.participant")
    return original(body)


@breaks("PRV-BOOK-22", ProviderRules.check_body)
def refuses_email(original: Callable[..., Resource], body: Resource) -> Resource:
    """A booking with an e-mail address among the contact points is rejected."""
    for contained in body.get("contained", []) if isinstance(body.get("contained"), list) else ():
        for point in contained.get("telecom", []):
            if point.get("system") == "email":
                raise Rejected("profile-breach", "Contact points are telephones.", "Appointment.contained")
    return original(body)


@breaks("PRV-BOOK-01", ProviderRules.check_body)
def bookings_in_whole_seconds(original: Callable[..., Resource], body: Resource) -> Resource:
    """A booking whose start has milliseconds is rejected."""
    if "." in str(body.get("start")):
        raise Rejected("profile-breach", "start is no instant.", "Appointment.start")
    return original(body)


PATIENT_DETAILS: tuple[Fault, ...] = (
    _refuses(
        "refuses-second-given-names",
        "A patient with two given names is rejected.",
        lambda patient: len(_given(patient)) > 1,
        "One given name is expected.",
    ),
    _refuses(
        "refuses-apostrophes",
        "A family name with an apostrophe is rejected.",
        lambda patient: any("'" in name.get("family", "") for name in patient.get("name") or []),
        "A name has letters only.",
    ),
    _refuses(
        "refuses-second-numbers",
        "A patient with two telephone numbers is rejected.",
        lambda patient: len(patient.get("telecom") or []) > 1,
        "One telephone number is expected.",
    ),
    near(
        _refuses(
            "needs-a-next-of-kin",
            "A patient without a next of kin is rejected.",
            lambda patient: not patient.get("contact"),
            "A next of kin is expected.",
        ),
        "PRV-BOOK-29",
    ),
    _keeps("names-lose-what-is-behind-a-blank", "Family names end at a blank.", _families(lambda n: n.split()[0])),
    _keeps("names-are-cut", "Family names are kept with 12 characters.", _families(lambda name: name[:12])),
    _keeps("apostrophes-are-escaped", "Apostrophes are kept as &#39;.", _families(lambda n: n.replace("'", "&#39;"))),
    warned(_keeps("second-given-names-are-dropped", "Of the given names the first is kept.", one_given_name)),
    _keeps("second-given-name-is-the-first", "The first given name is dropped.", _first_is_second),
    kept_with("born-a-day-early", "Who was born in summer time is born a day earlier.", _of_patient(_day_early)),
    kept_with(
        "born-in-this-century", "Who was born before 1930 is born a hundred years later.", _of_patient(_two_digits)
    ),
    kept_with("other-is-unknown", "The gender other is kept as unknown.", _of_patient(_no_other)),
)
