"""The ways in, each with what must hold whatever comes: nothing raised but what is promised, and no answer with 5xx."""

from __future__ import annotations

import json
from collections.abc import Iterator
from io import BufferedReader, BytesIO
from pathlib import Path
from typing import Any, cast

from uec_booking.harness.checks.every_exchange.standing import standing_checks
from uec_booking.harness.consumer.recording import har, record
from uec_booking.harness.consumer.requests import provider_call
from uec_booking.harness.consumer.tokens import authorization
from uec_booking.harness.errors import ClientError, SettingsError
from uec_booking.harness.http import times, urls
from uec_booking.harness.http.answer_reading import read_answer
from uec_booking.harness.http.content_coding import unpacked
from uec_booking.harness.http.exchange import Exchange, Received, Sent
from uec_booking.harness.scenario.booked import BookedAppointments
from uec_booking.simulator.refusals import Rejected
from uec_booking.simulator.registry.oauth import TokenService
from uec_booking.simulator.registry.tokens import RegistryTokenCheck
from uec_booking.simulator.tokens import TokenCheck
from uec_booking.simulator.world import PROVIDERS
from uec_booking.standard.codec import CodecError, parse_json, parse_xml, to_json, to_xml
from uec_booking.standard.names import SCOPE_SLOT_READ
from uec_booking.standard.validation import check_structure, well_typed

from . import examples
from .contract import Broken, Target
from .examples import NOW, PROVIDER, REGISTRY, ROOT, request
from .served import world

_MOST = 1_000_000
_SCOPES = frozenset({SCOPE_SLOT_READ})
_SERVICE = TokenService(f"{ROOT}{REGISTRY}", f"{ROOT}/registry/oauth2", PROVIDERS)
_CHECKS = (TokenCheck(f"{ROOT}{PROVIDER}"), RegistryTokenCheck(f"{ROOT}{REGISTRY}", _SERVICE))


def json_bodies(data: bytes) -> None:
    try:
        found = parse_json(data)
    except CodecError:
        return
    if parse_json(to_json(found)) != found:
        raise Broken("JSON that is written and read again is another")
    _looked_at(found)


def xml_bodies(data: bytes) -> None:
    try:
        found = parse_xml(data)
    except CodecError:
        found = None
    try:
        lenient = parse_xml(data, lenient_unknown=True)
    except CodecError:
        if found is not None:
            raise Broken("what is read strictly is not read leniently") from None
        return
    for one in (found, lenient):
        if one is None:
            continue
        if parse_xml(to_xml(one)) != one:
            raise Broken("XML that is written and read again is another")
        if parse_json(to_json(one)) != one:
            raise Broken("XML that is written as JSON and read again is another")
        _looked_at(one)


def _looked_at(resource: dict[str, Any]) -> None:
    check_structure(resource, allow_unknown=True)
    check_structure(well_typed(resource))
    try:
        written = to_xml(resource, lenient_unknown=True)
    except CodecError:
        return
    parse_xml(written)


def tokens(data: bytes) -> None:
    # As the payload of a token, and as the whole header.
    for header in (examples.bearer(data), data.decode("latin-1")):
        authorization((("Authorization", header),))
        for check in _CHECKS:
            try:
                check.caller(header, _SCOPES, NOW)
            except Rejected:
                continue


def requests(data: bytes) -> None:
    world().ask(data)


def searches(data: bytes) -> None:
    query = data.decode("latin-1").translate(_UNSENDABLE)
    for path, resource in ((PROVIDER, "/Slot"), (PROVIDER, "/Appointment"), (REGISTRY, "/Appointment")):
        world().ask(request("GET", f"{resource}?{query}", path=path))


def headers(data: bytes) -> None:
    lines = data.decode("latin-1").replace("\r\n\r\n", "\r\n")
    world().ask(request("GET", f"/Slot?service={examples.SERVICE}", headers=f"{lines}\r\n"))


def bookings(data: bytes) -> None:
    form = "xml" if data[:40].lstrip().startswith(b"<") else "json"
    kind = f"Content-Type: application/fhir+{form}\r\n"
    world().ask(request("POST", "/Appointment", kind, data))
    world().ask(request("POST", "/Appointment", kind, data, path=REGISTRY))


def answers(data: bytes) -> None:
    try:
        answer = read_answer(BufferedReader(cast(Any, BytesIO(data))), "GET", _MOST)
        coding = ", ".join(answer.head.values("content-encoding"))
        body = unpacked(answer.body, coding, _MOST)
    except (ClientError, ConnectionError):
        return
    head = answer.head
    received = Received(head.status, head.reason, head.headers, body, answer.body, tuple(head.faults))
    for method, target in (("GET", "/Slot?start=ge2026"), ("POST", "/Appointment"), ("GET", "/Appointment/1")):
        for system in ("provider", "registry"):
            asked = Sent(method, f"https://x.example/1{target}", (("X-Request-ID", "1"), ("Accept", "*/*")))
            seen = Exchange("1", system, "", "", NOW.isoformat(), 0.1, asked, received)
            _judged(seen)


def _judged(seen: Exchange) -> None:
    under_test = {"provider": "provider", "registry": "registry"}
    for edition in ("0.1.15", "1.0.0"):
        list(standing_checks(edition, "", under_test, BookedAppointments())(seen))
    again = Exchange.from_json(json.loads(json.dumps(seen.to_json())))
    if (again.status, again.summary()) != (seen.status, seen.summary()):
        raise Broken("an exchange that is stored and read again is another")


def addresses(data: bytes) -> None:
    text = data.decode("utf-8", "surrogateescape")
    urls.split(text)
    urls.origin(text)
    urls.absolute(text, "https://x.example/1")
    for read in (times.moment, times.http_date, times.any_moment):
        read(text)
    sent = Sent("POST", f"https://proxy.example/{text}", (("Content-Type", text[:60]),), data)
    call = provider_call(Exchange("1", "", "", "", NOW.isoformat(), 0.1, sent), ("https://x.example/1",))
    _ = (call.interaction, call.appointment, call.body, call.query)


def recordings(data: bytes) -> None:
    for read in (har.exchanges, record.exchanges):
        found: Iterator[Exchange] = read(Path("recording"), data)
        try:
            for one in found:
                _judged(one)
        except SettingsError:
            continue


def directory(data: bytes) -> None:
    world().ask_sds(data)


_UNSENDABLE = {number: "+" for number in (*range(0x21), 0x7F)}
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
    Target("json", "FHIR in JSON, read and written", json_bodies, examples.resources(), _ELEMENTS),
    Target(
        "xml", "FHIR in XML, read and written", xml_bodies, examples.documents(), (b"value=", b"<extension url='a'>")
    ),
    Target(
        "tokens",
        "tokens, at the simulator and of a consumer",
        tokens,
        (
            json.dumps(examples.good_claims()).encode(),
            json.dumps(examples.good_claims(REGISTRY)).encode(),
            examples.bearer(b"{}").encode(),
        ),
        (b"exp", b"Bearer "),
    ),
    Target("requests", "requests to the simulator, from the first byte on", requests, _sent(), (*_HTTP, *_FHIR)),
    Target("searches", "queries to provider and registry", searches, examples.queries(), _FHIR),
    Target(
        "headers", "headers of a search", headers, (b"Accept: application/fhir+xml", b"Content-Type: text/xml"), _HTTP
    ),
    Target("bookings", "bodies of bookings", bookings, (*examples.resources(), *examples.documents()), _ELEMENTS),
    Target("answers", "answers to the harness, with the checks of every exchange", answers, _answered(), _HTTP),
    Target(
        "addresses",
        "addresses, times and requests of consumers",
        addresses,
        (
            b"https://x.example/1/Slot?start=ge1",
            b"https%3A%2F%2Fx.example%2F1%2FAppointment%2F2",
            b"2026-06-01T09:00:00Z",
        ),
        _FHIR,
    ),
    Target("recordings", "recordings, ours and HAR", recordings, (json.dumps(_HAR).encode(),), (b"\n",)),
    Target("directory", "LDAP to SDS", directory, (_LDAP, _LDAP + _SEARCH)),
)
