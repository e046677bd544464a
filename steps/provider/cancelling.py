"""Cancelling an appointment, rightly and wrongly."""

from __future__ import annotations

from pytest_bdd import then, when
from uec_booking.harness.checks.provider import reading
from uec_booking.harness.checks.provider.cancelling import cancelled, rejected
from uec_booking.harness.checks.provider.slot_search import search_results
from uec_booking.harness.http.exchange import Exchange
from uec_booking.harness.scenario import concurrency, plain_cancellation, preconditions, slot_search
from uec_booking.harness.scenario.context import Scenario
from uec_booking.harness.scenario.reading import read_both_versions, read_current_version, reread

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


@then(sentence("{kind} could cancel, or was rejected with the reason"))
def _other_organisation(scenario: Scenario, kind: str) -> None:
    cancelled.by_whom(scenario.recorder, f"by {kind}", scenario.answer())
    exchange, original = scenario.answer(), scenario.appointment("original")
    plain = plain_cancellation.refused_otherwise(scenario, original, exchange, (403,))
    rejected.allowed_or_refused_with_reason(scenario.recorder, exchange, plain)


@then(sentence("only the status of the {name:Name} appointment has changed, in a new version"))
def _only_status(scenario: Scenario, name: str) -> None:
    appointment, exchange = scenario.appointment(name), scenario.answer()
    cancelled.only_status_changed(scenario.recorder, appointment, exchange, scenario.settings.edition)


@then("the answer carries the new version in its headers")
def _headers(scenario: Scenario) -> None:
    cancelled.carries_version_headers(scenario.recorder, scenario.answer(), scenario.appointments.values())


@then("the cancellation is rejected as a version conflict")
def _conflict(scenario: Scenario) -> None:
    exchange, original = scenario.answer(), scenario.appointment("original")
    plain = plain_cancellation.refused_otherwise(scenario, original, exchange, plain_cancellation.CONFLICT)
    rejected.refused_as_conflict(scenario.recorder, exchange, plain)


@then("the cancellation is rejected because If-Match is missing")
def _no_if_match(scenario: Scenario) -> None:
    rejected.refused(scenario.recorder, scenario.answer(), "PRV-CAN-09", "no-if-match")


@then("the cancellation is rejected because more than the status differs")
def _differs(scenario: Scenario) -> None:
    rejected.refused(scenario.recorder, scenario.answer(), "PRV-CAN-07", "cancel-differs")


@then("its current version can be read by its version id")
def _vread(scenario: Scenario) -> None:
    original = scenario.appointment("original")
    reading.version_reads(scenario.recorder, original, read_current_version(original))


@then("its version id is the same each time it is read")
def _stable(scenario: Scenario) -> None:
    original = scenario.appointment("original")
    reading.version_is_stable(scenario.recorder, original, reread(scenario, original))


@then("each of its versions can be read by its version id")
def _vreads(scenario: Scenario) -> None:
    original = scenario.appointment("original")
    reading.both_versions_read(scenario.recorder, original, read_both_versions(scenario, original))


@then("the read scope was sufficient")
def _scope(scenario: Scenario) -> None:
    reading.read_scope_is_enough(scenario.recorder, scenario.answer())


@then("the cancellation is accepted")
def _accepted(scenario: Scenario) -> None:
    cancelled.accepted(scenario.recorder, scenario.answer())


@then("the answer says where the appointment is")
def _location(scenario: Scenario) -> None:
    cancelled.says_where(scenario.recorder, scenario.answer(), scenario.part("provider").base_url)


@then(sentence("it is reported whether the slot of the {name:Name} appointment is offered again"))
def _offered_again(scenario: Scenario, name: str) -> None:
    appointment = scenario.appointment(name)
    search_results.told_whether_offered_again(scenario.recorder, appointment, slot_search.look_for_slot(appointment))


@when(sentence("{who:Organisation} sends the same cancellation again, from the version before"))
def _again(scenario: Scenario, who: str) -> None:
    plain_cancellation.must_be_cancelled(scenario, scenario.appointment("original"))
    preconditions.cancel_as_last_read(scenario, scenario.appointment("original"), who)


@then("it is not accepted a second time")
def _not_again(scenario: Scenario) -> None:
    rejected.not_again(scenario.recorder, scenario.answer())


@when(
    sentence("two consumers cancel the {name:Name} appointment at the same moment from the same version"),
    target_fixture="answers",
)
def _at_once(scenario: Scenario, name: str) -> list[Exchange]:
    return concurrency.cancel_at_once(scenario, scenario.appointment(name))


@then("exactly one of the cancellations succeeds")
def _one(scenario: Scenario, answers: list[Exchange]) -> None:
    plain = plain_cancellation.refused_where_all_were(scenario, scenario.appointment("original"), answers)
    rejected.exactly_one(scenario.recorder, answers, plain)


@when(sentence("{who:Organisation} sets the {name:Name} appointment back to booked"))
def _revived(scenario: Scenario, who: str, name: str) -> None:
    preconditions.put_back_to_booked(scenario, scenario.appointment(name), who)


@then(sentence("it is rejected, and the {name:Name} appointment still reads as cancelled"))
def _stays(scenario: Scenario, name: str) -> None:
    exchange = scenario.answer()
    rejected.stays_cancelled(scenario.recorder, exchange, scenario.read(scenario.appointment(name)))


@when(sentence("{who:Organisation} cancels the {second:Name} appointment at the address of the {name:Name} one"))
def _at_another_address(scenario: Scenario, who: str, second: str, name: str) -> None:
    preconditions.cancel_at_the_address_of(scenario, scenario.appointment(name), scenario.appointment(second), who)


@then("it is rejected because it is another appointment")
def _refused_for_other_id(scenario: Scenario) -> None:
    rejected.refused_under_another_id(scenario.recorder, scenario.answer())
