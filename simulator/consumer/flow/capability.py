"""What a provider says that it can do: asked once, and no hindrance where it cannot be had."""

from __future__ import annotations

from ..encounter import Encounter, Place
from ..rules import DeskRules
from ..wire.answers import dicts
from ..wire.provider import ProviderClient
from .trouble import Trouble


class Capability:
    """Reads capability statements (CON-CAP-01), and keeps that they were read (CON-CAP-02)."""

    def __init__(self, rules: DeskRules, provider: ProviderClient, trouble: Trouble) -> None:
        self._rules = rules
        self._provider = provider
        self._trouble = trouble
        self._read: set[str] = set()

    def look(self, encounter: Encounter, place: Place) -> None:
        """Read the statement of a provider that was not met before; there is one from 0.2.0 on."""
        if not self._rules.later_than("0.2.0") or place.root in self._read:
            return
        answer = self._provider.statement(encounter, place)
        if answer.status != 200 or answer.kind != "CapabilityStatement":
            self._trouble.log(encounter, "the capability statement could not be read", answer, place)
            return
        self._read.add(place.root)
        types = {one.get("type") for rest in dicts(answer.resource, "rest") for one in dicts(rest, "resource")}
        if not {"Slot", "Appointment"} <= types:
            self._trouble.log(encounter, "the capability statement names no slots or appointments", place=place)
