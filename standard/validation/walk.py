"""The walk along the table of elements: names, cardinalities, JSON types, codes, formats."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..codec import MAX_DEPTH
from ..codec.layout import Element, Layout, layout_of, resource_layout
from ..problems import Problem, shown
from .faultless import Faultless, fingerprint
from .invariants import broken_invariants
from .primitives import fault_in
from .references import contained_faults

# Bound to the names of all resource types, which the table would otherwise have to repeat.
_BOUND_TO_RESOURCE_TYPES = frozenset((("CapabilityStatementRestResource", "type"),))

_FAULTLESS = Faultless()


def walk(resource: object, allow_unknown: bool) -> Iterator[Problem]:
    """Every fault that the table, the invariants and the rules of containment find; never raises."""
    return _Walk(allow_unknown).resource(resource, "", 1)


class _Walk:
    def __init__(self, allow_unknown: bool) -> None:
        self.allow_unknown = allow_unknown

    def resource(self, value: object, where: str, depth: int) -> Iterator[Problem]:
        if not isinstance(value, dict):
            yield Problem(where or "$", "a resource, as an object", shown(value))
            return
        name = value.get("resourceType")
        layout = resource_layout(name)
        if layout is None:
            yield Problem(f"{where or '$'}.resourceType", "a resource type of STU3", shown(name))
            return
        content = {key: item for key, item in value.items() if key != "resourceType"}
        yield from self.content(content, layout, where or layout.name, depth)
        yield from contained_faults(value, where or layout.name)

    def _inner(self, value: object, where: str, depth: int) -> Iterator[Problem]:
        """A resource in another one. What holds a contained one has a say in it, so that is always looked at."""
        known = fingerprint(value, depth, self.allow_unknown) if where.endswith(".resource") else None
        if known in _FAULTLESS:
            return
        found = False
        for problem in self.resource(value, where, depth):
            found = True
            yield problem
        if not found:
            _FAULTLESS.add(known)

    def content(self, value: dict[str, Any], layout: Layout, where: str, depth: int) -> Iterator[Problem]:
        if depth > MAX_DEPTH:
            yield Problem(where, f"at most {MAX_DEPTH} levels", "more")
            return
        chosen: dict[str, str] = {}
        for key, item in value.items():
            element = layout.elements.get(key)
            if element is None:
                yield from self._unknown(key, item, layout, where, depth)
                continue
            place = f"{where}.{key}"
            if element.choice and chosen.setdefault(element.choice, key) != key:
                yield Problem(place, f"only one of {element.choice}[x]", f"{chosen[element.choice]} and {key}")
            if not element.repeats:
                yield from self._single(item, element, layout, place, depth)
            elif isinstance(item, list) and item:
                beside = value.get(f"_{key}")
                yield from self._many(item, beside, element, layout, place, depth)
            else:
                yield Problem(place, "an array with content", shown(item))
        for name in _missing(value, layout):
            yield Problem(f"{where}.{name}", "present", "absent")
        yield from broken_invariants(layout.name, value, where)

    def _many(
        self, items: list[Any], beside: object, element: Element, layout: Layout, where: str, depth: int
    ) -> Iterator[Problem]:
        extras = beside if isinstance(beside, list) else []
        for index, item in enumerate(items):
            if item is None and element.primitive and index < len(extras) and extras[index]:
                continue  # null stands for a value that has only extensions
            yield from self._single(item, element, layout, f"{where}[{index}]", depth)

    def _single(self, item: object, element: Element, layout: Layout, where: str, depth: int) -> Iterator[Problem]:
        if element.primitive:
            expected = fault_in(item, element.type)
            if not expected and element.codes and item not in element.codes:
                expected = "one of " + ", ".join(element.codes)
            if not expected and (layout.name, element.name) in _BOUND_TO_RESOURCE_TYPES:
                expected = "" if resource_layout(item) else "a resource type of STU3"
            if expected:
                yield Problem(where, expected, shown(item))
        elif element.type == "Resource":
            yield from self._inner(item, where, depth + 1)
        elif not isinstance(item, dict) or not item:
            yield Problem(where, f"an object of type {element.type}", shown(item))
        else:
            inner = layout_of(element.type)
            if inner is not None:
                yield from self.content(item, inner, where, depth + 1)

    def _unknown(self, key: str, item: object, layout: Layout, where: str, depth: int) -> Iterator[Problem]:
        """A name that is not in the table: `_name` of a primitive, which holds extensions, or a stranger."""
        known = layout.elements.get(key[1:]) if isinstance(key, str) and key.startswith("_") else None
        if known is None or not known.primitive or known.attribute:
            if not self.allow_unknown:
                yield Problem(f"{where}.{key}", f"an element of {layout.name}", "no such element in STU3")
            return
        extra = layout_of("Element")
        assert extra is not None
        items = item if known.repeats and isinstance(item, list) else [item]
        for index, one in enumerate(items):
            place = f"{where}.{key}[{index}]" if known.repeats else f"{where}.{key}"
            if isinstance(one, dict) and one:
                yield from self.content(one, extra, place, depth + 1)
            elif not (known.repeats and one is None):
                yield Problem(place, "an object with id or extension", shown(one))


def _missing(value: dict[str, Any], layout: Layout) -> list[str]:
    """Required elements that are there neither as a value nor as extensions; `value[x]` for a choice."""
    named = {key.removeprefix("_") for key in value if isinstance(key, str)}
    met = {_group(element) for name, element in layout.elements.items() if name in named}
    required = dict.fromkeys(_group(element) for element in layout.elements.values() if element.required)
    return [group for group in required if group not in met]


def _group(element: Element) -> str:
    return f"{element.choice}[x]" if element.choice else element.name
