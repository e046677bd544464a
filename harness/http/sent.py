"""The resource that a request carried, whatever format and encoding it came in."""

from __future__ import annotations

import gzip
import zlib
from functools import lru_cache
from typing import Any

from uec_booking.standard.codec import CodecError, parse_json, parse_xml
from uec_booking.standard.validation import well_typed

from .exchange import Exchange, Sent, header


def sent_resource(exchange: Exchange) -> dict[str, Any]:
    """The resource that the caller sent, without elements of a wrong JSON type, or an empty dict."""
    return _well_typed_in(exchange.request)


def sent_body(exchange: Exchange) -> dict[str, Any]:
    """The resource that the caller sent, as it came in, or an empty dict."""
    return resource_in(exchange.request)


#: What waits for a call looks at all that passed, again and again: each is read once.
_once = lru_cache(maxsize=5_000)


@_once
def resource_in(sent: Sent) -> dict[str, Any]:
    """The resource in a request, or an empty dict."""
    body = sent.body
    if not body:
        return {}
    xml = "xml" in (header(sent.headers, "Content-Type") or "")
    try:
        if "gzip" in (header(sent.headers, "Content-Encoding") or ""):
            body = gzip.decompress(body)
        return (parse_xml if xml else parse_json)(body)
    except (CodecError, OSError, EOFError, zlib.error):
        return {}


@_once
def _well_typed_in(sent: Sent) -> dict[str, Any]:
    return well_typed(resource_in(sent))
