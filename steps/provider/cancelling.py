"""Cancelling an appointment, rightly and wrongly."""

from __future__ import annotations

from pytest_bdd import then, when
from uec_booking.harness.checks.provider.cancelling import cancelled
from uec_booking.harness.scenario import preconditions
from uec_booking.harness.scenario.context import Scenario

from ..words import sentence


@when(sentence("the patient confirms and {who:Organisation} cancels the {name:Name} appointment"))
def _cancels(scenario: Scenario, who: str, name: str) -> None:
    scenario.cancel(scenario.appointment(name), scenario.consumer(who))


@when(sentence("{seconds:d} seconds have passed since the {name:Name} appointment was booked"))
def _some_time_later(scenario: Scenario, seconds: int, name: str) -> None:
    preconditions.some_time_later(scenario.appointment(name), seconds)


@when(sentence("{who:Organisation} cancels the {name:Name} appointment quoting another version"))
def _other_version(scenario: Scenario, who: str, name: str) -> None:
    preconditions.cancel_quoting_another_version(scenario, scenario.appointment(name), who)


@when(sentence("{who:Organisation} cancels the {name:Name} appointment without quoting a version"))
def _no_version(scenario: Scenario, who: str, name: str) -> None:
    scenario.cancel(scenario.appointment(name), scenario.consumer(who), etag="")


@when(sentence("{who:Organisation} cancels the {name:Name} appointment and changes its {element} with it"))
def _changing(scenario: Scenario, who: str, name: str, element: str) -> None:
    preconditions.cancel_changing(scenario, scenario.appointment(name), who, element)


@when(sentence("{who:Organisation} has read the {name:Name} appointment and then the staff of the provider change it"))
def _touched(scenario: Scenario, who: str, name: str) -> None:
    preconditions.staff_change(scenario, scenario.appointment(name), who)


@when(sentence("{who:Organisation} cancels the {name:Name} appointment as it was before that change"))
def _stale(scenario: Scenario, who: str, name: str) -> None:
    preconditions.cancel_as_last_read(scenario, scenario.appointment(name), who)


@when(sentence("the staff of the provider cancel the {name:Name} appointment locally"))
def _locally(scenario: Scenario, name: str) -> None:
    preconditions.staff_cancel(scenario, scenario.appointment(name))


@then("the cancellation within the call is accepted")
def _accepted_within(scenario: Scenario) -> None:
    cancelled.accepted(scenario.recorder, scenario.answer())
    cancelled.by_whom(scenario.recorder, "within the consultation", scenario.answer())


@then("the cancellation after the call is accepted")
def _accepted_after(scenario: Scenario) -> None:
    cancelled.accepted(scenario.recorder, scenario.answer())
    cancelled.by_whom(scenario.recorder, "by the organisation that booked", scenario.answer())


@then(sentence("{kind} could cancel, or was refused with the reason"))
def _other_organisation(scenario: Scenario, kind: str) -> None:
    cancelled.by_whom(scenario.recorder, f"by {kind}", scenario.answer())
    cancelled.allowed_or_refused_with_reason(scenario, scenario.appointment("original"))


@then(sentence("only the status of the {name:Name} appointment has changed, in a new version"))
def _only_status(scenario: Scenario, name: str) -> None:
    cancelled.only_status_changed(scenario, scenario.appointment(name), scenario.answer())


@then("the answer carries the new version in its headers")
def _headers(scenario: Scenario) -> None:
    cancelled.carries_version_headers(scenario)


@then("the cancellation is refused as a version conflict")
def _conflict(scenario: Scenario) -> None:
    cancelled.refused_as_conflict(scenario, scenario.appointment("original"), scenario.answer())


@then("the cancellation is refused for want of a version")
def _no_if_match(scenario: Scenario) -> None:
    cancelled.refused(scenario.recorder, scenario.answer(), "PRV-CAN-09", "no-if-match")


@then("the cancellation is refused because more than the status differs")
def _differs(scenario: Scenario) -> None:
    cancelled.refused(scenario.recorder, scenario.answer(), "PRV-CAN-07", "cancel-differs")
