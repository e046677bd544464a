"""HTML that is safe by construction: text is only ever put in as text, cleaned, never as markup."""

from __future__ import annotations

import re

from lxml import etree

from .text import clean

Element = etree._Element


def el(tag: str, *children: Element | str | None, **attributes: str) -> Element:
    """An element; strings among the children become text, None is left out.

    Attribute names are written with a trailing underscore where Python reserves them
    (``class_``) and with underscores for hyphens (``aria_label``).
    """
    made = etree.Element(tag)
    for name, value in attributes.items():
        made.set(name.rstrip("_").replace("_", "-"), clean(value))
    last: Element | None = None
    for child in children:
        if isinstance(child, str):
            if last is None:
                made.text = (made.text or "") + clean(child)
            else:
                last.tail = (last.tail or "") + clean(child)
        elif child is not None:
            made.append(child)
            last = child
    return made


def anchor(text: str) -> str:
    """``text`` as the name of a place in the page."""
    return re.sub(r"[^A-Za-z0-9]+", "-", text).strip("-").lower() or "x"


def facts(pairs: list[tuple[str, str]]) -> Element:
    """A list of names and values; those without a value are left out."""
    return el("dl", *(part for name, value in pairs if value for part in (el("dt", name), el("dd", value))))


def table(heads: list[str], rows: list[Element], caption: str, **attributes: str) -> Element:
    """A table whose columns are named for screen readers too."""
    return el(
        "table",
        el("caption", caption),
        el("thead", el("tr", *(el("th", head, scope="col") for head in heads))),
        el("tbody", *rows),
        **attributes,
    )


def page(head: list[Element], body: list[Element]) -> str:
    """The whole page as text."""
    root = el("html", el("head", *head), el("body", *body), lang="en-GB")
    text = str(etree.tostring(root, method="html", encoding="unicode", doctype="<!DOCTYPE html>"))
    return text + "\n"
