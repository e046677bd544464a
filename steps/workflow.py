"""The stories: who calls, what was booked for them before, and where the registry leads."""

from __future__ import annotations

from datetime import timedelta

from pytest_bdd import given, then, when
from uec_booking.harness.checks.registry import searches
from uec_booking.harness.checks.registry.notifications import calls
from uec_booking.harness.checks.workflow import registry_story as checks
from uec_booking.harness.http.exchange import Exchange
from uec_booking.harness.scenario import notifications, plain_cancellation, preconditions, registry_story
from uec_booking.harness.scenario.context import Scenario
from uec_booking.harness.scenario.registry_entries import RegistryContext

from .words import sentence


@given(sentence("{title:w} Patient, who is assessed by {who:Organisation}"))
def _assessed(scenario: Scenario, who: str) -> None:
    scenario.consumer(who).begin_encounter()


@given(
    sentence(
        "{title:w} Patient, for whom {who:Organisation} booked {article:w} {name:Name} appointment "
        "at {where:System}, {time:Time}"
    )
)
@given(
    sentence(
        "{title:w} Patient, for whom {who:Organisation} booked {name:Name} appointment at {where:System}, {time:Time}"
    )
)
def _booked_before(scenario: Scenario, who: str, name: str, time: tuple[str, timedelta, timedelta], where: str) -> None:
    preconditions.booked(scenario, name, who, where, *time)


@when(sentence("{title:w} Patient calls {who:Organisation} back and is re-assessed"))
@when(sentence("{title:w} Patient calls {who:Organisation} and is assessed"))
def _calls(scenario: Scenario, who: str) -> None:
    scenario.consumer(who).begin_encounter()


@given(sentence("{title:w} Patient, for whom the registry has an entry that points to a provider which is away"))
def _to_nowhere(scenario: Scenario, registry_context: RegistryContext) -> None:
    registry_story.entry_to_nowhere(scenario, registry_context)


@when("the registry takes no updates of the patient's entries")
def _no_updates(scenario: Scenario) -> None:
    registry_story.registry_takes_no_updates(scenario)


@when("the registry takes updates again")
def _updates(scenario: Scenario) -> None:
    registry_story.registry_takes_updates(scenario)


@when(
    sentence("{first:Organisation} and {second:Organisation} cancel the {name:Name} appointment at the same moment"),
    target_fixture="both",
)
def _at_once(scenario: Scenario, first: str, second: str, name: str) -> list[Exchange]:
    return registry_story.cancel_at_once(scenario, scenario.appointment(name), first, second)


@then("one of them succeeds, and the other receives a conflict")
def _conflict(scenario: Scenario, both: list[Exchange]) -> None:
    conflict = registry_story.look_into_conflict(scenario, scenario.appointment("original"), both)
    checks.one_is_told_of_the_conflict(scenario.recorder, conflict)


@then(sentence("the registry shows one entry of the {name:Name} appointment, which is cancelled"))
def _one_entry(scenario: Scenario, name: str) -> None:
    appointment = scenario.appointment(name)
    shown = notifications.await_ended_entry(scenario, appointment)
    refusal = plain_cancellation.refused(scenario, appointment)
    checks.one_cancelled_entry(scenario.recorder, appointment, shown, refusal)


@then(sentence("the provider registers the {twin:Name} appointment, and no entry without NHS number"))
def _nameless(scenario: Scenario, twin: str) -> None:
    nameless, named = scenario.appointment("original"), scenario.appointment(twin)
    registered = notifications.await_registration(scenario, named)
    calls.told_once(scenario.recorder, named, registered, scenario.settings.limits.registry_seconds)
    checks.no_entry_without_nhs_number(scenario.recorder, nameless, notifications.told_so_far(scenario, nameless))


@then("that entry is found, although the appointment cannot be read")
def _found(scenario: Scenario, registry_context: RegistryContext) -> None:
    searches.patient_finds(scenario.recorder, scenario.answer(), [registry_context.entry("original")], [])
