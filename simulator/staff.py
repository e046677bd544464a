"""What a provider's own staff do at their screens, beside what consumers ask for: with the same rules and records."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection

from .clock import as_instant, from_epoch
from .outbox import Outbox
from .provider.stored import SlotRow, StoredAppointment
from .provider.system import ProviderSystem

STAFF_NOTE = "Edited by reception"
_OWN_NUMBER = {"use": "secondary", "system": "https://patients.example/Id/hospital-number", "value": "H-7-1234"}
_WORK_LIST = {"url": "https://patients.example/Extension/work-list", "valueString": "minor injuries"}


class NotBooked(LookupError):
    """There is no booked appointment of that id."""


class Staff:
    """The staff of one provider."""

    def __init__(self, system: ProviderSystem, outbox: Outbox) -> None:
        self._system = system
        self._outbox = outbox

    def cancel(self, appointment_id: str) -> dict[str, Any]:
        """Cancel an appointment; the registry is told as of any cancellation. Returns the version. Raises NotBooked."""
        system, now = self._system, self._system.clock.now()
        with self._outbox.woken(), system.records.database.write() as tx:
            current = self._booked(tx, appointment_id)
            resource = system.rules.cancelled(current, {**current.body, "status": "cancelled"}, now)
            system.records.store_cancel(tx, current, resource, int(now.timestamp()), True)
            if system.rules.registry_hears_of_cancel(resource):
                system.records.owe_registry(tx, current.id, "cancel", current.url, {})
            self._note(tx, "staff-cancel", resource)
        return resource

    def touch(self, appointment_id: str) -> dict[str, Any]:
        """Add what only the provider knows to an appointment: a comment, its own number of the patient, an extension.

        Returns the newer version. Raises NotBooked.
        """
        system, now = self._system, self._system.clock.now()
        with system.records.database.write() as tx:
            current = self._booked(tx, appointment_id)
            edited = _with_own_marks(current.body, f"{STAFF_NOTE} at {as_instant(now)}")
            resource = system.rules.as_version(edited, system.rules.next_version(current.version), now)
            system.records.store_version(tx, current, resource, int(now.timestamp()))
            self._note(tx, "staff-touch", resource)
        return resource

    def book(self, tx: Connection, slot: SlotRow, base: str) -> bool:
        """Book a slot for a patient who walked in; False if it is not free. `base` is the service root.

        The patient has no NHS number, so the registry hears nothing of it.
        """
        system, now = self._system, self._system.clock.now()
        if not system.records.claim_slot(tx, slot.id):
            return False
        new_id = system.records.new_id()
        resource = system.rules.booked(_walk_in(slot), new_id, now)
        at, version = int(now.timestamp()), int(resource["meta"]["versionId"])
        url, ods = f"{base}/Appointment/{new_id}", system.profile.ods
        stored = StoredAppointment(new_id, version, "booked", slot.id, ods, url, resource, at)
        system.records.store_booking(tx, stored, system.rules.patient_key(resource))
        self._note(tx, "staff-book", resource)
        return True

    def _booked(self, tx: Connection, appointment_id: str) -> StoredAppointment:
        current = self._system.records.current(tx, appointment_id)
        if current is None or current.status != "booked":
            raise NotBooked("There is no booked appointment at that URL.")
        return current

    def _note(self, tx: Connection, action: str, resource: Mapping[str, Any]) -> None:
        entry = {
            "at": int(self._system.clock.now().timestamp()),
            "action": action,
            "outcome": "done",
            "appointment": resource["id"],
            "version": int(resource["meta"]["versionId"]),
            "request_id": "",
            "response_id": "",
            "provenance": json.dumps({"staff": self._system.profile.name}),
        }
        self._system.records.note(tx, entry)


def _with_own_marks(body: Mapping[str, Any], comment: str) -> dict[str, Any]:
    """The appointment as the provider's own system keeps it, which a consumer has to send back as it is."""
    contained = []
    for resource in body.get("contained", []):
        if resource["resourceType"] == "Patient":
            others = [one for one in resource.get("identifier", []) if one.get("system") != _OWN_NUMBER["system"]]
            resource = {**resource, "identifier": [*others, _OWN_NUMBER]}
        contained.append(resource)
    extensions = [one for one in body.get("extension", []) if one.get("url") != _WORK_LIST["url"]]
    return {**body, "comment": comment, "contained": contained, "extension": [*extensions, _WORK_LIST]}


def _walk_in(slot: SlotRow) -> dict[str, Any]:
    times = {"start": as_instant(from_epoch(slot.start)), "end": as_instant(from_epoch(slot.end))}
    patient = {
        "resourceType": "Patient",
        "id": "patient",
        "name": [{"use": "official", "family": "Walkin", "given": ["Wanda"]}],
        "gender": "female",
        "birthDate": "1975-05-17",
    }
    return {
        "resourceType": "Appointment",
        "contained": [patient, {"resourceType": "Slot", "id": "slot", "status": "busy", **times}],
        "status": "booked",
        "description": "Walk-in",
        **times,
        "slot": [{"reference": "#slot"}],
        "participant": [{"actor": {"reference": "#patient"}, "status": "accepted"}],
    }
