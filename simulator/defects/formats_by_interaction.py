"""Defects of formats and of refusals that show on some interactions, or in some spellings, only."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from typing import Any

from flask import Request, Response, current_app, g, request

from ..fault_making import (
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
    with_status,
)
from ..formats import CONTENT_TYPES, JSON, XML, dump, parse_body, response_format
from ..provider.rules import ProviderRules
from ..refusals import Refused
from ..seams import Fault

_WRITES = ("book", "cancel")


def _says(header: str, text: str, *interactions: str) -> Test:
    """Whether a request of one of the interactions has that text in that header."""
    return lambda request, response: (
        interaction(request) in interactions and response.status_code < 300 and text in request.headers.get(header, "")
    )


def _refuse_body(header: str, text: str, situation: str, *interactions: str) -> Callable[..., Any]:
    """Bodies that come with that text in that header are refused."""

    def check_body(original: Any, body: dict[str, Any]) -> Any:
        if text in request.headers.get(header, "") and interaction(request) in interactions:
            raise Refused(situation, "We know it in one spelling only.")
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


@breaks("ERR-15")
def done_before_the_format_is_looked_at(request: Request, response: Response) -> None:
    """A booking or cancellation is refused for the format of its answer, and made.

    What was refused for the format of its answer was carried out before that.
    """
    if met("unsupported-response-format") and interaction(request) in _WRITES:
        headers = {name: value for name, value in request.headers.items() if name not in ("Accept", "Content-Length")}
        with current_app.test_client() as client:
            client.open(
                request.path, base_url=request.host_url, method=request.method, data=g.raw_body, headers=headers
            )
        response.status_code = 406


@breaks("FMT-02")
def xml_searches_bring_slots_alone(request: Request, response: Response) -> None:
    """In XML nothing comes along with slots."""
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


def _refused_cancel(request: Request, response: Response) -> bool:
    return refused(request, response) and interaction(request) == "cancel"


def _issues_without(*names: str) -> Any:
    def change(outcome: dict[str, Any]) -> None:
        for issue in outcome["issue"]:
            for name in names:
                issue.pop(name, None)

    return change


FORMATS_BY_INTERACTION: tuple[Fault, ...] = (
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
        "Bookings and cancellations that accept two types are refused.",
        ProviderRules.check_body,
        _refuse_body("Accept", ",", "unsupported-response-format", *_WRITES),
    ),
    provider(
        "cancelling-needs-a-format",
        "FMT-05",
        "A cancellation that accepts anything is refused.",
        ProviderRules.check_body,
        _refuse_body("Accept", "*/*", "unsupported-response-format", "cancel"),
    ),
    provider(
        "charset-in-small-letters",
        "FMT-01",
        "Bodies whose charset is written UTF-8 are answered with 415.",
        ProviderRules.check_body,
        _refuse_body("Content-Type", "UTF-8", "unsupported-request-type", *_WRITES),
    ),
    rewriting(
        "cancellations-are-not-pointed-at",
        "ERR-03",
        "Refused cancellations have neither location nor expression.",
        with_body(_issues_without("location", "expression"), _refused_cancel),
    ),
    rewriting(
        "cancellations-are-not-told-why",
        "ERR-04",
        "Refused cancellations have no diagnostics.",
        with_body(_issues_without("diagnostics"), _refused_cancel),
    ),
)
