"""What a script can take from an answer, for the requests that come after it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from .reading import resource_of
from .texts import FromAnswer

Exchange = Mapping[str, Any]
#: Shorter values occur by chance; they are known again only where an id is due.
LONG = 8
#: Characters that the beginning of a value may lack of the whole.
_CUT = 2
_SLOT_FIELDS = ("id", "identifier.value", "schedule.reference", "start", "end")
_ADDRESS = re.compile(r"/([^/?#]+)(?:/_history/[^/?#]+)?/?$")


def body_of(message: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """The resource of a request or an answer, in JSON or in XML."""
    if not message or message.get("body_encoding"):
        return None
    found = resource_of(str(message.get("body") or "").encode("utf-8", "replace"))
    return found if isinstance(found, dict) else None


def header_of(message: Mapping[str, Any] | None, name: str) -> str:
    """The value of a header, or nothing."""
    headers = (message or {}).get("headers", ())
    return next((str(value) for key, value in headers if str(key).lower() == name.lower()), "")


def is_xml(text: str) -> bool:
    return text.lstrip("\ufeff \t\r\n").startswith("<")


def id_in_address(exchange: Exchange) -> str:
    """The id of what was made or changed: that in the Location of the answer, or in the address that was asked for."""
    asked = str(exchange["request"]["url"]).partition("?")[0]
    made = exchange["request"]["method"] == "POST"
    found = _ADDRESS.search(header_of(exchange.get("response"), "Location") if made else asked)
    return found[1] if found else ""


def leaves(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Each text in a resource, with where it stands: ``contained[1].identifier[0].value``."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from leaves(inner, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from leaves(inner, f"{path}[{number}]")
    elif isinstance(value, str):
        yield path, value


class Known:
    """The values that the answers so far have brought, by themselves."""

    def __init__(self) -> None:
        self.values: dict[str, FromAnswer] = {}
        self.versions: dict[str, FromAnswer] = {}
        #: Resources that can be sent back changed, by their ids.
        self.resources: dict[str, tuple[str, dict[str, Any]]] = {}
        self._slots: dict[str, tuple[str, int, str]] = {}
        self._ranks: dict[tuple[str, int], int] = {}
        self._bundles: dict[str, list[dict[str, Any]]] = {}

    def learn(self, exchange: Exchange) -> None:
        """Take in what the answer of an exchange brought."""
        answer, id = exchange.get("response"), str(exchange["id"])
        if not answer or not 200 <= answer["status"] < 300:
            return
        resource = body_of(answer) or {}
        self._learn_slots(id, resource)
        asked = str(exchange["request"].get("body") or "") + str(exchange["request"]["url"])
        if resource.get("resourceType") == "Appointment":
            self._learn_resource(id, resource, asked, is_xml(str(answer["body"])))
        for link in resource.get("link") or []:
            if isinstance(link, dict) and link.get("relation") == "next" and isinstance(link.get("url"), str):
                self.values[link["url"]] = FromAnswer(id, "next_page", ("next_page",))
        address = id_in_address(exchange)
        if address and exchange["request"]["method"] == "POST":
            self.values[address] = FromAnswer(id, "id", ("id_in_location",))
        if tag := header_of(answer, "ETag"):
            self.versions[tag] = FromAnswer(id, "etag", ("header", "ETag"))

    def find(self, value: str) -> FromAnswer | None:
        """Where a value came from. A slot that is in use already goes before others of the same time."""
        if value in self.values:
            return self.values[value]
        if value not in self._slots:
            return None
        answer, place, field = self._slots[value]
        rank = self._ranks.setdefault((answer, place), 1 + sum(1 for one, _ in self._ranks if one == answer))
        self._prefer(answer, place)
        name = f"slot{'' if rank == 1 else rank}_{field.replace('.', '_')}"
        return FromAnswer(answer, name, ("slot", str(rank), field))

    def find_nearly(self, value: str) -> FromAnswer | None:
        """Where the beginning of a value, or the same in the other case, came from: negative tests ask for such."""
        if len(value) < LONG:
            return None
        if (found := self.values.get(value.swapcase())) is not None:
            return replace(found, swapped=True)
        for known, found in self.values.items():
            if known.startswith(value) and len(known) - len(value) <= _CUT:
                return replace(found, cut=len(known) - len(value))
        return None

    def long_values(self) -> list[str]:
        """Those that can be looked for within a text, the longest first."""
        return sorted((v for v in {*self.values, *self._slots} if len(v) >= LONG), key=len, reverse=True)

    def _learn_slots(self, id: str, resource: Mapping[str, Any]) -> None:
        self._bundles[id] = _slots(resource)
        for place, slot in enumerate(self._bundles[id]):
            for field in _SLOT_FIELDS:
                value = _field(slot, field)
                known = self._slots.get(value)
                if value and not (known and (known[0], known[1]) in self._ranks):
                    self._slots.setdefault(value, (id, place, field))

    def _prefer(self, answer: str, place: int) -> None:
        """The other values of a slot in use are taken from it, too."""
        slot = self._bundles[answer][place]
        for field in _SLOT_FIELDS:
            if value := _field(slot, field):
                self._slots[value] = (answer, place, field)

    def _learn_resource(self, id: str, resource: dict[str, Any], asked: str, in_xml: bool) -> None:
        own = str(resource.get("id") or "")
        if own:
            self.values.setdefault(own, FromAnswer(id, "id", ("text", "id")))
            if not in_xml:
                self.resources[own] = (id, resource)
        for path, value in leaves(resource):
            if len(value) >= LONG and value not in asked and value not in self.values and value not in self._slots:
                name = re.sub(r"\W+", "_", path).strip("_")
                self.values[value] = FromAnswer(id, name, ("text", path))


def _slots(resource: Mapping[str, Any]) -> list[dict[str, Any]]:
    entries = resource.get("entry")
    inner = [entry.get("resource") for entry in entries if isinstance(entry, dict)] if isinstance(entries, list) else []
    return [one for one in inner if isinstance(one, dict) and one.get("resourceType") == "Slot"]


def _field(resource: Mapping[str, Any], path: str) -> str:
    found: Any = resource
    for name in path.split("."):
        found = found[0] if isinstance(found, list) and found else found
        found = found.get(name) if isinstance(found, dict) else None
    return found if isinstance(found, str) else ""
