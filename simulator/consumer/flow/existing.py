"""Which appointments a patient already has: the desk's own memory, what was told, and the registry."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ..encounter import CannotCarryOut, Encounter, KnownAppointment, Place, Stopped
from ..memory import Memory
from ..rules import DeskRules
from ..settings import DeskSettings
from ..wire.addresses import root_of
from ..wire.provider import ProviderClient
from ..wire.registry import RegistryClient, RegistryError
from .discovery import Discovery
from .trouble import Trouble


class Existing:
    """Finds and shows the appointments that the patient has."""

    def __init__(
        self,
        settings: DeskSettings,
        rules: DeskRules,
        memory: Memory,
        registry: RegistryClient,
        provider: ProviderClient,
        discovery: Discovery,
        trouble: Trouble,
    ) -> None:
        self._settings = settings
        self._rules = rules
        self._memory = memory
        self._registry = registry
        self._provider = provider
        self._discovery = discovery
        self._trouble = trouble

    def at_the_start(self, encounter: Encounter) -> list[KnownAppointment]:
        """What is known when the demographics are confirmed; a registry hit flags the record (REG-23, REG-24)."""
        own = self.merged(self._memory.bookings(encounter), self.told_before(encounter))
        found = self.hits(encounter) if self._rules.asks_registry_first() else []
        known = self.merged(own, found)
        if known:
            self.show(encounter, known)
        if found:
            self.flag(encounter, found)
        return known

    def hits(self, encounter: Encounter) -> list[KnownAppointment]:
        """What the registry knows, where it is asked."""
        return self.in_registry(encounter) if self.checks_registry(encounter) else []

    def checks_registry(self, encounter: Encounter) -> bool:
        """Whether the registry is asked: where there is one, and the patient can be found in it."""
        return bool(self._settings.registry_url) and bool(encounter.caller["nhs_number"])

    def in_registry(self, encounter: Encounter) -> list[KnownAppointment]:
        """What the registry knows; where it cannot be asked, the call goes on without."""
        try:
            found = self._registry.appointments_of(encounter, encounter.caller["nhs_number"])
        except RegistryError as error:
            self._trouble.log(encounter, str(error))
            encounter.show("user-told", text=f"{error} Appointments made by other services may not be listed.")
            return []
        return [one for one in found if self._rules.is_to_come(one.start)]

    def flag(self, encounter: Encounter, found: Sequence[KnownAppointment]) -> None:
        """Flag the record and tell the user."""
        encounter.show("flagged", found, f"The registry knows {len(found)} appointment(s) of this patient.")

    def told_before(self, encounter: Encounter) -> list[KnownAppointment]:
        """What whoever hands over the call knows of."""
        return [
            KnownAppointment(one["url"], one["start"], one["service"], root=root_of(one["url"]))
            for one in encounter.task["known_before"]
        ]

    def merged(self, *lists: Sequence[KnownAppointment]) -> list[KnownAppointment]:
        """Each appointment once, by its address, as the first list has it that knows it."""
        by_url: dict[str, KnownAppointment] = {}
        for one in (one for found in lists for one in found):
            by_url.setdefault(one.url, one)
        return list(by_url.values())

    def show(self, encounter: Encounter, known: Sequence[KnownAppointment]) -> None:
        """Show the list (WKF-05)."""
        lines = [f"{one.start} at {self._discovery.name_of(encounter, one) or one.url}" for one in known]
        encounter.show("existing-appointments-shown", known, "; ".join(lines) or "No appointments are known.")

    def with_details(self, encounter: Encounter, known: Sequence[KnownAppointment]) -> list[KnownAppointment]:
        """Those from the registry with what their provider says of them (REG-25), and without what has ended."""
        detailed = (self.read_at_provider(encounter, one) if one.from_registry else one for one in known)
        return [one for one in detailed if one is not None]

    def read_at_provider(self, encounter: Encounter, known: KnownAppointment) -> KnownAppointment | None:
        """An appointment as its provider has it now; None where it does not stand any more."""
        place = self.place_of(encounter, known)
        if place is None:
            return known
        answer = self._provider.read(encounter, place, known.url)
        known = replace(known, root=place.root, asid=place.asid)
        if answer.status != 200 or answer.kind != "Appointment":
            self._trouble.log(encounter, "the details of an appointment could not be read", answer, place)
            cause = self._trouble.cause(answer)
            encounter.show("user-told", [known], f"The details of the appointment could not be read: {cause}.")
            return known
        resource = answer.resource or {}
        if resource.get("status") != "booked":
            encounter.show(
                "user-told", [known], f"The appointment at {known.start} is already {resource.get('status')}."
            )
            return None
        return replace(known, start=str(resource.get("start") or known.start), end=str(resource.get("end") or ""))

    def place_of(self, encounter: Encounter, known: KnownAppointment) -> Place | None:
        """The provider of an appointment; None, and told, where it cannot be found out."""
        if known.root and known.asid:
            return Place(known.root, known.asid)
        try:
            return self._discovery.place_at(encounter, known)
        except (CannotCarryOut, Stopped) as error:
            encounter.show(
                "user-told", [known], f"The provider of the appointment at {known.start} is not known: {error}"
            )
            return None
