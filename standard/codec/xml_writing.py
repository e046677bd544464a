"""The XML form, written: elements in the official order, whatever the order of the dict.

Written as text at once, because a tree of it would take four times as long. What holds the text to being XML are the
names, which are those of the table, and `_escaped`, through which every value goes.
"""

from __future__ import annotations

import json
import re
from decimal import Decimal
from functools import lru_cache
from typing import Any

from lxml import etree

from .errors import FHIR_NAMESPACE, MAX_DEPTH, CodecError
from .json_form import check_tree, plain_decimal
from .layout import Element, Layout, layout_of, resource_layout
from .narrative import text_as_div
from .xml_reading import parse_safely

_INTEGER_TYPES = frozenset(("integer", "unsignedInt", "positiveInt"))
_INT32 = 2**31
#: What is no character of XML 1.0 (section 2.2).
_NO_CHARACTER = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
#: Blanks other than the space would be read as one (XML 1.0 section 3.3.3).
_ESCAPES = {ord(c): f"&{name};" for c, name in {"&": "amp", "<": "lt", ">": "gt", '"': "quot"}.items()}
_ESCAPES |= {ord(c): f"&#{ord(c)};" for c in "\t\n\r"}
_TO_ESCAPE = re.compile('[&<>"\t\n\r]')
#: Entries of a Bundle are remembered by their JSON text: the same slots are shown again and again.
_ENTRY = "BundleEntry"
_REMEMBERED, _LONGEST_REMEMBERED = 2048, 4000
_COMPACT = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))

# A place is a chain of (outer place, name or index), put into words only when something is wrong with it.
_Place = tuple[Any, str | int] | None


def to_xml(resource: dict[str, Any], *, lenient_unknown: bool = False) -> bytes:
    """The resource as FHIR XML in UTF-8 with a declaration, in the default namespace http://hl7.org/fhir.

    With `lenient_unknown`, elements that STU3 does not know are left out instead of rejected. Raises
    CodecError for what XML cannot hold: unknown elements, empty ones, values of a wrong JSON type.
    """
    if not isinstance(resource, dict):
        raise CodecError(f"a resource must be an object, not {resource!r:.40}")
    check_tree(resource)
    writer = _Writer(lenient_unknown)
    writer.resource(resource, None, f' xmlns="{FHIR_NAMESPACE}"', 1)
    writer.check_depth()
    return f"<?xml version='1.0' encoding='UTF-8'?>\n{''.join(writer.parts)}".encode()


@lru_cache(_REMEMBERED)
def _remembered(text: str, lenient: bool) -> tuple[str, int]:
    """An entry of a Bundle in JSON as XML, and how many levels it has. Raises CodecError."""
    writer, layout = _Writer(lenient), layout_of(_ENTRY)
    assert layout is not None
    if not writer.element("entry", json.loads(text), layout, None, 1):
        raise CodecError("an element must not be empty")
    return "".join(writer.parts), writer.deepest


class _Writer:
    """Writes one document, or a piece of one, into `parts`."""

    def __init__(self, lenient: bool) -> None:
        self.lenient = lenient
        self.parts: list[str] = []
        self.deepest = 0

    def check_depth(self) -> None:
        """Rejects more than MAX_DEPTH levels; a narrative is one in JSON and many in XML."""
        if self.deepest > MAX_DEPTH:
            raise CodecError(f"nested more than {MAX_DEPTH} levels deep")

    def resource(self, value: object, place: _Place, namespace: str, depth: int) -> None:
        if not isinstance(value, dict):
            raise CodecError(f"must be a resource, not {value!r:.40}", _words(place))
        name = value.get("resourceType")
        layout = resource_layout(name)
        if layout is None:
            raise CodecError(f"{name!r:.60} is not a STU3 resource type", _words(place) or "resourceType")
        content = {key: item for key, item in value.items() if key != "resourceType"}
        self.element(layout.name, content, layout, place or (None, layout.name), depth, namespace)

    def _wrote_from_memory(self, entry: dict[str, Any], depth: int) -> bool:
        try:
            text = _COMPACT.encode(entry)
            if len(text) > _LONGEST_REMEMBERED:
                return False
            written, levels = _remembered(text, self.lenient)
        except (TypeError, CodecError):
            # A Decimal has no JSON text; and what is wrong is to be told with its whole place.
            return False
        self.parts.append(written)
        self.deepest = max(self.deepest, depth + levels - 1)
        return True

    def element(
        self, name_of_it: str, value: dict[str, Any], layout: Layout, place: _Place, depth: int, also: str = ""
    ) -> bool:
        """An element with its content, `also` as its last attribute; returns whether an element or a url is in it."""
        self.deepest = max(self.deepest, depth)
        parts = self.parts
        at = len(parts)
        parts.append("")
        chosen: dict[str, str] = {}
        tag = f"<{name_of_it}"
        has_url = False
        for _, element in sorted(self._present(value, layout, place).items()):
            name = element.name
            if element.choice and chosen.setdefault(element.choice, name) != name:
                raise CodecError(f"only one of {chosen[element.choice]} and {name} is allowed", _words((place, name)))
            if element.attribute:
                text = _text(value.get(name), "string", (place, name))
                tag = f'{tag} {name}="{_escaped(text, (place, name))}"'
                has_url = has_url or name == "url"
            elif element.primitive:
                self._primitives(element, value.get(name), value.get(f"_{name}"), (place, name), depth + 1)
            elif element.repeats:
                for index, item in enumerate(_list(value[name], (place, name))):
                    self._member(element, item, ((place, name), index), depth + 1)
            else:
                self._member(element, value[name], (place, name), depth + 1)
        if len(parts) == at + 1:
            parts[at] = f"{tag}{also}/>"
            return has_url
        parts[at] = f"{tag}{also}>"
        parts.append(f"</{name_of_it}>")
        return True

    def _present(self, value: dict[str, Any], layout: Layout, place: _Place) -> dict[int, Element]:
        """The elements of the type that the object has, by name or by `_name`, each with its place in the order."""
        present: dict[int, Element] = {}
        for key in value:
            element = layout.elements.get(key)
            if element is None and key.startswith("_"):
                element = layout.elements.get(key[1:])
                if element is not None and (not element.primitive or element.attribute or element.type == "xhtml"):
                    element = None
            if element is not None:
                present[element.position] = element
            elif not self.lenient:
                raise CodecError(f"{key!r:.60} is not an element of {layout.name}", _words((place, key[:60])))
        return present

    def _member(self, element: Element, value: object, place: _Place, depth: int) -> None:
        if not isinstance(value, dict) or not value:
            raise CodecError(f"must be an object with content, not {value!r:.40}", _words(place))
        name = element.name
        if element.type == _ENTRY and self._wrote_from_memory(value, depth):
            return
        if element.type == "Resource":
            self.parts.append(f"<{name}>")
            self.resource(value, place, "", depth + 1)
            self.parts.append(f"</{name}>")
            return
        layout = layout_of(element.type)
        assert layout is not None, element.type  # a test checks that the table is closed
        if not self.element(name, value, layout, place, depth):
            raise CodecError("an element must not be empty", _words(place))

    def _primitives(self, element: Element, value: object, extra: object, place: _Place, depth: int) -> None:
        if not element.repeats:
            self._primitive(element, value, extra, place, depth)
            return
        values = None if value is None else _list(value, place)
        extras = None if extra is None else _list(extra, place)
        if values is not None and extras is not None and len(values) != len(extras):
            words = f"has {len(values)} values beside {len(extras)} in _{element.name}"
            raise CodecError(words, _words(place))
        for index in range(len(values if values is not None else extras or [])):
            one = values[index] if values is not None else None
            more = extras[index] if extras is not None else None
            self._primitive(element, one, more, (place, index), depth)

    def _primitive(self, element: Element, value: object, extra: object, place: _Place, depth: int) -> None:
        if element.type == "xhtml":
            self._narrative(value, place, depth)
            return
        if extra is not None and (not isinstance(extra, dict) or not extra):
            words = f"_{element.name} must be an object with content, not {extra!r:.40}"
            raise CodecError(words, _words(place))
        if value is None and not (extra and extra.get("extension")):
            raise CodecError("an element must have a value or extensions", _words(place))
        shown = "" if value is None else f' value="{_escaped(_text(value, element.type, place), place)}"'
        if not extra:
            self.deepest = max(self.deepest, depth)
            self.parts.append(f"<{element.name}{shown}/>")
            return
        layout = layout_of("Element")
        assert layout is not None
        self.element(element.name, extra, layout, place, depth, shown)

    def _narrative(self, value: object, place: _Place, depth: int) -> None:
        where = _words(place)
        div = text_as_div(parse_safely(_text(value, "string", place).encode(), where), where)
        levels = 0
        for event, _ in etree.iterwalk(div, events=("start", "end")):
            levels += 1 if event == "start" else -1
            self.deepest = max(self.deepest, depth + levels - 1)
        self.parts.append(etree.tostring(div, encoding="unicode"))


def _text(value: object, kind: str, place: _Place) -> str:
    """A primitive as its XML attribute; raises CodecError for a value of the wrong JSON type."""
    if kind == "boolean" and isinstance(value, bool):
        return "true" if value else "false"
    if kind in _INTEGER_TYPES and isinstance(value, int) and not isinstance(value, bool) and -_INT32 <= value < _INT32:
        return str(value)
    if kind == "decimal" and isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        if isinstance(value, int) and value.bit_length() > 256:
            raise CodecError("a number beyond reason", _words(place))
        return plain_decimal(Decimal(repr(value)) if isinstance(value, float) else Decimal(value), _words(place))
    if kind not in ("boolean", "decimal") and kind not in _INTEGER_TYPES and isinstance(value, str) and value:
        return value
    raise CodecError(f"not a value of type {kind}: {value!r:.40}", _words(place))


def _escaped(text: str, place: _Place) -> str:
    """The text as it stands in an attribute."""
    if _NO_CHARACTER.search(text):
        raise CodecError(f"XML cannot hold the characters of {text!r:.40}", _words(place))
    return text.translate(_ESCAPES) if _TO_ESCAPE.search(text) else text


def _list(value: object, place: _Place) -> list[Any]:
    if not isinstance(value, list) or not value:
        raise CodecError(f"must be an array with content, not {value!r:.40}", _words(place))
    return value


def _words(place: _Place) -> str:
    parts: list[str] = []
    while place is not None:
        place, step = place
        parts.append(f"[{step}]" if isinstance(step, int) else f".{step}")
    return "".join(reversed(parts)).removeprefix(".")
