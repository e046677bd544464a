"""What a change is, and how changes are named."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ..variations import Change

#: Makes a change from the words that follow its name in the feature.
Maker = Callable[[str], Change]
Named = Mapping[str, Maker]
Resource = dict[str, Any]
