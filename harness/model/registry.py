"""The reference model of the appointment registry: the entries that we registered, and what may be answered of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from .allowed import Allowed, Breach, Situations

#: Refusals of an update that changes nothing: the standard has none for it in particular.
_NOTHING_TO_DO = (400, 409, 412, 422)


@dataclass
class EntryState:
    """An entry of ours, and its appointment's URL."""

    name: str
    patient: str
    url: str
    ended: bool = False

    @property
    def status(self) -> str:
        return "cancelled" if self.ended else "booked"


class RegistryModel:
    """A registry's entries, as far as one sequence of requests has to do with them."""

    def __init__(self, edition: str, reading: str = "") -> None:
        self._situations = Situations(edition, reading)
        self.entries: dict[str, EntryState] = {}

    def situation(self, requirement: str, situation: str) -> Allowed | None:
        """What answers a request that has nothing to do with the state; None where the edition does not know it."""
        return self._situations.allowed(requirement, situation) if self._situations.known(situation) else None

    def registration(self) -> Allowed:
        """A valid pointer to an appointment that is registered nowhere yet."""
        return self._situations.allowed("REG-01", "registry-register-ok")

    def registered(self, name: str, patient: str, url: str) -> None:
        self.entries[name] = EntryState(name, patient, url)

    def read(self) -> Allowed:
        """The read of an entry, which stands or is ended."""
        return self._situations.allowed("REG-14", "registry-read-ok")

    def ending(self, name: str) -> Allowed:
        """The update of an entry to cancelled, from its current version; once more, it may be rejected as well."""
        usual = self._situations.allowed("REG-17", "registry-cancel-ok")
        if not self.entries[name].ended:
            return usual
        return usual.or_refused_with(_NOTHING_TO_DO, "it is ended already")

    def ending_from_before(self) -> Allowed:
        """An update from the version before the current one (REG-19)."""
        return self._situations.allowed("REG-19", "registry-stale-version")

    def ending_quoting_another(self) -> Allowed:
        """An update of an entry that stands, from the current version of another one (REG-19)."""
        never = "or a rejection of a version that never was"
        return self.ending_from_before().or_refused_with((400, 412), never)

    def ending_at_another(self) -> Allowed:
        """A whole update of one entry, at the address of another one that stands: more than the status differs."""
        changed = self._situations.allowed("REG-18", "registry-change-refused")
        return changed.or_refused(self.ending_quoting_another())

    def ended(self, name: str) -> None:
        self.entries[name].ended = True

    def shown(self, name: str, status: object) -> Breach | None:
        """An entry was shown: its status is the one that it was left with (REG-17)."""
        left = self.entries[name].status
        return None if status == left else Breach("REG-17", f"status {left}, as it was left", f"status {status}")

    def search(self) -> Allowed:
        return self._situations.allowed("REG-15", "registry-search-ok")

    def found(self, wanted: Mapping[str, bool], shown: Mapping[str, object]) -> Breach | None:
        """What a search shows of our entries, by name with the status; ``wanted`` says which it asks for."""
        for name, asked in wanted.items():
            if asked and name not in shown:
                return Breach("REG-15", "every entry that is asked for", f"the {name} entry is missing")
            if not asked and name in shown:
                return Breach("REG-15", "no entry that is not asked for", f"the {name} entry is among them")
            breach = self.shown(name, shown[name]) if asked else None
            if breach is not None:
                return breach
        return None
