"""What of a resource can be relied upon: the parts that have the JSON types of FHIR STU3.

What is wrong with the others is said by `check_structure`; whoever reads on is spared to ask at every step
whether an id is text and an entry an object.
"""

from __future__ import annotations

from typing import Any

from ..codec import MAX_DEPTH
from ..codec.layout import Element, Layout, layout_of, resource_layout

_LEFT_OUT = object()
_WHOLE = frozenset(("integer", "unsignedInt", "positiveInt"))


def well_typed(resource: object) -> dict[str, Any]:
    """A copy of a resource without the known elements that have another JSON type than theirs; never raises.

    Values of the right type stay whatever they say, and so do elements that STU3 does not know and the
    companions of primitives (``_birthDate``). What is no resource of STU3 comes back empty.
    """
    found = _resource(resource, 1)
    return found if isinstance(found, dict) else {}


def _resource(value: object, depth: int) -> object:
    layout = resource_layout(value.get("resourceType")) if isinstance(value, dict) else None
    return _content(value, layout, depth) if layout is not None else _LEFT_OUT


def _content(value: object, layout: Layout, depth: int) -> object:
    if not isinstance(value, dict) or depth > MAX_DEPTH:
        return _LEFT_OUT
    kept = {}
    for name, item in value.items():
        element = layout.elements.get(name)
        if element is None:
            kept[name] = item
            continue
        if element.repeats:
            items = [_single(one, element, depth) for one in item] if isinstance(item, list) else []
            found: object = [one for one in items if one is not _LEFT_OUT] or _LEFT_OUT
        else:
            found = _single(item, element, depth)
        if found is not _LEFT_OUT:
            kept[name] = found
    return kept


def _single(item: object, element: Element, depth: int) -> object:
    if element.primitive:
        return item if _is_of(item, element.type) else _LEFT_OUT
    if element.type == "Resource":
        return _resource(item, depth + 1)
    inner = layout_of(element.type)
    return item if inner is None else _content(item, inner, depth + 1)


def _is_of(item: object, kind: str) -> bool:
    if kind == "boolean" or isinstance(item, bool):
        return kind == "boolean" and isinstance(item, bool)
    if kind in _WHOLE:
        return isinstance(item, int)
    if kind == "decimal":
        return not isinstance(item, str | list | dict) and item is not None
    return isinstance(item, str)
