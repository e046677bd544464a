"""Media types: what a request brings and wants back (UEC implementation page; RFC 9110 section 12)."""

from __future__ import annotations

import gzip
import io
import json
import zlib
from typing import IO, Any

from uec_booking.standard.codec import CodecError, parse_json, parse_xml, to_json, to_xml

from .refusals import Rejected
from .text import keepable

MAX_BODY_BYTES = 1_000_000
_COMPACT = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
JSON = "json"
XML = "xml"
CONTENT_TYPES = {JSON: "application/fhir+json;charset=utf-8", XML: "application/fhir+xml;charset=utf-8"}
# The plain types come from generic clients, the last of each row from DSTU2.
_FORMAT_OF = {
    "application/fhir+json": JSON,
    "application/json": JSON,
    "text/json": JSON,
    "application/json+fhir": JSON,
    "application/fhir+xml": XML,
    "application/xml": XML,
    "text/xml": XML,
    "application/xml+fhir": XML,
}


def request_format(content_type: str | None) -> str:
    """The format of a body from its Content-Type. Raises Rejected (unsupported-request-type)."""
    media_type, parameters = _split(content_type or "")
    if media_type not in _FORMAT_OF:
        raise Rejected("unsupported-request-type", f"Bodies of type {media_type or '(none)'} are not supported.")
    charset = parameters.get("charset", "utf-8").lower()
    if charset not in ("utf-8", "utf8"):
        raise Rejected("unsupported-request-type", "Only the character set utf-8 is supported.")
    return _FORMAT_OF[media_type]


def response_format(wanted: str | None, accept: str | None, content_type: str | None) -> str:
    """The answer's format: `_format` before Accept, then the request's own, then JSON. Raises Rejected."""
    if wanted:
        # A raw + in a query arrives as a blank.
        name = wanted.split(";")[0].strip().lower().replace(" ", "+")
        chosen = name if name in (JSON, XML) else _FORMAT_OF.get(name)
        if chosen is None:
            raise Rejected("unsupported-response-format", f"The format {wanted} cannot be served.")
        return chosen
    fallback = _FORMAT_OF.get(_split(content_type or "")[0], JSON)
    if not accept or not accept.strip():
        return fallback
    for media_range in _by_preference(accept):
        if media_range in ("*/*", "application/*"):
            return fallback
        if media_range in _FORMAT_OF:
            return _FORMAT_OF[media_range]
    raise Rejected("unsupported-response-format", f"None of the types {accept} can be served.")


def read_body(stream: IO[bytes], announced: int | None, encoding: str | None) -> bytes:
    """At most a megabyte from the stream, decompressed; `announced` is its Content-Length, if it has one.

    Raises Rejected: body-cut-short, body-too-slow, body-too-large, malformed-body, unsupported-request-type.
    """
    if (announced or 0) > MAX_BODY_BYTES:
        raise _too_large()
    try:
        raw = _bounded(stream)
    except ValueError as error:
        raise Rejected("body-cut-short", f"The body is not in chunks as announced: {error}") from None
    except OSError:
        raise Rejected("body-too-slow", "The body did not come whole within the time there is for it.") from None
    if announced is not None and len(raw) < announced:
        raise Rejected("body-cut-short", f"The body has {len(raw)} bytes where {announced} are announced.")
    name = (encoding or "identity").strip().lower()
    if not raw or name in ("identity", ""):
        return raw
    if name not in ("gzip", "x-gzip"):
        raise Rejected("unsupported-request-type", f"The content encoding {name} is not supported.")
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(raw)) as unzipped:
            return _bounded(unzipped)
    except (OSError, EOFError, zlib.error):
        raise Rejected("malformed-body", "The body is not valid gzip.") from None


def parse_body(raw: bytes, form: str) -> dict[str, Any]:
    """The resource in a body, in its JSON form. Raises Rejected (malformed-body)."""
    try:
        # Unknown elements are to be ignored (FMT-13); in JSON they are taken out by the structural check.
        resource = parse_xml(raw, lenient_unknown=True) if form == XML else parse_json(raw)
    except CodecError as error:
        reason = f"The body is not well-formed FHIR {form.upper()}: {error.message}."
        raise Rejected("malformed-body", reason, error.where) from None
    if not keepable(resource):
        # JSON can say what a string of FHIR may not hold, and XML cannot (FHIR STU3, data type string).
        raise Rejected("profile-breach", "The body has text with characters that FHIR does not allow.")
    return resource


def dump(resource: dict[str, Any], form: str) -> bytes:
    """A resource as bytes in the format chosen."""
    if form == XML:
        return to_xml(resource)
    try:
        return _COMPACT.encode(resource).encode()
    except TypeError:
        # There is a Decimal in it, of which only the codec keeps the digits.
        return to_json(resource)


def _split(content_type: str) -> tuple[str, dict[str, str]]:
    media_type, *rest = content_type.split(";")
    pairs = (part.partition("=") for part in rest)
    return media_type.strip().lower(), {key.strip().lower(): value.strip(' "') for key, _, value in pairs}


def _by_preference(accept: str) -> list[str]:
    ranges: list[tuple[float, str]] = []
    for part in accept.split(","):
        media_range, parameters = _split(part)
        try:
            quality = float(parameters.get("q", "1"))
        except ValueError:
            quality = 0.0
        if media_range and quality > 0:
            ranges.append((quality, media_range))
    return [media_range for _, media_range in sorted(ranges, key=lambda pair: -pair[0])]


def _bounded(stream: IO[bytes] | gzip.GzipFile) -> bytes:
    parts: list[bytes] = []
    size = 0
    while part := stream.read(65536):
        parts.append(part)
        size += len(part)
        if size > MAX_BODY_BYTES:
            raise _too_large()
    return b"".join(parts)


def _too_large() -> Rejected:
    return Rejected("body-too-large", f"Bodies may have at most {MAX_BODY_BYTES} bytes.")
