"""Text and numbers that cannot be kept, or not be given back: rejected with 4xx on the way in."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from typing import Any

import pytest

from ..support.simulator_client import Consumer, Simulator, booking, unsigned

#: Characters that JSON can say, and no string of FHIR and no XML can hold.
UNKEEPABLE = {
    "NUL": "\u0000",
    "control": "\u0001",
    "U+FFFE": "\ufffe",
    "U+FFFF": "\uffff",
    "lone surrogate": "\ud800",
}
BOTH = ("application/fhir+json", "application/fhir+xml")
SCOPES = {"read": "patient/appointment.read", "write": "patient/appointment.write", "slots": "organization/slot.read"}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulator]:
    """A world that has nothing to say about a fault of its own, whatever is sent to it."""
    simulator = Simulator(tmp_path_factory.mktemp("unkeepable"))
    yield simulator
    assert simulator.consumer().search().status_code == 200
    assert simulator.close() == 0
    assert simulator.said == ""


def refused(answer: Any, *statuses: int) -> None:
    """The answer is an OperationOutcome of one of these statuses, in the format that was wanted."""
    assert answer.status_code in statuses, (answer.status_code, answer.text)
    assert "OperationOutcome" in answer.content.decode("utf-8")


def raw(value: object) -> bytes:
    """JSON with every odd character written as an escape."""
    return json.dumps(value).encode("ascii")


@pytest.mark.parametrize("accept", BOTH)
@pytest.mark.parametrize("character", UNKEEPABLE.values(), ids=UNKEEPABLE)
def test_in_a_body(world: Simulator, character: str, accept: str) -> None:
    consumer, registry = world.consumer(), world.registry()
    good = booking(consumer.bookable()[0], consumer.patient)
    bodies: list[Any] = [
        {**good, "resourceType": f"Appointment{character}"},
        {"resourceType": character},
        {**good, "comment": f"to {character} fro"},
        {**good, "description": character},
        {**good, f"_{character}": "odd"},
        {**good, "status": f"booked{character}"},
    ]
    for body in bodies:
        for system in (consumer, registry):
            refused(system.send("POST", "/Appointment", SCOPES["write"], raw(body), Accept=accept), 400, 422)
    twice = b'{"resourceType": "Appointment", %s: 1, %s: 1}' % (raw(character), raw(character))
    refused(consumer.send("POST", "/Appointment", SCOPES["write"], twice, Accept=accept), 400, 422)


@pytest.mark.parametrize("accept", BOTH)
@pytest.mark.parametrize("encoded", ["%00", "%01", "%EF%BF%BE", "%EF%BF%BF", "%ED%A0%80", "%FF"])
def test_in_an_address(world: Simulator, encoded: str, accept: str) -> None:
    consumer, registry = world.consumer(), world.registry()
    for query in (f"schedule.actor:healthcareservice=2{encoded}", f"start={encoded}", f"status={encoded}"):
        refused(consumer.send("GET", f"/Slot?{query}", SCOPES["slots"], Accept=accept), 400, 404)
    odd_name = consumer.send("GET", f"/Slot?{encoded}=1", SCOPES["slots"], Accept=accept)
    assert odd_name.status_code in (200, 400)
    for system in (consumer, registry):
        for query in (f"identifier={encoded}", f"{encoded}=1", f"_id={encoded}&start={encoded}"):
            refused(system.send("GET", f"/Appointment?{query}", SCOPES["read"], Accept=accept), 400)
        for path in (f"/Appointment/a{encoded}", f"/Appointment/a/_history/{encoded}", f"/{encoded}"):
            refused(system.send("GET", path, SCOPES["read"], Accept=accept), 404)
    put = consumer.send("PUT", f"/Appointment/{encoded}", SCOPES["write"], {}, Accept=accept)
    refused(put, 400, 404)


@pytest.mark.parametrize("character", UNKEEPABLE.values(), ids=UNKEEPABLE)
def test_in_a_token(world: Simulator, character: str) -> None:
    for system in (world.consumer(), world.registry()):
        claims = system.claims(SCOPES["write"])
        organisation = claims["requesting_organization"]
        changes: list[dict[str, Any]] = [
            {name: f"x{character}"}
            for name in ("iss", "sub", "aud", "requested_scope", "reason_for_request", character)
        ]
        changes.append({"requesting_organization": {**organisation, "name": character}})
        for change in changes:
            refused(system.send("POST", "/Appointment", SCOPES["write"], {}, token=unsigned(claims | change)), 403)
        header = {"alg": "none", "typ": "JWT", "kid": character}
        refused(system.send("POST", "/Appointment", "", {}, token=unsigned(claims, header)), 403)


def test_a_code_of_an_organisation_that_is_too_long(world: Simulator) -> None:
    consumer = world.consumer()
    consumer.organisation = {**consumer.organisation, "ods": "X" * 21}
    refused(consumer.book(booking(world.consumer().bookable()[0], consumer.patient)), 403)


@pytest.mark.parametrize("length", [201, 3000, 20_000])
def test_ids_that_are_too_long(world: Simulator, length: int) -> None:
    consumer, registry = world.consumer(), world.registry()
    long = "a" * length
    for system in (consumer, registry):
        refused(system.read(f"/Appointment/{long}"), 404)
        refused(system.read(f"/Appointment/{long}/_history/{'9' * length}"), 404)
        refused(system.put(f"/Appointment/{long}", {}, If_Match='W/"1"'), 400, 404)
        refused(system.read(f"/Appointment?identifier={long}"), 400)
    slot = consumer.bookable()[0]
    body = booking(slot, consumer.patient) | {"slot": [{"reference": f"Slot/{long}"}]}
    refused(consumer.book(body), 422)
    refused(consumer.book(booking(slot, consumer.patient), X_Request_ID=long), 400)


def test_an_entry_whose_url_is_too_long_or_none(world: Simulator) -> None:
    registry = world.registry()
    number = registry.patient
    for url in ("https://provider.example/Appointment/" + "a" * 3000, "http://[::bad/Appointment/1"):
        entry = {
            "resourceType": "Appointment",
            "identifier": [{"system": "https://tools.ietf.org/html/rfc3986", "value": url}],
            "status": "booked",
            "start": "2030-01-01T09:00:00+00:00",
            "end": "2030-01-01T09:15:00+00:00",
            "created": "2029-01-01T09:00:00+00:00",
            "participant": [
                {
                    "actor": {"identifier": {"system": "https://fhir.nhs.uk/Id/nhs-number", "value": number}},
                    "status": "accepted",
                }
            ],
        }
        refused(registry.send("POST", "/Appointment", SCOPES["write"], entry), 422)


def test_numbers_beyond_reason(world: Simulator) -> None:
    consumer = world.consumer()
    slot = consumer.bookable()[0]
    for digits in (30, 400, 5000):
        written = raw(booking(slot, consumer.patient)).replace(b'"rank": 1', b'"rank": 1' + b"0" * digits)
        refused(consumer.send("POST", "/Appointment", SCOPES["write"], written), 400, 422)
    for exponent in (b"1e400", b"1e-999999", b"1.5"):
        written = raw(booking(slot, consumer.patient)).replace(b'"rank": 1', b'"rank": ' + exponent)
        refused(consumer.send("POST", "/Appointment", SCOPES["write"], written), 400, 422)


@pytest.mark.parametrize("seconds", ["1e400", "-1", "1" + "0" * 60, "NaN", "1" + "0" * 5000, "253402300800"])
def test_times_of_a_token_that_are_none(world: Simulator, seconds: str) -> None:
    for system in (world.consumer(), world.registry()):
        claims = json.dumps(system.claims(SCOPES["read"], exp=0, iat=0))
        written = claims.replace('"exp": 0', f'"exp": {seconds}').replace('"iat": 0', f'"iat": {seconds}')
        token = ".".join(_part(text) for text in ('{"alg": "none", "typ": "JWT"}', written)) + "."
        refused(system.send("GET", "/Appointment/a", "", token=token), 403)


def _part(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).rstrip(b"=").decode()


def test_a_signed_token_that_is_none(world: Simulator) -> None:
    registry = world.registry()
    for head in ("[" * 30_000, '{"alg": "RS256", "crit": "\\ud800"}', '{"alg": ' + "9" * 5000 + "}", '"RS256"', "\x00"):
        refused(registry.send("GET", "/Appointment/a", "", token=f"{_part(head)}.{_part('{}')}.AAAA"), 403, 431)


def test_narrative_is_given_back_in_either_format(world: Simulator) -> None:
    """Markup that XML cannot hold is rejected when it comes in as JSON."""
    for div in ("<div>open", "no markup", "<div xmlns='http://www.w3.org/1999/xhtml'>&nbsp;</div>", "<a/><b/>"):
        consumer = world.consumer()
        good = booking(consumer.bookable()[0], consumer.patient)
        answer = consumer.book(good | {"text": {"status": "generated", "div": div}})
        if answer.status_code != 201:
            refused(answer, 400, 422)
            continue
        again = consumer.send("GET", answer.headers["Location"], SCOPES["read"], Accept="application/fhir+xml")
        assert again.status_code == 200, (div, again.text)
        consumer.cancel(answer.headers["Location"].rpartition("/_history/")[0])


def test_token_requests_that_are_none(world: Simulator) -> None:
    listed = world.control("GET", "/registry/clients").json()
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    for body in (b"", b"\xff\xfe", b"client_id=%00&client_secret=%ED%A0%80&grant_type=client_credentials", b"&" * 5000):
        answer = world.session.post(listed["token_url"], data=body, headers=form, timeout=10)
        assert answer.status_code in (400, 401), body
    large = world.session.post(listed["token_url"], data=b"a" * 1_000_001, headers=form, timeout=10)
    assert large.status_code == 413


def _if_match(consumer: Consumer, tags: str) -> int:
    url = consumer.book_any().headers["Location"].rpartition("/_history/")[0]
    body = {**consumer.read(url).json(), "status": "cancelled"}
    answered = consumer.put(url, body, If_Match=tags).status_code
    if answered != 200:
        assert consumer.cancel(url).status_code == 200
    return answered


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ('W/"1"', 200),
        ('W/"1", W/"2"', 200),
        ('W/"7","1"', 200),
        ('W/"7" , W/"1" ,', 200),
        ('W/"7", W/"8"', 409),
        ("*", 409),
        (",", 409),
        ('W/"\xff"', 409),
    ],
)
def test_a_list_of_versions(world: Simulator, tags: str, expected: int) -> None:
    assert _if_match(world.consumer(), tags) == expected
