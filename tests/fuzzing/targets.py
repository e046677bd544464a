"""The ways in, each with the good inputs that it begins from."""

from __future__ import annotations

import json

from uec_booking.standard.codec import to_json

from . import examples, feeds
from .contract import Target
from .examples import REGISTRY, request

_ELEMENTS = (
    b"resourceType",
    b"contained",
    b"extension",
    b"valueDateTime",
    b"_status",
    b"null",
    b"-0",
    b"1e9",
    b"\\ud800",
)
_FHIR = (b"lt", b"ge", b"%2B", b"_include", b":recurse", b"T24:00:00", b"+14:00", b"9999-12-31", b"0001-01-01", b"|")
_HTTP = (b"Transfer-Encoding: chunked\r\n", b"Content-Encoding: gzip\r\n", b"Expect: 100-continue\r\n", b"\r\n\r\n")
_LDAP = bytes.fromhex("300c020101600702010304008000")
_SEARCH = bytes.fromhex("30270201026322040a6f3d6e68730a01020a0100020100020100010100870b6f626a656374436c6173733000")
_ANSWER = b'HTTP/1.1 200 OK\r\nContent-Type: application/fhir+json;charset=utf-8\r\nETag: W/"1"\r\n'
_HAR = {
    "log": {
        "entries": [
            {
                "startedDateTime": "2026-06-01T09:00:00Z",
                "request": {"method": "GET", "url": "https://x", "headers": [{"name": "Accept", "value": "*/*"}]},
                "response": {"status": 200, "headers": [], "content": {}},
            }
        ]
    }
}


def _sent() -> tuple[bytes, ...]:
    book = to_json(examples.appointment())
    kind = "Content-Type: application/fhir+json\r\n"
    return (
        *(request("GET", f"/Slot?{query.decode()}") for query in examples.queries()),
        request("POST", "/Appointment", kind, book),
        request("PUT", "/Appointment/1", f'{kind}If-Match: W/"1"\r\n', book),
        request("GET", "/Appointment/1/_history/1"),
        request("GET", "/metadata", "Accept: application/fhir+xml;q=0.5, */*;q=0.1\r\nAccept-Encoding: gzip\r\n"),
        request("POST", "/Appointment", kind, book, path=REGISTRY),
        b"POST /registry/oauth2/token HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        b"Content-Length: 29\r\n\r\ngrant_type=client_credentials",
        b"POST /STU3/Appointment HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
        b"GET /console/ HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"GET /dos/1.0/services?postcode=x HTTP/1.1\r\nHost: x\r\n\r\n",
    )


def _answered() -> tuple[bytes, ...]:
    json_ = tuple(_ANSWER + b"Content-Length: %d\r\n\r\n" % len(one) + one for one in examples.resources())
    xml = tuple(_ANSWER.replace(b"json", b"xml") + b"\r\n" + one for one in examples.documents())
    return (
        *json_,
        *xml,
        b"HTTP/1.1 100 Continue\r\n\r\n" + _ANSWER + b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
    )


TARGETS = (
    Target("json", "FHIR in JSON, read and written", feeds.json_bodies, examples.resources(), _ELEMENTS),
    Target(
        "xml",
        "FHIR in XML, read and written",
        feeds.xml_bodies,
        examples.documents(),
        (b"value=", b"<extension url='a'>"),
    ),
    Target(
        "tokens",
        "tokens, at the simulator and of a consumer",
        feeds.tokens,
        (
            json.dumps(examples.good_claims()).encode(),
            json.dumps(examples.good_claims(REGISTRY)).encode(),
            examples.bearer(b"{}").encode(),
        ),
        (b"exp", b"Bearer "),
    ),
    Target("requests", "requests to the simulator, from the first byte on", feeds.requests, _sent(), (*_HTTP, *_FHIR)),
    Target("searches", "queries to provider and registry", feeds.searches, examples.queries(), _FHIR),
    Target(
        "headers",
        "headers of a search",
        feeds.headers,
        (b"Accept: application/fhir+xml", b"Content-Type: text/xml"),
        _HTTP,
    ),
    Target("bookings", "bodies of bookings", feeds.bookings, (*examples.resources(), *examples.documents()), _ELEMENTS),
    Target("answers", "answers to the harness, with the checks of every exchange", feeds.answers, _answered(), _HTTP),
    Target(
        "addresses",
        "addresses, times and requests of consumers",
        feeds.addresses,
        (
            b"https://x.example/1/Slot?start=ge1",
            b"https%3A%2F%2Fx.example%2F1%2FAppointment%2F2",
            b"2026-06-01T09:00:00Z",
        ),
        _FHIR,
    ),
    Target(
        "consumers",
        "requests of a consumer, with the checks on them",
        feeds.consumers,
        (
            json.dumps(examples.good_claims()).encode(),
            *examples.queries(),
            *examples.resources(),
            *examples.documents(),
        ),
        _ELEMENTS,
    ),
    Target("recordings", "recordings, ours and HAR", feeds.recordings, (json.dumps(_HAR).encode(),), (b"\n",)),
    Target("directory", "LDAP to SDS", feeds.directory, (_LDAP, _LDAP + _SEARCH)),
)
