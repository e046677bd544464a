"""Standing requirements on slot searches: whatever else was asked, the time and the status asked for are kept to."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl, urlsplit

from ..actors import bundle_resources
from ..exchange import Exchange
from ..ledger import MET, NOT_MET, Observation
from ..times import moment
from .every_resource import seen

#: The clauses that this module decides on every slot search that was answered.
DECIDES: frozenset[str] = frozenset({"PRV-SRCH-05", "PRV-SRCH-06", "PRV-SRCH-26", "PRV-SRCH-27"})

_BOUND = re.compile(r"^(g[et]|l[et])(.+)$")


def search_answers(exchange: Exchange) -> Iterator[Observation]:
    """PRV-SRCH-05: no slot outside the bounds; PRV-SRCH-06: free ones only, when those were asked for.

    PRV-SRCH-26, PRV-SRCH-27: what is given at once is told; a provider may page, and may leave out.
    """
    place = urlsplit(exchange.request.url)
    if exchange.status != 200 or exchange.request.method != "GET" or not place.path.endswith("/Slot"):
        return
    query = parse_qsl(place.query, keep_blank_values=True)
    slots = bundle_resources(exchange.resource, "Slot")
    if [value for name, value in query if name == "status"] == ["free"]:
        other = sorted({str(slot.get("status")) for slot in slots} - {"free"})
        actual = f"slots that are {', '.join(other)}" if other else "as expected"
        yield _seen(exchange, "PRV-SRCH-06", not other, "every slot free", actual, "Slot.status")
    links = [link for link in exchange.resource.get("link") or [] if link.get("relation") == "next"]
    yield seen(
        exchange, "PRV-SRCH-26", MET, "Bundle.link", "told, not judged: pages", "a page" if links else "all at once"
    )
    if not links:
        told = f"{len(slots)} slots"
        yield seen(exchange, "PRV-SRCH-27", MET, "Bundle.entry", "told, not judged: how many at once", told)
    bounds = _bounds([value for name, value in query if name == "start"])
    if bounds is None or not slots:
        return
    lower, upper = bounds
    starts = [found for slot in slots if (found := moment(slot.get("start"))) is not None]
    outside = [start for start in starts if not lower <= start <= upper]
    actual = f"{len(outside)} outside, as {outside[0].isoformat()}" if outside else "as expected"
    yield _seen(exchange, "PRV-SRCH-05", not outside, "every slot starts within the bounds", actual, "Slot.start")


def _bounds(values: list[str]) -> tuple[datetime, datetime] | None:
    """The bounds asked for, each met by what equals it (CF-11); None where one cannot be understood."""
    lower, upper = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
    for value in values:
        found = _BOUND.match(value)
        at = moment(found[2]) if found else None
        if found is None or at is None:
            return None
        if found[1].startswith("g"):
            lower = max(lower, at)
        else:
            # A bound in whole seconds means the whole second (FHIR: search.html, prefixes).
            upper = min(upper, at + timedelta(seconds=1))
    return lower, upper


def _seen(exchange: Exchange, clause: str, met: bool, expected: str, actual: str, where: str) -> Observation:
    return seen(exchange, clause, MET if met else NOT_MET, where, expected, actual)
