"""What a change is, how changes are named, and how a body is changed."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from typing import Any

from ...actors.calls import Call
from ..variations import Change

#: Makes a change from the words that follow its name in the feature.
Maker = Callable[[str], Change]
Named = Mapping[str, Maker]
Resource = dict[str, Any]


def body(change: Callable[[Resource], None]) -> Change:
    """A change of the resource in a body, made in a copy of it."""

    def make(call: Call) -> Call:
        resource = copy.deepcopy(dict(call.resource or {}))
        change(resource)
        return call.changed(resource=resource)

    return make
