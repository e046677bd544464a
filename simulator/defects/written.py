"""Defects in how answers are written: format, letters, reasons and headers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from flask import Request, Response, g

from ..fault_making import (
    breaks,
    done,
    interaction,
    met,
    refused,
    rewriting,
    with_body,
    with_header,
    without,
    without_header,
)
from ..formats import CONTENT_TYPES, JSON, XML, dump, parse_body
from ..provider.rules import ProviderRules
from ..seams import Fault


def _as_xml(request: Request) -> bool:
    return "xml" in request.headers.get("Content-Type", "")


def _preferred(request: Request) -> bool:
    accept = request.headers.get("Accept", "")
    return bool(request.args.get("_format")) or accept not in ("", "*/*")


def _turned(form: str, other: str, when: Callable[[Request], bool]) -> Callable[[Request, Response], None]:
    """Answers of one format are given in the other."""

    def rewrite(request: Request, response: Response) -> None:
        if response.headers.get("Content-Type") == CONTENT_TYPES[form] and response.get_data() and when(request):
            response.set_data(dump(parse_body(response.get_data(), form), other))
            response.headers["Content-Type"] = CONTENT_TYPES[other]

    return rewrite


@breaks("FMT-02")
def xml_says_less(request: Request, response: Response) -> None:
    """XML lacks the description that JSON has."""
    if response.headers.get("Content-Type") == CONTENT_TYPES[XML]:
        with_body(without("description"), done("book", "read", "cancel"))(request, response)


@breaks("FMT-08")
def ascii_only(request: Request, response: Response) -> None:
    """Letters beyond ASCII become question marks."""
    text = response.get_data().decode("utf-8", "replace")
    response.set_data("".join(letter if ord(letter) < 128 else "?" for letter in text).encode("ascii"))


@breaks("PRV-CAN-21")
def cancel_refused_in_html(request: Request, response: Response) -> None:
    """A cancellation is refused in HTML."""
    if refused(request, response) and interaction(request) == "cancel":
        response.set_data(b"<html><body>Refused</body></html>")
        response.headers["Content-Type"] = "text/html;charset=utf-8"


def _unchallenged(request: Request, response: Response) -> None:
    if str(g.get("situation", "")).startswith("token-"):
        response.status_code = 401
        response.headers.pop("WWW-Authenticate", None)


def _no_reason(outcome: dict[str, Any]) -> None:
    for issue in outcome["issue"]:
        issue.pop("diagnostics", None)


def _severity(outcome: dict[str, Any]) -> None:
    for issue in outcome["issue"]:
        issue["severity"] = "warning"


def _when(situation: str) -> Callable[[Request, Response], bool]:
    return lambda request, response: met(situation)


def _say_nothing_of_editions(statement: dict[str, Any]) -> None:
    for name in ("version", "description"):
        statement.pop(name, None)
    statement["rest"][0].pop("documentation", None)


@breaks("FMT-08", ProviderRules.booked)
def descriptions_in_plain_letters(original: Any, body: Any, new_id: str, now: Any) -> Any:
    """The letters of a description that are beyond ASCII become question marks."""
    stored = original(body, new_id, now)
    return {**stored, "description": stored["description"].encode("ascii", "replace").decode()}


WRITTEN: tuple[Fault, ...] = (
    rewriting(
        "ignores-the-format-sent",
        "FMT-04",
        "Who sends XML, and asks for nothing, gets JSON.",
        _turned(XML, JSON, lambda r: _as_xml(r) and not _preferred(r)),
    ),
    rewriting(
        "xml-by-default", "FMT-05", "Who asks for nothing gets XML.", _turned(JSON, XML, lambda r: not _preferred(r))
    ),
    # Seen on every exchange; wrong tokens come up in the scenarios on tokens.
    replace(
        rewriting("unchallenged", "SEC-31", "Wrong tokens are answered with 401 and no challenge.", _unchallenged),
        near="SEC-21",
    ),
    rewriting(
        "refused-organisation-not-told-why",
        "SEC-35",
        "An organisation is refused without the reason.",
        with_body(_no_reason, _when("organisation-refused")),
    ),
    rewriting(
        "taken-is-a-warning",
        "PRV-BOOK-11",
        "That a slot is taken is a warning.",
        with_body(_severity, _when("slot-taken")),
    ),
    rewriting(
        "booked-without-last-modified",
        "PRV-BOOK-06",
        "A booking is answered without Last-Modified.",
        without_header("Last-Modified", done("book")),
    ),
    rewriting(
        "cancel-without-location",
        "PRV-CAN-05",
        "A cancellation is answered with a relative Location.",
        with_header("Location", lambda value: value.rpartition("/booking/")[2], done("cancel")),
    ),
    rewriting(
        "tells-no-edition",
        "PRV-CAP-13",
        "The statement tells no version of the standard.",
        with_body(_say_nothing_of_editions, done("metadata")),
    ),
    rewriting(
        "appointment-of-no-profile",
        "RES-APT-14",
        "Appointments claim no profile.",
        with_body(
            lambda a: a["meta"].update(
                profile=["https://fhir.hl7.org.uk/STU3/StructureDefinition/CareConnect-Encounter-1"]
            ),
            done("book", "read", "cancel"),
        ),
    ),
)
