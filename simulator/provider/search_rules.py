"""A provider's decisions on searches: for slots, and for a patient's appointments."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime

from uec_booking.standard.names import NHS_NUMBER_SYSTEM

from ..answers import at_least
from ..refusals import Rejected
from ..shared.appointment_query import AppointmentQuery, read_appointment_query
from ..shared.nhs_number import valid_nhs_number
from ..terms import LOCAL_PATIENT
from ..tokens import Caller
from ..world import Service
from .common_rules import CommonRules
from .query import SlotQuery, read_slot_query

# A window that ended this recently is not called past: the request was on its way.
PAST_TOLERANCE_SECONDS = 60

_LOCAL_VALUE = re.compile(r"L-[0-9A-F]{8}\Z")


class SearchRules(CommonRules):
    """What may be searched for, and what of it the caller may see."""

    def slot_query(self, parameters: Iterable[tuple[str, str]], now: datetime) -> SlotQuery:
        """The slot search asked for; its window must not be past (CF-12)."""
        query = read_slot_query(parameters)
        if query.service:
            self.known_service(query.service)
        oldest = now.timestamp() - PAST_TOLERANCE_SECONDS
        if query.before is not None and query.before <= oldest:
            raise Rejected("search-window-past", "The window of the search lies in the past.", "http.start")
        if not at_least(self.edition, "0.2.0") and query.earliest is not None and query.earliest < oldest:
            raise Rejected("search-window-past", "The window of the search begins in the past.", "http.start")
        return query

    def known_service(self, service_id: str) -> Service:
        """The service of that DoS id (PRV-SRCH-11)."""
        service = self.profile.service(service_id)
        if service is None:
            where = "http.schedule.actor:healthcareservice"
            raise Rejected("unknown-service", f"The service {service_id} is not known here.", where)
        return service

    def visible_diaries(self, query: SlotQuery, caller: Caller) -> list[str]:
        """The diaries of the service that the caller's organisation may see (PRV-SRCH-34)."""
        if query.service:
            wanted = self.known_service(query.service).diaries
        else:
            wanted = tuple(diary.id for diary in self.profile.diaries)
        diaries = (self.profile.diary(diary_id) for diary_id in wanted)
        return [diary.id for diary in diaries if diary is not None and self.open_to(diary, caller)]

    def appointment_query(self, parameters: Iterable[tuple[str, str]]) -> AppointmentQuery:
        """The search for a patient's appointments; its value must be an identifier (PRV-SAPT-04)."""
        query = read_appointment_query(parameters)
        local = query.system in ("", LOCAL_PATIENT) and _LOCAL_VALUE.match(query.value)
        national = query.system in ("", NHS_NUMBER_SYSTEM) and valid_nhs_number(query.value)
        if not query.id and not local and not national:
            reason = "The search value is neither an NHS number nor an identifier of this provider."
            raise Rejected("invalid-query-value", reason, "http.identifier")
        return query
