"""Defects in how answers are written: format, letters, spaces and what was kept of them."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from typing import Any

from flask import Request, Response, g, request

from ....fault_making import breaks, done, interaction, rewriting, with_body, with_status, without, without_header
from ....formats import CONTENT_TYPES, JSON, XML, dump, parse_body
from ....provider.rules import ProviderRules
from ....refusals import Rejected
from ....seams import Fault
from ...building_blocks import Resource, answers_read, keeps_otherwise, kept_with


def _any_accepted(request: Request, response: Response) -> bool:
    return request.headers.get("Accept") == "*/*"


def _xml_booking(request: Request, response: Response) -> bool:
    return done("book")(request, response) and g.get("format") == XML


def _stale_in_xml() -> Callable[[Request, Response], None]:
    """A read in XML is remembered, and given again whatever has happened since."""
    known: dict[str, bytes] = {}

    def rewrite(request: Request, response: Response) -> None:
        if interaction(request) == "read" and response.status_code == 200 and g.get("format") == XML:
            response.set_data(known.setdefault(request.path, response.get_data()))

    return rewrite


def _another_version(resource: dict[str, Any]) -> None:
    resource["meta"]["versionId"] = secrets.token_hex(3)


def _texts(change: Callable[[str], str]) -> Callable[[Any], None]:
    """Each text in a value, in place."""

    def change_all(value: Any) -> None:
        for key, item in list(value.items() if isinstance(value, dict) else enumerate(value)):
            if isinstance(item, str) and key not in ("reference", "url", "system", "id"):
                value[key] = change(item)
            elif isinstance(item, (dict, list)):
                change_all(item)

    return change_all


def _bare(value: Any) -> None:
    """Without extensions."""
    for item in value.values() if isinstance(value, dict) else value:
        if isinstance(item, (dict, list)):
            _bare(item)
    if isinstance(value, dict):
        value.pop("extension", None)


@breaks("FMT-20", ProviderRules.check_body)
def bookings_in_utc(original: Callable[..., Resource], body: Resource) -> Resource:
    """A booking with an offset is rejected."""
    if interaction(request) == "book" and not re.search(r"(Z|[+-]00:00)\Z", str(body.get("start", "Z"))):
        raise Rejected("profile-breach", "start is not in UTC.", "Appointment.start")
    return original(body)


@breaks("FMT-02", ProviderRules.check_cancel)
def cancels_in_json_only(original: Any, current: Any, body: Any) -> None:
    """A cancellation in XML is rejected as different from what is stored.

    What came in XML is never quite what is stored in JSON.
    """
    original(current, body)
    if "xml" in request.headers.get("Content-Type", ""):
        raise Rejected("cancel-differs", "The body differs from the stored appointment.", "Appointment")


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


@breaks("FMT-02")
def xml_in_latin_1(request: Request, response: Response) -> None:
    """XML is written in ISO 8859-1, whatever its Content-Type says."""
    if response.headers.get("Content-Type") == CONTENT_TYPES[XML] and "Content-Encoding" not in response.headers:
        response.set_data(response.get_data().decode().encode("latin-1", "xmlcharrefreplace"))


@breaks("FMT-08")
def ascii_only(request: Request, response: Response) -> None:
    """Letters beyond ASCII become question marks."""
    text = response.get_data().decode("utf-8", "replace")
    response.set_data("".join(letter if ord(letter) < 128 else "?" for letter in text).encode("ascii"))


@breaks("FMT-08", ProviderRules.booked)
def descriptions_in_plain_letters(original: Any, body: Any, new_id: str, now: Any) -> Any:
    """The letters of a description that are beyond ASCII become question marks."""
    stored = original(body, new_id, now)
    return {**stored, "description": stored["description"].encode("ascii", "replace").decode()}


SERIALISATION: tuple[Fault, ...] = (
    rewriting("any-format-is-refused", "FMT-05", "Accept: */* is answered with 406.", with_status(406, _any_accepted)),
    rewriting(
        "xml-bookings-lack-location",
        "FMT-02",
        "A booking in XML is answered without Location.",
        without_header("Location", _xml_booking),
    ),
    rewriting("reads-in-xml-are-stale", "FMT-02", "A read in XML shows what the first one did.", _stale_in_xml()),
    answers_read("version-changes-by-itself", "FMT-24", "Each read shows another version id.", _another_version),
    kept_with(
        "ampersands-are-escaped",
        "Ampersands are kept as &amp;.",
        keeps_otherwise(_texts(lambda t: t.replace("&", "&amp;"))),
        "FMT-08",
    ),
    kept_with(
        "dashes-become-question-marks",
        "Dashes and curly quotes become question marks.",
        keeps_otherwise(_texts(lambda t: re.sub("[\u2013\u2014\u2018\u2019\u201c\u201d]", "?", t))),
        "FMT-08",
    ),
    kept_with(
        "names-are-trimmed-of-accents",
        "Letters with accents lose them.",
        keeps_otherwise(
            _texts(lambda t: t.translate(str.maketrans("àáâäçèéêëìíîïñòóôöùúûüÉ", "aaaaceeeeiiiinoooouuuuE")))
        ),
        "FMT-08",
    ),
    rewriting(
        "xml-has-no-extensions",
        "FMT-02",
        "In XML an appointment has no extensions.",
        with_body(_bare, lambda q, r: done("read")(q, r) and g.format == "xml"),
    ),
    rewriting(
        "ignores-the-format-sent",
        "FMT-04",
        "Who sends XML, and asks for nothing, gets JSON.",
        _turned(XML, JSON, lambda r: _as_xml(r) and not _preferred(r)),
    ),
    rewriting(
        "xml-by-default", "FMT-05", "Who asks for nothing gets XML.", _turned(JSON, XML, lambda r: not _preferred(r))
    ),
)
