"""What a provider does towards the registry, as the tap saw it."""

from __future__ import annotations

from pytest_bdd import given, then, when
from uec_booking.harness.checks.registry.notifications import calls
from uec_booking.harness.scenario import preconditions, registry_log
from uec_booking.harness.scenario.context import Scenario

from ..words import sentence


@given(sentence("the registry is {kind} for the next {times:d} registrations of the patient"))
def _disturbed_registrations(scenario: Scenario, kind: str, times: int) -> None:
    registry_log.disturb(scenario, kind, ("POST",), times)


@given(sentence("the registry is {kind} for the next {times:d} updates of the patient's entries"))
def _disturbed_updates(scenario: Scenario, kind: str, times: int) -> None:
    registry_log.disturb(scenario, kind, ("PUT",), times)


@given(sentence("the provider has registered the {name:Name} appointment"))
def _has_registered(scenario: Scenario, name: str) -> None:
    registry_log.must_be_registered(scenario, scenario.appointment(name))


@when(sentence("{who:Organisation} books the slot found for another patient as the {name:Name} appointment"))
def _books_for_another(scenario: Scenario, who: str, name: str) -> None:
    what = preconditions.found(scenario)
    scenario.book(name, scenario.consumer(who), what.part, what.slot, patient=scenario.new_patient())


@then(sentence("the provider registers the {name:Name} appointment once"))
def _registers(scenario: Scenario, name: str) -> None:
    calls.told_once(scenario, scenario.appointment(name))


@then(sentence("what it registers is the pointer to the {name:Name} appointment and nothing more"))
def _pointer(scenario: Scenario, name: str) -> None:
    calls.content_is_the_pointer(scenario, scenario.appointment(name))


@then(sentence("its calls about the {name:Name} appointment carry a token"))
def _token(scenario: Scenario, name: str) -> None:
    calls.tokens_are_carried(scenario, scenario.appointment(name))


@then(sentence("the provider registers the {twin:Name} appointment, and nothing for the {name:Name} appointment"))
def _nothing_told(scenario: Scenario, twin: str, name: str) -> None:
    calls.nothing_was_told(scenario, scenario.appointment(name), scenario.appointment(twin))


@then(sentence("the provider brings the entry of the {name:Name} appointment to cancelled"))
def _cancelled(scenario: Scenario, name: str) -> None:
    calls.told_of_cancellation(scenario, scenario.appointment(name))


@then(
    sentence(
        "the provider brings the entry of the {twin:Name} appointment to cancelled, "
        "and leaves that of the {name:Name} appointment"
    )
)
def _left(scenario: Scenario, twin: str, name: str) -> None:
    calls.left_alone(scenario, scenario.appointment(name), scenario.appointment(twin))


@then(sentence("the entry of the {name:Name} appointment was found by its URL"))
def _found_by_url(scenario: Scenario, name: str) -> None:
    calls.found_by_url(scenario, scenario.appointment(name))


@then(sentence("the entry of the {name:Name} appointment was read just before, and that version was updated"))
def _read_before(scenario: Scenario, name: str) -> None:
    calls.read_before_update(scenario, scenario.appointment(name))


@then("the provider calls the registry with a client certificate and not through the SSP")
def _mutual(scenario: Scenario) -> None:
    calls.connects_directly_and_mutually(scenario, scenario.appointment("original"))
