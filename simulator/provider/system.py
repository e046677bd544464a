"""One provider system put together from its doors."""

from __future__ import annotations

from dataclasses import dataclass

from ..clock import Clock
from ..tokens import TokenCheck
from ..world import ProviderProfile
from .records import ProviderRecords
from .resources import ProviderResources
from .rules import ProviderRules


@dataclass(frozen=True)
class ProviderSystem:
    """A provider's doors; their public methods are the seams that faults replace."""

    profile: ProviderProfile
    clock: Clock
    rules: ProviderRules
    records: ProviderRecords
    resources: ProviderResources
    tokens: TokenCheck
