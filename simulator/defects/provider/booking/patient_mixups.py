"""Defects in whose appointment is kept: patients that are mixed up, always or in the rarer kinds of booking."""

from __future__ import annotations

import copy
import time
from collections import deque
from collections.abc import Callable, Mapping
from typing import Any

from flask import request

from ....fault_making import breaks, provider
from ....provider.rules import ProviderRules
from ....seams import Fault

#: Bodies of bookings that arrived a moment ago, and ids of appointments that are being read.
_ARRIVING: deque[dict[str, Any]] = deque(maxlen=8)


def _patient(resource: Mapping[str, Any]) -> dict[str, Any]:
    return next((one for one in resource.get("contained") or [] if one.get("resourceType") == "Patient"), {})


@breaks("PRV-BOOK-07", ProviderRules.check_body, near="PRV-BOOK-07")
def mixes_up_patients_under_load(original: Any, body: Any) -> Any:
    """Bookings at the same moment are stored under one patient.

    Of bookings that arrive at the same moment all get the name and birth date of the last one.
    """
    ours = original(body)
    if request.method != "POST":
        return ours
    _ARRIVING.append(ours)
    time.sleep(0.15)
    last = _patient(_ARRIVING[-1])
    taken = {name: last[name] for name in ("name", "birthDate") if name in last}
    mixed = [{**one, **taken} if one.get("resourceType") == "Patient" else one for one in ours.get("contained") or []]
    return {**ours, "contained": mixed}


def _of_the_one_before(*elements: str) -> Callable[..., Any]:
    """A booking is stored with elements of the patient who was booked before."""
    before: dict[str, Any] = {}

    def booked(original: Any, body: Any, new_id: str, now: Any) -> Any:
        stored = copy.deepcopy(original(body, new_id, now))
        patient, told = _patient(stored), copy.deepcopy(_patient(body))
        patient.update({name: before[name] for name in elements if name in before})
        before.clear()
        before.update(told)
        return stored

    return booked


@breaks("PRV-BOOK-07", ProviderRules.booked, near="PRV-BOOK-22")
def third_party_is_the_patient(original: Any, body: Any, new_id: str, now: Any) -> Any:
    """A third party's name is kept as the patient's."""
    stored = copy.deepcopy(original(body, new_id, now))
    contacts = _patient(stored).get("contact") or []
    if contacts and contacts[0].get("name"):
        _patient(stored)["name"] = [{"use": "official", **contacts[0]["name"]}]
    return stored


@breaks("PRV-BOOK-07", ProviderRules.booked, near="FMT-02")
def names_change_places_in_xml(original: Any, body: Any, new_id: str, now: Any) -> Any:
    """Of a booking in XML family name and given names change places."""
    stored = copy.deepcopy(original(body, new_id, now))
    if "xml" in (request.content_type or ""):
        for name in _patient(stored).get("name", []):
            name["family"], name["given"] = " ".join(name.get("given", [])), [name.get("family", "")]
    return stored


def _named_as_the_one_before() -> Callable[..., Any]:
    """The participant of a booking is called as that of the one before."""
    before: list[str] = []

    def booked(original: Any, body: Any, new_id: str, now: Any) -> Any:
        stored = copy.deepcopy(original(body, new_id, now))
        actor = stored["participant"][0]["actor"]
        before.append(actor.get("display", ""))
        if len(before) > 1:
            actor["display"] = before.pop(0)
        return stored

    return booked


@breaks("PRV-BOOK-07", ProviderRules.booked)
def schedule_of_another_diary(original: Any, body: Any, new_id: str, now: Any) -> Any:
    """The contained slot names the schedule of another diary."""
    stored = copy.deepcopy(original(body, new_id, now))
    for one in stored.get("contained") or []:
        if one.get("resourceType") == "Slot":
            one["schedule"] = {"reference": "Schedule/of-another-diary"}
    return stored


PATIENT_MIXUPS: tuple[Fault, ...] = (
    provider(
        "gender-of-the-patient-before",
        "PRV-BOOK-07",
        "The gender is that of the patient who was booked before.",
        ProviderRules.booked,
        _of_the_one_before("gender"),
    ),
    provider(
        "address-of-the-patient-before",
        "PRV-BOOK-07",
        "Address and telephone are those of the patient who was booked before.",
        ProviderRules.booked,
        _of_the_one_before("address", "telecom"),
    ),
    provider(
        "participant-of-another-name",
        "PRV-BOOK-07",
        "The participant has the name of the patient who was booked before.",
        ProviderRules.booked,
        _named_as_the_one_before(),
    ),
)
