"""What appointments are shown with: it stays while nobody changes them, and a cancellation changes the status only.

What a provider makes of a booking is its own affair (PRV-BOOK-28). But what it stored is what it returns: so answers
are held against each other, and not against what was sent. One organisation may be shown less than another.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from uec_booking.standard import editions

from ..fhir import contained
from ..model.allowed import Breach
from ..scenario.compare import changes
from ..text import in_words

#: Where an appointment was shown.
READ, SEARCH = "read", "search"
#: What two answers may well say otherwise.
_RENDERED = frozenset({"id", "language"})


class Contents:
    """The contents of one sequence's appointments, by their names, and the descriptions that its bookings were given.

    Each method returns what is wrong, in words, and nothing where nothing is.
    """

    def __init__(self, edition: str) -> None:
        self._shown: dict[tuple[str, str, str], tuple[Mapping[str, Any], bool]] = {}
        self._descriptions: set[str] = set()
        #: Whose the identifiers are that a patient was shown with, all together.
        self._persons: dict[frozenset[tuple[str, str]], str] = {}
        # Up to 0.1.15 a cancellation also sets created anew (CF-25, CF-28).
        self._cancelled_anew = ("status", *(("created",) if editions.in_range(edition, "..0.1.15") else ()))

    def description(self) -> str:
        """Another description for each booking that is tried, so that they can be told from each other."""
        made = f"111 Referral ({len(self._descriptions) + 1})"
        self._descriptions.add(made)
        return made

    def of_another(self, body: Mapping[str, Any], sent: Mapping[str, Any]) -> list[str]:
        """Where an appointment that was booked as ``sent`` has the description of another booking."""
        shown, own = body.get("description"), sent.get("description")
        if shown == own or shown not in self._descriptions:
            return []
        return [f"Appointment.description is {in_words(shown)} of another booking, and was {in_words(own)}"]

    def shared_identifier(self, body: Mapping[str, Any], person: str) -> list[str]:
        """Where a patient is shown with the very identifiers of another: one that all have beside their own is none."""
        patient = contained(body, "Patient") or {}
        shown = patient.get("identifier", [])
        all_of_them = frozenset((str(one.get("system", "")), str(one.get("value", ""))) for one in shown)
        if not all_of_them or self._persons.setdefault(all_of_them, person) == person:
            return []
        values = ", ".join(sorted(value for _, value in all_of_them))
        return [f"Patient.identifier is {in_words(values)}, as that of {self._persons[all_of_them]}"]

    def otherwise(self, name: str, who: str, place: str, body: Mapping[str, Any], *, cancelled: bool) -> list[str]:
        """What an organisation is shown otherwise than when it was shown the appointment there the last time."""
        before = self._shown.get((name, who, place))
        self._shown[name, who, place] = (body, cancelled)
        if before is None:
            return []
        return changes(before[0], body, ignoring=self._cancelled_anew if before[1] != cancelled else ())

    def against_read(self, read: Mapping[str, Any], found: Mapping[str, Any], *, cancelled: bool) -> list[str]:
        """What a search shows otherwise than the read from when it stood, of the values that both of them have."""
        left_out = {*_RENDERED, "status", *(self._cancelled_anew if cancelled else ())}
        both = {name: value for name, value in read.items() if name in found and isinstance(value, str | int)}
        return changes(both, found, ignoring=left_out)


def breach(requirement: str, expected: str, wrong: list[str]) -> Breach | None:
    """What is wrong, as the breach of a requirement; None where nothing is."""
    return Breach(requirement, expected, "; ".join(wrong[:3])) if wrong else None
