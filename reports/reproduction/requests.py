"""The requests of a scenario as a script sends them: what is of the run alone is taken from where it comes from."""

from __future__ import annotations

import base64
import json
import re
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, unquote

from uec_booking.standard import names

from .answers import Exchange, Known, body_of, header_of
from .substitution import Substitution, World
from .texts import FromAnswer, NewId, Text, encoded, joined, references

#: curl sets these itself; Authorization comes with the token.
_LEFT_TO_CURL = frozenset({"host", "content-length", "connection", "transfer-encoding", "authorization"})
_CHANGES_OF_TOKENS = ("a token", "the good token", "a practitioner", "the scheme bearer", "another scheme")
_TO_BE_REJECTED = " (to be rejected)"
#: Bytes of a compressed body that are looked at.
_MOST_BYTES = 1_000_000
#: Changes of a resource that was read, beyond which it is written out whole.
_MOST_CHANGES = 8
_READING = frozenset({"GET", "HEAD", "OPTIONS"})
_NHS_NUMBER = re.compile(r"(?<!\d)\d{10}(?!\d)")
_VERSION = re.compile(r'(?:W/)?"?([^"]*)"?')


@dataclass(frozen=True, slots=True)
class Signature:
    """How a request is signed: what `uec-booking token` is asked for."""

    part: str
    scope: str
    organisation: str
    change: str = ""


@dataclass(frozen=True, slots=True)
class Changed:
    """A body that is the resource of an earlier answer, with some elements set (None: taken out)."""

    answer: FromAnswer
    changes: tuple[tuple[tuple[str | int, ...], Any], ...]


@dataclass(frozen=True, slots=True)
class Request:
    """One request of the script. ``status`` is what it was answered with in the run, 0 for nothing."""

    id: str
    signature: Signature
    method: str
    url: Text
    headers: tuple[tuple[str, Text], ...]
    body: Text | Changed | bytes | None
    status: int
    patients: frozenset[str] = frozenset()
    note: str = ""
    #: Whether the body goes out compressed by gzip.
    packed: bool = False

    @property
    def reads(self) -> bool:
        return self.method in _READING

    @property
    def books(self) -> bool:
        return self.method == "POST" and 200 <= self.status < 300

    def answers_used(self) -> Iterator[FromAnswer]:
        """What it takes from earlier answers."""
        texts = [self.url, *(text for _, text in self.headers)]
        if isinstance(self.body, Changed):
            yield self.body.answer
        elif isinstance(self.body, tuple):
            texts.append(self.body)
        for text in texts:
            yield from (one for one in references(text) if isinstance(one, FromAnswer))


def requests_of(exchanges: Sequence[Exchange], world: World) -> list[Request]:
    """The requests that the harness sent, in their order."""
    return list(_Reading(world).requests(exchanges))


class _Reading:
    def __init__(self, world: World) -> None:
        self._world = world
        self._known = Known()
        self._substitution = Substitution(world, self._known)
        self._ids: dict[str, NewId] = {}

    def requests(self, exchanges: Sequence[Exchange]) -> Iterator[Request]:
        for exchange in exchanges:
            if exchange.get("actor") in self._world.organisations:
                yield self._request(exchange)
                self._known.learn(exchange)

    def _request(self, exchange: Exchange) -> Request:
        request, answer = exchange["request"], exchange.get("response")
        self._substitution.now(str(exchange.get("started", "")))
        return Request(
            id=str(exchange["id"]),
            signature=self._signature(exchange),
            method=str(request["method"]),
            url=self._url(str(request["url"]), str(exchange.get("system", ""))),
            headers=tuple(self._headers(request)),
            body=self._body(request),
            status=int(answer["status"]) if answer else 0,
            patients=frozenset(_NHS_NUMBER.findall(unquote(str(request["url"])) + str(request.get("body") or ""))),
            note=str(exchange.get("note") or ""),
            packed=_unpacked(request) is not None,
        )

    def _signature(self, exchange: Exchange) -> Signature:
        request, note = exchange["request"], str(exchange.get("note") or "").removesuffix(_TO_BE_REJECTED)
        change = note if note.startswith(_CHANGES_OF_TOKENS) else ""
        if not header_of(request, "Authorization"):
            change = "no Authorization header"
        return Signature(
            str(exchange["system"]), self._scope(request), self._world.organisations[exchange["actor"]], change
        )

    def _scope(self, request: Mapping[str, Any]) -> str:
        if request["method"] not in _READING:
            return names.SCOPE_APPOINTMENT_WRITE
        return names.SCOPE_APPOINTMENT_READ if "/Appointment" in request["url"] else names.SCOPE_SLOT_READ

    def _url(self, url: str, part: str) -> Text:
        if (learned := self._known.find(url)) is not None:
            return (learned,)
        root = self._world.root_of(url, part)
        path, mark, query = (url.removeprefix(root[0]) if root else url).partition("?")
        found: list[Any] = [root[1]] if root else []
        for number, segment in enumerate(path.split("/")):
            found += ["/" if number else "", *self._part_of_url(segment, exact=True)]
        found.append(mark)
        for number, pair in enumerate(query.split("&") if mark else ()):
            name, equals, value = pair.partition("=")
            found += ["&" if number else "", name, equals, *self._part_of_url(value)]
        return joined(found)

    def _part_of_url(self, raw: str, exact: bool = False) -> Text:
        text = self._substitution.text(unquote(raw), exact=exact, times=not exact)
        if exact and not references(text):
            nearly = self._known.find_nearly(unquote(raw))
            text = (nearly,) if nearly else self._substitution.text(unquote(raw))
        if not references(text):
            return (raw,)
        return encoded(tuple(quote(part, safe="") if isinstance(part, str) else part for part in text))

    def _headers(self, request: Mapping[str, Any]) -> Iterator[tuple[str, Text]]:
        there = set()
        for name, value in request.get("headers", ()):
            there.add(name.lower())
            if name.lower() in _LEFT_TO_CURL:
                continue
            if name.lower() == names.REQUEST_ID.lower():
                yield name, (self._ids.setdefault(value, NewId(len(self._ids) + 1)),)
            elif name.lower() == "if-match":
                yield name, self._version(value)
            else:
                yield name, self._substitution.text(value, exact=True)
        # What was not sent must not be sent by curl of its own accord.
        lacking = ("Accept", "Content-Type") if request.get("body") else ("Accept",)
        for name in lacking:
            if name.lower() not in there:
                yield name, ()

    def _version(self, value: str) -> Text:
        if value in self._known.versions:
            return (self._known.versions[value],)
        return (value,)

    def _body(self, request: Mapping[str, Any]) -> Text | Changed | bytes | None:
        text = str(request.get("body") or "")
        if not text:
            return None
        if request.get("body_encoding"):
            unpacked = _unpacked(request)
            if unpacked is None:
                return text.encode("ascii")
            request = {**request, "body": unpacked, "body_encoding": ""}
            text = unpacked
        resource = body_of(request)
        if resource is None:
            return self._substitution.text(text, times=False)
        known = self._known.resources.get(str(resource.get("id") or ""))
        if known is not None:
            changes = tuple(_changes(known[1], resource))
            if len(changes) <= _MOST_CHANGES:
                return Changed(FromAnswer(known[0], "body", ("body",)), changes)
        return self._substitution.json_text(text, resource)


def _unpacked(request: Mapping[str, Any]) -> str | None:
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
