"""Only what is an answer to the task, as the contract has it, is taken for one."""

from __future__ import annotations

import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from uec_booking.harness.actors.patients import synthetic_patient
from uec_booking.harness.consumer import contract
from uec_booking.standard.contract import schema

GOOD: dict[str, Any] = {"contract": 1, "task": "", "outcome": "finished", "why": "", "events": []}
EVENT = {"at": "2026-11-29T12:00:00+00:00", "what": "booked-shown", "about": [], "text": "Booked"}


def answered(given: dict[str, Any], **changes: Any) -> contract.Answer:
    return contract.answer_to(given, json.dumps({**GOOD, "task": given["task"], **changes}).encode())


def a_call() -> dict[str, Any]:
    import random

    return contract.call(contract.Wanted(synthetic_patient(random.Random(1)), service="2000100001"))


@pytest.mark.parametrize("task", [contract.hello(), a_call()])
def test_tasks_are_as_the_schema_has_them(task: dict[str, Any]) -> None:
    assert not list(Draft202012Validator(schema("task")).iter_errors(task))


def test_an_answer_is_read() -> None:
    answer = answered(a_call(), events=[EVENT], outcome="could-not", why="No slots.")
    assert answer.outcome == contract.Outcome.COULD_NOT
    assert [event.text for event in answer.saw(contract.Saw.BOOKED_SHOWN)] == ["Booked"]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"task": "0b9f6c1e-0000-4000-8000-000000000000"}, "another task"),
        ({"outcome": "done"}, "outcome"),
        ({"events": [{**EVENT, "what": "looked-at"}]}, "what"),
        ({"events": [{**EVENT, "at": "yesterday"}]}, "at"),
        ({"contract": 2}, "contract"),
        ({"events": "none"}, "events"),
    ],
)
def test_anything_else_is_told_in_a_sentence(changes: dict[str, Any], told: str) -> None:
    with pytest.raises(contract.NoAnswer, match=told):
        answered(a_call(), **changes)


@pytest.mark.parametrize(
    "text", [b"", b"Traceback (most recent call last):", b"[" * 100_000, b"{}", b"\xff\xfe", b"null"]
)
def test_what_is_no_json_object_of_the_contract_is_no_answer(text: bytes) -> None:
    with pytest.raises(contract.NoAnswer):
        contract.answer_to(a_call(), text)


def test_an_endless_answer_is_no_answer() -> None:
    with pytest.raises(contract.NoAnswer, match="longer"):
        contract.answer_to(a_call(), b" " * (contract.LONGEST_ANSWER + 1))
