"""Comparing two states of an appointment: what of the first is changed or gone in the second."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ..http.exchange import Exchange
from ..http.times import moment
from ..text import in_words

#: Elements that a server may write anew at any time.
_FREE = frozenset({"meta", "text", "resourceType"})

#: What may differ between two answers of the same content.
_RENDERED = ("text", "meta")


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


def search_differences(before: Exchange, search: Exchange, after: Exchange) -> Iterator[str]:
    """What a search shows otherwise than both the search before it and the one after it do."""
    earlier, later, shown = (_by_identity(e.resource) for e in (before, after, search))
    if search.resource.get("resourceType") != "Bundle":
        yield f"the body is {search.answered()}"
    for key in earlier.keys() & later.keys():
        if key not in shown:
            yield f"{key} is missing in XML"
        elif earlier[key] == later[key]:
            yield from content_differences(earlier[key], shown[key])
    yield from (f"{key} is in XML only" for key in shown.keys() - earlier.keys() - later.keys())


def _by_identity(bundle: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """The resources of a Bundle by type and id, or what else tells them apart."""
    found = [e["resource"] for e in bundle.get("entry") or [] if isinstance(e.get("resource"), Mapping)]
    # An outcome is about the one search that it came with.
    resources = [r for r in found if r.get("resourceType") != "OperationOutcome"]
    return {f"{r.get('resourceType')} {r.get('id') or r.get('identifier') or r}": r for r in resources}


def content_differences(plain: Mapping[str, Any], marked: Mapping[str, Any]) -> list[str]:
    """What two renderings of one resource say otherwise; text and meta may differ."""
    one, other = ({k: v for k, v in r.items() if k not in _RENDERED} for r in (plain, marked))
    return [] if one == other else changes(one, other) or changes(other, one) or ["another content"]
