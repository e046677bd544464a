"""Contained resources and the references to them (STU3, references.html#contained, rules dom-1 to dom-4)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..problems import Problem, shown


def contained_faults(resource: dict[str, Any], where: str) -> Iterator[Problem]:
    """Nested or nameless contained resources, two of one id, and `#id` references that lead nowhere.

    Called for every resource; a contained one is judged with the resource that holds it.
    """
    if ".contained[" in where.rpartition(".resource")[2]:
        return
    contained = resource.get("contained")
    members = contained if isinstance(contained, list) else []
    references = list(_references(resource, where))
    targets = {target for _, target in references}
    ids: set[object] = set()
    for index, member in enumerate(members):
        if not isinstance(member, dict):
            continue
        place = f"{where}.contained[{index}]"
        name = member.get("id")
        if "contained" in member:
            yield Problem(f"{place}.contained", "no contained resource in a contained one", "nested")
        if not isinstance(name, str):
            yield Problem(f"{place}.id", "present, to be referred to (dom-3)", shown(name))
            continue
        if name in ids:
            yield Problem(f"{place}.id", "an id once among the contained resources", shown(name))
        ids.add(name)
        if f"#{name}" not in targets:
            yield Problem(f"{place}.id", "referred to from elsewhere in the resource (dom-3)", shown(name))
        if "text" in member:
            yield Problem(f"{place}.text", "no narrative in a contained resource (dom-1)", "present")
        meta = member.get("meta")
        for key in ("versionId", "lastUpdated"):
            if isinstance(meta, dict) and key in meta:
                yield Problem(f"{place}.meta.{key}", "absent in a contained resource (dom-4)", "present")
    for place, target in references:
        if target[1:] not in ids:
            yield Problem(place, "the id of a contained resource", shown(target))


def _references(resource: dict[str, Any], where: str) -> Iterator[tuple[str, str]]:
    """Each `reference` that starts with #, with its place; not into the resources of a Bundle."""
    pending: list[tuple[object, str]] = [(resource, where)]
    steps = 0
    while pending and steps < 100_000:  # a bound, for a dict made by hand may be a circle
        value, place = pending.pop()
        steps += 1
        if isinstance(value, dict):
            target = value.get("reference")
            if isinstance(target, str) and target.startswith("#"):
                yield f"{place}.reference", target
            pending.extend((item, f"{place}.{key}") for key, item in value.items() if key != "resource")
        elif isinstance(value, list):
            pending.extend((item, f"{place}[{index}]") for index, item in enumerate(value))
