"""The elements of every STU3 type in order, read from the generated table (notation: make_layout.py)."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

_ENTRY = re.compile(r"(@?)(\w+):(\w+)(\*?)(!?)(?:/(\w+))?(?:\{(.*)\})?")


@dataclass(frozen=True, slots=True)
class Element:
    """One element of a type: where it stands in the order, what it holds and how often."""

    name: str
    type: str
    position: int
    repeats: bool
    required: bool  # of a choice: one of its elements is
    attribute: bool
    choice: str  # "value" for each valueX of value[x], otherwise ""
    codes: tuple[str, ...]  # of a required binding; empty when any code goes
    primitive: bool


@dataclass(frozen=True, slots=True)
class Layout:
    """The elements of one type by name, in the official order."""

    name: str
    is_resource: bool
    elements: Mapping[str, Element]


@cache
def layout_of(type_name: str) -> Layout | None:
    """The layout of a STU3 type such as `Appointment` or `HumanName`; None for a name of no such type."""
    entries = _table().get(type_name)
    if entries is None:
        return None
    is_resource = entries[:1] == ["resource"]
    elements = [_element(entry, position) for position, entry in enumerate(entries[int(is_resource) :])]
    return Layout(type_name, is_resource, MappingProxyType({element.name: element for element in elements}))


def resource_layout(type_name: object) -> Layout | None:
    """The layout of a resource type that can be sent; None for data types, abstract types and junk."""
    if not isinstance(type_name, str) or type_name in ("Resource", "DomainResource"):
        return None
    layout = layout_of(type_name)
    return layout if layout is not None and layout.is_resource else None


def _element(entry: str, position: int) -> Element:
    found = _ENTRY.fullmatch(entry)
    if found is None:
        raise ValueError(f"layout.json: not an element: {entry!r}")
    attribute, name, kind, repeats, required, choice, codes = found.groups()
    return Element(
        name=name,
        type=kind,
        position=position,
        repeats=bool(repeats),
        required=bool(required),
        attribute=bool(attribute),
        choice=choice or "",
        codes=tuple(codes.split("|")) if codes else (),
        # FHIR writes the names of primitive types with a small letter, and of the others with a capital.
        primitive=kind[0].islower(),
    )


@cache
def _table() -> dict[str, list[str]]:
    layout: dict[str, list[str]] = json.loads(Path(__file__).with_name("layout.json").read_text(encoding="utf-8"))
    return layout
