"""Variations in how the query of a search is spelled: formats, includes, and percent-encoding."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import quote, urlencode

from uec_booking.standard import names

from ...seams import Fault
from ..flow.booking import Booking
from ..rules import DeskRules
from ..wire.addresses import Addresses
from .making import always, row

Parameters = list[tuple[str, str]]


def _spelled(modifier: str, organisation: str, location: str) -> Callable[..., Parameters]:
    """Stands in for the includes: all of them, spelled as one of the documents has it (CF-09)."""
    chained = f"_include{modifier}"
    actors = [
        (chained, name) for name in (names.INCLUDE_SERVICE, names.INCLUDE_PRACTITIONER, names.INCLUDE_PRACTITIONER_ROLE)
    ]
    return always([("_include", names.INCLUDE_SCHEDULE), *actors, (chained, organisation), (chained, location)])


def _encoded(character: str) -> str:
    return "".join(f"%{byte:02X}" for byte in character.encode())


def _encodes_all_but_letters(original: Any, parameters: Any) -> str:
    def encoded(text: str) -> str:
        return "".join(one if one.isascii() and one.isalnum() else _encoded(one) for one in text)

    return "&".join(f"{encoded(name)}={encoded(value)}" for name, value in parameters)


def _encodes_in_small_letters(original: Any, parameters: Any) -> str:
    def encoded(text: str) -> str:
        return "".join(one if one.isalnum() or one in "-._~" else _encoded(one).lower() for one in text)

    return "&".join(f"{encoded(name)}={encoded(value)}" for name, value in parameters)


def _leaves_colons(original: Any, parameters: Any) -> str:
    return urlencode(parameters, quote_via=quote, safe=":")


def _plus(*more: tuple[str, str]) -> Callable[..., Parameters]:
    return lambda original, *arguments: [*original(*arguments), *more]


QUERIES: tuple[Fault, ...] = (
    row(
        "asks-for-xml",
        "CON-SRCH-07",
        "Answers are asked for in XML.",
        DeskRules.accepted_type,
        always(names.FHIR_XML),
    ),
    row(
        "format-in-the-query",
        "CON-SRCH-07",
        "JSON is asked for by _format too.",
        Booking.parameters,
        _plus(("_format", "json")),
    ),
    row(
        "xml-by-its-type-in-the-query",
        "CON-SRCH-07",
        "XML is asked for by _format, with its whole media type, against Accept.",
        Booking.parameters,
        _plus(("_format", "application/fhir+xml")),
    ),
    row(
        "accepts-both-formats",
        "CON-SRCH-07",
        "Accept names both formats with weights.",
        DeskRules.accepted_type,
        always(f"{names.FHIR_JSON};q=1.0, {names.FHIR_XML};q=0.5"),
    ),
    row(
        "accepts-with-charset",
        "CON-SRCH-07",
        "Accept names the charset.",
        DeskRules.accepted_type,
        always(f"{names.FHIR_JSON};charset=utf-8"),
    ),
    row("no-includes", "CON-SRCH-19", "Slots are searched without includes.", DeskRules.includes, always([])),
    row(
        "includes-schedules-alone",
        "CON-SRCH-19",
        "Schedules are asked for along with slots, and nothing else.",
        DeskRules.includes,
        always([("_include", names.INCLUDE_SCHEDULE)]),
    ),
    row(
        "includes-by-recurse",
        "CON-SRCH-19",
        "Includes have the modifier of base FHIR STU3.",
        DeskRules.includes,
        _spelled(":recurse", "HealthcareService:providedBy", "HealthcareService:location"),
    ),
    row(
        "includes-without-modifier",
        "CON-SRCH-19",
        "Includes are spelled as up to API 2.0.1.",
        DeskRules.includes,
        _spelled("", "HealthcareService.providedBy", "HealthcareService.location"),
    ),
    row(
        "includes-by-type",
        "CON-SRCH-19",
        "Includes are spelled as in the table of API 2.0.2.",
        DeskRules.includes,
        _spelled(":iterate", "HealthcareService:Organization", "HealthcareService:Location"),
    ),
    row(
        "encodes-all-but-letters",
        "CON-SRCH-06",
        "All but letters and digits is percent-encoded: equivalent by RFC 3986, section 6.2.2.2.",
        Addresses.query,
        _encodes_all_but_letters,
    ),
    row(
        "encodes-in-small-letters",
        "CON-SRCH-06",
        "Percent-encodings have small letters: equivalent by RFC 3986, section 6.2.2.1.",
        Addresses.query,
        _encodes_in_small_letters,
    ),
    row(
        "leaves-colons",
        "CON-SRCH-06",
        "Colons in the query are left as they are, as RFC 3986 allows: told as a warning.",
        Addresses.query,
        _leaves_colons,
    ),
)
