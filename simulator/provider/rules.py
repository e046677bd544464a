"""A provider's decisions. Pure: no HTTP, no SQL, no clock of its own. Every refusal is a `Refused`."""

from __future__ import annotations

import copy
import hashlib
import re
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from uec_booking.standard.names import (
    NHS_NUMBER_SYSTEM,
    PROFILES,
    SCOPE_APPOINTMENT_READ,
    SCOPE_APPOINTMENT_WRITE,
    SCOPE_SLOT_READ,
    SSP_FROM,
    SSP_INTERACTION_ID,
    SSP_TO,
    SSP_TRACE_ID,
    URL_SYSTEM,
)

from ..answers import at_least
from ..clock import as_instant, from_epoch, instant_seconds
from ..fhir_out import versions_named
from ..refusals import Refused
from ..shared.appointment_query import AppointmentQuery, read_appointment_query
from ..shared.nhs_number import valid_nhs_number
from ..structure import known_structure
from ..terms import LOCAL_PATIENT
from ..tokens import Caller
from ..world import CancelPolicy, Diary, ProviderProfile, Service, is_111
from .booking import BookingRequest, SlotKey, read_booking
from .query import SlotQuery, read_slot_query
from .stored import SlotRow, StoredAppointment

# A window that ended this recently is not called past: the request was on its way.
PAST_TOLERANCE_SECONDS = 60
_SSP_HEADERS = (SSP_TRACE_ID, SSP_FROM, SSP_TO, SSP_INTERACTION_ID)
# A consumer may leave these out or renew them without having changed the appointment (CF-25, CF-26).
_NOT_COMPARED = ("meta", "text", "status", "resourceType")


_LOCAL_VALUE = re.compile(r"L-[0-9A-F]{8}\Z")


class ProviderRules:
    """The rules of one provider in one edition of the standard."""

    def __init__(self, profile_of_provider: ProviderProfile, edition: str) -> None:
        self.profile = profile_of_provider
        self.edition = edition

    def scopes(self, interaction: str) -> frozenset[str]:
        """The JWT scopes of which one is needed for an interaction: slots, read, search or write."""
        if interaction == "slots":
            return frozenset({SCOPE_SLOT_READ})
        if interaction == "write":
            return frozenset({SCOPE_APPOINTMENT_WRITE})
        if interaction == "read" and at_least(self.edition, "0.2.0"):
            return frozenset({SCOPE_APPOINTMENT_READ})
        # Before 0.2.0 no scope was defined for reads, and there is none for the appointment search (CF-52).
        return frozenset({SCOPE_APPOINTMENT_READ, SCOPE_APPOINTMENT_WRITE})

    def check_ssp_headers(self, names: Collection[str]) -> None:
        """The request has what comes with every call through the proxy (SSP-13); `names` in lower case."""
        missing = [name for name in _SSP_HEADERS if name.lower() not in names]
        if missing and at_least(self.edition, "0.2.0"):
            reason = f"The header {', '.join(missing)} is missing."
            raise Refused("bad-header", reason, f"http.{missing[0]}")

    def check_read_parameters(self, names: Collection[str]) -> None:
        """A read by id has no parameters but `_format` (PRV-GET-11)."""
        unsupported = sorted(set(names) - {"_format"})
        if unsupported:
            reason = f"The parameter {', '.join(unsupported)} is not supported on a read."
            raise Refused("invalid-query-value", reason, f"http.{unsupported[0]}")

    # Searching

    def slot_query(self, parameters: Iterable[tuple[str, str]], now: datetime) -> SlotQuery:
        """The slot search asked for; its window must not be past (CF-12)."""
        query = read_slot_query(parameters)
        if query.service:
            self.known_service(query.service)
        oldest = now.timestamp() - PAST_TOLERANCE_SECONDS
        if query.before is not None and query.before <= oldest:
            raise Refused("search-window-past", "The window of the search lies in the past.", "http.start")
        if not at_least(self.edition, "0.2.0") and query.earliest is not None and query.earliest < oldest:
            raise Refused("search-window-past", "The window of the search begins in the past.", "http.start")
        return query

    def known_service(self, service_id: str) -> Service:
        """The service of that DoS id (PRV-SRCH-11)."""
        service = self.profile.service(service_id)
        if service is None:
            where = "http.schedule.actor:healthcareservice"
            raise Refused("unknown-service", f"The service {service_id} is not known here.", where)
        return service

    def visible_diaries(self, query: SlotQuery, caller: Caller) -> list[str]:
        """The diaries of the service that the caller's organisation may see (PRV-SRCH-34)."""
        if query.service:
            wanted = self.known_service(query.service).diaries
        else:
            wanted = tuple(diary.id for diary in self.profile.diaries)
        diaries = (self.profile.diary(diary_id) for diary_id in wanted)
        return [diary.id for diary in diaries if diary is not None and self.open_to(diary, caller)]

    def open_to(self, diary: Diary, caller: Caller) -> bool:
        """Whether the caller's organisation may see and book the slots of a diary."""
        return not diary.only_for or caller.ods in diary.only_for

    def appointment_query(self, parameters: Iterable[tuple[str, str]]) -> AppointmentQuery:
        """The search for a patient's appointments; its value must be an identifier (PRV-SAPT-04)."""
        query = read_appointment_query(parameters)
        local = query.system in ("", LOCAL_PATIENT) and _LOCAL_VALUE.match(query.value)
        national = query.system in ("", NHS_NUMBER_SYSTEM) and valid_nhs_number(query.value)
        if not query.id and not local and not national:
            reason = "The search value is neither an NHS number nor an identifier of this provider."
            raise Refused("invalid-query-value", reason, "http.identifier")
        return query

    # Booking

    def check_body(self, body: dict[str, Any]) -> dict[str, Any]:
        """The body without what STU3 does not know (FMT-13), if it is a valid Appointment (PRV-BOOK-13)."""
        return known_structure(body, "Appointment")

    def booking(self, body: Mapping[str, Any]) -> BookingRequest:
        """What a booking body asks for, if it keeps the profile and the business rules (PRV-BOOK-12)."""
        return read_booking(body, self.edition)

    def check_slot(self, booking: BookingRequest, slot: SlotRow | None, caller: Caller, now: datetime) -> SlotRow:
        """The slot exists, is the one described, is open to the caller and not over (PRV-BOOK-14)."""
        where = "Appointment.slot[0].reference"
        if slot is None:
            raise Refused("unknown-slot", "The slot is not known here.", where)
        if (slot.start, slot.end) != (booking.start, booking.end):
            raise Refused("business-rule", "The slot does not have the times of the appointment.", "Appointment.start")
        if booking.slot.schedule and booking.slot.schedule != slot.diary:
            raise Refused("business-rule", "The slot belongs to another schedule.", where)
        diary = self.profile.diary(slot.diary)
        if diary is not None and not self.open_to(diary, caller):
            raise Refused("organisation-refused", "The slot is kept for other organisations.", where)
        if slot.start <= now.timestamp():
            raise Refused("slot-taken", "Slot no longer available", where)
        return slot

    def slot_key(self, booking: BookingRequest) -> SlotKey:
        """By what the slot of a booking is looked up."""
        return booking.slot

    def slot_was_taken(self) -> Refused:
        """The refusal of a booking whose slot is not free (PRV-BOOK-10, CF-02)."""
        return Refused("slot-taken", "Slot no longer available", "Appointment.slot[0].reference")

    def booked(self, body: Mapping[str, Any], new_id: str, now: datetime) -> dict[str, Any]:
        """The appointment that a booking body becomes: with id, created and a patient identifier."""
        resource = copy.deepcopy(dict(body))
        resource = {"resourceType": "Appointment", "id": new_id, **resource}
        if at_least(self.edition, "0.2.0") or not resource.get("created"):
            resource["created"] = as_instant(now)
        _to_utc(resource)
        for contained in resource.get("contained") or []:
            if contained.get("resourceType") == "Patient" and not contained.get("identifier"):
                contained["identifier"] = [{"system": LOCAL_PATIENT, "value": _local_value(new_id)}]
            if contained.get("resourceType") == "Slot":
                contained["status"] = "busy"
                _to_utc(contained)
        return self.as_version(resource, self.first_version(), now)

    def first_version(self) -> int:
        """The number of an appointment's first version."""
        return 1

    def next_version(self, version: int) -> int:
        """The number that follows a version (PRV-CAN-02)."""
        return version + 1

    def as_version(self, resource: Mapping[str, Any], version: int, now: datetime) -> dict[str, Any]:
        """The resource with the version's number, time and profile in its meta."""
        meta = dict(resource.get("meta") or {})
        meta |= {"versionId": str(version), "lastUpdated": as_instant(now)}
        meta.setdefault("profile", [PROFILES["Appointment"]])
        return {**resource, "meta": meta}

    # Retries

    def heeds_request_ids(self, action: str) -> bool:
        """Whether a repeated X-Request-ID counts for a ``book`` or ``cancel`` (0.2.0 and later)."""
        return at_least(self.edition, "0.2.0")

    def repeats_answer(self) -> bool:
        """Whether a retried booking is answered with the appointment it made (0.2.0 only; CF-47)."""
        return self.edition == "0.2.0"

    def request_was_used(self) -> Refused:
        """The refusal of a request whose X-Request-ID has already succeeded (PRV-XTI-03, PRV-XTI-04)."""
        return Refused("reused-request-id", "The X-Request-ID was already used by a request that succeeded.")

    # Cancelling

    def check_may_cancel(self, current: StoredAppointment, caller: Caller) -> None:
        """The caller's organisation may cancel this booking (PRV-CAN-13, CF-59)."""
        policy = self.profile.cancel_policy
        if policy is CancelPolicy.ANYONE or caller.ods == current.organisation:
            return
        if policy is CancelPolicy.ANY_111 and is_111(caller.ods):
            return
        reason = f"{self.profile.name} lets only the organisation that booked cancel an appointment."
        raise Refused("organisation-refused", reason)

    def check_version(self, current: StoredAppointment, if_match: str | None) -> None:
        """If-Match names the current version (PRV-CAN-08, PRV-CAN-09, CF-22)."""
        if not if_match or not if_match.strip():
            raise Refused("no-if-match", "An update needs the If-Match header.", "http.If-Match")
        named = versions_named(if_match)
        if str(current.version) not in named:
            reason = f"The version {', '.join(named)} is not the current version of the appointment."
            raise Refused("stale-version", reason)

    def check_cancel(self, current: StoredAppointment, body: Mapping[str, Any]) -> None:
        """The body is the stored appointment, cancelled, and nothing else is different (PRV-CAN-07)."""
        if body.get("status") != "cancelled":
            raise Refused("cancel-differs", "An update may only set the status to cancelled.", "Appointment.status")
        ignored = {*_NOT_COMPARED}
        if "id" not in body:
            ignored.add("id")
        if not at_least(self.edition, "0.1.16"):
            ignored.add("created")
        for name in sorted((body.keys() | current.body.keys()) - ignored):
            if not _same(body.get(name), current.body.get(name)):
                reason = f"The element {name} differs from the stored appointment."
                raise Refused("cancel-differs", reason, f"Appointment.{name}")
        if current.status != "booked":
            raise Refused("business-rule", "The appointment is not booked any more.", "Appointment.status")

    def cancelled(self, current: StoredAppointment, body: Mapping[str, Any], now: datetime) -> dict[str, Any]:
        """The cancelled version of an appointment: only the status changes (created too in 0.1.15)."""
        resource = {**current.body, "status": "cancelled"}
        if not at_least(self.edition, "0.1.16"):
            resource["created"] = as_instant(now)
        return self.as_version(resource, self.next_version(current.version), now)

    def slot_is_offered_again(self, slot_start: int, now: datetime) -> bool:
        """Whether the time of a cancelled appointment becomes free (PRV-CAN-20: the provider may choose)."""
        return slot_start > now.timestamp()

    def patient_key(self, resource: Mapping[str, Any]) -> tuple[str, str]:
        """System and value of the identifier under which a patient's appointments are found."""
        nhs_number = patient_identifier(resource, NHS_NUMBER_SYSTEM)
        if nhs_number:
            return NHS_NUMBER_SYSTEM, nhs_number
        return LOCAL_PATIENT, patient_identifier(resource, LOCAL_PATIENT)

    # The registry

    def registry_entry(self, resource: Mapping[str, Any], url: str) -> dict[str, Any] | None:
        """The pointer for a new booking (REG-06 to REG-08); None where there is no NHS number."""
        nhs_number = patient_identifier(resource, NHS_NUMBER_SYSTEM)
        if not nhs_number:
            return None
        entry = {
            "resourceType": "Appointment",
            "meta": {"profile": [PROFILES["Appointment"]]},
            "identifier": [{"system": URL_SYSTEM, "value": url}],
            "status": "booked",
            "start": resource["start"],
            "created": resource["created"],
            "participant": [
                {
                    "actor": {"identifier": {"use": "official", "system": NHS_NUMBER_SYSTEM, "value": nhs_number}},
                    "status": "accepted",
                }
            ],
        }
        if at_least(self.edition, "0.1.16"):
            entry["end"] = resource["end"]
        return entry

    def registry_token_is_signed(self) -> bool:
        """Whether the registry is called with a token of its token service (REG-21) or an unsigned one."""
        return True

    def registry_hears_of_cancel(self, resource: Mapping[str, Any]) -> bool:
        """Whether the registry is told of this cancellation: it is if it was told of the booking (REG-11)."""
        return bool(patient_identifier(resource, NHS_NUMBER_SYSTEM))


def patient_identifier(resource: Mapping[str, Any], system: str) -> str:
    """The contained patient's identifier of a system, or an empty string."""
    for contained in resource.get("contained") or []:
        if contained.get("resourceType") == "Patient":
            for identifier in contained.get("identifier") or []:
                if identifier.get("system") == system:
                    return str(identifier.get("value") or "")
    return ""


def _local_value(new_id: str) -> str:
    # Of the same form whatever form ids have.
    return f"L-{hashlib.sha256(new_id.encode()).hexdigest()[:8].upper()}"


def _to_utc(resource: dict[str, Any]) -> None:
    """start and end in UTC, as times are sent (FMT-19), whatever the offset they came in."""
    for name in ("start", "end"):
        if name in resource:
            resource[name] = as_instant(from_epoch(instant_seconds(resource[name])))


def _same(left: Any, right: Any) -> bool:
    """Equality of two JSON values, in which contained resources may come in another order."""
    if isinstance(left, list) and isinstance(right, list) and all(_has_id(item) for item in (*left, *right)):
        return sorted(left, key=_resource_key) == sorted(right, key=_resource_key)
    return bool(left == right)


def _has_id(item: Any) -> bool:
    return isinstance(item, dict) and "resourceType" in item and isinstance(item.get("id"), str)


def _resource_key(item: Mapping[str, Any]) -> tuple[str, str]:
    return str(item["resourceType"]), str(item["id"])
