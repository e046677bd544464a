"""Standing requirements on slot searches: whatever else was asked, the time and the status asked for are kept to.

On every page of a result, too: a page is an answer to the search that began it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl

from ...fhir import bundle_resources
from ...http.exchange import Exchange
from ...http.times import moment
from ...http.urls import beneath, direct, split
from ...judging.observations import MET, NOT_MET, NOT_OBSERVED, TOLERATED, Observation
from ...text import in_words
from .every_resource import seen

#: The clauses that this module decides on every slot search that was answered.
DECIDES: frozenset[str] = frozenset(
    {"PRV-SRCH-01", "PRV-SRCH-03", "PRV-SRCH-05", "PRV-SRCH-06", "PRV-SRCH-26", "PRV-SRCH-27", "RES-BND-01"}
)

#: What a slot can be but free (FHIR STU3, SlotStatus). A search for anything else is a negative test.
_OTHERS = frozenset({"busy", "busy-unavailable", "busy-tentative", "entered-in-error"})
_BOUND = re.compile(r"(g[et]|l[et])(.+)")


@dataclass
class _Search:
    """What a search asked for and below which address; the slots that its pages have shown, and the totals told."""

    base_url: str
    statuses: frozenset[str]
    bounds: tuple[datetime, datetime] | None
    shown: set[str] = field(default_factory=set)
    totals: list[object] = field(default_factory=list)


class SearchAnswers:
    """The slot searches of one scenario."""

    def __init__(self) -> None:
        #: By the address of the page that is still to come.
        self._going_on: dict[str, _Search] = {}

    def check(self, exchange: Exchange) -> Iterator[Observation]:
        """The observations of one exchange with a provider.

        PRV-SRCH-05: no slot outside the bounds; PRV-SRCH-06 and -03: none of a status that was not asked for;
        PRV-SRCH-01: a page that is announced is there, and goes on. PRV-SRCH-26, PRV-SRCH-27: what is given at once
        is told; a provider may page, and may leave out.
        """
        if exchange.request.method != "GET":
            return
        search = self._going_on.pop(_address(exchange.request.url), None)
        if search is not None:
            yield from _page(exchange, search)
        elif split(exchange.request.url).path.endswith("/Slot"):
            search = _asked(exchange.request.url)
        if search is None or exchange.status != 200:
            return
        slots = bundle_resources(exchange.resource, "Slot")
        search.shown |= {str(slot.get("id")) for slot in slots}
        search.totals.append(exchange.resource.get("total"))
        yield from _kept_to(exchange, search, slots)
        going_on = _next(exchange.resource)
        if going_on and not beneath(going_on, search.base_url):
            # It is not followed there: the token is not for others.
            yield _told(exchange, "PRV-SRCH-26", "Bundle.link", "pages", "a page, with the next one elsewhere")
            yield _elsewhere(exchange, going_on)
        elif going_on:
            self._going_on[_address(going_on)] = search
            yield _told(exchange, "PRV-SRCH-26", "Bundle.link", "pages", "a page")
        else:
            yield from _total(exchange, search)
            yield _told(exchange, "PRV-SRCH-26", "Bundle.link", "pages", "all at once")
            yield _told(exchange, "PRV-SRCH-27", "Bundle.entry", "how many at once", f"{len(slots)} slots")


def _page(exchange: Exchange, search: _Search) -> Iterator[Observation]:
    ids = {str(slot.get("id")) for slot in bundle_resources(exchange.resource, "Slot")}
    if exchange.status != 200:
        yield _seen(
            exchange, "PRV-SRCH-01", False, "the next page, as it was announced", exchange.summary(), "Bundle.link"
        )
    elif ids:
        new = bool(ids - search.shown)
        actual = "as expected" if new else "the slots of the pages before"
        yield _seen(exchange, "PRV-SRCH-01", new, "a page that goes on", actual, "Bundle.entry")


def _total(exchange: Exchange, search: _Search) -> Iterator[Observation]:
    """RES-BND-01 leaves the total of a result in pages open; by bundle.html it is of all its pages.

    A diary changes meanwhile: only a total that every page told alike is held against what they showed.
    """
    told = set(map(str, search.totals))
    if len(search.totals) < 2 or len(told) > 1 or search.totals[0] is None:
        return
    met = search.totals[0] == len(search.shown)
    expected = "a total of the slots on all pages"
    actual = "as expected" if met else f"total {search.totals[0]}, {len(search.shown)} slots on all pages"
    yield seen(exchange, "RES-BND-01", MET if met else TOLERATED, "Bundle.total", expected, actual)


def _kept_to(exchange: Exchange, search: _Search, slots: list[dict[str, Any]]) -> Iterator[Observation]:
    found = {str(slot.get("status")) for slot in slots}
    if search.statuses == {"free"}:
        other = sorted(found - {"free"})
        actual = f"slots that are {', '.join(other)}" if other else "as expected"
        yield _seen(exchange, "PRV-SRCH-06", not other, "every slot free", actual, "Slot.status")
    elif search.statuses and search.statuses <= _OTHERS:
        # FHIR has several words for what is not free, and a provider may keep to its own.
        actual = "free slots" if "free" in found else "as expected"
        yield _seen(exchange, "PRV-SRCH-03", "free" not in found, "no free slot", actual, "Slot.status")
    if search.bounds is not None and slots:
        lower, upper = search.bounds
        starts = [start for slot in slots if (start := moment(slot.get("start"))) is not None]
        outside = [start for start in starts if not lower <= start <= upper]
        actual = f"{len(outside)} outside, as {outside[0].isoformat()}" if outside else "as expected"
        yield _seen(exchange, "PRV-SRCH-05", not outside, "every slot starts within the bounds", actual, "Slot.start")


def _asked(url: str) -> _Search:
    query = parse_qsl(split(url).query, keep_blank_values=True)
    statuses = [value for name, value in query if name == "status"]
    known = frozenset(statuses[0].split(",")) if len(statuses) == 1 else frozenset()
    return _Search(
        direct(url).partition("/Slot?")[0], known, _bounds([value for name, value in query if name == "start"])
    )


def _next(bundle: Mapping[str, Any]) -> str:
    links = [link for link in bundle.get("link") or [] if isinstance(link, Mapping)]
    return next((str(link.get("url") or "") for link in links if link.get("relation") == "next"), "")


def _address(url: str) -> str:
    """What of an address stays the same, whether it is absolute or not and through a proxy or not."""
    pieces = split(url)
    return f"{pieces.path.rpartition('/')[2]}?{pieces.query}"


def _bounds(values: list[str]) -> tuple[datetime, datetime] | None:
    """The bounds asked for, each met by what equals it (CF-11); None where one cannot be understood."""
    lower, upper = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
    for value in values:
        found = _BOUND.fullmatch(value)
        at = moment(found[2]) if found else None
        if found is None or at is None:
            return None
        if found[1].startswith("g"):
            lower = max(lower, at)
        else:
            # A bound in whole seconds means the whole second (FHIR: search.html, prefixes).
            upper = min(upper, at + timedelta(seconds=1))
    return lower, upper


def _elsewhere(exchange: Exchange, url: str) -> Observation:
    place = in_words(url[:200])
    actual = f"the next page is at {place}, which is not below the address that was asked, and was not asked for"
    return seen(exchange, "PRV-SRCH-01", NOT_OBSERVED, "Bundle.link", "the next page, as it was announced", actual)


def _seen(exchange: Exchange, clause: str, met: bool, expected: str, actual: str, where: str) -> Observation:
    return seen(exchange, clause, MET if met else NOT_MET, where, expected, actual)


def _told(exchange: Exchange, clause: str, where: str, what: str, actual: str) -> Observation:
    return seen(exchange, clause, MET, where, f"told, not judged: {what}", actual)
