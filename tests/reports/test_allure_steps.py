"""The bridge from Gherkin steps to allure-pytest, as a user of plain pytest meets it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

FEATURE = """
@epic:Workflow
Feature: Cancelling

  @story:B
  Scenario: All is well
    Given a booking
    When it is cancelled

  Scenario: Something breaks
    Given a booking
    When it breaks
    Then nobody sees this

  Scenario: Not here
    Given a booking
    When it is skipped

  Scenario: Nobody defined it
    Given a booking
    When nobody defined this step
"""

STEPS = """
import pytest
from pytest_bdd import given, scenarios, then, when

scenarios("cancelling.feature")

@given("a booking")
def _(): ...

@when("it is cancelled")
def _(): ...

@when("it breaks")
def _():
    assert 1 == 2, "it broke"

@when("it is skipped")
def _():
    pytest.skip("not here")

@then("nobody sees this")
def _(): ...
"""

pytest_plugins = ["pytester"]
pytestmark = pytest.mark.slow


def ran(pytester: pytest.Pytester, *arguments: str) -> dict[str, dict[str, Any]]:
    pytester.makefile(".feature", cancelling=FEATURE)
    pytester.makepyfile(STEPS)
    pytester.makeini("[pytest]\nmarkers =\n    epic:Workflow\n    story:B\n")
    pytester.runpytest_subprocess("-p", "uec_booking.reports.allure_steps", *arguments).assert_outcomes(
        passed=1, failed=2, skipped=1
    )
    files = Path(pytester.path, "results").glob("*-result.json")
    return {result["name"]: result for result in (json.loads(file.read_text("utf-8")) for file in files)}


def test_every_step_is_shown_however_it_ended(pytester: pytest.Pytester) -> None:
    found = ran(pytester, "--alluredir=results")
    assert {name: [(step["name"], step["status"]) for step in result["steps"]] for name, result in found.items()} == {
        "All is well": [("Given a booking", "passed"), ("When it is cancelled", "passed")],
        "Something breaks": [("Given a booking", "passed"), ("When it breaks", "failed")],
        "Not here": [("Given a booking", "passed"), ("When it is skipped", "skipped")],
        "Nobody defined it": [("Given a booking", "passed"), ("When nobody defined this step", "broken")],
    }
    labels = {label["name"]: label["value"] for label in found["All is well"]["labels"]}
    assert (labels["epic"], labels["feature"], labels["story"]) == ("Workflow", "Cancelling", "B")


def test_nothing_happens_without_alluredir(pytester: pytest.Pytester) -> None:
    assert ran(pytester) == {}
