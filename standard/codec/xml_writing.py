"""The XML form, written: elements in the official order, whatever the order of the dict."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from lxml import etree

from .errors import FHIR_NAMESPACE, CodecError
from .json_form import check_tree, plain_decimal
from .layout import Element, Layout, layout_of, resource_layout
from .narrative import text_as_div
from .xml_reading import check_depth, parse_safely

_INTEGER_TYPES = frozenset(("integer", "unsignedInt", "positiveInt"))
_INT32 = 2**31


def to_xml(resource: dict[str, Any], *, lenient_unknown: bool = False) -> bytes:
    """The resource as FHIR XML in UTF-8 with a declaration, in the default namespace http://hl7.org/fhir.

    With `lenient_unknown`, elements that STU3 does not know are left out instead of rejected. Raises
    CodecError for what XML cannot hold: unknown elements, empty ones, values of a wrong JSON type.
    """
    if not isinstance(resource, dict):
        raise CodecError(f"a resource must be an object, not {resource!r:.40}")
    check_tree(resource)
    root = _Writer(lenient_unknown).resource(resource, None, "")
    check_depth(root)  # a narrative is one level in JSON and many in XML
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True)


class _Writer:
    def __init__(self, lenient: bool) -> None:
        self.lenient = lenient

    def resource(self, value: object, parent: etree._Element | None, where: str) -> etree._Element:
        if not isinstance(value, dict):
            raise CodecError(f"must be a resource, not {value!r:.40}", where)
        name = value.get("resourceType")
        layout = resource_layout(name)
        if layout is None:
            raise CodecError(f"{name!r:.60} is not a STU3 resource type", where or "resourceType")
        tag = f"{{{FHIR_NAMESPACE}}}{name}"
        # The stubs know no default namespace.
        default: dict[str, str] = {None: FHIR_NAMESPACE}  # type: ignore[dict-item]
        node = etree.Element(tag, nsmap=default) if parent is None else etree.SubElement(parent, tag)
        self._content(
            node, {key: item for key, item in value.items() if key != "resourceType"}, layout, where or str(name)
        )
        return node

    def _content(self, node: etree._Element, value: dict[str, Any], layout: Layout, where: str) -> None:
        present = self._present(value, layout, where)
        chosen: dict[str, str] = {}
        for _, element in sorted(present.items()):
            name = element.name
            place = f"{where}.{name}"
            if element.choice and chosen.setdefault(element.choice, name) != name:
                raise CodecError(f"only one of {chosen[element.choice]} and {name} is allowed", place)
            if element.attribute:
                _set(node, name, _text(value.get(name), "string", place), place)
            elif element.primitive:
                self._primitives(node, element, value.get(name), value.get(f"_{name}"), place)
            elif element.repeats:
                for index, item in enumerate(_list(value[name], place)):
                    self._member(node, element, item, f"{place}[{index}]")
            else:
                self._member(node, element, value[name], place)

    def _present(self, value: dict[str, Any], layout: Layout, where: str) -> dict[int, Element]:
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
                raise CodecError(f"{key!r:.60} is not an element of {layout.name}", f"{where}.{key[:60]}")
        return present

    def _member(self, node: etree._Element, element: Element, value: object, where: str) -> None:
        if not isinstance(value, dict) or not value:
            raise CodecError(f"must be an object with content, not {value!r:.40}", where)
        inner = etree.SubElement(node, f"{{{FHIR_NAMESPACE}}}{element.name}")
        if element.type == "Resource":
            self.resource(value, inner, where)
            return
        layout = layout_of(element.type)
        assert layout is not None, element.type  # a test checks that the table is closed
        self._content(inner, value, layout, where)
        if len(inner) == 0 and inner.get("url") is None:
            raise CodecError("an element must not be empty", where)

    def _primitives(self, node: etree._Element, element: Element, value: object, extra: object, where: str) -> None:
        if not element.repeats:
            self._primitive(node, element, value, extra, where)
            return
        values = None if value is None else _list(value, where)
        extras = None if extra is None else _list(extra, where)
        if values is not None and extras is not None and len(values) != len(extras):
            raise CodecError(f"has {len(values)} values beside {len(extras)} in _{element.name}", where)
        for index in range(len(values if values is not None else extras or [])):
            one = values[index] if values is not None else None
            more = extras[index] if extras is not None else None
            self._primitive(node, element, one, more, f"{where}[{index}]")

    def _primitive(self, node: etree._Element, element: Element, value: object, extra: object, where: str) -> None:
        if element.type == "xhtml":
            parsed = parse_safely(_text(value, "string", where).encode(), where)
            node.append(text_as_div(parsed, where))
            return
        if extra is not None and (not isinstance(extra, dict) or not extra):
            raise CodecError(f"_{element.name} must be an object with content, not {extra!r:.40}", where)
        if value is None and not (extra and extra.get("extension")):
            raise CodecError("an element must have a value or extensions", where)
        inner = etree.SubElement(node, f"{{{FHIR_NAMESPACE}}}{element.name}")
        if extra:
            layout = layout_of("Element")
            assert layout is not None
            self._content(inner, extra, layout, where)
        if value is not None:
            _set(inner, "value", _text(value, element.type, where), where)


def _text(value: object, kind: str, where: str) -> str:
    """A primitive as its XML attribute; raises CodecError for a value of the wrong JSON type."""
    if kind == "boolean" and isinstance(value, bool):
        return "true" if value else "false"
    if kind in _INTEGER_TYPES and isinstance(value, int) and not isinstance(value, bool) and -_INT32 <= value < _INT32:
        return str(value)
    if kind == "decimal" and isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        if isinstance(value, int) and value.bit_length() > 256:
            raise CodecError("a number beyond reason", where)
        return plain_decimal(Decimal(repr(value)) if isinstance(value, float) else Decimal(value), where)
    if kind not in ("boolean", "decimal") and kind not in _INTEGER_TYPES and isinstance(value, str) and value:
        return value
    raise CodecError(f"not a value of type {kind}: {value!r:.40}", where)


def _set(node: etree._Element, name: str, text: str, where: str) -> None:
    try:
        node.set(name, text)
    except ValueError:
        raise CodecError(f"XML cannot hold the characters of {text!r:.40}", where) from None


def _list(value: object, where: str) -> list[Any]:
    if not isinstance(value, list) or not value:
        raise CodecError(f"must be an array with content, not {value!r:.40}", where)
    return value
