"""Reads resources in JSON and in XML. Each script has a copy of this, so it needs Python's own library alone."""

from __future__ import annotations

import json
import sys
from typing import Any

#: Elements that are lists in JSON even where XML has one of them.
LISTS = ("contained", "entry", "identifier", "link", "participant", "slot")


def resource_of(content: bytes) -> Any:
    """The resource, in JSON or in XML, as objects, lists and texts; None where it is neither."""
    try:
        return json.loads(content.decode("utf-8"), object_pairs_hook=_object)
    except (ValueError, RecursionError):
        pass
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        return None  # where there are no entities, the parser of the standard library is safe
    from xml.etree import ElementTree

    try:
        root = ElementTree.fromstring(content)  # noqa: S314
        return {"resourceType": _name(root), **_element(root)}
    except (ElementTree.ParseError, ValueError, LookupError, RecursionError):
        return None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A name that comes twice is not lost: it stands there with what came first."""
    found: dict[str, Any] = {}
    for name, value in pairs:
        found[f"{name} again" if name in found else name] = value
    return found


def _name(element: Any) -> str:
    return str(element.tag).rpartition("}")[2]


def _element(element: Any) -> dict[str, Any]:
    found: dict[str, list[Any]] = {}
    for inner in element:
        name, made = _name(inner), _element(inner)
        if name in ("contained", "resource") and len(inner):
            found.setdefault(name, []).append({"resourceType": _name(inner[0]), **_element(inner[0])})
        elif name != "div":
            found.setdefault(name, []).append(made or inner.get("value"))
        for attribute in ("id", "url"):
            if attribute in inner.attrib and made:
                made[attribute] = inner.get(attribute)
    return {name: all if len(all) > 1 or name in LISTS else all[0] for name, all in found.items()}


def walked(value: Any) -> tuple[dict[str, list[str]], dict[str, list[dict[str, Any]]]]:
    """Each place with the values there as JSON, and the objects of each place.

    Lists stand for their members, and are places of their own too (identifier[]); a resource within another is named by
    its type: contained(Patient).name.
    """
    found: dict[str, list[str]] = {}
    objects: dict[str, list[dict[str, Any]]] = {}
    _walk(value, "", found, objects)
    return found, objects


def _walk(value: Any, path: str, found: dict[str, list[str]], objects: dict[str, list[dict[str, Any]]]) -> None:
    if isinstance(value, list):
        for inner in value:
            _walk(inner, path, found, objects)
    elif isinstance(value, dict):
        kind = value.get("resourceType")
        if path and isinstance(kind, str) and kind.isalnum():
            path = f"{path}({kind})"
        objects.setdefault(path, []).append(value)
        if path:
            found.setdefault(path, []).append("{}")
        for key, inner in value.items():
            place = f"{path}.{key}" if path else key
            if isinstance(inner, list):
                found.setdefault(f"{place}[]", []).append("[]")
            _walk(inner, place, found, objects)
    else:
        found.setdefault(path, []).append(json.dumps(value))


# -- what the script asks for ----------------------------------------------------------------------------------


def resource_in(file: str) -> Any:
    try:
        with open(file, "rb") as content:
            return resource_of(content.read())
    except OSError:
        return None


def value(file: str, path: str) -> str:
    """Each value at a path as JSON, and "missing" for each element that has none."""
    resource = resource_in(file)
    if resource is None:
        return "unreadable"
    found, objects = walked(resource)
    above, _, name = path.rpartition(".")
    lacking = [one for one in objects.get(above, []) if name.partition("(")[0] not in one]
    return "\n".join(found.get(path, []) + ["missing"] * len(lacking)) or "missing"


def text(file: str, path: str) -> str:
    """The text at one place: contained[1].id."""
    found = resource_in(file)
    for name in path.replace("]", "").replace("[", ".").split("."):
        if isinstance(found, list):
            found = found[int(name)] if name.isdigit() and int(name) < len(found) else None
        else:
            found = found.get(name) if isinstance(found, dict) else None
    return found if isinstance(found, str) else ""


def slot(file: str, rank: str, path: str) -> str:
    """A field of the first, second … free slot of a search."""
    found: Any = free_slots(resource_in(file))[int(rank) - 1 :][:1]
    for name in path.split("."):
        found = found[0] if isinstance(found, list) and found else found
        found = found.get(name) if isinstance(found, dict) else None
    return found if isinstance(found, str) else ""


def free_slots(resource: Any) -> list[dict[str, Any]]:
    entries = resource.get("entry") if isinstance(resource, dict) else None
    inner = [one.get("resource") for one in entries or [] if isinstance(one, dict)]
    slots = [one for one in inner if isinstance(one, dict) and one.get("resourceType") == "Slot"]
    return [one for one in slots if one.get("status") == "free"]


def next_page(file: str) -> str:
    links = (resource_in(file) or {}).get("link") or []
    return next((str(one.get("url", "")) for one in links if one.get("relation") == "next"), "")


def changed(file: str, changes: str) -> str:
    """The resource with elements set, or taken out."""
    resource = resource_in(file) or {}
    for path, new in json.loads(changes):
        place = resource
        for name in path[:-1]:
            place = place[name]
        if new is None:
            place.pop(path[-1], None)
        else:
            place[path[-1]] = new
    return json.dumps(resource, ensure_ascii=False)


def read(file: str, *what: str) -> str:
    """Several at once, a line each: text PATH, slot RANK FIELD, next_page."""
    found, left = [], list(what)
    while left:
        command = left.pop(0)
        count = {"text": 1, "slot": 2, "next_page": 0}[command]
        found.append(globals()[command](file, *left[:count]).replace("\n", " "))
        left = left[count:]
    return "\n".join(found) + "\n"


if __name__ == "__main__":
    sys.stdout.buffer.write(globals()[sys.argv[1]](*sys.argv[2:]).encode("utf-8"))
