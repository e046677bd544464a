"""Search results that come in pages: each page has a link ``next`` while there are more (FHIR STU3, http.html#paging).

A provider may page or cap what it finds (PRV-SRCH-26, PRV-SRCH-27), so what is not on the
first page may be on a later one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Protocol

from ..http.exchange import Exchange
from ..http.notes import NEXT_PAGE
from ..http.urls import beneath
from ..settings.model import Part
from .calls import Call

#: A server whose pages never end must not hold the run.
_MOST = 40


class Sends(Protocol):
    """Whoever sends calls to a system and has the answer."""

    def send(self, part: Part, call: Call) -> Exchange: ...


def pages(consumer: Sends, part: Part, call: Call) -> Iterator[Exchange]:
    """Send a search, and ask for the pages that follow as they are wanted; the first exchange always comes.

    A link that leads away from the provider is not followed: the token is not for others. The pages behind it are then
    not observed (``checks.search_answers`` says so).
    """
    asked: set[str] = set()
    exchange = consumer.send(part, call)
    yield exchange
    while (url := next_page(exchange, part.base_url)) and url not in asked and len(asked) < _MOST:
        asked.add(url)
        exchange = consumer.send(part, call.changed(path=url, query=(), note=NEXT_PAGE))
        yield exchange


def next_page(exchange: Exchange, base_url: str) -> str:
    """The address of the page that follows, if it is the provider's own; empty otherwise."""
    links = [link for link in exchange.resource.get("link") or [] if isinstance(link, Mapping)]
    url = next((link.get("url") for link in links if link.get("relation") == "next"), None)
    if not exchange.ok or not isinstance(url, str):
        return ""
    return beneath(url, base_url)
