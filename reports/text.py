"""How bodies and addresses from a system under test are laid out, without hiding what it sent.

``clean`` makes any text harmless: see ``harness.text``.
"""

from __future__ import annotations

import json
import re
from urllib.parse import unquote

from lxml import etree
from uec_booking.harness.text import clean, one_line

__all__ = ["clean", "cut", "decoded", "markdown", "one_line", "pretty", "without_surrogates"]

#: Bodies are cut at this many characters in every report; results keep what was decided.
BODY_LIMIT = 100_000

_SURROGATE = re.compile("[\ud800-\udfff]")
_XML_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_JSON_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+')

_MARKDOWN = re.compile(r"[\\`*_{}\[\]()<>#+.!|~&:-]")

_OPENING, _BREAK_AFTER = frozenset("{["), frozenset("{[,")
# Deep nesting is a known attack; beyond a point more indent helps nobody.
_DEEPEST = 40
_LINES = ["\n" + "  " * depth for depth in range(_DEEPEST + 1)]


def without_surrogates(text: str) -> str:
    """``text`` that can be encoded as UTF-8 and is read by strict JSON parsers."""
    return _SURROGATE.sub(lambda found: f"\\u{ord(found.group()):04x}", text)


def decoded(url: str) -> str:
    """An address with its percent escapes read, for people; what is sent stays as it was."""
    return unquote(url, errors="backslashreplace")


def cut(text: str, limit: int = BODY_LIMIT) -> str:
    """At most ``limit`` characters of ``text``, then how many are left out."""
    if len(text) <= limit:
        return text
    return f"{text[:limit]} … ({len(text) - limit:,} more characters)"


def markdown(line: str) -> str:
    """One line of text as text of a Markdown paragraph: no mark in it is taken for a link, a picture or a list."""
    return _MARKDOWN.sub(r"\\\g<0>", line)


def pretty(body: str) -> str:
    """A JSON or XML body with line breaks and indents; anything else as it came. Cleaned and cut.

    Only white space changes: repeated keys, the digits of a decimal and the order of
    members are what a report must show, so JSON is never parsed and written anew.
    """
    if len(body) > BODY_LIMIT:  # what is cut is not whole, so it could not be laid out anyway
        return cut(clean(body))
    start = body.lstrip()[:1]
    if start in ("{", "["):
        laid_out = _indented_json(body)
    elif start == "<":
        laid_out = _indented_xml(body)
    else:
        laid_out = body
    return cut(clean(laid_out))


def _indented_json(body: str) -> str:
    try:
        json.loads(body)
    except (ValueError, RecursionError):
        return body
    out: list[str] = []
    depth = 0
    before = ""
    for token in _JSON_TOKEN.findall(body):
        if token in "}]":
            depth -= 1
            if before not in _OPENING:
                out.append(_LINES[min(depth, _DEEPEST)])
        elif before in _BREAK_AFTER:
            out.append(_LINES[min(depth, _DEEPEST)])
        out.append(": " if token == ":" else token)
        if token in _OPENING:
            depth += 1
        before = token
    return "".join(out)


def _indented_xml(body: str) -> str:
    if "<!DOCTYPE" in body or "<!ENTITY" in body:
        return body
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(_XML_DECLARATION.sub("", body).encode("utf-8"), parser)
    except (etree.XMLSyntaxError, ValueError):
        return body
    etree.indent(root, space="  ")
    return str(etree.tostring(root, encoding="unicode"))
