"""How bodies and addresses from a system under test are laid out, without hiding what it sent.

``clean`` makes any text harmless: see ``harness.text``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

from lxml import etree
from uec_booking.harness.text import clean, one_line

__all__ = ["as_json", "clean", "cut", "decoded", "markdown", "one_line", "pretty"]

#: Bodies are cut at this many characters in every report; results keep what was decided.
BODY_LIMIT = 100_000

_NOT_ASCII = re.compile(r"[^\x00-\x7f]")
_XML_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_JSON_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+')

_MARKDOWN = re.compile(r"[\\`*_{}\[\]()<>#+.!|~&:-]")

_OPENING, _BREAK_AFTER = frozenset("{["), frozenset("{[,")
# Deep nesting is a known attack; beyond a point more indent helps nobody.
_DEEPEST = 40
_LINES = ["\n" + "  " * depth for depth in range(_DEEPEST + 1)]


def as_json(data: Mapping[str, Any], depth: int = 4) -> str:
    """``data`` as a JSON document, ending in a newline. Raises ValueError where a number is not finite.

    Down to ``depth`` each value has a line of its own; what lies deeper stands on the line of what it is in, which is
    ten times as fast, and a fifth shorter.

    It is ASCII: what a system sent is in it as it came, and moves no cursor where the file is looked at. Strict parsers
    reject lone surrogates, so these are shown escaped.
    """
    text = _laid_out(data, depth, "\n")
    return (text if text.isascii() else _NOT_ASCII.sub(_json_escape, text)) + "\n"


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


def pretty(body: str, shown: int = BODY_LIMIT) -> str:
    """A JSON or XML body with line breaks and indents; anything else as it came. Cleaned and cut.

    Only white space changes: repeated keys, the digits of a decimal and the order of
    members are what a report must show, so JSON is never parsed and written anew.
    Of JSON at least ``shown`` characters are laid out, for who cuts the rest off; that stays as it came.
    """
    if len(body) > BODY_LIMIT:  # what is cut is not whole, so it could not be laid out anyway
        return cut(clean(body))
    start = body.lstrip()[:1]
    if start in ("{", "["):
        laid_out = _indented_json(body, shown)
    elif start == "<":
        laid_out = _indented_xml(body)
    else:
        laid_out = body
    return cut(clean(laid_out))


def _indented_json(body: str, shown: int) -> str:
    try:
        json.loads(body)
    except (ValueError, RecursionError):
        return body
    out: list[str] = []
    depth = 0
    length = 0
    before = ""
    for found in _JSON_TOKEN.finditer(body):
        token = found[0]
        length += len(token)
        if length > shown:
            out.append(body[found.start() :])
            break
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


def _laid_out(value: Any, depth: int, margin: str) -> str:
    within = margin + " "
    if depth and value and isinstance(value, Mapping):
        members = (f"{_encoded(str(key))}: {_laid_out(item, depth - 1, within)}" for key, item in value.items())
        return f"{{{within}{f',{within}'.join(members)}{margin}}}"
    if depth and value and isinstance(value, list | tuple):
        items = (_laid_out(item, depth - 1, within) for item in value)
        return f"[{within}{f',{within}'.join(items)}{margin}]"
    return _encoded(value)


def _plain(value: object) -> dict[str, Any] | str:
    """What JSON does not know by itself: mappings that are no dict, and whatever else has words."""
    return dict(value) if isinstance(value, Mapping) else str(value)


def _json_escape(found: re.Match[str]) -> str:
    character = found.group()
    # Within the quotes of JSON a surrogate becomes the text of its escape, all else the escape itself.
    return rf"\\u{ord(character):04x}" if "\ud800" <= character <= "\udfff" else json.dumps(character)[1:-1]


#: Without line breaks, for which the library has no fast way.
_encoded = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"), default=_plain).encode
