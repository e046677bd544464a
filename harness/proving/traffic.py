"""The shape of recorded traffic: what stays the same from run to run, so that a fault on the wire shows.

Two exchanges have the same shape when they differ only in what differs between any two runs
(ids, times, names of patients). Values that recur within an exchange recur in its shape, so a
start that moved from the request to the answer shows.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any
from urllib.parse import parse_qsl, urlsplit

#: Values that are the standard's words, not ours: codes, systems, media types.
_WORD = re.compile(r"^[a-z_][A-Za-z-]{0,40}$|^(https?://(fhir|hl7|snomed)|urn:)|^(application|text)/")
_INSTANT = re.compile(r"^\d{4}-\d\d-\d\d(T|$)")
_VALUE = re.compile(r'(?<=value=")[^"]*')

#: Headers that depend on the machine or the connection.
_IGNORED = frozenset({"date", "content-length", "server", "connection", "keep-alive", "host", "user-agent"})


def shapes(exchanges: Sequence[Mapping[str, Any]]) -> frozenset[str]:
    """A digest of each shape among stored exchanges; the entries of a Bundle count one by one."""
    return frozenset(_digest(shape) for exchange in exchanges for shape in _shapes(exchange))


def course(exchanges: Sequence[Mapping[str, Any]]) -> str:
    """A digest of what was asked and which status answered, in order; what is repeated counts once."""
    steps = [
        (
            exchange["request"]["method"],
            _path(urlsplit(exchange["request"]["url"]).path),
            (exchange.get("response") or {}).get("status", 0),
        )
        for exchange in exchanges
    ]
    return _digest([step for step, _ in groupby(steps)])


def _digest(shape: Any) -> str:
    return hashlib.sha256(json.dumps(shape, sort_keys=True).encode()).hexdigest()[:16]


def _shapes(exchange: Mapping[str, Any]) -> list[Any]:
    known: dict[str, str] = {}
    request, response = exchange["request"], exchange.get("response")
    place = urlsplit(request["url"])
    asked = [
        request["method"],
        _path(place.path),
        sorted((name, _token(value, known)) for name, value in parse_qsl(place.query, True)),
        sorted(name.lower() for name, _ in request["headers"]),
        _body(request.get("body", ""), known),
    ]
    if not response:
        return [[asked, "no answer"]]
    headers = sorted(
        (name.lower(), _token(value, known)) for name, value in response["headers"] if name.lower() not in _IGNORED
    )
    body = _parsed(response.get("body", ""))
    entries = body.pop("entry", None) if isinstance(body, dict) else None
    if not isinstance(entries, list):
        return [[asked, response["status"], headers, _plain(body, known)]]
    # A search answers with as many slots as there are: how many says nothing, each of them does.
    resources = [str(entry.get("resource")) for entry in entries if isinstance(entry, dict)]
    body["total"] = "right" if body.get("total") == len(entries) else "another"
    body["entry"] = "all different" if len(set(resources)) == len(entries) else "some alike"
    parts: list[Any] = [[asked, response["status"], headers, _plain(body, dict(known))]]
    return parts + [["entry", asked[:2], _plain(entry, dict(known))] for entry in entries]


def _path(path: str) -> list[str]:
    return [piece if _WORD.match(piece) or piece.istitle() else "*" for piece in path.split("/")]


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


def _body(text: str, known: dict[str, str]) -> Any:
    return _plain(_parsed(text), known)


def _plain(value: Any, known: dict[str, str]) -> Any:
    if isinstance(value, dict):
        return {name: _plain(item, known) for name, item in value.items()}
    if isinstance(value, list):
        return [_plain(item, known) for item in value]
    if isinstance(value, str) and value.startswith("<"):
        return _VALUE.sub(lambda found: _token(found[0], known), value)
    return _token(value, known) if isinstance(value, str) else type(value).__name__


def _token(text: str, known: dict[str, str]) -> str:
    """The text itself if it is a word of the standard, else a stand-in that recurs where the text does."""
    if _WORD.match(text):
        return text
    # How ids, instants and tags are written stays the same from run to run; names of people do not.
    if _INSTANT.match(text):
        form = re.sub(r"\d+", "9", text)
    else:
        form = "" if " " in text else re.sub(r"[A-Za-z0-9]+", "x", text)[:80]
    return known.setdefault(text, f"{form}#{len(known)}")
