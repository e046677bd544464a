"""The registry as providers and consumers meet it directly."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from uec_booking.standard.codec import parse_xml, to_xml

from ..support.simulator_client import NHS, Consumer, Simulator, instant, nhs_number, soon
from .losing_proxy import Recorder

WRITE = "patient/appointment.write"


def pointer(nhs: str, number: int = 1, hours: float = 5) -> dict[str, Any]:
    """A pointer that may be registered."""
    start = datetime.now(UTC) + timedelta(hours=hours)
    identifier = {"use": "official", "system": NHS, "value": nhs}
    return {
        "resourceType": "Appointment",
        "identifier": [
            {"system": "urn:ietf:rfc:3986", "value": f"https://p.example/STU3/1/b/Appointment/{nhs}-{number}"}
        ],
        "status": "booked",
        "start": instant(start),
        "end": instant(start + timedelta(minutes=15)),
        "created": instant(datetime.now(UTC)),
        "participant": [{"actor": {"identifier": identifier}, "status": "accepted"}],
    }


def register(registry: Consumer, body: Any, **headers: str) -> Any:
    """A registering request."""
    return registry.send("POST", "/Appointment", WRITE, body, **headers)


def test_a_pointer_is_registered_found_read_and_ended(world: Simulator) -> None:
    registry, nhs = world.registry(), nhs_number()
    made = register(registry, pointer(nhs))
    assert made.status_code == 201, made.text
    body = made.json()
    assert made.headers["Location"].endswith(f"/Appointment/{body['id']}/_history/1")
    assert made.headers["ETag"] == 'W/"1"' and "Last-Modified" in made.headers
    assert registry.pointers(nhs) == [body]
    url = body["identifier"][0]["value"]
    found = registry.send("GET", "/Appointment", WRITE, params={"identifier": f"urn:ietf:rfc:3986|{url}"}).json()
    assert [e["resource"]["id"] for e in found["entry"]] == [body["id"]]

    path = f"/Appointment/{body['id']}"
    ended = {**body, "status": "cancelled"}
    assert registry.put(path, ended).status_code == 412
    assert registry.put(path, ended, If_Match='W/"9"').status_code == 409
    assert registry.put(path, {**ended, "start": body["end"]}, If_Match='W/"1"').status_code == 422
    assert registry.put(path, {**body, "status": "fulfilled"}, If_Match='W/"1"').status_code == 422
    answer = registry.put(path, ended, If_Match='W/"1"')
    assert answer.status_code == 200
    assert answer.headers["Location"].endswith("/_history/2")
    assert registry.read(path).json()["status"] == "cancelled"
    assert registry.read(f"{path}/_history/1").json() == body


@pytest.mark.parametrize("name", ["id", "contained", "supportingInformation", "description", "slot"])
def test_a_pointer_has_nothing_but_its_fields(world: Simulator, name: str) -> None:
    values = {"id": "mine", "contained": [{"resourceType": "Patient", "id": "p"}], "description": "ill"}
    body = pointer(nhs_number()) | {name: values.get(name, [{"reference": "Slot/1"}])}
    if name == "contained":
        body["participant"][0]["actor"]["reference"] = "#p"
    answer = register(world.registry(), body)
    assert answer.status_code == 422
    assert answer.json()["issue"][0]["expression"] == [f"Appointment.{name}"]


@pytest.mark.parametrize("name", ["status", "start", "created", "identifier", "participant"])
def test_a_pointer_has_all_of_its_fields(world: Simulator, name: str) -> None:
    body = pointer(nhs_number())
    del body[name]
    assert register(world.registry(), body).status_code == 422


def test_past_appointments_are_left_out_of_a_search_by_patient(world: Simulator) -> None:
    registry, nhs = world.registry(), nhs_number()
    register(registry, pointer(nhs, 1, hours=-3))
    register(registry, pointer(nhs, 2, hours=3))
    assert [p["identifier"][0]["value"][-2:] for p in registry.pointers(nhs)] == ["-2"]
    now = instant(datetime.now(UTC))
    for window, expected in ((["ge2020-01-01"], 2), ([f"lt{now}", "ge2020-01-01"], 1), ([f"lt{now}"], 0)):
        params = {"patient.identifier": nhs, "start": window}
        found = registry.send("GET", "/Appointment", WRITE, params=params).json()
        assert found["total"] == expected, window


def test_xml_and_wrong_requests(world: Simulator) -> None:
    registry, nhs = world.registry(), nhs_number()
    sent = {"Content_Type": "application/fhir+xml;charset=utf-8", "Accept": "application/fhir+xml"}
    made = register(registry, to_xml(pointer(nhs)), **sent)
    assert parse_xml(made.content)["identifier"] == pointer(nhs)["identifier"]
    assert register(registry, b"{").status_code == 400
    assert register(registry, pointer("9990000001")).status_code == 422
    assert registry.read("/Appointment?identifier=" + NHS + "|123").status_code == 400
    assert registry.read("/Appointment").status_code == 400
    refused = registry.send("GET", "/Appointment/x", WRITE, token="junk")
    assert (refused.status_code, refused.json()["resourceType"]) == (403, "OperationOutcome")


def test_of_two_that_end_a_pointer_at_once_one_succeeds(world: Simulator) -> None:
    registry, nhs = world.registry(), nhs_number()
    body = register(registry, pointer(nhs)).json()
    statuses: list[int] = []
    start = threading.Barrier(8)

    def end() -> None:
        start.wait(timeout=60)
        answer = registry.put(f"/Appointment/{body['id']}", {**body, "status": "cancelled"}, If_Match='W/"1"')
        statuses.append(answer.status_code)

    threads = [threading.Thread(target=end) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    assert Counter(statuses) == {200: 1, 409: 7}


def credentials(world: Simulator) -> dict[str, str]:
    """A right token request of the first client."""
    told = world.control("GET", "/registry/clients").json()
    client = told["clients"][0]
    return {
        "grant_type": "client_credentials",
        "client_id": client["client_id"],
        "client_secret": client["client_secret"],
        "scope": told["scope"],
    }


@pytest.mark.parametrize(
    ("changes", "status", "error"),
    [
        ({}, 200, None),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
        ({"client_id": "1"}, 401, "invalid_client"),
        ({"client_secret": "guess"}, 401, "invalid_client"),
        ({"scope": "everything"}, 400, "invalid_scope"),
    ],
)
def test_the_token_service(world: Simulator, changes: dict[str, str], status: int, error: str | None) -> None:
    url = world.control("GET", "/registry/clients").json()["token_url"]
    answer = world.session.post(url, data=credentials(world) | changes, timeout=10)
    assert (answer.status_code, answer.json().get("error")) == (status, error)
    if status == 200:
        token = answer.json()["access_token"]
        registry = world.registry()
        assert registry.send("GET", "/Appointment/none", WRITE, token=token).status_code == 404
        tampered = token[:-6] + ("AAAAAA" if not token.endswith("AAAAAA") else "BBBBBB")
        assert registry.send("GET", "/Appointment/none", WRITE, token=tampered).status_code == 403


def test_a_client_can_be_let_in_with_a_secret_of_its_own(world: Simulator) -> None:
    own = {"client_id": "our-desk", "client_secret": "kept"}
    told = world.control("PUT", "/registry/clients", own).json()
    assert "our-desk" in [client["client_id"] for client in told["clients"]]
    answer = world.session.post(told["token_url"], data=credentials(world) | own, timeout=10)
    assert answer.status_code == 200
    registry, token = world.registry(), answer.json()["access_token"]
    assert registry.send("GET", "/Appointment/none", WRITE, token=token).status_code == 404
    assert world.control("PUT", "/registry/clients", {"client_id": "our-desk"}).status_code == 400


@pytest.mark.parametrize("variant", ["", "unsigned-registry-tokens"])
def test_providers_call_with_a_token_of_the_service(
    launch: Callable[..., Simulator], recorder: Recorder, variant: str
) -> None:
    world = launch("--http", "--registry-url", recorder.url, *(["--variant", variant] if variant else []))
    recorder.target = world.config["registry"]["base_url"]
    consumer, registry = world.consumer(), world.registry()
    url = consumer.book_any().headers["Location"].rpartition("/_history/")[0]
    consumer.cancel(url)
    soon(lambda: [p["status"] for p in registry.pointers(consumer.patient)] == ["cancelled"])
    assert [call.method for call in recorder.calls] == ["POST", "GET", "GET", "PUT"]
    assert all(call.headers["Authorization"].endswith(".") == bool(variant) for call in recorder.calls)
    assert not any(name.lower().startswith("ssp-") for call in recorder.calls for name in call.headers)
    assert "If-Match" in recorder.calls[-1].headers


def test_a_lost_answer_leads_to_no_second_entry(launch: Callable[..., Simulator], recorder: Recorder) -> None:
    world = launch("--http", "--registry-url", recorder.url)
    recorder.target = world.config["registry"]["base_url"]
    recorder.lose_answers = 2
    consumer, registry = world.consumer(), world.registry()
    url = consumer.book_any().headers["Location"].rpartition("/_history/")[0]
    soon(lambda: len(recorder.calls) >= 3)
    recorder.lose_answers = 2
    consumer.cancel(url)
    soon(lambda: world.control("GET", "/registry/outbox").json()["waiting"] == [])
    assert [p["status"] for p in registry.pointers(consumer.patient)] == ["cancelled"]
    posts = [call for call in recorder.calls if call.method == "POST"]
    assert len(posts) == 1


def test_two_hundred_changes_while_the_registry_comes_and_goes(launch: Callable[..., Simulator]) -> None:
    world = launch("--http")
    consumer, registry = world.consumer(), world.registry()
    slots = consumer.bookable(48)[:100]
    expected: dict[str, str] = {}
    for number, slot in enumerate(slots):
        if number % 10 == 0:
            world.control("POST", "/registry/away" if number % 20 == 0 else "/registry/back")
        url = consumer.book_any(slot).headers["Location"].rpartition("/_history/")[0]
        assert consumer.cancel(url).status_code == 200
        expected[url] = "cancelled"
    world.control("POST", "/registry/back")
    soon(lambda: world.control("GET", "/registry/outbox").json()["waiting"] == [], seconds=60)
    found = [(p["identifier"][0]["value"], p["status"]) for p in registry.pointers(consumer.patient)]
    assert sorted(found) == sorted(expected.items())


def test_what_the_world_s_own_providers_ask_is_marked(world: Simulator) -> None:
    """A consumer under test answers for its own searches, and not for those of the providers around it."""
    before = world.control("GET", "/received").json()["last"]
    booked = world.consumer().book_any()
    assert world.control("POST", "/staff-cancel", {"url": booked.headers["Location"]}).status_code == 200
    soon(lambda: world.control("GET", "/registry/outbox").json()["waiting"] == [])
    world.registry().search_pointers(nhs_number())
    asked = world.control("GET", f"/received?path=/registry&after={before}").json()["received"]
    assert {(one["method"], one["own"]) for one in asked} >= {("POST", True), ("PUT", True), ("GET", False)}
    assert not any(one["own"] for one in world.control("GET", "/received?path=/utc").json()["received"])
