"""How much an XML document may hold, counted before a tree is made of it.

The parser of the tree compares each attribute of an element with all others of it, so that a document of some
megabytes could hold it for half an hour, in C, where neither a timer nor Ctrl-C reaches it. This reader takes a
time in proportion to the bytes, keeps nothing, and stops at the first bound passed.
"""

from __future__ import annotations

from typing import Any
from xml.parsers import expat

from .errors import MAX_ATTRIBUTES, MAX_DEPTH, MAX_NODES, CodecError


def check_bounds(data: bytes, where: str = "") -> None:
    """Rejects a DOCTYPE, and more elements, attributes or levels than a resource has; raises CodecError."""
    counted = _Counted(where)
    parser = expat.ParserCreate("utf-8")
    parser.ordered_attributes = True
    parser.StartElementHandler = counted.start
    parser.EndElementHandler = counted.end
    parser.StartDoctypeDeclHandler = counted.doctype
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        raise CodecError(f"not well-formed XML: {error}", where) from None


class _Counted:
    def __init__(self, where: str) -> None:
        self._where = where
        self._nodes = 0
        self._depth = 0

    def start(self, _: str, attributes: list[str]) -> None:
        # Names and values take turns.
        count = len(attributes) // 2
        if count > MAX_ATTRIBUTES:
            raise CodecError(f"an element has {count} attributes, more than {MAX_ATTRIBUTES}", self._where)
        self._nodes += 1
        if self._nodes > MAX_NODES:
            raise CodecError(f"more than {MAX_NODES} elements", self._where)
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise CodecError(f"nested more than {MAX_DEPTH} levels deep", self._where)

    def end(self, _: str) -> None:
        self._depth -= 1

    def doctype(self, *_: Any) -> None:
        raise CodecError("a DOCTYPE is not allowed in FHIR XML", self._where)
