"""The bodies of requests as a script sends them: as they were, with references, or as a changed answer."""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape

from .answers import Known, body_of, header_of, is_xml
from .substitution import Substitution
from .texts import FromAnswer, Text

#: Bytes of a compressed body that are looked at.
_MOST_BYTES = 1_000_000
#: Changes of a resource that was read, beyond which it is written out whole.
_MOST_CHANGES = 8


@dataclass(frozen=True, slots=True)
class Changed:
    """A body that is the resource of an earlier answer, with some elements set (None: taken out)."""

    answer: FromAnswer
    changes: tuple[tuple[tuple[str | int, ...], Any], ...]


def body_to_send(request: Mapping[str, Any], known: Known, substitution: Substitution) -> Text | Changed | bytes | None:
    """What a script sends in the place of a body; bytes are in base64."""
    text = str(request.get("body") or "")
    if not text:
        return None
    if request.get("body_encoding"):
        inner = unpacked(request)
        if inner is None:
            return text.encode("ascii")
        text = inner
    resource = body_of({"body": text})
    if resource is None:
        return substitution.text(text, times=False)
    if is_xml(text):
        return substitution.resource_text(text, resource, _in_xml)
    before = known.resources.get(str(resource.get("id") or ""))
    if before is not None:
        changes = tuple(_changes(before[1], resource))
        if len(changes) <= _MOST_CHANGES:
            return Changed(FromAnswer(before[0], "body", ("body",)), changes)
    return substitution.resource_text(text, resource, _in_json)


def _in_json(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)[1:-1]


def _in_xml(value: str) -> str:
    return escape(value, {'"': "&quot;"})


def unpacked(request: Mapping[str, Any]) -> str | None:
    """The text of a body that was compressed by gzip; None where it was not, or is no text."""
    if not request.get("body_encoding") or header_of(request, "Content-Encoding").lower() != "gzip":
        return None
    try:
        content = base64.b64decode(request["body"])
        return zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(content, _MOST_BYTES).decode("utf-8")
    except (ValueError, zlib.error):
        return None


def _changes(before: Any, after: Any, at: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    """What has to be set in ``before`` that it becomes ``after``."""
    if isinstance(before, dict) and isinstance(after, dict):
        for key in {**before, **after}:
            if key not in after:
                yield (*at, key), None
            elif key not in before:
                yield (*at, key), after[key]
            else:
                yield from _changes(before[key], after[key], (*at, key))
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        for number, (one, other) in enumerate(zip(before, after, strict=True)):
            yield from _changes(one, other, (*at, number))
    elif json.dumps(before) != json.dumps(after):
        yield at, after
