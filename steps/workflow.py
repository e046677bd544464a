"""Who calls, and what was booked for them before the scenario begins."""

from __future__ import annotations

from datetime import timedelta

from pytest_bdd import given, when
from uec_booking.harness.scenario import preconditions
from uec_booking.harness.scenario.context import Scenario

from .words import sentence


@given(sentence("{title:w} Patient, who is assessed by {who:Organisation}"))
def _assessed(scenario: Scenario, who: str) -> None:
    scenario.consumer(who).begin_encounter()


@given(
    sentence(
        "{title:w} Patient, for whom {who:Organisation} booked {article:w} {name:Name} appointment "
        "{time:Time} at {where:System}"
    )
)
@given(
    sentence(
        "{title:w} Patient, for whom {who:Organisation} booked {name:Name} appointment {time:Time} at {where:System}"
    )
)
def _booked_before(scenario: Scenario, who: str, name: str, time: tuple[str, timedelta, timedelta], where: str) -> None:
    preconditions.booked(scenario, name, who, where, *time)


@when(sentence("{title:w} Patient calls {who:Organisation} back and is re-assessed"))
@when(sentence("{title:w} Patient calls {who:Organisation} and is assessed"))
def _calls(scenario: Scenario, who: str) -> None:
    scenario.consumer(who).begin_encounter()
