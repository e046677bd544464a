"""Variations of HTTP, and in how bodies and addresses are written."""

from __future__ import annotations

import gzip
import json
import uuid
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

import requests
from uec_booking.standard import names
from uec_booking.standard.codec import to_xml

from ...seams import Fault
from ..wire.addresses import Addresses
from ..wire.http import Http
from ..wire.provider import ProviderClient
from .making import allows, always, changed, part, row

_PIECE = 256


class _Kept(requests.Session):
    """A session that outlives its calls."""

    def close(self) -> None:
        pass


@allows("FMT-22", Http.session)
def keeps_connections_open(original: Any) -> requests.Session:
    """Calls share connections, which are kept open."""
    kept: requests.Session = vars(part(original)).setdefault("kept", _Kept())
    return kept


@allows("FMT-22", Http.send)
def header_names_in_small_letters(
    original: Any, method: str, url: str, headers: Mapping[str, str], *more: Any, **named: Any
) -> Any:
    """Names of headers are in small letters (RFC 7230, section 3.2)."""
    return original(method, url, {name.lower(): value for name, value in headers.items()}, *more, **named)


@allows("FMT-22", Http.send)
def header_names_in_capitals(
    original: Any, method: str, url: str, headers: Mapping[str, str], *more: Any, **named: Any
) -> Any:
    """Names of headers are in capitals (RFC 7230, section 3.2)."""
    return original(method, url, {name.upper(): value for name, value in headers.items()}, *more, **named)


@allows("FMT-22", Http.send)
def headers_in_another_order(
    original: Any, method: str, url: str, headers: Mapping[str, str], *more: Any, **named: Any
) -> Any:
    """Headers come in another order."""
    return original(method, url, dict(list(headers.items())[::-1]), *more, **named)


@allows("FMT-10", Http.send)
def zips_bodies(
    original: Any, method: str, url: str, headers: Mapping[str, str], body: bytes | None = None, **named: Any
) -> Any:
    """Bodies with FHIR are sent compressed (FMT-10)."""
    if body and "fhir" in headers.get("Content-Type", ""):
        headers, body = {**headers, "Content-Encoding": "gzip"}, gzip.compress(body)
    return original(method, url, headers, body, **named)


@allows("FMT-11", Http.send)
def sends_bodies_in_chunks(
    original: Any, method: str, url: str, headers: Mapping[str, str], body: bytes | None = None, **named: Any
) -> Any:
    """Bodies with FHIR are sent in chunks (FMT-11)."""
    pieces = _pieces(body) if body and "fhir" in headers.get("Content-Type", "") else body
    return original(method, url, headers, pieces, **named)


def _pieces(body: bytes) -> Iterator[bytes]:
    for begin in range(0, len(body), _PIECE):
        yield body[begin : begin + _PIECE]


def _turned(value: object) -> object:
    if isinstance(value, dict):
        return {name: _turned(one) for name, one in reversed(value.items())}
    return [_turned(one) for one in value] if isinstance(value, list) else value


def _rewritten(change: Any) -> Any:
    """Stands in for `written`: the same JSON, written otherwise."""
    return lambda original, body: change(json.loads(original(body))).encode()


def _more_headers(**headers: str) -> Any:
    return changed(lambda found: found.update({name.replace("_", "-"): value for name, value in headers.items()}))


def _encoded_whole(original: Any, url: str) -> str:
    """What scripts C19 can be read to ask; a proxy takes the inner URL in both forms (CF-19)."""
    behind = original(url)
    return str(behind).removesuffix(url) + quote(url, safe="")


TRANSPORT: tuple[Fault, ...] = (
    row(
        "opens-a-connection-each-time",
        "FMT-22",
        "Each request says that its connection is closed.",
        ProviderClient.headers,
        _more_headers(Connection="close"),
    ),
    row(
        "takes-no-encoding",
        "FMT-09",
        "Answers are asked for without compression.",
        ProviderClient.headers,
        _more_headers(Accept_Encoding="identity"),
    ),
    row(
        "takes-gzip-alone",
        "FMT-09",
        "Answers are asked for in gzip.",
        ProviderClient.headers,
        _more_headers(Accept_Encoding="gzip"),
    ),
    row(
        "prefers-the-resource",
        "FMT-22",
        "Prefer asks for the resource in answers.",
        ProviderClient.headers,
        _more_headers(Prefer="return=representation"),
    ),
    row(
        "prefers-little",
        "FMT-22",
        "Prefer asks for as little as may be in answers.",
        ProviderClient.headers,
        _more_headers(Prefer="return=minimal"),
    ),
    row(
        "sends-more-headers",
        "FMT-22",
        "Requests have headers of the system's own.",
        ProviderClient.headers,
        _more_headers(User_Agent="Desk/7.1 (urgent care)", X_Desk_Session=uuid.uuid4().hex, Cache_Control="no-cache"),
    ),
    row(
        "content-type-on-reads",
        "FMT-07",
        "Requests without a body have a Content-Type too.",
        ProviderClient.headers,
        _more_headers(Content_Type=f"{names.FHIR_JSON};charset=utf-8"),
    ),
    row(
        "charset-in-capitals",
        "FMT-07",
        "The charset is written in capitals (RFC 7231, section 3.1.1.1).",
        ProviderClient.content_type,
        always(f"{names.FHIR_JSON};charset=UTF-8"),
    ),
    row(
        "charset-in-quotes",
        "FMT-07",
        "The charset stands in quotes (RFC 7231, section 3.1.1.1).",
        ProviderClient.content_type,
        always(f'{names.FHIR_JSON};charset="utf-8"'),
    ),
    row(
        "writes-xml",
        "FMT-02",
        "Bookings and updates are sent in XML (CF-21).",
        ProviderClient.written,
        lambda original, body: to_xml(dict(body)),
        more=((ProviderClient.content_type, always(f"{names.FHIR_XML};charset=utf-8")),),
    ),
    row(
        "writes-on-many-lines",
        "FMT-01",
        "JSON is written with blanks and line ends.",
        ProviderClient.written,
        _rewritten(lambda body: json.dumps(body, indent=4, ensure_ascii=False)),
    ),
    row(
        "writes-escapes",
        "FMT-01",
        "JSON is written with escapes for all beyond ASCII, and slashes escaped.",
        ProviderClient.written,
        _rewritten(lambda body: json.dumps(body).replace("/", "\\/")),
    ),
    row(
        "members-in-another-order",
        "FMT-01",
        "Members of JSON objects come in another order.",
        ProviderClient.written,
        _rewritten(lambda body: json.dumps(_turned(body))),
    ),
    row(
        "encodes-the-address-whole",
        "SSP-01",
        "The provider's address behind the proxy's is percent-encoded whole (CF-19).",
        Addresses.through_proxy,
        _encoded_whole,
    ),
)
