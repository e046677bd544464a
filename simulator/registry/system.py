"""The registry put together from its doors."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

from ..clock import Clock
from .records import RegistryRecords
from .resources import RegistryResources
from .rules import RegistryRules
from .tokens import RegistryTokenCheck


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
