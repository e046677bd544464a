"""Defects in the slot search."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import quote, urlencode

from uec_booking.standard import names

from ...consumer.flow.booking import Booking
from ...consumer.wire.addresses import Addresses
from ...consumer.wire.http import Http, NoReply
from ...fault_making import breaks
from ...seams import Fault

Parameters = Sequence[tuple[str, str]]


def _search(name: str, requirement: str, summary: str, change: Callable[[Parameters], Parameters]) -> Fault:
    def replacement(original: Any, *arguments: Any) -> Parameters:
        return change(original(*arguments))

    return Fault(name, requirement, summary, "consumer", Booking.parameters, replacement)


def _service(name: str, form: str = "{}") -> Callable[[Parameters], Parameters]:
    """The service under another name, or in another form."""
    return lambda sent: [(name, form.format(v)) if n == names.SERVICE_PARAMETER else (n, v) for n, v in sent]


def _times(form: Callable[[str], str]) -> Callable[[Parameters], Parameters]:
    return lambda sent: [(n, v[:2] + form(v[2:])) if n == "start" else (n, v) for n, v in sent]


PARAMETERS: tuple[Fault, ...] = (
    _search(
        "searches-without-service",
        "CON-SRCH-01",
        "A search names no service.",
        lambda sent: [one for one in sent if one[0] != names.SERVICE_PARAMETER],
    ),
    _search(
        "searches-by-a-name-of-its-own",
        "CON-SRCH-01",
        "A search has the service in a parameter that nobody knows.",
        _service("healthcareservice"),
    ),
    _search(
        "searches-by-a-reference",
        "CON-SRCH-01",
        "A search has the service as a reference, with its type before the id.",
        _service(names.SERVICE_PARAMETER, "HealthcareService/{}"),
    ),
    _search(
        "searches-without-end",
        "CON-SRCH-02",
        "A search has no upper bound.",
        lambda sent: [one for one in sent if one[0] != "start" or not one[1].startswith("le")],
    ),
    _search(
        "searches-by-end",
        "CON-SRCH-02",
        "The upper bound of a search is one on the end of slots.",
        lambda sent: [("end", v) if n == "start" and v.startswith("le") else (n, v) for n, v in sent],
    ),
    _search("searches-by-days", "CON-SRCH-08", "The bounds of a search are days.", _times(lambda time: time[:10])),
    _search(
        "searches-without-offset",
        "CON-SRCH-08",
        "The bounds of a search have no offset.",
        _times(lambda time: time.removesuffix("Z")),
    ),
    _search(
        "searches-by-minutes",
        "CON-SRCH-08",
        "The bounds of a search have no seconds.",
        _times(lambda time: f"{time[:16]}Z"),
    ),
    _search(
        "searches-in-basic-format",
        "CON-SRCH-08",
        "The bounds of a search are written without dashes and colons.",
        _times(lambda time: time.replace("-", "").replace(":", "")),
    ),
)


@breaks("CON-SRCH-01", Booking.parameters, warned=True)
def searches_by_service(original: Any, *arguments: Any) -> Parameters:
    """A search names the service by the parameter service (CF-08)."""
    return _service("service")(original(*arguments))


@breaks("CON-SRCH-06", Addresses.query, warned=True)
def leaves_parameters_unencoded(original: Any, parameters: Any) -> str:
    """Colons and commas in parameters are sent as they are."""
    return urlencode(parameters, safe=":+,|/")


@breaks("CON-SRCH-06", Addresses.query)
def leaves_plus_signs_unencoded(original: Any, parameters: Any) -> str:
    """Times have an offset whose plus sign is sent as it is, so that it arrives as a blank."""
    sent = [(name, value.replace("Z", "+00:00") if name == "start" else value) for name, value in parameters]
    return urlencode(sent, quote_via=quote, safe="+")


@breaks("FMT-10", Http.send, warned=True)
def reads_compressed_slots_alone(original: Any, method: str, url: str, *more: Any, **named: Any) -> Any:
    """The answer to a slot search is not read unless it is compressed."""
    reply = original(method, url, *more, **named)
    if "/Slot?" in url and "gzip" not in reply.headers.get("Content-Encoding", ""):
        raise NoReply("the answer is not compressed")
    return reply
