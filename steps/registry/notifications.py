"""What a provider owes the Appointment Registry: its calls, as the recording proxy saw them, and what then shows."""

from __future__ import annotations

from pytest_bdd import given, then, when
from uec_booking.harness.checks.registry.notifications import calls, shown_entries
from uec_booking.harness.scenario import preconditions, registry_log
from uec_booking.harness.scenario.context import Scenario

from ..words import sentence


@given("the registry is away")
def _away(scenario: Scenario) -> None:
    preconditions.registry_goes_away(scenario)


@when("the registry is back")
def _back(scenario: Scenario) -> None:
    scenario.control("registry").registry_back()


@when(sentence("{who:Organisation} searches the registry for appointments of the patient"))
def _searches(scenario: Scenario, who: str) -> None:
    preconditions.search_registry(scenario, who)


@then(sentence("the registry has a booked entry for the {name:Name} appointment"))
def _told_of_booking(scenario: Scenario, name: str) -> None:
    shown_entries.told_of_booking(scenario, scenario.appointment(name))


@then(sentence("the registry answers with entries of that patient only, one of them for the {name:Name} appointment"))
def _found(scenario: Scenario, name: str) -> None:
    shown_entries.patient_is_found(scenario, scenario.answer(), scenario.appointment(name))


@then(sentence("the registry entry of the {name:Name} appointment is no longer booked"))
def _told_of_cancellation(scenario: Scenario, name: str) -> None:
    shown_entries.told_of_cancellation(scenario, scenario.appointment(name))


@then(sentence("if it was cancelled, the registry entry of the {name:Name} appointment is no longer booked"))
def _told_if_cancelled(scenario: Scenario, name: str) -> None:
    shown_entries.told_if_cancelled(scenario, scenario.appointment(name))


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


@then(sentence("the provider updates the registry entry of the {name:Name} appointment to cancelled"))
def _cancelled(scenario: Scenario, name: str) -> None:
    calls.told_of_cancellation(scenario, scenario.appointment(name))


@then(
    sentence(
        "the provider updates the registry entry of the {twin:Name} appointment to cancelled, "
        "and leaves that of the {name:Name} appointment"
    )
)
def _left(scenario: Scenario, twin: str, name: str) -> None:
    calls.left_alone(scenario, scenario.appointment(name), scenario.appointment(twin))


@then(sentence("the entry of the {name:Name} appointment was found by its URL"))
def _found_by_url(scenario: Scenario, name: str) -> None:
    calls.found_by_url(scenario, scenario.appointment(name))


@then(
    sentence(
        "the entry of the {name:Name} appointment was read immediately before, and the update was based on that version"
    )
)
def _read_before(scenario: Scenario, name: str) -> None:
    calls.read_before_update(scenario, scenario.appointment(name))


@then("the provider calls the registry with a client certificate and not through the SSP")
def _mutual(scenario: Scenario) -> None:
    calls.connects_directly_and_mutually(scenario, scenario.appointment("original"))
