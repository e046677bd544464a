"""A provider's decisions on what all its calls have in common: scopes, headers, parameters, versions."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from uec_booking.standard.names import (
    PROFILES,
    SCOPE_APPOINTMENT_READ,
    SCOPE_APPOINTMENT_WRITE,
    SCOPE_SLOT_READ,
    SSP_FROM,
    SSP_INTERACTION_ID,
    SSP_TO,
    SSP_TRACE_ID,
)

from ..answers import at_least
from ..clock import as_instant
from ..refusals import Rejected
from ..tokens import Caller
from ..world import Diary, ProviderProfile

_SSP_HEADERS = (SSP_TRACE_ID, SSP_FROM, SSP_TO, SSP_INTERACTION_ID)


class CommonRules:
    """What holds for every call, and for every version of an appointment."""

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
            raise Rejected("bad-header", reason, f"http.{missing[0]}")

    def check_read_parameters(self, names: Collection[str]) -> None:
        """A read by id has no parameters but `_format` (PRV-GET-11)."""
        unsupported = sorted(set(names) - {"_format"})
        if unsupported:
            reason = f"The parameter {', '.join(unsupported)} is not supported on a read."
            raise Rejected("invalid-query-value", reason, f"http.{unsupported[0]}")

    def open_to(self, diary: Diary, caller: Caller) -> bool:
        """Whether the caller's organisation may see and book the slots of a diary."""
        return not diary.only_for or caller.ods in diary.only_for

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


def patient_identifier(resource: Mapping[str, Any], system: str) -> str:
    """The contained patient's identifier of a system, or an empty string."""
    for contained in resource.get("contained") or []:
        if contained.get("resourceType") == "Patient":
            for identifier in contained.get("identifier") or []:
                if identifier.get("system") == system:
                    return str(identifier.get("value") or "")
    return ""
