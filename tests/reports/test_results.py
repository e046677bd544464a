"""results.json holds to its schema, is the same every time, and survives hostile text."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from importlib import resources
from pathlib import Path

import jsonschema
import pytest
from uec_booking.harness.judging.judge import judge
from uec_booking.harness.judging.observations import Observation, Run
from uec_booking.harness.judging.verdicts import JudgedRun
from uec_booking.reports.results import ResultsReporter
from uec_booking.standard.editions import EDITIONS
from uec_booking.standard.requirements import load

from .runs import clean_run, hostile_run, judged, mixed_run, requirement, run

SCHEMA = json.loads(resources.files("uec_booking.reports").joinpath("results.schema.json").read_text("utf-8"))
RUNS = {"clean": clean_run(), "mixed": mixed_run(), "hostile": hostile_run()}


def written(judged_run: JudgedRun, folder: Path) -> bytes:
    ResultsReporter().run_judged(judged_run, folder)
    return (folder / "results.json").read_bytes()


@pytest.mark.parametrize("judged_run", RUNS.values(), ids=RUNS)
def test_holds_to_the_schema(judged_run: JudgedRun, tmp_path: Path) -> None:
    validator = jsonschema.Draft202012Validator(SCHEMA)
    validator.check_schema(SCHEMA)
    validator.validate(json.loads(written(judged_run, tmp_path)))


@pytest.mark.slow
def test_what_judging_really_says_holds_to_the_schema(tmp_path: Path) -> None:
    """Under every edition, so that no outcome is missing from the schema."""
    seen = Observation(
        "PRV-BOOK-10", "value", "slot-taken", "422", system="provider", situation="slot-taken", value="422"
    )
    record = replace(mixed_run().scenarios[1].record, observations=(seen,))
    times = ("2026-11-22T10:00:00Z", "2026-11-22T10:01:00Z")
    stored = Run(*times, "1.0.0", "", {"provider": "provider"}, (), False, scenarios=(record,))
    for edition in EDITIONS:
        found = json.loads(written(judge(stored, load(), edition), tmp_path))
        jsonschema.Draft202012Validator(SCHEMA).validate(found)
        decided = next(r for r in found["requirements"] if r["id"] == "PRV-BOOK-10")
        assert decided["verdict"] == ("WARN" if edition.startswith("1.0.0") else "PASS")


def test_a_pass_without_observations_breaks_the_schema(tmp_path: Path) -> None:
    vacuous = json.loads(written(run((), (requirement("PRV-CAN-01", "PASS"),)), tmp_path))
    assert not jsonschema.Draft202012Validator(SCHEMA).is_valid(vacuous)


def test_the_order_in_which_workers_finished_does_not_show(tmp_path: Path) -> None:
    original = mixed_run()
    first = written(original, tmp_path)
    shuffled = replace(
        original,
        scenarios=tuple(random.Random(7).sample(original.scenarios, len(original.scenarios))),
        requirements=tuple(
            replace(found, observations=found.observations[::-1]) for found in reversed(original.requirements)
        ),
        counts=dict(reversed(original.counts.items())),
    )
    assert written(shuffled, tmp_path) == first


def test_tells_what_a_script_needs(tmp_path: Path) -> None:
    found = json.loads(written(mixed_run(), tmp_path))
    assert (found["verdict"], found["exit_status"], found["capability_level"]) == ("not conformant", 1, 3)
    failed = next(r for r in found["requirements"] if r["id"] == "PRV-CAN-02")
    assert failed["observations"][0]["expected"] == "cancelled"
    assert failed["observations"][0]["actual"] == "booked"
    assert [s["id"] for s in found["scenarios"]] == sorted(s["id"] for s in found["scenarios"])


def test_a_lone_surrogate_is_written_as_a_visible_escape(tmp_path: Path) -> None:
    seen = judged("PRV-CAN-02", "not met", "a", "\ud800")
    found = json.loads(written(run((), (requirement("PRV-CAN-02", "FAIL", seen),)), tmp_path))
    assert found["requirements"][0]["observations"][0]["actual"] == "\\ud800"


def test_what_was_met_in_the_same_words_is_told_once_and_each_shortfall_by_itself(tmp_path: Path) -> None:
    seen = [judged("PRV-CAN-02", "met", "a", "a", exchanges=(id,), scenario=f"f::{id}") for id in ("x3", "x1", "x2")]
    other = judged("PRV-CAN-02", "met", "a", "b", exchanges=("x4",))
    short = [judged("PRV-CAN-02", "not met", "a", "c", exchanges=(id,)) for id in ("x5", "x6")]
    made = run((), (requirement("PRV-CAN-02", "FAIL", *seen, other, *short),))
    (found,) = json.loads(written(made, tmp_path))["requirements"]
    told = [(one["actual"], one["exchanges"], one["times"]) for one in found["observations"]]
    assert sorted(told) == [("a", ["x1"], 3), ("b", ["x4"], 1), ("c", ["x5"], 1), ("c", ["x6"], 1)]
