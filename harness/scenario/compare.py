"""Comparing two states of an appointment: what of the first is changed or gone in the second."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ..http.times import moment
from ..text import in_words

#: Elements that a server may write anew at any time.
_FREE = frozenset({"meta", "text", "resourceType"})


def changes(before: Mapping[str, Any], after: Mapping[str, Any], ignoring: Iterable[str] = ()) -> list[str]:
    """Places, FHIRPath-like, where what stood in ``before`` is changed or gone in ``after``.

    What ``after`` adds is not a change, and neither is another order of repeated
    elements: a server may normalise (CF-26). What came once and now comes twice is one.
    ``meta`` and ``text`` do not count.
    """
    free = _FREE | set(ignoring)
    found: list[str] = []
    for name, old in before.items():
        if name in free:
            continue
        place = f"Appointment.{name}"
        if name == "contained":
            found += _contained(old, after.get("contained"))
        else:
            found += _differences(place, old, after.get(name))
    return found


def _contained(old: Any, new: Any) -> list[str]:
    """Contained resources are matched by type, never by index (CF-31)."""
    found: list[str] = []
    candidates = [r for r in new or [] if isinstance(r, Mapping)]
    for resource in old or []:
        kind = resource.get("resourceType", "") if isinstance(resource, Mapping) else ""
        same = next((r for r in candidates if r.get("resourceType") == kind), None)
        place = f"Appointment.contained.ofType({kind})"
        if same is None:
            found.append(f"{place} is gone")
        else:
            for name, value in resource.items():
                # The slot that a cancelled appointment held may be offered again.
                if name not in _FREE | {"id"} and not (kind == "Slot" and name == "status"):
                    found += _differences(f"{place}.{name}", value, same.get(name))
    return found


def _differences(place: str, old: Any, new: Any) -> list[str]:
    if new is None and old is not None:
        return [f"{place} is gone"]
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        return [d for name, value in old.items() for d in _differences(f"{place}.{name}", value, new.get(name))]
    if isinstance(old, list) and isinstance(new, list):
        missing = [value for value in old if not any(not _differences("", value, other) for other in new)]
        doubled = [value for index, value in enumerate(new) if value in new[:index] and old.count(value) < 2]
        return [f"{place}: {in_words(value)} is changed or gone" for value in missing] + [
            f"{place}: {in_words(value)} is there more often than it was" for value in doubled
        ]
    return [] if _same(old, new) else [f"{place} was {in_words(old)} and is {in_words(new)}"]


def _same(old: Any, new: Any) -> bool:
    if old == new:
        return True
    first, second = moment(old), moment(new)
    return first is not None and first == second
