"""Defects at the HTTP edge: headers, statuses, media types, OperationOutcomes."""

from __future__ import annotations

from typing import Any

from flask import Request, Response

from ..fault_making import (
    breaks,
    done,
    interaction,
    refused,
    rewriting,
    with_body,
    with_header,
    with_status,
    without,
    without_header,
)
from ..formats import CONTENT_TYPES, JSON, dump, parse_body, response_format
from ..seams import Fault


def _any(request: Request, response: Response) -> bool:
    return True


@breaks("ERR-01")
def errors_in_plain_text(request: Request, response: Response) -> None:
    """Refusals have no OperationOutcome."""
    if refused(request, response):
        response.set_data(b"The request was refused.")
        response.headers["Content-Type"] = "text/plain;charset=utf-8"


@breaks("FMT-09")
def gzip_in_name_only(request: Request, response: Response) -> None:
    """Answers say gzip and are not compressed."""
    # What says that it is compressed already is left as it is.
    if request.accept_encodings.quality("gzip") > 0 and response.get_data():
        response.headers["Content-Encoding"] = "gzip"


@breaks("FMT-03")
def accept_beats_format(request: Request, response: Response) -> None:
    """Accept is heeded before _format."""
    accept = request.headers.get("Accept")
    if "_format" in request.args and accept and response.get_data():
        had = response_format(request.args["_format"], None, None)
        resource = parse_body(response.get_data(), had)
        form = response_format(None, accept, None)
        response.set_data(dump(resource, form))
        response.headers["Content-Type"] = CONTENT_TYPES[form]


@breaks("FMT-22")
def answers_break_off(request: Request, response: Response) -> None:
    """An appointment is shorter than its Content-Length says.

    More is announced than comes, and then the connection ends.
    """
    if done("read")(request, response):
        response.headers["Content-Length"] = str(len(response.get_data()) + 100)
        response.headers["Connection"] = "close"


def _drop_from_issues(*names: str) -> Any:
    def change(outcome: dict[str, Any]) -> None:
        for issue in outcome.get("issue", []):
            for name in names:
                issue.pop(name, None)

    return change


def _method_refused(request: Request, response: Response) -> bool:
    return response.status_code == 405


def _unknown_read(request: Request, response: Response) -> bool:
    return response.status_code == 404 and interaction(request) == "read"


def _malformed_booking(request: Request, response: Response) -> bool:
    return response.status_code == 400 and interaction(request) == "book"


def _empty_search(request: Request, response: Response) -> bool:
    if not done("slots")(request, response) or response.headers["Content-Type"] != CONTENT_TYPES[JSON]:
        return False
    return parse_body(response.get_data(), JSON).get("total") == 0


EDGE: tuple[Fault, ...] = (
    rewriting("no-cache-control", "FMT-12", "Answers lack Cache-Control.", without_header("Cache-Control", _any)),
    rewriting("no-request-id", "PRV-XTI-01", "Answers lack X-Request-ID.", without_header("X-Request-ID", _any)),
    rewriting(
        "no-correlation-id",
        "PRV-XTI-02",
        "Answers do not echo the request's id.",
        without_header("X-Correlation-ID", _any),
    ),
    rewriting(
        "wrong-correlation-id",
        "PRV-XTI-02",
        "Answers echo another id than the request's.",
        with_header("X-Correlation-ID", lambda value: value[::-1], _any),
    ),
    rewriting("no-hsts", "SEC-37", "HSTS is not sent.", without_header("Strict-Transport-Security", _any)),
    rewriting(
        "no-etag-on-book", "PRV-BOOK-05", "A booking is answered without ETag.", without_header("ETag", done("book"))
    ),
    rewriting(
        "no-etag-on-read", "PRV-GET-07", "A read is answered without ETag.", without_header("ETag", done("read"))
    ),
    rewriting(
        "no-etag-on-cancel",
        "PRV-CAN-03",
        "A cancellation is answered without ETag.",
        without_header("ETag", done("cancel")),
    ),
    rewriting(
        "etag-of-another-version",
        "PRV-GET-07",
        "The ETag of a read names another version than the body.",
        with_header("ETag", lambda value: 'W/"77"', done("read")),
    ),
    rewriting(
        "strong-etag",
        "FMT-21",
        "ETags are not weak.",
        with_header("ETag", lambda value: value.removeprefix("W/"), done()),
    ),
    rewriting(
        "no-last-modified-on-cancel",
        "PRV-CAN-04",
        "A cancellation is answered without Last-Modified.",
        without_header("Last-Modified", done("cancel")),
    ),
    rewriting(
        "no-location",
        "PRV-BOOK-04",
        "A booking is answered without Location.",
        without_header("Location", done("book")),
    ),
    rewriting(
        "location-of-another",
        "PRV-BOOK-04",
        "The Location of a booking leads to another appointment.",
        with_header("Location", lambda value: value.replace("/Appointment/", "/Appointment/x"), done("book")),
    ),
    rewriting(
        "no-charset",
        "FMT-07",
        "The Content-Type does not name the character set.",
        with_header("Content-Type", lambda value: value.split(";")[0], _any),
    ),
    rewriting(
        "plain-json-type",
        "FMT-01",
        "FHIR comes as application/json.",
        with_header("Content-Type", lambda value: value.replace("fhir+json", "json"), _any),
    ),
    rewriting("book-answers-200", "PRV-BOOK-01", "A booking is answered with 200.", with_status(200, done("book"))),
    rewriting(
        "cancel-answers-201", "PRV-CAN-01", "A cancellation is answered with 201.", with_status(201, done("cancel"))
    ),
    rewriting(
        "wrong-method-fails", "PRV-SRCH-35", "A wrong method is answered with 500.", with_status(500, _method_refused)
    ),
    rewriting(
        "unknown-read-fails", "PRV-GET-03", "An unknown id is answered with 500.", with_status(500, _unknown_read)
    ),
    rewriting(
        "malformed-body-fails",
        "PRV-BOOK-13",
        "A malformed booking is answered with 500.",
        with_status(500, _malformed_booking),
    ),
    rewriting(
        "no-slots-is-404", "PRV-SRCH-14", "An empty search is answered with 404.", with_status(404, _empty_search)
    ),
    rewriting("outcome-without-id", "ERR-02", "OperationOutcomes have no id.", with_body(without("id"), refused)),
    rewriting(
        "outcome-without-code",
        "ERR-02",
        "OperationOutcomes have no issue code.",
        with_body(_drop_from_issues("code"), refused),
    ),
    rewriting(
        "outcome-without-place",
        "ERR-03",
        "OperationOutcomes do not point at the fault.",
        with_body(_drop_from_issues("expression", "location"), refused),
    ),
    rewriting(
        "outcome-without-reason",
        "ERR-04",
        "OperationOutcomes have no diagnostics.",
        with_body(_drop_from_issues("diagnostics"), refused),
    ),
)
