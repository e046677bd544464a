"""What a run does to the world around a consumer under test, and what it hears of it: by its control interface."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from ..errors import CannotGoOn
from ..http.client import Client
from ..http.exchange import Sent
from ..settings.consumer import Surroundings
from ..settings.model import Limits, Tls


@dataclass(frozen=True, slots=True)
class Lookup:
    """A question to the Directory of Services (``dos``) or to the Spine Directory (``sds``), in their order.

    ``what`` is the LDAP filter, or the message of the SOAP call. ``answered``: the party key that was given.
    """

    number: int
    system: str
    what: str
    answered: str = ""


#: No request has a number above this: none is wanted, only the number of the last one.
_NONE = 10**9


class World:
    """The control interface of the world that a consumer under test is in.

    Each call raises ``CannotGoOn`` where it does not answer: the world is ours, so that is no fault of the consumer.
    """

    def __init__(self, surroundings: Surroundings, limits: Limits) -> None:
        self._surroundings = surroundings
        self._client = Client(Tls(surroundings.ca, surroundings.client_certificate, surroundings.client_key), limits)

    def close(self) -> None:
        self._client.close()

    def reset(self) -> None:
        """Empty everything: appointments, registry, diaries, faults, and what was received."""
        self._send("POST", "/reset", {})

    def arm(self, root: str, faults: Sequence[Mapping[str, Any]]) -> None:
        """Have the provider at this service root (its path), or the ``registry``, fail so from now on."""
        self._send("PUT", "/faults", {"root": root, "faults": list(faults)})

    def staff(self, act: str, url: str) -> None:
        """The provider's own staff ``touch`` or ``cancel`` the appointment at ``url``."""
        self._send("POST", f"/staff-{act}", {"url": url})

    def owed(self) -> int:
        """How many messages of its providers the registry has not had yet."""
        return len(self._send("GET", "/registry/outbox")["waiting"])

    def received(self, after: int) -> list[Mapping[str, Any]]:
        """All requests behind that number, as the world keeps them."""
        found: list[Mapping[str, Any]] = self._send("GET", f"/received?{urlencode({'after': after})}")["received"]
        return found

    def mark(self) -> int:
        """The number of the last request so far."""
        found: int = self._send("GET", f"/received?{urlencode({'after': _NONE})}")["last"]
        return found

    def registry_client(self, own: tuple[str, str]) -> tuple[str, str]:
        """Id and secret with which the consumer under test gets tokens of the registry: its own, where it has some."""
        if all(own):
            self._send("PUT", "/registry/clients", {"client_id": own[0], "client_secret": own[1]})
            return own
        client = self._send("GET", "/registry/clients")["clients"][0]
        return client["client_id"], client["client_secret"]

    def _send(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> dict[str, Any]:
        headers = (
            ("Content-Type", "application/json"),
            ("Authorization", f"Bearer {self._surroundings.control_token}"),
        )
        content = json.dumps(body).encode() if body is not None else b""
        exchange = self._client.send(Sent(method, self._surroundings.control + path, headers, content))
        if not exchange.ok or exchange.response is None:
            raise CannotGoOn(f"the world around the consumer failed: {method} {path} was {exchange.answered()}")
        found: dict[str, Any] = json.loads(exchange.response.body)
        return found


def lookups(received: Iterable[Mapping[str, Any]]) -> list[Lookup]:
    """What the directories were asked, among requests as the world keeps them."""
    return [
        Lookup(one["number"], one["system"], one.get("filter") or one.get("body", ""), _party_key(one))
        for one in received
        if one.get("system") in ("dos", "sds")
    ]


def _party_key(one: Mapping[str, Any]) -> str:
    """The party key of the one entry that was found."""
    values = one.get("party_keys") or [""]
    return str(values[0]) if len(values) == 1 else ""
