"""The exchanges of a page: each is laid out once, and whatever rests on it links to it."""

from __future__ import annotations

from dataclasses import dataclass

from uec_booking.harness.judging.verdicts import JudgedRun

from .exchanges import Exchange, curl, of_run, request_text, response_text, short_title, title
from .templating import anchor
from .text import cut

Key = tuple[str, str]

#: Characters of a request or response: of what fell short, and of what passed. The page has to stay one that a
#: browser likes; the stored run and the Allure results have all of it.
SHORT_LIMIT, PASSED_LIMIT = 12_000, 1_500
#: Exchanges laid out for what passed; when there are so many, a requirement without one yet may add one more.
PASSED_SHOWN = 100


@dataclass(frozen=True, slots=True)
class Link:
    """Where an exchange is laid out, what it is called (in short, for links), and the scenario that it belongs to."""

    title: str
    short: str
    anchor: str
    scenario: str


@dataclass(frozen=True, slots=True)
class LaidOut(Link):
    """An exchange to be read; ``curl`` is empty where nothing is to be tried."""

    request: str
    response: str
    curl: str
    opened: bool


class Exchanges:
    """Lays out exchanges where they are first needed, or at the end of the page."""

    def __init__(self, run: JudgedRun) -> None:
        self._known = of_run(run)
        self._anchors: dict[Key, str] = {}
        self._waiting: list[Key] = []
        self._links: dict[Key, Link] = {}

    def __contains__(self, key: Key) -> bool:
        return key in self._known

    def of(self, keys: list[Key]) -> Exchange | None:
        """The last of these that is known."""
        known = [self._known[key] for key in keys if key in self._known]
        return known[-1] if known else None

    def here(self, key: Key) -> Link:
        """The exchange laid out, for this place of the page; only a link where that is done already."""
        if key in self._anchors:
            return self._link(key)
        return _laid_out(key, self._known[key], self._name(key), SHORT_LIMIT, opened=len(self._anchors) == 1)

    def links(self, keys: list[Key], most: int) -> list[Link]:
        """Links to some of these exchanges, rather to those that are in the page anyway; the rest comes at its end."""
        known = [key for key in keys if key in self._known]
        there = [key for key in known if key in self._anchors][:most]
        if not there or (len(there) < most and len(self._waiting) < PASSED_SHOWN):
            for key in [key for key in known if key not in self._anchors][: 1 if not there else most - len(there)]:
                self._name(key)
                self._waiting.append(key)
                there.append(key)
        return [self._link(key) for key in there]

    def place(self, key: Key) -> str:
        """The anchor of an exchange, which comes at the end of the page where it is not laid out yet."""
        if key not in self._anchors:
            self._name(key)
            self._waiting.append(key)
        return self._anchors[key]

    def rest(self) -> list[LaidOut]:
        """What was linked to and is not laid out yet."""
        return [
            _laid_out(key, self._known[key], self._anchors[key], PASSED_LIMIT, opened=False, with_curl=False)
            for key in self._waiting
        ]

    def _name(self, key: Key) -> str:
        # The count keeps the anchor unique: ids of exchanges may repeat over workers.
        self._anchors[key] = f"exchange-{len(self._anchors) + 1}-{anchor(key[1])}"
        return self._anchors[key]

    def _link(self, key: Key) -> Link:
        if key not in self._links:
            exchange = self._known[key]
            self._links[key] = Link(title(exchange), short_title(exchange), self._anchors[key], key[0])
        return self._links[key]


def _laid_out(key: Key, exchange: Exchange, anchor: str, limit: int, opened: bool, with_curl: bool = True) -> LaidOut:
    return LaidOut(
        title=title(exchange),
        short=short_title(exchange),
        anchor=anchor,
        scenario=key[0],
        request=cut(request_text(exchange, limit), limit),
        response=cut(response_text(exchange, limit), limit),
        curl=cut(curl(exchange), limit) if with_curl else "",
        opened=opened,
    )
