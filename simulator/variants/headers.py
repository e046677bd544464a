"""Variants in headers: other forms, other sets, another order."""

from __future__ import annotations

from datetime import UTC
from email.utils import parsedate_to_datetime

from flask import Request, Response

from ..fault_making import Test, done, rewriting, with_header, without_header
from ..seams import Fault, Rewrite

_WRITES = ("book", "cancel", "register", "update")


def _always(request: Request, response: Response) -> bool:
    return True


def _reading(request: Request, response: Response) -> bool:
    return request.method == "GET"


def _iso(http_date: str) -> str:
    return parsedate_to_datetime(http_date).astimezone(UTC).isoformat().replace("+00:00", "Z")


def _unversioned(location: str) -> str:
    return location.split("/_history/")[0]


def _relative(location: str) -> str:
    return f"Appointment/{location.rpartition('/Appointment/')[2]}"


def _in_other_order(request: Request, response: Response) -> None:
    turned = list(response.headers)[::-1]
    response.headers.clear()
    for name, value in turned:
        response.headers.add(name.lower(), value)


def _with(name: str, value: str, when: Test = _always) -> Rewrite:
    def rewrite(request: Request, response: Response) -> None:
        if when(request, response):
            response.headers[name] = value

    return rewrite


def _uncompressed(request: Request, response: Response) -> None:
    request.environ.pop("HTTP_ACCEPT_ENCODING", None)


def _many(request: Request, response: Response) -> None:
    response.headers["X-Powered-By"] = "Booking/7"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Pragma"] = "no-cache"
    response.headers["Cache-Control"] = "private, no-cache, no-store, must-revalidate"


HEADERS: tuple[Fault, ...] = (
    rewriting(
        "unversioned-location",
        "PRV-BOOK-04",
        "Locations are absolute and name no version (CF-24).",
        with_header("Location", _unversioned, done(*_WRITES)),
    ),
    rewriting(
        "relative-location",
        "PRV-BOOK-04",
        "Locations are relative to the service root (CF-24).",
        with_header("Location", _relative, done(*_WRITES)),
    ),
    rewriting(
        "relative-unversioned-location",
        "PRV-BOOK-04",
        "Locations are relative and name no version (CF-24).",
        with_header("Location", lambda value: _relative(_unversioned(value)), done(*_WRITES)),
    ),
    rewriting(
        "registry-unversioned-location",
        "REG-02",
        "The registry's Location names no version (CF-24).",
        with_header("Location", _unversioned, done("register")),
        "registry",
    ),
    rewriting(
        "iso-last-modified",
        "PRV-CAN-04",
        "Last-Modified is an ISO 8601 time (CF-23).",
        with_header("Last-Modified", _iso, _always),
    ),
    rewriting(
        "no-last-modified-on-book",
        "PRV-BOOK-06",
        "A booking is answered without Last-Modified.",
        without_header("Last-Modified", done("book")),
    ),
    rewriting(
        "no-request-id-on-reads",
        "PRV-XTI-01",
        "Answers to GET have no X-Request-ID (CF-46).",
        without_header("X-Request-ID", _reading),
    ),
    rewriting(
        "no-correlation-id-on-reads",
        "PRV-XTI-02",
        "Answers to GET do not echo the request's id (CF-46).",
        without_header("X-Correlation-ID", _reading),
    ),
    rewriting(
        "no-content-location",
        "ERR-12",
        "There is no Content-Location.",
        without_header("Content-Location", _always),
    ),
    rewriting(
        "dstu2-media-type",
        "FMT-01",
        "JSON is named application/json+fhir (CF-21).",
        with_header("Content-Type", lambda value: value.replace("fhir+json", "json+fhir"), _always),
    ),
    rewriting(
        "loud-charset",
        "FMT-07",
        "The character set is written in capitals.",
        with_header("Content-Type", lambda value: value.replace("utf-8", "UTF-8"), _always),
    ),
    rewriting("headers-in-other-order", "FMT-07", "Headers are in lower case and in another order.", _in_other_order),
    rewriting("more-headers", "FMT-12", "There are headers that nobody asked for.", _many),
    rewriting(
        "closes-connections", "FMT-12", "Each connection is closed after its answer.", _with("Connection", "close")
    ),
    rewriting("tells-no-allow", "FMT-22", "A 405 does not say what is allowed.", without_header("Allow", _always)),
    rewriting("never-compresses", "FMT-09", "Compression is not offered.", _uncompressed),
)
