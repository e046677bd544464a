"""The requests of a scenario as a script sends them: what is of the run alone is taken from where it comes from."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote, unquote

from uec_booking.standard import names

from .answers import Exchange, Known, header_of, id_in_address
from .bodies import Changed, body_to_send, unpacked
from .course import ALONE, Turn, turns
from .looks import REGISTRY, headers, pointer
from .substitution import Substitution, World
from .texts import FromAnswer, NewId, Text, encoded, joined, references

#: curl sets these itself; Authorization comes with the token.
_LEFT_TO_CURL = frozenset({"host", "content-length", "connection", "transfer-encoding", "authorization"})
_CHANGES_OF_TOKENS = ("a token", "the good token", "a practitioner", "the scheme bearer", "another scheme")
#: Stands behind the id of the exchange after which a script looks into the registry.
LOOK = "-registry"
_TO_BE_REJECTED = " (to be rejected)"
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
    turn: Turn = ALONE
    #: Whether it shows what a provider has told a registry, which takes its time.
    awaits: bool = False

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


def requests_of(exchanges: Sequence[Exchange], world: World, *, looks: bool = False) -> list[Request]:
    """The requests that the harness sent, in their order.

    With ``looks`` the registry is searched after each booking and each cancellation: the id of such a request is that
    of the exchange with ``LOOK`` behind it.
    """
    return list(_Reading(world, looks).requests(exchanges))


class _Reading:
    def __init__(self, world: World, looks: bool) -> None:
        self._world = world
        self._looks = looks and REGISTRY.upper() in world.settings
        self._known = Known()
        self._substitution = Substitution(world, self._known)
        self._ids: dict[str, NewId] = {}

    def requests(self, exchanges: Sequence[Exchange]) -> Iterator[Request]:
        sent = [one for one in exchanges if one.get("actor") in self._world.organisations]
        sent = [one for number, one in enumerate(sent, start=1) if not _asked_again(one, *sent[number : number + 1])]
        turn, told = turns(sent), False
        for exchange in sent:
            request = self._request(exchange)
            yield replace(request, turn=turn[request.id], awaits=told and _reads_registry(exchange))
            self._known.learn(exchange)
            # Once it was waited for, all that was told before is there.
            told = not _reads_registry(exchange) and (told or not request.reads)
            if look := self._look(exchange, request):
                yield look

    def _look(self, exchange: Exchange, request: Request) -> Request | None:
        """The search for the pointer to what was booked or cancelled."""
        if not self._looks or request.reads or request.signature.part == REGISTRY or not 200 <= request.status < 300:
            return None
        root = self._world.root_of(str(exchange["request"]["url"]), request.signature.part)
        id = self._known.find(id_in_address(exchange) or "")
        if root is None or id is None:
            return None
        name = f"{request.id}{LOOK}"
        new = self._ids.setdefault(name, NewId(len(self._ids) + 1))
        signature = Signature(REGISTRY, names.SCOPE_APPOINTMENT_READ, request.signature.organisation)
        url, note = pointer(root[1], id), "what the provider has told the registry of it"
        return Request(name, signature, "GET", url, headers(new), None, 200, request.patients, note, awaits=True)

    def _request(self, exchange: Exchange) -> Request:
        request, answer = exchange["request"], exchange.get("response")
        self._substitution.now(str(exchange.get("started", "")))
        return Request(
            id=str(exchange["id"]),
            signature=self._signature(exchange),
            method=str(request["method"]),
            url=self._url(str(request["url"]), str(exchange.get("system", ""))),
            headers=tuple(self._headers(request)),
            body=body_to_send(request, self._known, self._substitution),
            status=int(answer["status"]) if answer else 0,
            patients=frozenset(_NHS_NUMBER.findall(unquote(str(request["url"])) + str(request.get("body") or ""))),
            note=str(exchange.get("note") or ""),
            packed=unpacked(request) is not None,
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


def _reads_registry(exchange: Exchange) -> bool:
    return exchange["system"] == REGISTRY and exchange["request"]["method"] in _READING


def _asked_again(exchange: Exchange, then: Exchange | None = None) -> bool:
    """Whether the harness asked a registry once more, because it had not been told yet: the last answer counts."""
    if then is None or not _reads_registry(exchange):
        return False
    return (exchange["system"], exchange["request"]["url"]) == (then["system"], then["request"]["url"])
