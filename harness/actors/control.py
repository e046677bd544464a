"""The control interface of a system that has one: what a run cannot do through the standard itself.

The bundled world has it; a vendor may build the few calls that help, or leave it out:
then what needs it is attested, never failed.
"""

from __future__ import annotations

import json
from typing import Any

from ..errors import CannotGoOn
from ..http.client import Client
from ..http.exchange import Exchange, Sent
from ..settings.model import Limits, Part


class ControlInterface:
    """Calls to the control interface of ``part``; they are not part of the record.

    Each raises ``CannotGoOn`` when the interface does not answer 2xx.
    """

    def __init__(self, part: Part, limits: Limits) -> None:
        assert part.control is not None
        self._part = part
        self._control = part.control
        self._limits = limits

    def registry_away(self) -> None:
        """From now on the registry answers nothing useful."""
        self._post("/registry/away", {})

    def registry_back(self) -> None:
        self._post("/registry/back", {})

    def staff_cancel(self, url: str) -> None:
        """The provider's own staff cancel the appointment at ``url`` locally."""
        self._post("/staff-cancel", {"url": url})

    def staff_touch(self, url: str) -> None:
        """The provider's own staff change the appointment at ``url``, so that a newer version exists."""
        self._post("/staff-touch", {"url": url})

    def refusal(self) -> str:
        """Why no call can succeed: it does not answer, or not to this token. Empty where nothing speaks against it."""
        exchange = self._send("GET", "")
        if not exchange.reached:
            return f"cannot be reached at {self._control.url}: {exchange.error}"
        return f"refuses the token (status {exchange.status})" if exchange.status in (401, 403) else ""

    def _post(self, path: str, body: dict[str, Any]) -> None:
        exchange = self._send("POST", path, json.dumps(body).encode())
        if not exchange.ok:
            came = f"answered with {exchange.answered()}" if exchange.reached else f"had {exchange.answered()}"
            raise CannotGoOn(f"POST {path} to the control interface of {self._part.name} {came}")

    def _send(self, method: str, path: str, body: bytes = b"") -> Exchange:
        headers = (
            ("Content-Type", "application/json"),
            ("Authorization", f"Bearer {self._control.token}"),
        )
        client = Client(self._part.tls, self._limits)
        try:
            return client.send(Sent(method, self._control.url.rstrip("/") + path, headers, body))
        finally:
            client.close()
