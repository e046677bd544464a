"""The desk's decisions, one each. Pure: no HTTP, no storage."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import UTC, datetime, timedelta

from uec_booking.standard import editions, names

from .encounter import instant, moment_of
from .slots import OfferedSlot
from .wire.answers import PROXY_STATUSES, Answer

#: What a 422 says when it is about a slot that is taken and not about the booking's content.
_TAKEN = frozenset({"processing", "conflict", "duplicate"})
_TRIES = 3


class DeskRules:
    """What the desk does in one edition of the standard."""

    def __init__(self, edition: str) -> None:
        self.edition = edition

    # The order of a call

    def booking_comes_first(self) -> bool:
        """Whether the new booking is made before the original is cancelled (CON-REB-02)."""
        return True

    def asks_registry_first(self) -> bool:
        """Whether the registry is asked before the re-assessment ends (REG-23)."""
        return True

    def must_confirm(self) -> bool:
        """Whether the patient confirms which appointment goes before it is cancelled (WKF-06)."""
        return True

    def may_cancel_after(self, wanted: bool, booked: bool) -> bool:
        """Whether existing appointments may go: not where a new booking was wanted and not made (WKF-10)."""
        return booked or not wanted

    # Calls

    def choose_scope(self, interaction: str) -> str:
        """The scope of the token for an interaction (SEC-11)."""
        if interaction in (names.SEARCH_SLOT, names.READ_METADATA):
            return names.SCOPE_SLOT_READ
        if interaction in (names.READ_APPOINTMENT, names.SEARCH_APPOINTMENT) and self.later_than("0.2.0"):
            return names.SCOPE_APPOINTMENT_READ
        return names.SCOPE_APPOINTMENT_WRITE

    def later_than(self, edition: str) -> bool:
        """Whether the edition is this one or a later one."""
        return editions.in_range(self.edition, f"{edition}+")

    def accepted_type(self) -> str:
        """The format that answers are asked for in."""
        return names.FHIR_JSON

    def tries(self) -> int:
        """How often a call without a clear outcome is sent."""
        return _TRIES

    def pause_seconds(self, tried: int) -> float:
        """How long to wait before the next try."""
        return min(2.0, 0.1 * 2.0**tried)

    # Slots

    def window(self, now: datetime, within_hours: float) -> list[tuple[str, str]]:
        """The bounds of a slot search: from now, and to the end of the time frame (CON-SRCH-02)."""
        until = now + timedelta(hours=within_hours)
        return [("start", f"ge{instant(now)}"), ("start", f"le{instant(until)}")]

    def includes(self) -> list[tuple[str, str]]:
        """What is asked for along with slots, in the spelling of the edition (CF-09)."""
        chained = "_include:iterate" if self.later_than("0.2.0") else "_include"
        found = [("_include", names.INCLUDE_SCHEDULE)]
        found += [
            (chained, name)
            for name in (names.INCLUDE_PRACTITIONER, names.INCLUDE_PRACTITIONER_ROLE, names.INCLUDE_SERVICE)
        ]
        spelling = 0 if self.later_than("0.2.0") else -1
        return found + [(chained, spellings[spelling]) for spellings in names.INCLUDES_OF_SERVICE.values()]

    def choose_slot(self, wanted: str, slots: Sequence[OfferedSlot], *, again: bool) -> OfferedSlot | None:
        """The slot that the patient takes; when it is a choice `again`, the nearest to the time wanted."""
        ordered = sorted(slots, key=lambda slot: slot.moment)
        if not ordered:
            return None
        if wanted in ("first", "change"):
            return ordered[0]
        if wanted == "last":
            return ordered[-1]
        moment = moment_of(wanted)
        if moment is None:
            return None
        nearest = min(ordered, key=lambda slot: abs(slot.moment - moment))
        return nearest if again or nearest.moment == moment else None

    # Outcomes

    def came_from_proxy(self, answer: Answer) -> bool:
        """Whether an error is the proxy's own and not the provider's (SSP-10)."""
        if answer.status not in PROXY_STATUSES:
            return False
        if answer.status in (502, 504) or answer.kind != "OperationOutcome":
            return True
        # A provider marks its answers from 0.2.0 on.
        return self.later_than("0.2.0") and not answer.signed

    def outcome_of_booking(self, answer: Answer, *, sent_before: bool) -> str:
        """``booked``, ``taken``, ``unclear`` (it may have been made), ``look`` (see whether it was) or ``refused``."""
        if self.is_booked(answer):
            return "booked"
        if self.is_unclear(answer):
            return "unclear"
        duplicate = any(issue.get("code") == "duplicate" for issue in answer.issues())
        taken = self.is_taken(answer)
        if sent_before and (taken or duplicate):
            # What the first sending booked may be why the slot is taken.
            return "look"
        return "taken" if taken else "refused"

    def is_booked(self, answer: Answer) -> bool:
        """Whether an answer says that the booking was made: a 201 and nothing else (WKF-15)."""
        return answer.status == 201

    def is_taken(self, answer: Answer) -> bool:
        """Whether an answer says that the slot is gone (409, before 1.0.0-RC1 422)."""
        codes = {str(issue.get("code")) for issue in answer.issues()}
        return answer.status == 409 or (answer.status == 422 and bool(codes & _TAKEN))

    def is_unclear(self, answer: Answer) -> bool:
        """Whether it is not known what became of a call: no answer, a fault, or a proxy that got none in time."""
        return answer.status in (0, 500, 502, 503, 504)

    def is_cancelled(self, answer: Answer) -> bool:
        """Whether the answer to an update says that the appointment is cancelled: status and body (CON-CAN-07)."""
        return answer.status == 200 and (answer.resource or {}).get("status") == "cancelled"

    def is_conflict(self, answer: Answer) -> bool:
        """Whether an update met another version than the one read (CON-CAN-06)."""
        return answer.status in (409, 412)

    def version_to_name(self, answer: Answer) -> str:
        """If-Match of an update: the weak ETag of the answer read, else its version (CON-CAN-03)."""
        meta = (answer.resource or {}).get("meta")
        version = str(meta.get("versionId") or "") if isinstance(meta, dict) else ""
        return answer.etag or (f'W/"{version}"' if version else "")

    # What is known

    def is_to_come(self, start: str) -> bool:
        """Whether a time is still to come; one that cannot be read may be."""
        moment = moment_of(start)
        return moment is None or moment > datetime.now(UTC)

    def referral_needs_booking(self, requires_booking: str | None) -> bool:
        """Whether a service takes referrals only with a booking (DOS-08 to DOS-10)."""
        return (requires_booking or "").strip().lower() == "true"

    def existing_matches(self, wish: str, start: str, names_of_service: Collection[str]) -> bool:
        """Whether an appointment is the one that the patient calls ``TIME at SERVICE``."""
        time, _, service = wish.partition(" at ")
        wanted, known = moment_of(time.strip()), moment_of(start)
        if wanted is None or wanted != known:
            return False
        called = {name.strip().casefold() for name in names_of_service if name}
        return not service.strip() or not called or service.strip().casefold() in called
