"""Defects in the id of a request, and in how a body is written."""

from __future__ import annotations

import json
import unicodedata
from typing import Any
from uuid import uuid4

from uec_booking.standard import names

from ....consumer.wire.http import Http
from ....consumer.wire.provider import ProviderClient
from ....fault_making import breaks


@breaks("CON-XTI-01", ProviderClient.headers)
def books_without_request_id(original: Any, encounter: Any, place: Any, interaction: str, *more: Any) -> Any:
    """A booking has no X-Request-ID."""
    headers = original(encounter, place, interaction, *more)
    if interaction == names.CREATE_APPOINTMENT:
        del headers[names.REQUEST_ID]
    return headers


@breaks("CON-XTI-01", ProviderClient.headers)
def cancels_without_request_id(original: Any, encounter: Any, place: Any, interaction: str, *more: Any) -> Any:
    """A cancellation has no X-Request-ID."""
    headers = original(encounter, place, interaction, *more)
    if interaction == names.UPDATE_APPOINTMENT:
        del headers[names.REQUEST_ID]
    return headers


@breaks("CON-XTI-01", ProviderClient.headers, warned=True)
def reads_without_request_id(original: Any, encounter: Any, place: Any, interaction: str, *more: Any) -> Any:
    """What only reads has no X-Request-ID (CF-46)."""
    headers = original(encounter, place, interaction, *more)
    if interaction not in (names.CREATE_APPOINTMENT, names.UPDATE_APPOINTMENT):
        del headers[names.REQUEST_ID]
    return headers


_OF_THE_SESSION = str(uuid4())


@breaks("CON-XTI-01", ProviderClient.request_id)
def has_one_request_id(original: Any) -> str:
    """X-Request-ID is made once, when the program starts."""
    return _OF_THE_SESSION


@breaks("CON-XTI-02", Http.send)
def http_library_sends_bookings_again(
    original: Any, method: str, url: str, headers: Any, *more: Any, **named: Any
) -> Any:
    """The HTTP library silently sends a POST again that failed with 5xx, and each sending gets a new request id."""
    reply = original(method, url, headers, *more, **named)
    if method != "POST" or names.REQUEST_ID not in headers or reply.status < 500:
        return reply
    return original(method, url, {**headers, names.REQUEST_ID: str(uuid4())}, *more, **named)


@breaks("FMT-07", ProviderClient.content_type)
def names_no_charset(original: Any) -> str:
    """The media type of a body is sent without its charset."""
    return names.FHIR_JSON


@breaks("FMT-07", ProviderClient.content_type)
def names_a_western_charset(original: Any) -> str:
    """The charset of a body is said to be ISO 8859-1, though it is UTF-8."""
    return f"{names.FHIR_JSON};charset=ISO-8859-1"


@breaks("FMT-07", ProviderClient.content_type, warned=True)
def puts_a_blank_before_the_charset(original: Any) -> str:
    """A blank stands before the charset."""
    return f"{names.FHIR_JSON}; charset=utf-8"


@breaks("FMT-08", ProviderClient.written)
def writes_in_western_letters(original: Any, body: Any) -> bytes:
    """Bodies are written in Windows-1252."""
    return json.dumps(body, ensure_ascii=False).encode("cp1252", "replace")


@breaks("FMT-08", ProviderClient.written)
def leaves_out_accents(original: Any, body: Any) -> bytes:
    """Names are written without their accents."""
    plain = unicodedata.normalize("NFKD", json.dumps(body, ensure_ascii=False))
    return plain.encode("ascii", "ignore")


@breaks("FMT-08", ProviderClient.written)
def writes_in_utf_16(original: Any, body: Any) -> bytes:
    """Bodies are written in UTF-16, as strings are in memory."""
    return json.dumps(body).encode("utf-16")
