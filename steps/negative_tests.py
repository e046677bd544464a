"""One good request, and requests that differ from it in one thing each."""

from __future__ import annotations

from pytest_bdd import given, then, when
from uec_booking.harness.checks import negative_tests
from uec_booking.harness.checks.provider import reading, rejections
from uec_booking.harness.checks.provider.booking import contention
from uec_booking.harness.checks.provider.slot_search import search_results, self_link
from uec_booking.harness.scenario import booking, mutations, slot_search, variations
from uec_booking.harness.scenario.baselines import SUBJECTS
from uec_booking.harness.scenario.context import Scenario
from uec_booking.harness.scenario.reading import read_after_refusal
from uec_booking.harness.scenario.variations import Trial

from .words import sentence, table


@given(sentence("a valid {kind}"), target_fixture="trial")
def _good(scenario: Scenario, kind: str) -> Trial:
    return SUBJECTS[kind](scenario)


@when("it is sent with each of these changes")
def _sent(trial: Trial, datatable: list[list[str]]) -> None:
    trial.send(table(datatable), mutations.ALL)


@given("these invalid tokens", target_fixture="bad_tokens")
def _bad_tokens(datatable: list[list[str]]) -> list[dict[str, str]]:
    return table(datatable)


@when(sentence("it is sent with each of those tokens, which {requirement} also covers"))
def _sent_with_bad_tokens(trial: Trial, bad_tokens: list[dict[str, str]], requirement: str) -> None:
    trial.send([{**row, "decides": f"{row['decides']}, {requirement}"} for row in bad_tokens], mutations.ALL)


@then("each is answered as the table says, and the control request is accepted")
def _answered(scenario: Scenario, trial: Trial) -> None:
    control = variations.control_request(trial)
    negative_tests.judge_rows(scenario.recorder, trial, control)
    variations.must_be_accepted(trial, control)


@then("a search with fewer conditions returns no fewer slots")
def _no_less(scenario: Scenario, trial: Trial) -> None:
    search_results.finds_no_less(scenario.recorder, slot_search.search_for_no_less(trial))


@then("schedules are included where only they are asked for")
def _schedules(scenario: Scenario, trial: Trial) -> None:
    search_results.schedules_come_along(scenario.recorder, trial)


@then("a status that no slot can have finds no slot")
def _no_such_status(scenario: Scenario, trial: Trial) -> None:
    search_results.no_slot_has_it(scenario.recorder, trial)


@then("ignored parameters are not repeated in the self link")
def _not_echoed(scenario: Scenario, trial: Trial) -> None:
    self_link.ignored_is_not_echoed(scenario.recorder, trial)


@then("the rejected requests booked nothing")
def _nothing_booked(scenario: Scenario, trial: Trial) -> None:
    seen = booking.look_after_refusals(scenario, trial)
    contention.refusals_left_the_slot_free(scenario.recorder, trial, seen)


@then("the rejected requests left the appointment unchanged")
def _unchanged(scenario: Scenario, trial: Trial) -> None:
    original = scenario.appointment("original")
    reading.stands_after_refusal(scenario.recorder, original, read_after_refusal(scenario, original))


@then("each rejection points at the fault")
def _points(scenario: Scenario, trial: Trial) -> None:
    rejections.points_at_fault(scenario.recorder, trial)
    rejections.points_nowhere_else(scenario.recorder, trial)


@then("each rejection should point at the fault")
def _should_point(scenario: Scenario, trial: Trial) -> None:
    rejections.should_point_at_fault(scenario.recorder, trial)
    rejections.points_nowhere_else(scenario.recorder, trial)


@then("each rejection gives the reason")
def _reason(scenario: Scenario, trial: Trial) -> None:
    rejections.gives_reason(scenario.recorder, trial)


@then("requests rejected for different reasons give different reasons")
def _reasons(scenario: Scenario, trial: Trial) -> None:
    rejections.reasons_differ(scenario.recorder, trial)


@then(sentence("each rejection has an OperationOutcome for {requirement}"))
def _outcome(scenario: Scenario, trial: Trial, requirement: str) -> None:
    rejections.has_outcome(scenario.recorder, trial, requirement)
