"""A provider's decisions on cancellations."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from ..answers import at_least
from ..clock import as_instant
from ..fhir_out import versions_named
from ..refusals import Rejected
from ..tokens import Caller
from ..world import CancelPolicy, is_111
from .common_rules import CommonRules
from .stored import StoredAppointment

# A consumer may leave these out or renew them without having changed the appointment (CF-25, CF-26).
_NOT_COMPARED = ("meta", "text", "status", "resourceType")


class CancellingRules(CommonRules):
    """Who may cancel an appointment, and how."""

    def check_may_cancel(self, current: StoredAppointment, caller: Caller) -> None:
        """The caller's organisation may cancel this booking (PRV-CAN-13, CF-59)."""
        policy = self.profile.cancel_policy
        if policy is CancelPolicy.ANYONE or caller.ods == current.organisation:
            return
        if policy is CancelPolicy.ANY_111 and is_111(caller.ods):
            return
        reason = f"{self.profile.name} lets only the organisation that booked cancel an appointment."
        raise Rejected("organisation-refused", reason)

    def check_version(self, current: StoredAppointment, if_match: str | None) -> None:
        """If-Match names the current version (PRV-CAN-08, PRV-CAN-09, CF-22)."""
        if not if_match or not if_match.strip():
            raise Rejected("no-if-match", "An update needs the If-Match header.", "http.If-Match")
        named = versions_named(if_match)
        if str(current.version) not in named:
            reason = f"The version {', '.join(named)} is not the current version of the appointment."
            raise Rejected("stale-version", reason)

    def check_cancel(self, current: StoredAppointment, body: Mapping[str, Any]) -> None:
        """The body is the stored appointment, cancelled, and nothing else is different (PRV-CAN-07)."""
        if body.get("status") != "cancelled":
            raise Rejected("cancel-differs", "An update may only set the status to cancelled.", "Appointment.status")
        ignored = {*_NOT_COMPARED}
        if "id" not in body:
            ignored.add("id")
        if not at_least(self.edition, "0.1.16"):
            ignored.add("created")
        for name in sorted((body.keys() | current.body.keys()) - ignored):
            if not _same(body.get(name), current.body.get(name)):
                reason = f"The element {name} differs from the stored appointment."
                raise Rejected("cancel-differs", reason, f"Appointment.{name}")
        if current.status != "booked":
            raise Rejected("business-rule", "The appointment is not booked any more.", "Appointment.status")

    def cancelled(self, current: StoredAppointment, body: Mapping[str, Any], now: datetime) -> dict[str, Any]:
        """The cancelled version of an appointment: only the status changes (created too in 0.1.15)."""
        resource = {**current.body, "status": "cancelled"}
        if not at_least(self.edition, "0.1.16"):
            resource["created"] = as_instant(now)
        return self.as_version(resource, self.next_version(current.version), now)

    def slot_is_offered_again(self, slot_start: int, now: datetime) -> bool:
        """Whether the time of a cancelled appointment becomes free (PRV-CAN-20: the provider may choose)."""
        return slot_start > now.timestamp()


def _same(left: Any, right: Any) -> bool:
    """Equality of two JSON values, in which contained resources may come in another order."""
    if isinstance(left, list) and isinstance(right, list) and all(_has_id(item) for item in (*left, *right)):
        return sorted(left, key=_resource_key) == sorted(right, key=_resource_key)
    return bool(left == right)


def _has_id(item: Any) -> bool:
    return isinstance(item, dict) and "resourceType" in item and isinstance(item.get("id"), str)


def _resource_key(item: Mapping[str, Any]) -> tuple[str, str]:
    return str(item["resourceType"]), str(item["id"])
