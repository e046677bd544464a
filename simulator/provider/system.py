"""One provider system put together from its doors."""

from __future__ import annotations

from dataclasses import dataclass

from uec_booking.simulator.clock import Clock
from uec_booking.simulator.provider.records import ProviderRecords
from uec_booking.simulator.provider.resources import ProviderResources
from uec_booking.simulator.provider.rules import ProviderRules
from uec_booking.simulator.tokens import TokenCheck
from uec_booking.simulator.world import ProviderProfile


@dataclass(frozen=True)
class ProviderSystem:
    """A provider's doors; their public methods are the seams that faults replace."""

    profile: ProviderProfile
    clock: Clock
    rules: ProviderRules
    records: ProviderRecords
    resources: ProviderResources
    tokens: TokenCheck
