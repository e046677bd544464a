"""The XML form, read: hardened against hostile documents and strict about what FHIR XML is."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from lxml import etree

from .errors import (
    FHIR_NAMESPACE,
    MAX_BYTES,
    MAX_DEPTH,
    XHTML_NAMESPACE,
    CodecError,
)
from .layout import Element, Layout, layout_of, resource_layout
from .narrative import div_as_text
from .xml_bounds import check_bounds

_DECLARED_ENCODING = re.compile(rb"<\?xml[^>]*?\bencoding\s*=\s*[\"']([^\"']*)")
_SCHEMA_LOCATION = "{http://www.w3.org/2001/XMLSchema-instance}schemaLocation"
_INTEGERS = {
    "integer": re.compile(r"0|[-+]?[1-9][0-9]{0,9}"),
    "unsignedInt": re.compile(r"0|[1-9][0-9]{0,9}"),
    "positiveInt": re.compile(r"\+?[1-9][0-9]{0,9}"),
}
_DECIMAL = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?")


def parse_xml(data: bytes, *, lenient_unknown: bool = False) -> dict[str, Any]:
    """The JSON form of the resource in an XML body.

    With `lenient_unknown`, elements and attributes that STU3 does not know are left out instead of rejected
    (FMT-13); a known element in a wrong namespace or place is rejected always. Raises CodecError.
    """
    root = parse_safely(data)
    return _Reader(lenient_unknown).resource(root, "")


def parse_safely(data: bytes, where: str = "") -> etree._Element:
    """The root element of well-formed, bounded UTF-8 XML without a DOCTYPE; raises CodecError otherwise."""
    if len(data) > MAX_BYTES:
        raise CodecError(f"the body has {len(data)} bytes, more than {MAX_BYTES}", where)
    # Entities can only be declared in a DOCTYPE. In a comment these letters would be harmless, but nobody
    # writes them there, and refusing them before any parser sees them needs no trust in the parser.
    if b"<!DOCTYPE" in data:
        raise CodecError("a DOCTYPE is not allowed in FHIR XML", where)
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise CodecError(f"the body is not UTF-8: {error.reason} at byte {error.start}", where) from None
    declared = _DECLARED_ENCODING.match(data.removeprefix(b"\xef\xbb\xbf"))
    if declared and declared[1].lower() not in (b"utf-8", b"us-ascii"):
        raise CodecError(f"the XML declaration says {declared[1].decode()!r:.40}, not UTF-8", where)
    check_bounds(data, where)
    # A parser of its own for every document: lxml's are not safe to share between threads.
    parser = etree.XMLParser(encoding="utf-8", resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise CodecError(f"not well-formed XML: {error}", where) from None
    if root is None:
        raise CodecError("not well-formed XML: there is no element", where)
    return root


def check_depth(root: etree._Element, where: str = "") -> None:
    """Rejects a tree of more than MAX_DEPTH levels."""
    depth = 0
    for event, _ in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        if depth > MAX_DEPTH:
            raise CodecError(f"nested more than {MAX_DEPTH} levels deep", where)


class _Reader:
    """Turns elements into the JSON form; `lenient` leaves unknown elements and attributes out."""

    def __init__(self, lenient: bool) -> None:
        self.lenient = lenient

    def resource(self, node: etree._Element, where: str) -> dict[str, Any]:
        name = self._name(node, where or etree.QName(node).localname)
        layout = resource_layout(name)
        if layout is None:
            raise CodecError(f"{name!r:.60} is not a STU3 resource type", where or name[:60])
        return {"resourceType": name, **self._content(node, layout, where or name)}

    def _complex(self, node: etree._Element, layout: Layout, where: str) -> dict[str, Any]:
        content = self._content(node, layout, where)
        if not content.keys() - {"id"} and not (layout.name == "Extension" and "url" in content):
            raise CodecError("an element must not be empty", where)
        return content

    def _content(self, node: etree._Element, layout: Layout, where: str) -> dict[str, Any]:
        found: dict[str, Any] = self._attributes(node, layout, where)
        place = -1
        chosen: dict[str, str] = {}
        for child in self._children(node, where):
            name = etree.QName(child).localname
            element = layout.elements.get(name)
            if element is None or element.attribute:
                if self.lenient:
                    continue
                raise CodecError(f"{name!r:.60} is not an element of {layout.name}", f"{where}.{name[:60]}")
            self._name(child, f"{where}.{name}")
            if element.position < place:
                raise CodecError(f"{name} is out of order in {layout.name}", f"{where}.{name}")
            if element.position == place and not element.repeats:
                raise CodecError(f"{name} must not repeat", f"{where}.{name}")
            place = element.position
            if element.choice and chosen.setdefault(element.choice, name) != name:
                raise CodecError(f"only one of {chosen[element.choice]} and {name} is allowed", f"{where}.{name}")
            self._add(found, element, child, where)
        for name in [name for name in found if name.startswith("_")]:
            _tidy_primitive_list(found, name)
        return found

    def _add(self, found: dict[str, Any], element: Element, child: etree._Element, where: str) -> None:
        name = element.name
        if not element.primitive:
            if element.repeats:
                items = found.setdefault(name, [])
                items.append(self._member(child, element.type, f"{where}.{name}[{len(items)}]"))
            else:
                found[name] = self._member(child, element.type, f"{where}.{name}")
            return
        if not element.repeats:
            value, extra = self._primitive(child, element.type, f"{where}.{name}")
            if value is not None:
                found[name] = value
            if extra:
                found[f"_{name}"] = extra
            return
        values = found.setdefault(name, [])
        value, extra = self._primitive(child, element.type, f"{where}.{name}[{len(values)}]")
        values.append(value)
        found.setdefault(f"_{name}", []).append(extra or None)

    def _member(self, node: etree._Element, type_name: str, where: str) -> dict[str, Any]:
        if type_name != "Resource":
            layout = layout_of(type_name)
            assert layout is not None, type_name  # a test checks that the table is closed
            return self._complex(node, layout, where)
        self._refuse_attributes(node, set(), where)
        inner = self._children(node, where)
        if len(inner) != 1:
            raise CodecError(f"must hold exactly one resource, not {len(inner)}", where)
        return self.resource(inner[0], where)

    def _primitive(self, node: etree._Element, kind: str, where: str) -> tuple[Any, dict[str, Any]]:
        if kind == "xhtml":
            return div_as_text(node, where), {}
        self._refuse_attributes(node, {"id", "value"}, where)
        layout = layout_of("Element")
        assert layout is not None
        extra: dict[str, Any] = {}
        if node.get("id") is not None:
            extra["id"] = node.get("id")
        for child in self._children(node, where):
            name = etree.QName(child).localname
            if name == "extension":
                self._name(child, f"{where}.extension")
                self._add(extra, layout.elements["extension"], child, where)
            elif not self.lenient:
                raise CodecError(f"{name!r:.60} is not an element of {kind}", f"{where}.{name[:60]}")
        text = node.get("value")
        if text is None and "extension" not in extra:
            raise CodecError("an element must have a value or extensions", where)
        return (None if text is None else _value(text, kind, where)), extra

    def _attributes(self, node: etree._Element, layout: Layout, where: str) -> dict[str, Any]:
        allowed = {element.name for element in layout.elements.values() if element.attribute}
        self._refuse_attributes(node, allowed, where)
        return {name: node.get(name) for name in ("id", "url") if name in allowed and node.get(name) is not None}

    def _refuse_attributes(self, node: etree._Element, allowed: set[str], where: str) -> None:
        for name, value in node.attrib.items():
            if name in allowed:
                if not value:
                    raise CodecError(f"the attribute {name} must not be empty", where)
            elif name != _SCHEMA_LOCATION and not self.lenient:
                raise CodecError(f"unknown attribute {name!r:.80}", where)

    def _children(self, node: etree._Element, where: str) -> list[etree._Element]:
        """The element children; comments and processing instructions are passed over, text is rejected."""
        if node.text and node.text.strip():
            raise CodecError(f"text {node.text.strip()!r:.40} between elements", where)
        children: list[etree._Element] = []
        for child in node:
            if child.tail and child.tail.strip():
                raise CodecError(f"text {child.tail.strip()!r:.40} between elements", where)
            if child.tag is etree.Entity:
                raise CodecError("an entity reference is not allowed", where)
            if isinstance(child.tag, str):
                children.append(child)
        return children

    def _name(self, node: etree._Element, where: str) -> str:
        name = etree.QName(node)
        expected = XHTML_NAMESPACE if name.localname == "div" else FHIR_NAMESPACE
        if name.namespace != expected:
            raise CodecError(f"{name.localname} is in the namespace {name.namespace!r:.60}, not {expected}", where)
        return name.localname


def _tidy_primitive_list(found: dict[str, Any], extras: str) -> None:
    """Drops the list of extras, or of values, of a repeated primitive when it holds nothing but nulls."""
    for name in (extras, extras[1:]):
        items = found.get(name)
        if isinstance(items, list) and all(item is None for item in items):
            del found[name]


def _value(text: str, kind: str, where: str) -> Any:
    if kind == "boolean":
        if text not in ("true", "false"):
            raise CodecError(f"a boolean is true or false, not {text!r:.40}", where)
        return text == "true"
    if kind in _INTEGERS:
        if not _INTEGERS[kind].fullmatch(text):
            raise CodecError(f"not a value of type {kind}: {text!r:.40}", where)
        return int(text)
    if kind == "decimal":
        if not _DECIMAL.fullmatch(text) or len(text) > 400:
            raise CodecError(f"not a value of type decimal: {text!r:.40}", where)
        return Decimal(text)
    return text
