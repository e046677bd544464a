"""One cause, one failure: what only repeats another failure is not observed because of it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from uec_booking.harness.judging import verdicts as v
from uec_booking.harness.judging.judge import judge
from uec_booking.harness.judging.observations import MET, NOT_MET, NOT_OBSERVED, UNSOUGHT, VALUE, Observation, Problem

from .runs import CATALOGUE, record, run


def answered(requirement: str, value: str, situation: str = "book-ok", exchange: str = "x1") -> Observation:
    return Observation(
        requirement=requirement,
        outcome=VALUE,
        expected=situation,
        actual=value,
        where="status",
        exchanges=(exchange,),
        system="provider",
        situation=situation,
        value=value,
    )


def verdicts(*observations: Observation) -> dict[str, v.RequirementVerdict]:
    names = [one.requirement for one in observations]
    judged = judge(run(record("f/x.feature::S", list(observations), names)), CATALOGUE)
    assert judged.exit_status == v.EXIT_NOT_CONFORMANT
    return {one.id: one for one in judged.requirements}


@pytest.mark.parametrize("other", ["FMT-08", "PRV-BOOK-02", "SEC-28"])
def test_an_answer_that_every_booking_gets_fails_one_requirement(other: str) -> None:
    found = verdicts(answered("PRV-BOOK-01", "200"), answered(other, "200", exchange="x2"))
    assert found["PRV-BOOK-01"].verdict == v.FAIL
    assert (found[other].verdict, found[other].because) == (v.INCONCLUSIVE, ("PRV-BOOK-01",))


@pytest.mark.parametrize("plain", ["201", "202"])
def test_an_answer_that_only_one_booking_gets_is_its_own_failure(plain: str) -> None:
    found = verdicts(answered("PRV-BOOK-01", plain), answered("FMT-08", "400", exchange="x2"))
    assert found["FMT-08"].verdict == v.FAIL


def test_a_wrong_status_needs_no_second_failure_for_being_on_no_list() -> None:
    listed = answered("ERR-11", "299", "status-of-create")
    found = verdicts(answered("PRV-BOOK-01", "299"), listed)
    assert found["ERR-11"].because == ("PRV-BOOK-01",)
    alone = verdicts(answered("PRV-BOOK-01", "299"), answered("ERR-11", "299", "status-of-create", "x2"))
    assert alone["ERR-11"].verdict == v.WARN


def test_a_scenario_that_could_not_go_on_names_what_stood_in_the_way() -> None:
    refused = record("f/x.feature::S", [answered("PRV-BOOK-01", "500")], ["PRV-BOOK-01"])
    stopped = record(
        "f/x.feature::T", [], ["PRV-CAN-02"], problem=Problem("inconclusive", "not booked", because="PRV-BOOK-01")
    )
    found = {one.id: one for one in judge(run(refused, stopped), CATALOGUE).requirements}
    assert (found["PRV-CAN-02"].verdict, found["PRV-CAN-02"].because) == (v.INCONCLUSIVE, ("PRV-BOOK-01",))


def test_what_a_scenario_could_not_see_and_says_why_hangs_below_that_cause() -> None:
    blind = Observation("ERR-15", NOT_OBSERVED, "an observation", "taken", system="provider", because="PRV-CAN-09")
    found = verdicts(answered("PRV-CAN-09", "200", "no-if-match"), blind)
    assert found["PRV-CAN-09"].verdict == v.FAIL
    assert (found["ERR-15"].verdict, found["ERR-15"].because) == (v.INCONCLUSIVE, ("PRV-CAN-09",))


def test_a_second_reason_of_its_own_is_not_hidden_below_a_cause() -> None:
    blind = Observation("FMT-08", NOT_OBSERVED, "an observation", "the line was cut", system="provider")
    found = verdicts(answered("PRV-BOOK-01", "200"), answered("FMT-08", "200", exchange="x2"), blind)
    assert (found["FMT-08"].verdict, found["FMT-08"].because) == (v.INCONCLUSIVE, ())


def without_reason(exchange: str) -> Observation:
    return Observation(
        *("ERR-04", NOT_MET, "issue.diagnostics", "without it"),
        exchanges=(exchange,),
        system="provider",
        because="ERR-01",
    )


def test_a_refusal_in_html_fails_for_that_alone() -> None:
    html = Observation("ERR-01", NOT_MET, "an OperationOutcome", "HTML", exchanges=("x1", "x2"), system="provider")
    found = verdicts(html, without_reason("x2"))
    assert found["ERR-01"].verdict == v.FAIL
    assert (found["ERR-04"].verdict, found["ERR-04"].because) == (v.INCONCLUSIVE, ("ERR-01",))


@pytest.mark.parametrize(("outcome", "exchange"), [(NOT_MET, "x1"), (MET, "x2")])
def test_a_refusal_without_reason_fails_where_nothing_stood_in_the_way(outcome: str, exchange: str) -> None:
    other = Observation("ERR-01", outcome, "an OperationOutcome", "it", exchanges=(exchange,), system="provider")
    found = verdicts(other, without_reason("x2"))
    assert (found["ERR-04"].verdict, found["ERR-04"].because) == (v.FAIL, ())


# -- what random sequences came upon -----------------------------------------------------------


def came_upon(requirement: str) -> Observation:
    seen = Observation(requirement, NOT_MET, "as the model has it", "another", exchanges=("x9",), system="provider")
    return replace(seen, where=UNSOUGHT)


def of_two_scenarios(sought: list[Observation], unsought: list[Observation]) -> dict[str, v.RequirementVerdict]:
    names = [one.requirement for one in sought]
    ran = run(record("f/x.feature::S", sought, names), record("f/x.feature::T", unsought, []))
    judged = judge(ran, CATALOGUE)
    assert not [one.reason for one in judged.scenarios if one.status == v.ERROR], "it needs no tag"
    return {one.id: one for one in judged.requirements}


def failed(requirement: str) -> Observation:
    return Observation(requirement, NOT_MET, "this", "that", exchanges=("x1",), system="provider")


def test_what_only_random_sequences_found_is_a_failure() -> None:
    assert of_two_scenarios([], [came_upon("PRV-BOOK-10")])["PRV-BOOK-10"].verdict == v.FAIL
    beside = of_two_scenarios([failed("PRV-CAP-05")], [came_upon("PRV-BOOK-10")])
    assert beside["PRV-BOOK-10"].verdict == v.FAIL


def test_what_scenarios_found_of_the_same_matter_is_the_cause_of_it() -> None:
    found = of_two_scenarios([failed("PRV-BOOK-03")], [came_upon("PRV-BOOK-10")])
    assert found["PRV-BOOK-03"].verdict == v.FAIL
    assert (found["PRV-BOOK-10"].verdict, found["PRV-BOOK-10"].because) == (v.INCONCLUSIVE, ("PRV-BOOK-03",))
    once = of_two_scenarios([failed("PRV-BOOK-10")], [came_upon("PRV-BOOK-10")])["PRV-BOOK-10"]
    assert [one.outcome for one in once.observations] == [NOT_MET, NOT_OBSERVED]
