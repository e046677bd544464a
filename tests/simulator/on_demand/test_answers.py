"""Answers in place of the system's own, delays, and connections that are cut."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests
from lxml import etree

from ...support.simulator_client import Simulator, booking, soon
from .conftest import UTC, World

SERVER_GONE = (requests.ConnectionError, requests.exceptions.ChunkedEncodingError)


def test_the_second_search_is_answered_with_a_refusal_and_the_third_is_not(world: World) -> None:
    world.demand(
        {"call": "slots", "from": 2, "do": "answer", "status": 502, "issue": "transient", "diagnostics": "Off"}
    )
    consumer = world.consumer()
    answers = [consumer.search() for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 502, 200]
    outcome = answers[1].json()
    assert outcome["resourceType"] == "OperationOutcome"
    issue = outcome["issue"][0]
    assert (issue["severity"], issue["code"], issue["diagnostics"]) == ("error", "transient", "Off")
    told = world.told()[0]
    assert (told["calls"], told["fired"]) == (3, 1)
    assert told["last"][0]["response_id"] == answers[1].headers["X-Request-ID"]


def test_it_is_answered_in_the_format_asked_for(world: World) -> None:
    world.demand({"call": "any", "times": 0, "do": "answer", "status": 500})
    path, scope = "/metadata", "organization/slot.read"
    answer = world.consumer().send("GET", path, scope, Accept="application/fhir+xml", Accept_Encoding="gzip")
    assert answer.headers["Content-Encoding"] == "gzip"
    assert etree.fromstring(answer.content).tag == "{http://hl7.org/fhir}OperationOutcome"


def test_other_calls_and_other_systems_are_left_alone(world: World) -> None:
    world.demand({"call": "book", "times": 0, "do": "answer", "status": 500})
    assert world.consumer().search().status_code == 200
    consumer = world.consumer("second_provider")
    assert consumer.book_any().status_code == 201
    assert world.told()[0]["calls"] == 0


@pytest.mark.parametrize(
    ("body", "media_type", "text"),
    [
        ("empty", None, r""),
        ("html", "text/html; charset=utf-8", "<!DOCTYPE html>"),
        ("other-type", "application/fhir+json;charset=utf-8", '{"resourceType":"Basic"'),
        ("truncated", "application/fhir+json;charset=utf-8", '{"resourceType":"OperationOutcome"'),
    ],
)
def test_what_stands_in_the_place_of_the_outcome(world: World, body: str, media_type: str | None, text: str) -> None:
    world.demand({"call": "slots", "do": "answer", "status": 200, "body": body})
    answer = world.consumer().search()
    assert answer.status_code == 200
    assert answer.headers.get("Content-Type") == media_type
    assert answer.text.startswith(text) and bool(answer.text) == bool(text)
    if body == "truncated":
        with pytest.raises(json.JSONDecodeError):
            json.loads(answer.text)


def test_a_slow_answer_is_the_right_one_later(world: World) -> None:
    world.demand({"call": "slots", "do": "slow", "seconds": 1.0})
    began = time.monotonic()
    assert world.consumer().search().status_code == 200
    assert time.monotonic() - began >= 1.0
    assert world.told()[0]["fired"] == 1


def test_who_waits_goes_on_when_the_faults_are_taken_back(world: World) -> None:
    world.demand({"call": "slots", "do": "slow", "seconds": 300})
    with ThreadPoolExecutor(1) as one:
        waiting = one.submit(world.consumer().search)
        soon(lambda: world.told()[0]["fired"])
        world.control("DELETE", "/faults?root=/utc/STU3/1/booking")
        assert waiting.result(timeout=20).status_code == 200


def test_who_waits_does_not_keep_the_program_from_ending(launch: Callable[..., Simulator]) -> None:
    simulator = launch("--http")
    fault = {"call": "slots", "do": "slow", "seconds": 300}
    simulator.control("PUT", "/faults", {"root": UTC, "faults": [fault]})
    with ThreadPoolExecutor(1) as one:
        waiting = one.submit(simulator.consumer().search)
        soon(lambda: simulator.control("GET", "/faults").json()["faults"][0]["fired"])
        # It has thirty seconds for that.
        assert simulator.close() == 0
        assert waiting.exception(timeout=20) is not None or waiting.result().status_code == 200


def test_a_defect_of_the_system_does_not_change_what_is_answered_in_its_place(world: World) -> None:
    world.control("PUT", "/defects", ["closes-connections"])
    world.demand({"call": "slots", "do": "answer", "status": 500})
    answers = [world.consumer().search() for _ in range(2)]
    world.control("PUT", "/defects", [])
    assert [answer.headers.get("Connection") for answer in answers] == [None, "close"]


def test_cut_before_nothing_is_done(world: World) -> None:
    world.demand({"call": "book", "do": "cut-before"})
    consumer = world.consumer()
    slot = consumer.bookable()[0]
    with pytest.raises(SERVER_GONE):
        consumer.book(booking(slot, consumer.patient))
    last = world.control("GET", "/received?path=/utc").json()["received"][-1]
    assert (last["method"], last["status"], last["fault"]) == ("POST", 0, "cut-before")
    assert consumer.book(booking(slot, consumer.patient)).status_code == 201, "the slot is still free"


def test_cut_after_it_is_done_and_nobody_hears_of_it(world: World) -> None:
    world.demand({"call": "book", "do": "cut-after"})
    consumer = world.consumer()
    slot = consumer.bookable()[0]
    with pytest.raises(SERVER_GONE):
        consumer.book(booking(slot, consumer.patient))
    last = world.control("GET", "/received?path=/utc").json()["received"][-1]
    assert (last["method"], last["status"], last["fault"]) == ("POST", 201, "cut-after")
    assert consumer.book(booking(slot, consumer.patient)).status_code == 409, "the slot is taken by the first"


def test_the_registry_has_faults_of_its_own(world: World) -> None:
    world.demand({"call": "search", "from": 1, "times": 2, "do": "answer", "status": 503}, root="registry")
    registry = world.registry()
    assert world.consumer().search().status_code == 200
    path = f"/Appointment?Appointment.participant.actor:Patient.identifier={registry.patient}"
    assert [registry.read(path).status_code for _ in range(2)] == [503, 503]
    assert registry.pointers(registry.patient) == []
    assert world.told("registry")[0]["fired"] == 2
