"""The random sequences that belong to every run: held where a system is good, and told where only they find a fault."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from uec_booking.harness.running.effort import of_run
from uec_booking.harness.settings.load import load

from ..support.program import assured
from ..support.simulator_client import Simulator
from ..support.within import here

PROVIDER = '[provider]\nbase_url = "http://localhost:9/STU3/1/x"\nservices = { later = "1" }\n'
ALL = "end_of_run and explores"
OF_PROVIDER = '"Random sequences of requests get only answers that the standard allows"'
#: It takes a search for a patient after somebody else was rejected for the slot: no scenario has that.
FAULT, BROKEN = "loses-whose-slot-was-wanted", "PRV-SAPT-01"
#: More such, and what each breaks: a look after a rejection and a second try; another organisation's request.
OTHERS = (
    {"searches-show-what-was-rejected": "PRV-SAPT-06", "registry-tires-of-rejecting": "REG-19"},
    {"request-ids-of-others-are-free": "PRV-XTI-03"},
)


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder = tmp_path_factory.mktemp("good")
    done = assured("--only", ALL, "--out", folder)
    assert done.status == 0, done.out + done.err
    return json.loads((folder / "results.json").read_text(encoding="utf-8"))


def verdicts(results: Any) -> dict[str, Any]:
    return {one["id"]: one for one in results["requirements"]}


def test_a_good_system_is_seen_to_keep_to_the_model(good: Any) -> None:
    assert [one["status"] for one in good["scenarios"]] == ["PASS", "PASS"]
    found = verdicts(good)
    assert {found[one]["verdict"] for one in ("PRV-BOOK-10", "PRV-GET-13", "WKF-09", "REG-14", "REG-17")} == {"PASS"}
    assert not good["notes"], "what was booked was given back"


def test_what_only_a_sequence_shows_is_a_failure_with_the_sequence(tmp_path: Path) -> None:
    simulator = Simulator(tmp_path, "--defect", FAULT)
    try:
        done = assured("--config", simulator.file, "--only", OF_PROVIDER, "--out", tmp_path / "out")
    finally:
        simulator.close()
    assert done.status == 1, done.out + done.err
    found = verdicts(json.loads((tmp_path / "out" / "results.json").read_text(encoding="utf-8")))
    assert [name for name, one in found.items() if one["verdict"] == "FAIL"] == [BROKEN]
    failed = [one for one in found[BROKEN]["observations"] if one["outcome"] == "not met"]
    assert failed and "first_111 searches for the appointments" in failed[0]["actual"] and failed[0]["exchanges"]


@pytest.mark.parametrize("faults", OTHERS, ids=" ".join)
def test_what_takes_a_sequence_is_reached_in_every_run(faults: Mapping[str, str], tmp_path: Path) -> None:
    simulator = Simulator(tmp_path, *(option for fault in faults for option in ("--defect", fault)))
    try:
        done = assured("--config", simulator.file, "--only", ALL, "--out", tmp_path / "out")
    finally:
        simulator.close()
    assert done.status == 1, done.out + done.err
    found = verdicts(json.loads((tmp_path / "out" / "results.json").read_text(encoding="utf-8")))
    assert {name for name, one in found.items() if one["verdict"] == "FAIL"} == set(faults.values())


def test_they_are_switched_off_by_the_settings_and_counted_as_many_as_they_are(tmp_path: Path) -> None:
    def effort(requests: int) -> int:
        config = tmp_path / f"{requests}.toml"
        config.write_text(f"{PROVIDER}[exploring]\nrequests = {requests}\n", encoding="utf-8")
        return of_run(load(config), ALL).exchanges.get("provider", 0)

    assert effort(0) == 0 < effort(60) < effort(600)
    config = tmp_path / "wrong.toml"
    config.write_text(f"{PROVIDER}[exploring]\nrequests = -1\n", encoding="utf-8")
    done = here("doctor", "--config", config)
    assert done.status == 3 and "exploring.requests" in done.paragraph() and "whole number from 0" in done.paragraph()
