"""The operators of mechanical defects: each spoils one element wherever it stands, in JSON and XML alike.

An element is named by the type of a resource and a path: ``Slot.schedule.reference``. It is looked for in the
answer itself, in the entries of a Bundle and in contained resources; every place that has it is spoiled.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from lxml import etree
from uec_booking.standard.codec import FHIR_NAMESPACE

NOWHERE = "nowhere"
WRONG_CODE = "no-such-code"
WRONG_SYSTEM = "https://system.example/Id/other"

#: What becomes of a primitive value, the same in both formats.
_VALUES: Mapping[str, Callable[[str], str]] = {
    "wrong-code": lambda value: WRONG_CODE,
    "wrong-system": lambda value: WRONG_SYSTEM,
    "dangling": lambda value: _dangling(value),
    "shift": lambda value: shifted(value),
}


@dataclass(frozen=True)
class Place:
    """An element: the type of a resource, and the names that lead to the element within it."""

    resource: str
    names: tuple[str, ...]


def place(path: str) -> Place:
    """The place that a path like ``Slot.schedule.reference`` names."""
    resource, *names = path.split(".")
    return Place(resource, tuple(names))


def shifted(value: str) -> str:
    """An instant one hour later, written in the form of the one given (``Z`` stays ``Z``)."""
    moment = datetime.fromisoformat(value) + timedelta(hours=1)
    text = moment.isoformat()
    return text.replace("+00:00", "Z") if value.endswith("Z") else text


def spoil_json(resource: Any, at: Place, operator: str) -> None:
    """Spoil the element in a resource in its JSON form, in place."""
    for found in list(_resources(resource)):
        if found.get("resourceType") == at.resource:
            for parent in _parents(found, at.names[:-1]):
                if at.names[-1] in parent:
                    _spoil(parent, at.names[-1], operator)


def spoil_xml(document: bytes, at: Place, operator: str) -> bytes:
    """Spoil the element in a resource in XML."""
    root = etree.fromstring(document)
    path = "/".join(f"{{{FHIR_NAMESPACE}}}{name}" for name in at.names)
    for found in [each for each in root.iter(f"{{{FHIR_NAMESPACE}}}{at.resource}") if _is_resource(each)]:
        for node in found.findall(path):
            _spoil_node(node, operator)
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True)


def _resources(resource: Any) -> Iterator[dict[str, Any]]:
    if not isinstance(resource, dict):
        return
    yield resource
    for entry in resource.get("entry") or []:
        yield from _resources(entry.get("resource"))
    for contained in resource.get("contained") or []:
        yield from _resources(contained)


def _parents(value: Any, names: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    if isinstance(value, list):
        for item in value:
            yield from _parents(item, names)
    elif isinstance(value, dict):
        if names:
            yield from _parents(value.get(names[0]), names[1:])
        else:
            yield value


def _spoil(parent: dict[str, Any], name: str, operator: str) -> None:
    value = parent[name]
    if operator == "drop":
        del parent[name]
    elif operator == "duplicate":
        again = copy.deepcopy(value)
        parent[name] = value + again if isinstance(value, list) else [value, again]
    elif operator == "empty":
        parent[name] = type(value)() if isinstance(value, str | list | dict) else ""
    elif isinstance(value, list):
        parent[name] = [_changed(item, operator) for item in value]
    else:
        parent[name] = _changed(value, operator)


def _changed(value: Any, operator: str) -> Any:
    if operator != "retype":
        return _VALUES[operator](value)
    if isinstance(value, str):
        return {"value": value}
    return "text" if isinstance(value, dict) else str(value).lower()


def _is_resource(node: etree._Element) -> bool:
    parent = node.getparent()
    return parent is None or etree.QName(parent).localname in ("resource", "contained")


def _spoil_node(node: etree._Element, operator: str) -> None:
    parent, value = node.getparent(), node.get("value")
    assert parent is not None
    if operator == "drop":
        parent.remove(node)
    elif operator == "duplicate":
        node.addnext(copy.deepcopy(node))
    elif operator == "empty" or (operator == "retype" and value is None):
        for child in list(node):
            node.remove(child)
        node.set("value", "" if operator == "empty" else "text")
    elif operator == "retype":
        del node.attrib["value"]
        etree.SubElement(node, f"{{{FHIR_NAMESPACE}}}value").set("value", str(value))
    else:
        node.set("value", _VALUES[operator](str(value)))


def _dangling(reference: str) -> str:
    if reference.startswith("#"):
        return f"#{NOWHERE}"
    return f"{reference.rpartition('/')[0] or 'Resource'}/{NOWHERE}"
