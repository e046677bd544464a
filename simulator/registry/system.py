"""The registry put together from its doors."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

from uec_booking.simulator.clock import Clock
from uec_booking.simulator.registry.records import RegistryRecords
from uec_booking.simulator.registry.resources import RegistryResources
from uec_booking.simulator.registry.rules import RegistryRules
from uec_booking.simulator.registry.tokens import RegistryTokenCheck


@dataclass(frozen=True)
class RegistrySystem:
    """The registry's doors; `away` is set while it answers nobody."""

    path: str
    clock: Clock
    rules: RegistryRules
    records: RegistryRecords
    resources: RegistryResources
    tokens: RegistryTokenCheck
    away: threading.Event = field(default_factory=threading.Event)
