"""The registry's decisions (registry pages of API 1.0.4 to 2.0.1; REG-01 to REG-26). Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from uec_booking.standard.names import (
    NHS_NUMBER_SYSTEM,
    SCOPE_APPOINTMENT_READ,
    SCOPE_APPOINTMENT_WRITE,
    URL_SYSTEM,
)

from ..answers import at_least
from ..clock import as_instant, instant_seconds
from ..fhir_out import versions_named
from ..refusals import Rejected
from ..shared.appointment_query import read_appointment_query
from ..shared.nhs_number import valid_nhs_number
from ..structure import known_structure
from .stored import Pointer, PointerKey

_FORBIDDEN = ("id", "contained", "supportingInformation", "description", "slot")
_ENDINGS = ("cancelled", "entered-in-error")
# Entries are found by it, and an index of a database has no room for more.
MAX_URL_CHARACTERS = 2000


@dataclass(frozen=True)
class PointerQuery:
    """A search by patient or by appointment URL; the other is empty.

    `earliest` (inclusive) and `before` (exclusive) bound the start as Unix seconds; None is no bound.
    """

    nhs_number: str
    url: str
    earliest: int | None
    before: int | None


class RegistryRules:
    """The rules of the registry in one edition of the standard."""

    def __init__(self, edition: str) -> None:
        self.edition = edition

    def scopes(self, interaction: str) -> frozenset[str]:
        """The scopes of which one is needed: writing needs the writing scope, reading either."""
        return (
            frozenset({SCOPE_APPOINTMENT_WRITE})
            if interaction == "write"
            else frozenset({SCOPE_APPOINTMENT_READ, SCOPE_APPOINTMENT_WRITE})
        )

    def check_body(self, body: dict[str, Any]) -> dict[str, Any]:
        """The body without what STU3 does not know, if it is a valid Appointment."""
        if self.edition != "0.1.15" or "end" in body or "start" not in body:
            return known_structure(body, "Appointment")
        # That edition forbids the end of an entry (REG-08), where base FHIR wants start and end or neither.
        known = known_structure({**body, "end": body["start"]}, "Appointment")
        return {name: value for name, value in known.items() if name != "end"}

    def check_entry(self, body: Mapping[str, Any]) -> PointerKey:
        """The pointer keeps the content rules of REG-06 to REG-08. Raises Rejected (422)."""
        for name in _FORBIDDEN:
            if body.get(name):
                raise _breach(f"A registry entry has no {name}.", name)
        for name in ("status", "start", "created"):
            if not body.get(name):
                raise _breach(f"A registry entry has {name}.", name)
        if body["status"] != "booked":
            raise _breach("A new registry entry has the status booked.", "status")
        if self.edition == "0.1.15" and body.get("end"):
            raise _breach("A registry entry has no end in this edition.", "end")
        if self.edition in ("0.1.16", "0.1.17") and not body.get("end"):
            raise _breach("A registry entry has an end in this edition.", "end")
        return PointerKey(self._patient(body), self._url(body), self._start(body))

    def registered(self, body: Mapping[str, Any], new_id: str, now: datetime) -> dict[str, Any]:
        """The pointer that a registering body becomes, with id and version."""
        return self.as_version({"resourceType": "Appointment", "id": new_id, **body}, 1, now)

    def as_version(self, resource: Mapping[str, Any], version: int, now: datetime) -> dict[str, Any]:
        """The pointer with the version's number and time in its meta."""
        meta = dict(resource.get("meta") or {}) | {"versionId": str(version), "lastUpdated": as_instant(now)}
        return {**resource, "meta": meta}

    def query(self, parameters: Iterable[tuple[str, str]]) -> PointerQuery:
        """The search asked for (REG-12, REG-15). Raises Rejected (invalid-query-value)."""
        asked = read_appointment_query(parameters)
        if not asked.value:
            raise Rejected(
                "invalid-query-value", "The search needs a patient or an appointment URL.", "http.identifier"
            )
        if asked.system == URL_SYSTEM or (not asked.system and asked.value.startswith("http")):
            return PointerQuery("", asked.value, asked.earliest, asked.before)
        if asked.system not in ("", NHS_NUMBER_SYSTEM):
            reason = f"The identifier system {asked.system} is not known here."
            raise Rejected("invalid-query-value", reason, "http.identifier")
        if not valid_nhs_number(asked.value):
            raise Rejected("invalid-query-value", "The search value is not an NHS number.", "http.identifier")
        return PointerQuery(asked.value, "", asked.earliest, asked.before)

    def not_before(self, query: PointerQuery, now: datetime) -> int | None:
        """The lower bound of a search by patient: the past is left out unless asked for (REG-16)."""
        return int(now.timestamp()) if query.earliest is None else query.earliest

    def check_version(self, current: Pointer, if_match: str | None) -> None:
        """If-Match names the current version (REG-19)."""
        if not if_match or not if_match.strip():
            raise Rejected("no-if-match", "An update needs the If-Match header.", "http.If-Match")
        named = versions_named(if_match)
        if str(current.version) not in named:
            reason = f"The version {', '.join(named)} is not the current version of the entry."
            raise Rejected("stale-version", reason)

    def check_update(self, current: Pointer, body: Mapping[str, Any]) -> None:
        """Only the status changes, to an ending one; created too in 0.1.15 (REG-17, REG-18)."""
        if body.get("status") not in _ENDINGS:
            raise Rejected("cancel-differs", "An update sets the status to cancelled.", "Appointment.status")
        ignored = {"meta", "text", "status", "resourceType"}
        if "id" not in body:
            ignored.add("id")
        if not at_least(self.edition, "0.1.16"):
            ignored.add("created")
        for name in sorted((body.keys() | current.body.keys()) - ignored):
            if body.get(name) != current.body.get(name):
                reason = f"The element {name} differs from the registered entry."
                raise Rejected("cancel-differs", reason, f"Appointment.{name}")
        if current.body["status"] != "booked":
            raise Rejected("business-rule", "The entry is not booked any more.", "Appointment.status")

    def updated(self, current: Pointer, body: Mapping[str, Any], now: datetime) -> dict[str, Any]:
        """The next version of a pointer."""
        resource = {**current.body, "status": body["status"]}
        if not at_least(self.edition, "0.1.16") and body.get("created"):
            resource["created"] = body["created"]
        return self.as_version(resource, self.next_version(current.version), now)

    def next_version(self, version: int) -> int:
        """The number that follows a version."""
        return version + 1

    def _patient(self, body: Mapping[str, Any]) -> str:
        participants = body.get("participant") or []
        if len(participants) != 1:
            raise _breach("A registry entry has exactly one participant.", "participant")
        identifier = (participants[0].get("actor") or {}).get("identifier") or {}
        if identifier.get("system") != NHS_NUMBER_SYSTEM:
            raise _breach("The participant is identified by NHS number.", "participant[0].actor.identifier")
        value = str(identifier.get("value") or "")
        if not valid_nhs_number(value):
            where = "Appointment.participant[0].actor.identifier.value"
            raise Rejected("invalid-nhs-number", "The NHS number is not valid.", where)
        return value

    def _url(self, body: Mapping[str, Any]) -> str:
        identifiers = body.get("identifier") or []
        if len(identifiers) != 1 or identifiers[0].get("system") != URL_SYSTEM:
            raise _breach(f"A registry entry has one identifier, of the system {URL_SYSTEM}.", "identifier")
        url = str(identifiers[0].get("value") or "")
        try:
            parts = urlsplit(url)
        except ValueError:
            parts = urlsplit("")
        if parts.scheme not in ("http", "https") or not parts.netloc:
            raise _breach("The identifier is the absolute URL of the appointment.", "identifier[0].value")
        if len(url) > MAX_URL_CHARACTERS:
            raise _breach("The URL of the appointment is too long.", "identifier[0].value")
        return url

    def _start(self, body: Mapping[str, Any]) -> int:
        try:
            return instant_seconds(body["start"])
        except (ValueError, OverflowError):
            raise _breach("start is an instant with seconds and an offset.", "start") from None


def _breach(reason: str, element: str) -> Rejected:
    return Rejected("profile-breach", reason, f"Appointment.{element}")
