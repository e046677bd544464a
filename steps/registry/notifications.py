"""What a provider owes the Appointment Registry: its calls, as the recording proxy saw them, and what then shows."""

from __future__ import annotations

from pytest_bdd import given, then, when
from uec_booking.harness.checks.registry.notifications import calls, shown_entries
from uec_booking.harness.scenario import notifications, plain_cancellation, preconditions, registry_log
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
    appointment = scenario.appointment(name)
    shown = notifications.await_entry(scenario, appointment)
    shown_entries.told_of_booking(scenario.recorder, appointment, shown, scenario.settings.limits.registry_seconds)


@then(sentence("the registry answers with entries of that patient only, one of them for the {name:Name} appointment"))
def _found(scenario: Scenario, name: str) -> None:
    exchange, appointment = scenario.answer(), scenario.appointment(name)
    known = notifications.search_for_entry(scenario, appointment) if exchange.status == 200 else None
    shown_entries.patient_is_found(scenario.recorder, exchange, appointment, known)


@then(sentence("the registry entry of the {name:Name} appointment is no longer booked"))
def _told_of_cancellation(scenario: Scenario, name: str) -> None:
    _entry_is_ended(scenario, name)


@then(sentence("if it was cancelled, the registry entry of the {name:Name} appointment is no longer booked"))
def _told_if_cancelled(scenario: Scenario, name: str) -> None:
    exchange = notifications.last_cancellation(scenario)
    if exchange.status == 200:
        _entry_is_ended(scenario, name)
    else:
        shown_entries.not_asked_for(scenario.recorder, exchange)


def _entry_is_ended(scenario: Scenario, name: str) -> None:
    appointment, seconds = scenario.appointment(name), scenario.settings.limits.registry_seconds
    shown = notifications.await_ended_entry(scenario, appointment)
    refusal = plain_cancellation.refused(scenario, appointment)
    shown_entries.told_of_cancellation(scenario.recorder, appointment, shown, refusal, seconds)


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
    _told_once(scenario, name)


@then(sentence("what it registers is the pointer to the {name:Name} appointment and nothing more"))
def _pointer(scenario: Scenario, name: str) -> None:
    appointment = scenario.appointment(name)
    told = registry_log.told_of(scenario, appointment)
    calls.content_is_the_pointer(scenario.recorder, appointment, told, scenario.settings)


@then(sentence("its calls about the {name:Name} appointment carry a token"))
def _token(scenario: Scenario, name: str) -> None:
    appointment = scenario.appointment(name)
    calls.tokens_are_carried(scenario.recorder, appointment, notifications.told_so_far(scenario, appointment))


@then(sentence("the provider registers the {twin:Name} appointment, and nothing for the {name:Name} appointment"))
def _nothing_told(scenario: Scenario, twin: str, name: str) -> None:
    _told_once(scenario, twin)
    failed = scenario.appointment(name)
    calls.nothing_was_told(scenario.recorder, failed, notifications.told_so_far(scenario, failed))


def _told_once(scenario: Scenario, name: str) -> None:
    appointment, seconds = scenario.appointment(name), scenario.settings.limits.registry_seconds
    told = notifications.await_registration(scenario, appointment)
    calls.told_once(scenario.recorder, appointment, told, seconds)


@then(sentence("the provider updates the registry entry of the {name:Name} appointment to cancelled"))
def _cancelled(scenario: Scenario, name: str) -> None:
    _told_of_the_end(scenario, name)


@then(
    sentence(
        "the provider updates the registry entry of the {twin:Name} appointment to cancelled, "
        "and leaves that of the {name:Name} appointment"
    )
)
def _left(scenario: Scenario, twin: str, name: str) -> None:
    _told_of_the_end(scenario, twin)
    appointment = scenario.appointment(name)
    calls.left_alone(scenario.recorder, appointment, notifications.told_so_far(scenario, appointment))


def _told_of_the_end(scenario: Scenario, name: str) -> None:
    appointment, edition = scenario.appointment(name), scenario.settings.edition
    told = notifications.await_update(scenario, appointment)
    refusal = plain_cancellation.refused(scenario, appointment)
    calls.told_of_cancellation(scenario.recorder, appointment, told, refusal, edition)


@then(sentence("the entry of the {name:Name} appointment was found by its URL"))
def _found_by_url(scenario: Scenario, name: str) -> None:
    appointment = scenario.appointment(name)
    told, refusal = registry_log.told_of(scenario, appointment), plain_cancellation.refused(scenario, appointment)
    others = notifications.searches_by_patient(scenario, appointment)
    calls.found_by_url(scenario.recorder, appointment, told, others, refusal)


@then(
    sentence(
        "the entry of the {name:Name} appointment was read immediately before, and the update was based on that version"
    )
)
def _read_before(scenario: Scenario, name: str) -> None:
    appointment = scenario.appointment(name)
    told, refusal = registry_log.told_of(scenario, appointment), plain_cancellation.refused(scenario, appointment)
    calls.read_before_update(scenario.recorder, appointment, told, refusal)


@then("the provider calls the registry with a client certificate and not through the SSP")
def _mutual(scenario: Scenario) -> None:
    original = scenario.appointment("original")
    told = notifications.await_first_registration(scenario, original)
    calls.connects_directly_and_mutually(scenario.recorder, original, told)
