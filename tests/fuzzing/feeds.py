"""The ways in, each with what must hold whatever comes: nothing raised but what is promised, and no answer with 5xx."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from io import BufferedReader, BytesIO
from pathlib import Path
from typing import Any, cast

from uec_booking.harness.checks.every_exchange.consumer.addressing import Addressing
from uec_booking.harness.checks.every_exchange.consumer.bookings import Bookings
from uec_booking.harness.checks.every_exchange.consumer.searches import searches as searches_of_consumers
from uec_booking.harness.checks.every_exchange.consumer.tokens import Tokens
from uec_booking.harness.checks.every_exchange.consumer.transactions import Transactions
from uec_booking.harness.checks.every_exchange.consumer.updates import Updates
from uec_booking.harness.checks.every_exchange.standing import standing_checks
from uec_booking.harness.consumer.recording import har, record
from uec_booking.harness.consumer.requests import ProviderCall, provider_call
from uec_booking.harness.consumer.tokens import authorization
from uec_booking.harness.errors import ClientError, SettingsError
from uec_booking.harness.http import times, urls
from uec_booking.harness.http.answer_reading import read_answer
from uec_booking.harness.http.content_coding import unpacked
from uec_booking.harness.http.exchange import Exchange, Received, Sent
from uec_booking.harness.judging.observations import Observation
from uec_booking.harness.scenario.booked import BookedAppointments
from uec_booking.simulator.refusals import Rejected
from uec_booking.simulator.registry.oauth import TokenService
from uec_booking.simulator.registry.tokens import RegistryTokenCheck
from uec_booking.simulator.tokens import TokenCheck
from uec_booking.simulator.world import PROVIDERS
from uec_booking.standard.codec import CodecError, parse_json, parse_xml, to_json, to_xml
from uec_booking.standard.names import SCOPE_SLOT_READ
from uec_booking.standard.validation import check_structure, well_typed

from ..checks.consumer import requests as of_consumers
from . import examples
from .contract import Broken
from .examples import NOW, PROVIDER, REGISTRY, ROOT, request
from .served import world

_UNSENDABLE = {number: "+" for number in (*range(0x21), 0x7F)}
_MOST = 1_000_000
_SCOPES = frozenset({SCOPE_SLOT_READ})
_SERVICE = TokenService(f"{ROOT}{REGISTRY}", f"{ROOT}/registry/oauth2", PROVIDERS, lambda _, make: make())
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
    try:
        parse_xml(written)
    except CodecError as error:
        # Whether a value is one of its type is looked at when it is read, not when it is written.
        if not error.message.startswith("not a value of type"):
            raise


def tokens(data: bytes) -> None:
    # As the payload of a token, and as the whole header.
    for header in (examples.bearer(data), data.decode("latin-1")):
        authorization((("Authorization", header),))
        for check in _CHECKS:
            try:
                check.caller(header, _SCOPES, NOW)
            except Rejected:
                continue


def consumers(data: bytes) -> None:
    text = data.decode("utf-8", "replace")
    kind = "application/fhir+xml" if data[:40].lstrip().startswith(b"<") else "application/fhir+json"
    headers = (("Authorization", examples.bearer(data)), ("Content-Type", kind), ("X-Request-ID", text[:40]))
    paths = ("/Slot?" + text, "/Appointment", "/Appointment/1", text)
    checks = _of_consumers()
    for method, path in zip(("GET", "POST", "PUT", "GET"), paths, strict=True):
        call = of_consumers.request(method, path, headers=headers, body=data)
        for check in checks:
            list(check(call))


def _of_consumers() -> tuple[Callable[[ProviderCall], Iterable[Observation]], ...]:
    roots = (of_consumers.ROOT, of_consumers.OTHER_ROOT)
    edition, under_test = "1.0.0", of_consumers.UNDER_TEST
    return (
        Addressing(under_test, dict.fromkeys(roots, "1")).check,
        Tokens(under_test, edition, roots).check,
        lambda call: searches_of_consumers(call, dict.fromkeys(roots, frozenset({"1"}))),
        Bookings(edition).check,
        Updates(edition).check,
        Transactions(edition).check,
    )


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
