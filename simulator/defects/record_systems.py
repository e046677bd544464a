"""Defects of the record system behind an API: it keeps what it was told in its own way, for some patients only."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from flask import g, request
from uec_booking.standard.names import NHS_NUMBER_SYSTEM

from ..fault_making import breaks, done, in_contained, interaction, provider, rewriting, with_body
from ..provider.rules import ProviderRules
from ..refusals import Refused
from ..seams import Fault

Resource = dict[str, Any]


def _keeps(change: Callable[[Resource], None]) -> Callable[..., Resource]:
    """The appointment is kept changed, and shown so from then on."""

    def booked(original: Any, body: Any, *rest: Any) -> Resource:
        changed = copy.deepcopy(dict(body))
        change(changed)
        return original(changed, *rest)

    return booked


def _of_patient(change: Callable[[Resource], None]) -> Callable[..., Resource]:
    return _keeps(in_contained("Patient", change))


def _texts(change: Callable[[str], str]) -> Callable[[Any], None]:
    """Each text in a value, in place."""

    def change_all(value: Any) -> None:
        for key, item in list(value.items() if isinstance(value, dict) else enumerate(value)):
            if isinstance(item, str) and key not in ("reference", "url", "system", "id"):
                value[key] = change(item)
            elif isinstance(item, (dict, list)):
                change_all(item)

    return change_all


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


def _bare(value: Any) -> None:
    """Without extensions."""
    for item in value.values() if isinstance(value, dict) else value:
        if isinstance(item, (dict, list)):
            _bare(item)
    if isinstance(value, dict):
        value.pop("extension", None)


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
def refuses_referrals(original: Any, body: Resource) -> Resource:
    """A booking with incomingReferral is refused."""
    if "incomingReferral" in body:
        raise Refused("profile-breach", "Referrals are not supported.", "Appointment.incomingReferral")
    return original(body)


@breaks("PRV-BOOK-01", ProviderRules.check_body, near="PRV-BOOK-17")
def participants_need_a_number(original: Any, body: Resource) -> Resource:
    """A booking whose participant has a reference alone is refused."""
    for participant in body.get("participant", []) if isinstance(body.get("participant"), list) else ():
        if interaction(request) == "book" and "identifier" not in participant.get("actor", {}):
            raise Refused("profile-breach", "The participant has no identifier.", "Appointment.participant")
    return original(body)


@breaks("PRV-BOOK-22", ProviderRules.check_body)
def refuses_email(original: Any, body: Resource) -> Resource:
    """A booking with an e-mail address among the contact points is refused."""
    for contained in body.get("contained", []) if isinstance(body.get("contained"), list) else ():
        for point in contained.get("telecom", []):
            if point.get("system") == "email":
                raise Refused("profile-breach", "Contact points are telephones.", "Appointment.contained")
    return original(body)


@breaks("PRV-BOOK-01", ProviderRules.check_body)
def bookings_in_whole_seconds(original: Any, body: Resource) -> Resource:
    """A booking whose start has milliseconds is refused."""
    if "." in str(body.get("start")):
        raise Refused("profile-breach", "start is no instant.", "Appointment.start")
    return original(body)


@breaks("FMT-20", ProviderRules.check_body)
def bookings_in_utc(original: Any, body: Resource) -> Resource:
    """A booking with an offset is refused."""
    if interaction(request) == "book" and not re.search(r"(Z|[+-]00:00)\Z", str(body.get("start", "Z"))):
        raise Refused("profile-breach", "start is not in UTC.", "Appointment.start")
    return original(body)


@breaks("FMT-02", ProviderRules.check_cancel)
def cancels_in_json_only(original: Any, current: Any, body: Any) -> None:
    """A cancellation in XML is refused as different from what is stored.

    What came in XML is never quite what is stored in JSON.
    """
    original(current, body)
    if "xml" in request.headers.get("Content-Type", ""):
        raise Refused("cancel-differs", "The body differs from the stored appointment.", "Appointment")


def _kept(name: str, summary: str, change: Callable[..., Any], requirement: str = "PRV-BOOK-07") -> Fault:
    return provider(name, requirement, summary, ProviderRules.booked, change)


_NUMBER_ALL = "All patients without NHS number get one and the same identifier."

RECORD_SYSTEMS: tuple[Fault, ...] = (
    _kept("born-a-day-early", "Who was born in summer time is born a day earlier.", _of_patient(_day_early)),
    _kept("born-in-this-century", "Who was born before 1930 is born a hundred years later.", _of_patient(_two_digits)),
    _kept("other-is-unknown", "The gender other is kept as unknown.", _of_patient(_no_other)),
    _kept(
        "ampersands-are-escaped",
        "Ampersands are kept as &amp;.",
        _keeps(_texts(lambda t: t.replace("&", "&amp;"))),
        "FMT-08",
    ),
    _kept(
        "dashes-become-question-marks",
        "Dashes and curly quotes become question marks.",
        _keeps(_texts(lambda t: re.sub("[\u2013\u2014\u2018\u2019\u201c\u201d]", "?", t))),
        "FMT-08",
    ),
    _kept(
        "names-are-trimmed-of-accents",
        "Letters with accents lose them.",
        _keeps(_texts(lambda t: t.translate(str.maketrans("àáâäçèéêëìíîïñòóôöùúûüÉ", "aaaaceeeeiiiinoooouuuuE")))),
        "FMT-08",
    ),
    rewriting(
        "xml-has-no-extensions",
        "FMT-02",
        "In XML an appointment has no extensions.",
        with_body(_bare, lambda q, r: done("read")(q, r) and g.format == "xml"),
    ),
)
