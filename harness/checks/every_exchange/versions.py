"""Standing requirements on versions: the headers of an answer tell of the version that its body shows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from ...http.exchange import Exchange
from ...http.times import any_moment, moment
from ...http.urls import split
from ...judging.observations import MET, NOT_MET, TOLERATED, Observation
from ...text import in_words
from .every_resource import seen

#: The clauses that this module decides on every answer with an appointment.
DECIDES: frozenset[str] = frozenset(
    {"PRV-BOOK-04", "PRV-BOOK-05", "PRV-BOOK-06", "PRV-CAN-03", "PRV-CAN-04", "PRV-CAN-05", "FMT-22"}
)

#: The clauses of Location, ETag and Last-Modified, by the method that was used. The ETag of a read is looked at with
#: its content (PRV-GET-07), and no booking document asks for its Last-Modified.
_CLAUSES: Mapping[tuple[str, int], tuple[str, str, str]] = {
    ("POST", 201): ("PRV-BOOK-04", "PRV-BOOK-05", "PRV-BOOK-06"),
    ("PUT", 200): ("PRV-CAN-05", "PRV-CAN-03", "PRV-CAN-04"),
    ("GET", 200): ("", "", "FMT-22"),
}
#: A header has whole seconds, and may have been made a moment after the body.
_AT_ONCE = timedelta(seconds=2)


def versions(exchange: Exchange) -> Iterator[Observation]:
    """The observations of one exchange with a provider; whether a header is there is asked elsewhere."""
    clauses = _CLAUSES.get((exchange.request.method, exchange.status))
    body = exchange.resource
    meta = body.get("meta")
    if clauses is None or body.get("resourceType") != "Appointment" or not isinstance(meta, Mapping):
        return
    of_location, of_etag, of_date = clauses
    version, etag, location = meta.get("versionId"), exchange.header("ETag"), exchange.header("Location")
    if of_location and location:
        yield from _location(exchange, of_location, location, body, version)
    if of_etag and etag and version:
        named = etag.removeprefix("W/").strip('"')
        yield _told(exchange, of_etag, named == version, "ETag", f"the version of the body, {in_words(version)}", etag)
    changed, at = moment(meta.get("lastUpdated")), any_moment(exchange.header("Last-Modified"))
    if changed is not None and at is not None:
        agree = abs(changed - at) <= _AT_ONCE
        # That the two are one is FHIR's (http.html#versioning); the booking documents ask for the header alone.
        yield seen(
            exchange,
            of_date,
            MET if agree else TOLERATED,
            "Last-Modified",
            "Last-Modified, as meta.lastUpdated has it",
            "as expected" if agree else f"{exchange.header('Last-Modified')}, lastUpdated {meta.get('lastUpdated')}",
        )


def _location(
    exchange: Exchange, clause: str, location: str, body: Mapping[str, Any], version: object
) -> Iterator[Observation]:
    stable, _, of_location = split(location).path.partition("/_history/")
    identity = stable.rstrip("/").rpartition("/")[2]
    if body.get("id"):
        told = f"the address of {in_words(body['id'])}, which the body shows"
        yield _told(exchange, clause, identity == body["id"], "Location", told, location)
    if of_location and version:
        told = f"the version of the body, {in_words(version)}"
        yield _told(exchange, clause, of_location == version, "Location", told, location)


def _told(exchange: Exchange, clause: str, met: bool, where: str, expected: str, actual: str) -> Observation:
    # What was met is told alike for all exchanges, so that a thousand of them merge into one line.
    if met:
        return seen(exchange, clause, MET, where, f"{where} as the body has it", "as expected")
    return seen(exchange, clause, NOT_MET, where, expected, f"{where}: {actual}")
