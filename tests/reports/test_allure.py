"""allure-results/ can be read by Allure, says what was seen, and is the same for the same run."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from uec_booking.harness.judging.verdicts import JudgedRun
from uec_booking.reports.allure import AllureReporter

from .runs import clean_run, exchange, hostile_run, judged, mixed_run, requirement, run, scenario

RUNS = {"clean": clean_run(), "mixed": mixed_run(), "hostile": hostile_run()}


def written(judged_run: JudgedRun, folder: Path) -> Path:
    AllureReporter().run_judged(judged_run, folder)
    return folder / "allure-results"


def results(folder: Path) -> dict[str, dict[str, Any]]:
    found = [json.loads(file.read_text("utf-8")) for file in folder.glob("*-result.json")]
    return {result["name"]: result for result in found}


def labels(result: dict[str, Any], name: str) -> list[str]:
    return [label["value"] for label in result["labels"] if label["name"] == name]


def test_every_status_and_nothing_greener_than_it_is(tmp_path: Path) -> None:
    found = results(written(mixed_run(), tmp_path))
    assert {name: result["status"] for name, result in found.items()} == {
        "Mr Patient cancels": "failed",
        "The slot is taken": "unknown",
        "A refusal": "broken",
        "Broken": "broken",
        "XML": "skipped",
        "PRV-XTI-01 What PRV-XTI-01 asks of a provider.": "failed",
    }
    warned = found["The slot is taken"]
    assert warned["statusDetails"]["message"].startswith("WARN: PRV-BOOK-10")
    assert "WARN" in labels(warned, "tag")


def test_a_failure_says_what_is_required_beside_what_was_seen(tmp_path: Path) -> None:
    failed = results(written(mixed_run(), tmp_path))["Mr Patient cancels"]
    message = failed["statusDetails"]["message"]
    for part in (
        "PRV-CAN-02 (MUST)",
        "required: A cancelled appointment says so when it is read.",
        "expected: cancelled",
        "actual:   booked",
        "Appointment.status",
        "x12",
    ):
        assert part in message
    assert "PRV-XTI-01" not in message
    assert message.endswith("Run it again: uec-booking assure --only PRV-CAN-02 --out reports/out-rerun")
    assert "PRV-CAN-02 (MUST): A cancelled appointment says so" in failed["description"]
    assert {"name": "PRV-CAN-02", "type": "tms", "url": "../report.html#PRV-CAN-02"} in failed["links"]
    assert labels(failed, "feature") == ["Re-booking with the same 111 service"]
    assert labels(failed, "story") == ["B"]
    assert labels(failed, "severity") == ["critical"]


def test_steps_carry_their_exchanges_as_plain_text(tmp_path: Path) -> None:
    folder = written(mixed_run(), tmp_path)
    steps = results(folder)["Mr Patient cancels"]["steps"]
    assert [(step["name"], step["status"]) for step in steps] == [
        ("Given Mr Patient is booked", "passed"),
        ("When he cancels the first appointment", "failed"),
        ("Then nothing else changed", "skipped"),
    ]
    request, response = steps[1]["attachments"]
    assert request["type"] == response["type"] == "text/plain"
    assert "PUT https://provider.test/STU3/1/utc/Appointment/41" in (folder / request["source"]).read_text()
    text = (folder / response["source"]).read_text()
    assert "HTTP 200 OK" in text
    assert '  "minutes": 10.50\n' in text


def test_exchanges_outside_the_steps_are_kept_too(tmp_path: Path) -> None:
    made = scenario("Alone", "PASS", judged("PRV-CAN-01"), exchanges=(exchange("x1"),))
    folder = written(run((made,), (requirement("PRV-CAN-01", "PASS", judged("PRV-CAN-01")),)), tmp_path)
    (step,) = results(folder)["Alone"]["steps"]
    assert len(step["attachments"]) == 2


def test_the_same_run_gives_the_same_files_and_an_old_run_leaves_none(tmp_path: Path) -> None:
    def files() -> dict[str, bytes]:
        return {file.name: file.read_bytes() for file in (tmp_path / "allure-results").iterdir()}

    written(clean_run(), tmp_path)
    first = files()
    written(mixed_run(), tmp_path)
    written(clean_run(), tmp_path)
    assert files() == first


def test_history_lines_up_from_run_to_run_but_not_over_editions(tmp_path: Path) -> None:
    def history(judged_run: JudgedRun) -> str:
        return str(results(written(judged_run, tmp_path))["Mr Patient cancels"]["historyId"])

    first = history(clean_run())
    assert history(mixed_run()) == first
    assert history(replace(clean_run(), edition="0.1.17")) != first


@pytest.mark.parametrize("judged_run", RUNS.values(), ids=RUNS)
def test_nothing_sent_is_rendered_or_runs(judged_run: JudgedRun, tmp_path: Path) -> None:
    folder = written(judged_run, tmp_path)
    for file in folder.iterdir():
        assert file.suffix in {".json", ".txt", ".properties"}
        text = file.read_bytes().decode("utf-8")
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e]", text)
        assert "descriptionHtml" not in text
        assert len(text) < 110_000


def test_environment_and_categories(tmp_path: Path) -> None:
    folder = written(mixed_run(), tmp_path)
    environment = dict(
        line.split("=", 1) for line in (folder / "environment.properties").read_text("ascii").splitlines()
    )
    assert environment["verdict"] == "not conformant"
    assert environment["cancellation_level"].startswith("3: ")
    assert environment["provider.url"] == "https://provider.test/STU3/1/utc"
    statuses = {status for c in json.loads((folder / "categories.json").read_text()) for status in c["matchedStatuses"]}
    assert statuses == {"failed", "broken", "unknown", "skipped"}
    assert json.loads((folder / "executor.json").read_text())["name"] == "uec-booking"


def test_a_run_that_reached_nothing_is_not_empty(tmp_path: Path) -> None:
    found = results(written(run((), (), "inconclusive", 2, reason="no connection"), tmp_path))
    assert found["The run reached a verdict"]["status"] == "broken"
    assert "no connection" in found["The run reached a verdict"]["statusDetails"]["message"]
