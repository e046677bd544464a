"""What an exchange is in plain words: who asked whom for what, and the requirement that it is about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..settings import Settings
from ..world import ORGANISATIONS, REGISTRY_ASID, REGISTRY_PATH
from .clauses import clause
from .exchanges import Exchange

_OTHER = "Other request"
#: By method, type of resource, and whether one is named by its id.
_PROVIDER: Mapping[tuple[str, str, bool], str] = {
    ("GET", "metadata", False): "Read the capability statement",
    ("GET", "Slot", False): "Search for free slots",
    ("POST", "Appointment", False): "Book an appointment",
    ("GET", "Appointment", False): "Search for a patient's appointments",
    ("GET", "Appointment", True): "Read an appointment",
    ("PUT", "Appointment", True): "Cancel or change an appointment",
}
_REGISTRY: Mapping[tuple[str, str, bool], str] = {
    ("POST", "Appointment", False): "Register an appointment",
    ("GET", "Appointment", False): "Search the registry",
    ("GET", "Appointment", True): "Read a registry entry",
    ("PUT", "Appointment", True): "Update a registry entry",
}
_DIRECTORIES = {"dos": "Search for services", "sds": "Look up a system"}
_NAMES = {"registry": "Appointment registry", "dos": "Directory of Services", "sds": "Spine Directory Service"}


@dataclass(frozen=True)
class Line:
    """An exchange as a line of the log."""

    number: int
    at: str
    asker: str
    asked: str
    what: str
    method: str
    path: str
    status: str
    clause: str


class Wording:
    """Words for the exchanges of one world."""

    def __init__(self, settings: Settings) -> None:
        self._names = {**_NAMES, **{one.key: one.name for one in settings.providers}}
        self._roots = {"registry": REGISTRY_PATH, **{one.key: one.route for one in settings.providers}}
        # The longest first: an address may begin with another.
        self._addresses = sorted(
            ((f"{settings.root}{one.path}/Appointment/", one.name) for one in settings.providers),
            key=lambda pair: -len(pair[0]),
        )
        self._askers = {REGISTRY_ASID: _NAMES["registry"]}
        self._askers |= {one.asid: one.name for one in ORGANISATIONS}
        self._askers |= {one.asid: one.name for one in settings.providers}

    def line(self, exchange: Exchange) -> Line:
        """The exchange as a line."""
        kept = exchange.request
        system, query = str(kept["system"]), str(kept.get("query", ""))
        path = str(kept.get("url") or kept.get("path", ""))
        what, method = self._what(system, str(kept.get("method", "")), path), str(kept.get("method", ""))
        about = clause(what, system, method, int(kept["status"]), str(kept.get("situation", "")))
        return Line(
            number=exchange.number,
            at=str(kept["at"])[11:19],
            asker=self._asker(kept),
            asked=self._names.get(system, system),
            what=what,
            method=method,
            path=f"{path}?{query}" if query else path,
            status=_status(system, int(kept["status"])),
            clause="" if kept.get("fault") else about,
        )

    def parts(self) -> list[str]:
        """The names of the systems that the story is about: the providers, and the registry."""
        return [*(self._names[one] for one in self._roots if one != "registry"), self._names["registry"]]

    def caller(self, exchange: Exchange) -> str:
        """Who asked, as one of the names above where it can be known."""
        return self._asker(exchange.request).removeprefix("no ASID; for ")

    def _asker(self, kept: Mapping[str, Any]) -> str:
        headers = {str(name).lower(): str(value) for name, value in kept.get("headers", {}).items()}
        asid = headers.get("ssp-from", "")
        if asid:
            return self._askers.get(asid, f"ASID {asid[:40]}")
        # What providers tell the registry bears none, but the address of the appointment, or a token of its service.
        body = str(kept.get("body", "")) if kept["system"] == "registry" else ""
        about = next((name for address, name in self._addresses if address in body), "") or str(kept.get("caller", ""))
        return f"no ASID; for {about}" if about else "no ASID"

    def _what(self, system: str, method: str, path: str) -> str:
        if system in _DIRECTORIES:
            return _DIRECTORIES[system]
        pieces = [piece for piece in path.removeprefix(self._roots.get(system, "")).split("/") if piece]
        words = _REGISTRY if system == "registry" else _PROVIDER
        return words.get((method, pieces[0] if pieces else "", len(pieces) > 1), _OTHER)


def _status(system: str, status: int) -> str:
    if system == "sds":
        return f"LDAP {status}"
    # A call that was cut off before any answer has the status 0.
    return str(status) if status else "no answer"
