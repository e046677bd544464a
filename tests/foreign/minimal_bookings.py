"""What the minimal provider keeps, and what it asks of a booking."""

from __future__ import annotations

import itertools
import threading
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from .minimal_messages import No, Resource
from .shapes import misshapen


@dataclass
class Gap:
    """A stretch of time that can be booked."""

    number: int
    key: str
    start: datetime
    taken: bool = False

    @property
    def end(self) -> datetime:
        return self.start + timedelta(minutes=12)


@dataclass
class Book:
    """All that the provider knows; every use is under the lock."""

    gaps: list[Gap]
    kept: dict[str, Resource] = field(default_factory=dict)
    owners: dict[str, str] = field(default_factory=dict)
    requests: dict[str, str] = field(default_factory=dict)
    numbers: Any = field(default_factory=lambda: itertools.count(40017, 3))
    versions: Any = field(default_factory=lambda: itertools.count(501, 7))
    lock: threading.RLock = field(default_factory=threading.RLock)


def wanted_gap(book: Book, body: Resource, literal: bool) -> Gap:
    """The stretch that is asked for; ``literal``: by a plain reference, as the oldest edition has it."""
    named = {c.get("id"): c for c in body.get("contained", []) if c.get("resourceType") == "Slot"}
    reference = (body.get("slot") or [{}])[0].get("reference", "")
    inner = named.get(reference.removeprefix("#"), {})
    keys = {i.get("value") for i in inner.get("identifier", [])}
    for gap in book.gaps:
        if gap.key in keys or (literal and reference.rsplit("/", 1)[-1] == str(gap.number)):
            return gap
    raise No(422, "not-found", "We have no such slot.", "Appointment.slot")


def check_patient(patient: Resource, newer: bool) -> None:
    """Raises ``No`` when the patient lacks something; ``newer``: by the rules from edition 0.2.0 on."""
    for name in ("name", "gender", "birthDate", "address"):
        if not patient.get(name):
            raise No(422, "required", f"The patient has no {name}.", f"Appointment.contained.{name}")
    if patient["gender"] not in ("female", "male", "other", "unknown"):
        raise No(422, "code-invalid", "That is no gender.", "Appointment.contained.gender")
    for identifier in patient.get("identifier", []):
        number = str(identifier.get("value", ""))
        total = sum(int(d) * (10 - i) for i, d in enumerate(number[:9])) if number.isdigit() else 0
        if len(number) != 10 or not number.isdigit() or (-total % 11) != int(number[9]):
            raise No(422, "value", "That is no NHS number.", "Appointment.contained.identifier")
    points = [p for one in [patient, *patient.get("contact", [])] for p in one.get("telecom", [])]
    if newer and [p.get("rank") for p in points].count(1) != 1:
        raise No(422, "business-rule", "Exactly one contact must come first.", "Appointment.contained.telecom")


def check_shape(body: Resource) -> None:
    """Raises ``No`` when a time is no time, or a list no list of objects."""
    try:
        for time in ("start", "end"):
            datetime.fromisoformat(body.get(time) or "2020-02-02")
        shaped = all(
            isinstance(one, dict) for many in ("participant", "slot", "contained") for one in body.get(many, [])
        )
    except (TypeError, ValueError):
        shaped = False
    if not shaped:
        raise No(422, "structure", "An element is not of its type.", "Appointment")


def check_booking(body: Resource, newer: bool) -> Resource:
    """The patient of a booking; raises ``No`` when something is not as it must be."""
    check_shape(body)
    if place := misshapen(body):
        raise No(422, "structure", "An element is not of its type.", place)
    for name in ("status", "participant", "start", "end", "slot", "description"):
        if not body.get(name):
            raise No(422, "required", f"There is no {name}.", f"Appointment.{name}")
    patients = [c for c in body.get("contained", []) if c.get("resourceType") == "Patient"]
    if body["status"] != "booked" or len(patients) != 1 or len(body["participant"]) != 1:
        raise No(422, "invariant", "One patient, one booking, please.", "Appointment.status")
    check_patient(patients[0], newer)
    return patients[0]
