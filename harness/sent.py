"""The resource that a request carried, whatever format and encoding it came in."""

from __future__ import annotations

import gzip
import zlib
from typing import Any

from uec_booking.standard.codec import CodecError, parse_json, parse_xml
from uec_booking.standard.validation import sound

from .exchange import Exchange, header


def sent_resource(exchange: Exchange) -> dict[str, Any]:
    """The resource that the caller sent, without elements of a wrong JSON type, or an empty dict."""
    return sound(sent_body(exchange))


def sent_body(exchange: Exchange) -> dict[str, Any]:
    """The resource that the caller sent, as it came in, or an empty dict."""
    body = exchange.request.body
    if not body:
        return {}
    xml = "xml" in (header(exchange.request.headers, "Content-Type") or "")
    try:
        if "gzip" in (header(exchange.request.headers, "Content-Encoding") or ""):
            body = gzip.decompress(body)
        return (parse_xml if xml else parse_json)(body)
    except (CodecError, OSError, EOFError, zlib.error):
        return {}
