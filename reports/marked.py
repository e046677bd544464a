"""The element of an answer that an observation is about, as it stands there."""

from __future__ import annotations

import json
from dataclasses import dataclass

from .exchanges import Exchange
from .reproduction.answers import body_of, header_of
from .reproduction.differences import paths_of
from .reproduction.failing import is_header
from .reproduction.paths import is_numbered, path_in, value_at
from .text import one_line

#: Values of one element that are shown.
_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Marked:
    """``where`` in the answer of ``exchange``, with what stands there."""

    exchange: str
    where: str
    value: str


def marked(exchange: Exchange | None, where: str) -> Marked | None:
    """The status, header or element of an answer; None where the place is no such thing, or there is no answer."""
    answer = (exchange or {}).get("response")
    if exchange is None or not answer or not where:
        return None
    value = _value(answer, where)
    return Marked(one_line(exchange["id"]), one_line(where), one_line(value, 600)) if value else None


def _value(answer: Exchange, where: str) -> str:
    if where == "status":
        return str(answer["status"])
    if is_header(where):
        return header_of(answer, where) or "missing"
    body = body_of(answer)
    path = path_in(where, str((body or {}).get("resourceType")))
    if body is None or not path:
        return ""
    if is_numbered(where):
        found = value_at(where, body)
        return "missing" if found is None else json.dumps(found, ensure_ascii=False)
    seen = [one for one in dict.fromkeys(paths_of(body).get(path, ["missing"])) if one != "{}"]
    more = f" and {len(seen) - _SHOWN} more" if len(seen) > _SHOWN else ""
    return ", ".join(seen[:_SHOWN]) + more
