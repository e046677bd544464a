"""Defects of formats as requests ask for them and answers tell them."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from typing import Any

from flask import Request, Response, request

from ....fault_making import (
    Test,
    breaks,
    done,
    interaction,
    met,
    provider,
    refused,
    refused_instead,
    rewriting,
    with_body,
    with_header,
    with_status,
    without_header,
)
from ....formats import CONTENT_TYPES, JSON, XML, dump, parse_body, response_format
from ....provider.records import ProviderRecords
from ....provider.rules import ProviderRules
from ....refusals import Rejected
from ....seams import Fault
from ...building_blocks import WRITES, any_answer


@breaks("FMT-14", ProviderRecords.current)
def ids_in_any_case(original: Any, tx: Any, appointment_id: str) -> Any:
    """Ids are looked up without regard to case."""
    return original(tx, appointment_id.lower())


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


def _says(header: str, text: str, *interactions: str) -> Test:
    """Whether a request of one of the interactions has that text in that header."""
    return lambda request, response: (
        interaction(request) in interactions and response.status_code < 300 and text in request.headers.get(header, "")
    )


def _refuse_body(header: str, text: str, situation: str, *interactions: str) -> Callable[..., Any]:
    """Bodies that come with that text in that header are rejected."""

    def check_body(original: Any, body: dict[str, Any]) -> Any:
        if text in request.headers.get(header, "") and interaction(request) in interactions:
            raise Rejected(situation, "We know it in one spelling only.")
        return original(body)

    return check_body


@breaks("FMT-09")
def gzip_of_reads_is_cut(request: Request, response: Response) -> None:
    """A read in gzip lacks its end."""
    if request.accept_encodings.quality("gzip") > 0 and done("read", "vread")(request, response):
        response.set_data(gzip.compress(response.get_data())[:-20])
        response.headers["Content-Encoding"] = "gzip"


@breaks("FMT-03")
def accept_beats_format_of_reads(request: Request, response: Response) -> None:
    """Reads heed Accept before _format."""
    accept = request.headers.get("Accept")
    if "_format" in request.args and accept and done("read")(request, response):
        had = response_format(request.args["_format"], None, None)
        form = response_format(None, accept, None)
        response.set_data(dump(parse_body(response.get_data(), had), form))
        response.headers["Content-Type"] = CONTENT_TYPES[form]


@breaks("FMT-02")
def xml_searches_bring_slots_alone(request: Request, response: Response) -> None:
    """In XML no resources are included with slots."""
    if response.headers.get("Content-Type") == CONTENT_TYPES[XML]:
        with_body(_only_slots, done("slots"))(request, response)


def _only_slots(bundle: dict[str, Any]) -> None:
    bundle["entry"] = [e for e in bundle.get("entry", []) if e["resource"]["resourceType"] == "Slot"]


@breaks("FMT-03")
def xml_parameter_of_reads_is_lost(request: Request, response: Response) -> None:
    """A read with _format xml is answered in JSON."""
    if request.args.get("_format") == "xml" and done("read")(request, response):
        response.set_data(dump(parse_body(response.get_data(), XML), JSON))
        response.headers["Content-Type"] = CONTENT_TYPES[JSON]


@breaks("FMT-09")
def packs_reads_unasked(request: Request, response: Response) -> None:
    """A read is compressed for who wants it as it is.

    Reads are compressed, whoever asks.
    """
    if done("read")(request, response) and "Content-Encoding" not in response.headers:
        response.set_data(gzip.compress(response.get_data()))
        response.headers["Content-Encoding"] = "gzip"


@breaks("FMT-22")
def date_of_1970(request: Request, response: Response) -> None:
    """The Date of every answer is the beginning of 1970."""
    response.headers["Date"] = "Thu, 01 Jan 1970 00:00:00 GMT"


@breaks("FMT-22", warned=True)
def undated(request: Request, response: Response) -> None:
    """No answer has a Date."""
    response.headers["Date"] = ""


def _plain_json(content_type: str) -> str:
    return content_type.replace("application/fhir+json", "application/json")


MEDIA_TYPES: tuple[Fault, ...] = (
    rewriting("no-cache-control", "FMT-12", "Answers lack Cache-Control.", without_header("Cache-Control", any_answer)),
    rewriting(
        "strong-etag",
        "FMT-21",
        "ETags are not weak.",
        with_header("ETag", lambda value: value.removeprefix("W/"), done()),
    ),
    rewriting(
        "no-charset",
        "FMT-07",
        "The Content-Type does not name the character set.",
        with_header("Content-Type", lambda value: value.split(";")[0], any_answer),
    ),
    rewriting(
        "plain-json-type",
        "FMT-01",
        "FHIR comes as application/json.",
        with_header("Content-Type", lambda value: value.replace("fhir+json", "json"), any_answer),
    ),
    rewriting(
        "unserved-format-of-reads-is-200",
        "FMT-06",
        "A read in a format that nobody serves is answered with 200.",
        with_status(
            200,
            lambda request, response: met("unsupported-response-format") and interaction(request) == "read",
        ),
    ),
    rewriting(
        "reads-know-accept-without-charset",
        "FMT-01",
        "A read that accepts JSON with its charset is answered with 406.",
        refused_instead(406, "not-supported", _says("Accept", "charset", "read", "vread")),
    ),
    provider(
        "writes-know-one-type-in-accept",
        "FMT-01",
        "Bookings and cancellations that accept two types are rejected.",
        ProviderRules.check_body,
        _refuse_body("Accept", ",", "unsupported-response-format", *WRITES),
    ),
    provider(
        "cancelling-needs-a-format",
        "FMT-05",
        "A cancellation that accepts anything is rejected.",
        ProviderRules.check_body,
        _refuse_body("Accept", "*/*", "unsupported-response-format", "cancel"),
    ),
    provider(
        "charset-in-small-letters",
        "FMT-01",
        "Bodies whose charset is written UTF-8 are answered with 415.",
        ProviderRules.check_body,
        _refuse_body("Content-Type", "UTF-8", "unsupported-request-type", *WRITES),
    ),
    rewriting(
        "slots-as-json-text",
        "FMT-01",
        "Searches are answered as text/json.",
        with_header("Content-Type", lambda value: "text/json;charset=utf-8", done("slots")),
    ),
    rewriting(
        "refusals-as-plain-json",
        "FMT-01",
        "Rejections come as application/json.",
        with_header("Content-Type", _plain_json, refused),
    ),
    rewriting(
        "statement-as-plain-json",
        "FMT-01",
        "The CapabilityStatement comes as application/json.",
        with_header(
            "Content-Type",
            _plain_json,
            lambda request, response: interaction(request) == "metadata" and response.status_code == 200,
        ),
    ),
)
