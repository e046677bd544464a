"""allure-results/ can be read by Allure, says what was seen, and is the same for the same run."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from uec_booking.harness.judging.observations import StepOutcome, StepRecord
from uec_booking.harness.judging.verdicts import CONFORMANT, PARTIAL, RUN_ERROR, RUN_INCONCLUSIVE, JudgedRun
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
        "Verdict: not conformant (1 inconclusive)": "failed",
        "Mr Patient cancels": "failed",
        "The slot is taken": "unknown",
        "A rejection": "broken",
        "Broken": "broken",
        "XML": "skipped",
        "PRV-XTI-01 What PRV-XTI-01 asks of a provider.": "failed",
    }
    warned = found["The slot is taken"]
    assert warned["statusDetails"]["message"].startswith("WARN: PRV-BOOK-10")
    assert "WARN" in labels(warned, "tag")


@pytest.mark.parametrize(
    ("verdict", "exit_status", "changes", "status"),
    [
        (CONFORMANT, 0, {}, "passed"),
        (CONFORMANT, 0, {"partial": True}, "skipped"),
        (PARTIAL, 0, {"partial": True}, "skipped"),
        (RUN_INCONCLUSIVE, 2, {"reason": "no connection"}, "broken"),
        (RUN_ERROR, 4, {"reason": "a bug"}, "broken"),
    ],
)
def test_the_verdict_is_a_row_of_its_own(
    verdict: str, exit_status: int, changes: dict[str, Any], status: str, tmp_path: Path
) -> None:
    rows = results(written(run((), (), verdict, exit_status, **changes), tmp_path))
    ((name, row),) = rows.items()
    assert name.startswith("Verdict: ")
    assert row["status"] == status
    assert changes.get("reason", "") in row.get("statusDetails", {}).get("trace", "")


def test_the_verdict_row_says_what_failed_and_what_was_not_tested(tmp_path: Path) -> None:
    row = next(r for name, r in results(written(mixed_run(), tmp_path)).items() if name.startswith("Verdict"))
    assert "**Cancellation level:** 3\\: another 111 organisation can cancel an appointment too" in row["description"]
    told = {step["name"]: json.dumps(step) for step in row["steps"]}
    failed = next(text for name, text in told.items() if name.startswith("FAIL"))
    assert "PRV-CAN-02 (MUST) A cancelled appointment" in failed and "PRV-XTI-01" in failed
    left = "".join(text for name, text in told.items() if name.startswith("Not tested"))
    assert "PRV-CAN-03" in left and "no free slot" in left and "XML is not claimed" in left


def test_what_a_scenario_shows_does_not_count_again_as_standing(tmp_path: Path) -> None:
    wrong = judged("PRV-XTI-01", "not met", "a header", "none", exchanges=("x12",), step="standing")
    seen = judged("PRV-XTI-01", "not met", "a header", "none", exchanges=("x12",))
    asked = (requirement("PRV-XTI-01", "FAIL", wrong, seen),)
    both = run((scenario("It is asked for", "FAIL", seen),), asked)
    assert not [name for name in results(written(both, tmp_path)) if name.startswith("PRV-XTI-01")]
    # Where the scenario that is about it is green, its failure is shown.
    met = run((scenario("It is asked for", "PASS", judged("PRV-XTI-01")),), asked)
    assert [name for name in results(written(met, tmp_path)) if name.startswith("PRV-XTI-01")]


def test_one_reason_is_one_message_whatever_ids_it_was_seen_with(tmp_path: Path) -> None:
    def message(id: str, at: str) -> str:
        seen = f"Appointment/{id} at https://host:{at[-4:]}/x, {at}, in x{len(at)}"
        wrong = judged("PRV-CAN-02", "not met", "cancelled", seen, exchanges=("x12",))
        made = run((scenario("It", "FAIL", wrong),), (requirement("PRV-CAN-02", "FAIL", wrong),))
        details = results(written(made, tmp_path))["It"]["statusDetails"]
        assert id in details["trace"] and id in details["actual"]
        return str(details["message"])

    first = message("7fd5edee-21b9-4edf-9760-ad55c8d65b60", "2026-11-30T10:00:01234")
    assert first == message("41", "2026-11-30T10:00:00.1234")
    assert first.startswith("FAIL: PRV-CAN-02 (MUST): expected cancelled, actual Appointment/…")


def test_what_ran_twice_is_shown_twice_and_flaky_where_it_ended_otherwise(tmp_path: Path) -> None:
    wrong = judged("PRV-CAN-02", "not met")
    twice = run(
        (scenario("It", "FAIL", wrong), scenario("It", "PASS", judged("PRV-CAN-02"))),
        (requirement("PRV-CAN-02", "FAIL", wrong),),
    )
    folder = written(twice, tmp_path)
    same = [r for r in (json.loads(f.read_text("utf-8")) for f in folder.glob("*-result.json")) if r["name"] == "It"]
    assert sorted(one["status"] for one in same) == ["failed", "passed"]
    assert len({one["testCaseId"] for one in same}) == 1
    assert all(one["statusDetails"]["flaky"] for one in same)


def test_a_failure_says_what_is_required_beside_what_was_seen(tmp_path: Path) -> None:
    failed = results(written(mixed_run(), tmp_path))["Mr Patient cancels"]
    message, trace = failed["statusDetails"]["message"], failed["statusDetails"]["trace"]
    for part in (
        "PRV-CAN-02 (MUST)",
        "required: A cancelled appointment says so when it is read.",
        "expected: cancelled",
        "actual:   booked",
        "Appointment.status",
        "x12",
    ):
        assert part in trace
    assert "PRV-XTI-01" not in message + trace
    assert trace.endswith("Run it again: uec-booking assure --only PRV-CAN-02 --out reports/out-rerun")
    assert (failed["statusDetails"]["expected"], failed["statusDetails"]["actual"]) == ("cancelled", "booked")
    assert "A cancelled appointment says so" in failed["description"]
    assert failed["links"] == [
        {"name": "PRV-CAN-02", "type": "tms", "url": "../report.html#PRV-CAN-02"},
        {"name": "What to fix: PRV-CAN-02", "type": "issue", "url": "../report.html#fix-prv-can-02"},
    ]
    assert labels(failed, "feature") == ["Re-booking with the same 111 service"]
    assert labels(failed, "story") == ["Story B"]
    assert labels(failed, "severity") == ["critical"]


def test_steps_carry_their_exchanges_in_the_form_of_allure(tmp_path: Path) -> None:
    folder = written(mixed_run(), tmp_path)
    steps = results(folder)["Mr Patient cancels"]["steps"]
    assert [(step["name"], step["status"]) for step in steps] == [
        ("Given Mr Patient is booked", "passed"),
        ("When he cancels the first appointment", "failed"),
        ("Then nothing else changed", "skipped"),
    ]
    (attached,) = steps[1]["attachments"]
    assert (attached["name"], attached["type"]) == ("x12 PUT Appointment/41 → 200", "application/vnd.allure.http+json")
    told = json.loads((folder / attached["source"]).read_text("utf-8"))
    assert told["request"]["url"] == "https://provider.test/STU3/1/utc/Appointment/41"
    assert {"name": "If-Match", "value": 'W/"1"'} in told["request"]["headers"]
    assert (told["response"]["status"], told["stop"] - told["start"]) == (200, 21)
    assert '"minutes":10.50' in told["response"]["body"]["value"]


def test_exchanges_outside_the_steps_are_kept_too(tmp_path: Path) -> None:
    wrong = judged("PRV-CAN-01", "not met")
    made = scenario("Alone", "FAIL", wrong, exchanges=(exchange("x1"),))
    folder = written(run((made,), (requirement("PRV-CAN-01", "FAIL", wrong),)), tmp_path)
    (step,) = results(folder)["Alone"]["steps"]
    assert len(step["attachments"]) == 1


def test_a_green_scenario_shows_what_was_met_rests_on_and_says_where_the_rest_is(tmp_path: Path) -> None:
    steps = (StepRecord("Then", "it is cancelled", StepOutcome.PASSED, 0.1, ("x11", "x12", "x13")),)
    where = "workflow/rebook.feature::It"
    met = judged("PRV-CAN-01", step="Then it is cancelled", exchanges=("x12",), scenario=where)
    seen = tuple(exchange(id) for id in ("x10", "x11", "x12", "x13"))
    made = scenario("It", "PASS", met, requirements=("PRV-CAN-01",), steps=steps, exchanges=seen)
    folder = written(run((made,), (requirement("PRV-CAN-01", "PASS", met),), CONFORMANT, 0), tmp_path)
    shown, rest = results(folder)["It"]["steps"]
    assert [one["name"] for one in shown["attachments"]] == ["x12 PUT Appointment/41 → 200"]
    assert rest["name"] == "3 more exchanges, on which no line above rests: in run.jsonl"
    assert "attachments" not in rest


def test_a_pass_shows_what_was_met_and_where(tmp_path: Path) -> None:
    steps = (StepRecord("Then", "it is cancelled", StepOutcome.PASSED, 0.1, ("x12",)),)
    where = "workflow/rebook.feature::It"
    met = judged("PRV-CAN-01", step="Then it is cancelled", exchanges=("x12",), scenario=where)
    standing = judged("PRV-XTI-01", step="standing", exchanges=("x12",), scenario=where)
    made = run(
        (scenario("It", "PASS", met, standing, requirements=("PRV-CAN-01",), steps=steps, exchanges=(exchange(),)),),
        (requirement("PRV-CAN-01", "PASS", met), requirement("PRV-XTI-01", "PASS", standing)),
        CONFORMANT,
        0,
    )
    found = results(written(made, tmp_path))
    (step,) = found["It"]["steps"]
    assert [one["name"] for one in step["steps"]] == ["PRV-CAN-01 met: cancelled"]
    assert [one["name"] for one in step["attachments"]] == ["x12 PUT Appointment/41 → 200"]
    (step,) = found["PRV-XTI-01 What PRV-XTI-01 asks of a provider."]["steps"]
    assert [one["name"] for one in step["attachments"]] == ["x12 PUT Appointment/41 → 200"]


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
        assert file.suffix in {".json", ".httpexchange", ".properties"}
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
    config = json.loads((tmp_path / "allurerc.json").read_text("utf-8"))
    rules = json.loads((folder / "categories.json").read_text())
    assert [rule["name"] for rule in config["categories"]["rules"]] == [rule["name"] for rule in rules]
    for result in results(folder).values():
        said = result.get("statusDetails", {}).get("message", "")
        fits = [
            r["name"] for r in rules if result["status"] in r["matchedStatuses"] and re.match(r["messageRegex"], said)
        ]
        assert len(fits) == 1, (result["name"], said, fits)
    assert json.loads((folder / "executor.json").read_text())["name"] == "uec-booking"
