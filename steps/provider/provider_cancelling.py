"""Reading and cancelling at a provider, looked at closely."""

from __future__ import annotations

from pytest_bdd import then, when
from uec_booking.harness.checks.provider import reading
from uec_booking.harness.checks.provider.cancelling import cancelled, plain_cancellation
from uec_booking.harness.checks.provider.slot_search import search_results
from uec_booking.harness.scenario import concurrency, preconditions
from uec_booking.harness.scenario.context import Scenario

from ..words import sentence


@then("its current version can be read by its version id")
def _vread(scenario: Scenario) -> None:
    reading.version_reads(scenario, scenario.appointment("original"))


@then("its version id is the same each time it is read")
def _stable(scenario: Scenario) -> None:
    reading.version_is_stable(scenario, scenario.appointment("original"))


@then("each of its versions can be read by its version id")
def _vreads(scenario: Scenario) -> None:
    reading.both_versions_read(scenario, scenario.appointment("original"))


@then("the scope of a read was enough for it")
def _scope(scenario: Scenario) -> None:
    scenario.recorder.expect_answer("PRV-GET-10", "read-ok", scenario.answer())


@then("the cancellation is accepted")
def _accepted(scenario: Scenario) -> None:
    cancelled.accepted(scenario.recorder, scenario.answer())


@then("the answer says where the appointment is")
def _location(scenario: Scenario) -> None:
    cancelled.says_where(scenario.recorder, scenario.answer(), scenario.part("provider").base_url)


@then(sentence("it is told whether the slot of the {name:Name} appointment is offered again"))
def _offered_again(scenario: Scenario, name: str) -> None:
    search_results.told_whether_offered_again(scenario, scenario.appointment(name))


@when(sentence("{who:Organisation} sends the same cancellation again, from the version before"))
def _again(scenario: Scenario, who: str) -> None:
    plain_cancellation.must_be_cancelled(scenario, scenario.appointment("original"))
    preconditions.cancel_as_last_read(scenario, scenario.appointment("original"), who)


@then("it is not accepted a second time")
def _not_again(scenario: Scenario) -> None:
    cancelled.not_again(scenario.recorder, scenario.answer())


@when(
    sentence("two consumers cancel the {name:Name} appointment at the same moment from the same version"),
    target_fixture="answers",
)
def _at_once(scenario: Scenario, name: str) -> list[object]:
    return concurrency.cancel_at_once(scenario, scenario.appointment(name))


@then("exactly one of the cancellations succeeds")
def _one(scenario: Scenario, answers: list) -> None:
    cancelled.exactly_one(scenario, scenario.appointment("original"), answers)


@when(sentence("{who:Organisation} puts the {name:Name} appointment back to booked"))
def _revived(scenario: Scenario, who: str, name: str) -> None:
    preconditions.put_back_to_booked(scenario, scenario.appointment(name), who)


@then(sentence("it is refused, and the {name:Name} appointment still reads as cancelled"))
def _stays(scenario: Scenario, name: str) -> None:
    cancelled.stays_cancelled(scenario, scenario.appointment(name))


@when(sentence("{who:Organisation} cancels the {second:Name} appointment at the address of the {name:Name} one"))
def _at_another_address(scenario: Scenario, who: str, second: str, name: str) -> None:
    preconditions.cancel_at_the_address_of(scenario, scenario.appointment(name), scenario.appointment(second), who)


@then("it is refused, for it is another appointment")
def _refused_for_other_id(scenario: Scenario) -> None:
    scenario.recorder.expect_answer("PRV-CAN-07", "cancel-under-other-id", scenario.answer())
