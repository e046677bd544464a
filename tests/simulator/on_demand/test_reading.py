"""Faults on demand that are none: each is rejected with what is wrong, where, and what to write."""

from __future__ import annotations

from typing import Any

import pytest
from uec_booking.simulator.on_demand.faults import REGISTRY_CALLS, faults_from

from .conftest import UTC, World

GOOD = {"call": "book", "do": "cut-after"}


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ("cut-after", "faults[0] is no object; write {"),
        ({"do": "cut-after"}, "faults[0].call must be one of slots, book, read, cancel, search, metadata, any (it is"),
        ({"call": "book"}, "faults[0].do must be one of answer, slow, cut-before"),
        (GOOD | {"do": ["x"]}, "faults[0].do must be one of"),
        (GOOD | {"call": "delete"}, "faults[0].call must be one of slots"),
        (GOOD | {"call": "slots", "do": "taken"}, "faults[0].call must be one of book, not 'slots'"),
        (GOOD | {"do": "moved"}, "faults[0].call must be one of read, cancel"),
        (GOOD | {"from": 0}, "faults[0].from must be a whole number from 1"),
        (GOOD | {"from": True}, "faults[0].from must be a whole number"),
        (GOOD | {"times": -1}, "faults[0].times must be a whole number from 0"),
        (GOOD | {"times": 1.5}, "faults[0].times must be a whole number"),
        (GOOD | {"times": 2, "for_seconds": 3}, "exclude each other; leave one of them out"),
        (GOOD | {"for_seconds": 0}, "faults[0].for_seconds must be a number of seconds"),
        (GOOD | {"for_seconds": float("nan")}, "faults[0].for_seconds must be a number of seconds"),
        (
            GOOD | {"do": "slow"},
            "faults[0].seconds must be a number of seconds, above 0 and at most 300 (it is missing)",
        ),
        (GOOD | {"do": "slow", "seconds": 301}, "faults[0].seconds must be"),
        (GOOD | {"seconds": 3}, "faults[0].seconds is not known where do is cut-after; what is: call, do, for_"),
        (GOOD | {"do": "answer", "status": 199}, "faults[0].status must be a whole number from 200 to 599"),
        (GOOD | {"do": "answer", "status": 204}, 'faults[0].status 204 has no body; add "body": "empty"'),
        (GOOD | {"do": "answer", "issue": "Not A Code"}, "faults[0].issue must be a code"),
        (GOOD | {"do": "answer", "diagnostics": "\x00"}, "faults[0].diagnostics must be a text"),
        (GOOD | {"do": "answer", "diagnostics": 7}, "faults[0].diagnostics must be a text"),
        (GOOD | {"do": "answer", "body": "pdf"}, "faults[0].body must be one of outcome, empty, html, truncated"),
    ],
    ids=lambda value: str(value)[:60],
)
def test_a_fault_that_is_none(fault: Any, words: str) -> None:
    with pytest.raises(ValueError) as refused:
        faults_from([fault])
    assert words in str(refused.value)
    assert "\n" not in str(refused.value)


def test_the_registry_has_calls_of_its_own() -> None:
    assert faults_from([{"call": "register", "do": "slow", "seconds": 1}], REGISTRY_CALLS)[0].call == "register"
    with pytest.raises(ValueError, match="must be one of search, read, register, update, any"):
        faults_from([GOOD], REGISTRY_CALLS)
    with pytest.raises(ValueError, match="must be one of answer, slow, cut-before, cut-after, not 'taken'"):
        faults_from([{"call": "register", "do": "taken"}], REGISTRY_CALLS)


def test_what_is_left_out_is_told(world: World) -> None:
    world.demand(GOOD, {"call": "slots", "do": "slow", "seconds": 2, "for_seconds": 9})
    assert [line["fault"] for line in world.told()] == [
        {"call": "book", "from": 1, "times": 1, "do": "cut-after"},
        {"call": "slots", "from": 1, "for_seconds": 9.0, "do": "slow", "seconds": 2.0},
    ]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"root": UTC}, "faults is no list"),
        ({"root": UTC, "faults": [GOOD] * 51}, "at most 50"),
        ({"root": "/nowhere", "faults": []}, f"no system with the root '/nowhere'; there are {UTC}, "),
        ({"faults": []}, "member root"),
        ({"root": "registry", "faults": [GOOD]}, "faults[0].call must be one of search"),
        (["book"], "must be a JSON object"),
    ],
)
def test_what_control_refuses_changes_nothing(world: World, body: Any, words: str) -> None:
    world.demand(GOOD)
    before = world.told()
    answer = world.control("PUT", "/faults", body)
    assert answer.status_code == 400 and words in answer.json()["error"]
    assert world.told() == before
