"""The XHTML `div` of a narrative: an element in XML, a piece of text in JSON."""

from __future__ import annotations

from lxml import etree

from .errors import XHTML_NAMESPACE, CodecError


def div_as_text(div: etree._Element, where: str) -> str:
    """The div as JSON holds it: without prefixes, with the one namespace declaration it needs."""
    if div.tag != f"{{{XHTML_NAMESPACE}}}div":
        raise CodecError("the narrative must be a div of XHTML", where)
    return etree.tostring(_clean(div, where), encoding="unicode", with_tail=False)


def text_as_div(parsed: etree._Element, where: str) -> etree._Element:
    """The div ready to be put under a `text` element; `parsed` is the parsed text of the JSON form."""
    if parsed.tag != f"{{{XHTML_NAMESPACE}}}div":
        raise CodecError("the narrative must be one div of XHTML, with its namespace", where)
    return _clean(parsed, where)


def _clean(node: etree._Element, where: str) -> etree._Element:
    """A copy that carries XHTML elements, attributes, text and comments, and no namespace besides."""
    # The stubs know no default namespace.
    copy = etree.Element(node.tag, nsmap={None: XHTML_NAMESPACE})  # type: ignore[dict-item]
    for name, value in node.attrib.items():
        copy.set(name, value)
    copy.text = node.text
    for child in node:
        if isinstance(child, etree._Comment):
            inner: etree._Element = etree.Comment(child.text)
        elif isinstance(child.tag, str) and child.tag.startswith(f"{{{XHTML_NAMESPACE}}}"):
            inner = _clean(child, where)
        else:
            raise CodecError("the narrative may hold nothing but XHTML", where)
        inner.tail = child.tail
        copy.append(inner)
    return copy
