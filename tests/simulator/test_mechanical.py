"""Mechanical defects spoil one thing at one kind of answer, alike in JSON and XML; and their page is current."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from uec_booking.standard import requirements
from uec_booking.standard.codec import CodecError, parse_xml

from ..support.simulator_client import Simulator, booking

PAGE = Path(__file__).parents[2] / "docs" / "defects.md"
OPERATORS = {"drop", "duplicate", "empty", "retype", "wrong-code", "wrong-system", "dangling", "shift"}


def listed(how: str) -> str:
    """What the simulator lists, by its command."""
    command = [sys.executable, "-m", "uec_booking.simulator", "--list", how]
    return subprocess.run(command, capture_output=True, check=True, text=True, encoding="utf-8", timeout=60).stdout


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulator]:
    simulator = Simulator(tmp_path_factory.mktemp("mechanical"))
    yield simulator
    simulator.close()


def switch(world: Simulator, *names: str) -> None:
    assert world.control("PUT", "/defects", list(names)).status_code == 200


def used(world: Simulator) -> int:
    return sum(world.control("GET", "/defects").json()["used"].values())


def booked(world: Simulator) -> tuple[Any, str]:
    switch(world)
    consumer = world.consumer()
    answer = consumer.book(booking(consumer.slots(40)[-1], consumer.patient))
    assert answer.status_code == 201, answer.text
    return consumer, f"/Appointment/{answer.json()['id']}"


def read_both(consumer: Any, path: str) -> tuple[requests.Response, requests.Response]:
    as_json = consumer.read(path)
    as_xml = consumer.send("GET", path, "patient/appointment.read", Accept="application/fhir+xml")
    return as_json, as_xml


def test_there_are_several_hundred_and_each_names_a_requirement_that_there_is() -> None:
    mechanical = [row for row in json.loads(listed("--json")) if row["kind"] == "mechanical"]
    known = requirements.load()
    assert len(mechanical) > 500
    assert {row["name"].split(":")[3] for row in mechanical} == OPERATORS
    assert not [row["name"] for row in mechanical if row["requirement"] not in known]
    assert not [row["name"] for row in mechanical if row["near"] not in known]
    assert max(Counter(row["name"] for row in mechanical).values()) == 1


def test_the_page_is_current() -> None:
    assert PAGE.read_text(encoding="utf-8") == listed("--markdown"), (
        "make it anew: python -m uec_booking.simulator --list --markdown > docs/defects.md"
    )


@pytest.mark.parametrize(
    ("spoilt", "where"),
    [
        ("Appointment.description:drop", ("description",)),
        ("Appointment.start:shift", ("start",)),
        ("Appointment.status:wrong-code", ("status",)),
        ("Appointment.slot.reference:dangling", ("slot",)),
        ("Patient.birthDate:drop", ("contained",)),
        ("Appointment.slot:duplicate", ("slot",)),
    ],
)
def test_json_and_xml_are_spoilt_alike_and_nothing_else_is(
    world: Simulator, spoilt: str, where: tuple[str, ...]
) -> None:
    consumer, path = booked(world)
    honest, _ = read_both(consumer, path)
    switch(world, f"mechanical:read:{spoilt}")
    as_json, as_xml = read_both(consumer, path)
    assert used(world) == 2
    shown = parse_xml(as_xml.content, lenient_unknown=True)
    assert shown == as_json.json()
    names = honest.json().keys() | shown.keys()
    assert {name for name in names if honest.json().get(name) != shown.get(name)} == set(where)


@pytest.mark.parametrize("operator", ["empty", "retype", "duplicate"])
def test_what_is_no_fhir_is_none_in_either_format(world: Simulator, operator: str) -> None:
    consumer, path = booked(world)
    switch(world, f"mechanical:read:Appointment.start:{operator}")
    as_json, as_xml = read_both(consumer, path)
    assert not isinstance(as_json.json()["start"], str) or not as_json.json()["start"]
    with pytest.raises(CodecError):
        parse_xml(as_xml.content)


@pytest.mark.parametrize("name", ["ETag:drop", "ETag:empty", "ETag:retype", "Cache-Control:drop"])
def test_headers_are_spoilt_at_their_kind_of_answer_only(world: Simulator, name: str) -> None:
    consumer, path = booked(world)
    header = name.split(":")[0]
    honest = consumer.read(path).headers[header]
    switch(world, f"mechanical:read:{name}")
    assert consumer.read(path).headers.get(header) != honest
    assert consumer.read(f"{path}/_history/1").headers[header] == honest
    assert used(world) == 1


def test_what_changed_nothing_counts_as_unused(world: Simulator) -> None:
    consumer, path = booked(world)
    switch(world, "mechanical:registry-read:Appointment.start:drop", "mechanical:cancel:Appointment.start:drop")
    consumer.read(path)
    assert used(world) == 0
