"""Exchanges as attachments of Allure results: each half a file of plain text, written once."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from pathlib import Path

from allure_commons.model2 import Attachment

from .exchanges import Exchange, request_text, response_text, title
from .reporter import write_document
from .text import clean

_NAMES = uuid.UUID("5b0f6a54-3c1e-5d4b-9a57-2f7f4f0c1d11")  # ours alone: makes the ids of files repeatable


class Attachments:
    """Those of one run, in one folder. ``exchanges`` are by scenario and id."""

    def __init__(self, folder: Path, exchanges: Mapping[tuple[str, str], Exchange]) -> None:
        self._folder = folder
        self._exchanges = exchanges
        self._written: set[str] = set()

    def of(self, scenario: str, ids: list[str]) -> list[Attachment]:
        """The request and the response of each exchange that is known."""
        made = []
        for id in ids:
            exchange = self._exchanges.get((scenario, id))
            if exchange is not None:
                made += self._attached(scenario, exchange)
        return made

    def _attached(self, scenario: str, exchange: Exchange) -> list[Attachment]:
        """Both halves as plain text: what a system sent is never shown as HTML or run."""
        line = title(exchange)
        halves = (("request", request_text), ("response", response_text))
        made = []
        for half, as_text in halves:
            source = f"{stable_id(half, scenario, str(exchange['id']))}-attachment.txt"
            if source not in self._written:
                write_document(self._folder / source, as_text(exchange))
                self._written.add(source)
            made.append(Attachment(name=f"{half} {line}", source=source, type="text/plain"))
        return made


def stable_id(*parts: str) -> str:
    """A UUID made from names: the same for the same parts, in every run."""
    return str(uuid.uuid5(_NAMES, clean("\n".join(parts))))
