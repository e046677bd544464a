"""What counts as reached, killed and localised, and what a proof never claims."""

from __future__ import annotations

import json
from importlib import resources

import pytest
from jsonschema import Draft202012Validator
from uec_booking.harness.proving.clean import Clean
from uec_booking.harness.proving.job import Outcome
from uec_booking.harness.proving.proof import Controls, Proof, Repeatability, defect_result, variant_result
from uec_booking.harness.proving.traffic import course, shapes


def outcome(
    verdicts: dict[str, str],
    *,
    seen: tuple[str, ...] = ("a", "b"),
    used: int = 1,
    took: str = "x",
    trouble: str = "",
) -> Outcome:
    scenario = "f/x.feature::S"
    return Outcome(
        name="one",
        seconds=1.0,
        verdicts=verdicts,
        scenarios={scenario: "PASS"},
        decided={scenario: tuple(verdicts)},
        seconds_of={scenario: 1.0},
        shapes={scenario: seen},
        course={scenario: took},
        used=used,
        trouble=trouble,
    )


FAULT = {"name": "one", "requirement": "PRV-BOOK-10", "part": "provider"}
VARIANT = {"name": "v", "part": "provider"}
GOOD = {"PRV-BOOK-10": "PASS", "PRV-BOOK-11": "PASS", "PRV-BOOK-01": "PASS"}
CLEAN = Clean([outcome(GOOD), outcome(GOOD, seen=("a", "b", "c"))])


@pytest.mark.parametrize(
    ("run", "reached", "killed", "localised"),
    [
        (outcome({**GOOD, "PRV-BOOK-10": "FAIL"}), True, True, True),
        (outcome({**GOOD, "PRV-BOOK-01": "FAIL"}), True, True, False),
        (outcome(GOOD, seen=("a", "b", "new")), True, False, False),
        (outcome(GOOD, seen=("a",)), True, False, False),
        (outcome(GOOD, took="another"), True, False, False),
        (outcome(GOOD, seen=("a", "b", "c")), False, False, False),
        (outcome({**GOOD, "PRV-BOOK-10": "FAIL"}, used=0), False, False, False),
        (outcome({**GOOD, "PRV-BOOK-10": "WARN"}, seen=("new",)), True, False, False),
        (outcome({**GOOD, "PRV-BOOK-10": "INCONCLUSIVE"}, seen=("new",)), True, False, False),
    ],
    ids=[
        "named one fails",
        "another fails",
        "new on the wire",
        "gone from the wire",
        "another course",
        "nothing differs",
        "never had its way",
        "only a warning",
        "not seen",
    ],
)
def test_a_defect(run: Outcome, reached: bool, killed: bool, localised: bool) -> None:
    result = defect_result(FAULT, run, CLEAN)
    assert (result.reached, result.killed, result.localised) == (reached, killed, localised)


def test_a_defect_of_a_should_is_killed_by_a_warning() -> None:
    run = outcome({**GOOD, "PRV-BOOK-11": "WARN"})
    assert defect_result({**FAULT, "requirement": "PRV-BOOK-11"}, run, CLEAN).localised
    warned = Clean([outcome({**GOOD, "PRV-BOOK-11": "WARN"})])
    assert not defect_result({**FAULT, "requirement": "PRV-BOOK-11"}, run, warned).killed


def test_what_fails_on_the_clean_system_kills_nothing() -> None:
    broken = Clean([outcome({**GOOD, "PRV-BOOK-10": "FAIL"})])
    assert not defect_result(FAULT, outcome({**GOOD, "PRV-BOOK-10": "FAIL"}), broken).killed
    assert not Controls(broken.failed, "", False).good


def test_a_variant_is_accused_by_any_fail_or_error_and_by_a_run_that_could_not_be_finished() -> None:
    assert variant_result(VARIANT, outcome(GOOD), CLEAN).false_alarms == ()
    assert variant_result(VARIANT, outcome({**GOOD, "PRV-BOOK-01": "FAIL"}), CLEAN).false_alarms == ("PRV-BOOK-01",)
    assert variant_result(VARIANT, outcome({}, trouble="hung"), CLEAN).false_alarms


def test_the_document_is_as_its_schema_says_and_rates_count_all_defects() -> None:
    runs = [outcome({**GOOD, "PRV-BOOK-10": "FAIL"}), outcome(GOOD)]
    proof = Proof(
        defects=tuple(defect_result({**FAULT, "name": f"d{n}"}, run, CLEAN) for n, run in enumerate(runs)),
        variants=(variant_result(VARIANT, outcome(GOOD), CLEAN),),
        repeatability=Repeatability(2, {"PRV-BOOK-10": ["FAIL", "PASS"]}),
        controls=Controls((), "d0", True),
        troubles={},
        consumer_controls=Controls((), "cancels-first", canary_killed=True),
    )
    schema = json.loads(
        resources.files("uec_booking.harness.proving").joinpath("proof.schema.json").read_text(encoding="utf-8")
    )
    document = json.loads(proof.text())
    assert list(Draft202012Validator(schema).iter_errors(document)) == []
    assert (document["sensitivity"], document["localisation"], document["specificity"]) == (0.5, 1.0, 1.0)
    document["defects"][1]["killed"] = True  # not reached
    assert list(Draft202012Validator(schema).iter_errors(document)) != []


def exchange(
    *, status: int = 201, start: str = "2026-01-01T09:00:00Z", sent: str = "2026-01-01T09:00:00Z", **more: object
) -> dict[str, object]:
    return {
        "request": {
            "method": "POST",
            "url": "https://localhost:1234/p/Appointment",
            "headers": [["Accept", "x"]],
            "body": json.dumps({"start": sent}),
        },
        "response": {
            "status": status,
            "headers": [["ETag", 'W/"1"']],
            "body": json.dumps({"start": start, "status": "booked", **more}),
        },
    }


def test_the_shape_of_traffic_is_the_same_in_two_runs_and_another_under_a_fault() -> None:
    usual = shapes([exchange()])
    later = "2026-01-02T10:15:00Z"
    assert shapes([exchange(start=later, sent=later)]) == usual
    assert shapes([exchange(start=later)]) != usual  # the answer has another start than was asked for
    assert shapes([exchange(status=200)]) != usual
    assert shapes([exchange(extra="x")]) != usual
    assert shapes([exchange(start="2026-01-01T09:00:00", sent="2026-01-01T09:00:00")]) != usual


def test_how_often_the_same_was_asked_in_a_row_does_not_matter() -> None:
    one, other = exchange(), exchange(status=409)
    assert course([one, one, other]) == course([one, other])
    assert course([one, other]) != course([other, one])
