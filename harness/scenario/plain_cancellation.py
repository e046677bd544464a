"""Whether a plain cancellation is accepted at all: where it is not, what rests on one cannot be seen."""

from __future__ import annotations

from collections.abc import Sequence

from ..errors import CannotGoOn
from ..http.exchange import Exchange
from ..http.notes import is_to_be_rejected
from ..http.urls import unversioned
from .baselines import SINCE, UNTIL
from .context import Appointment, Scenario

#: The clause that has it accepted.
CANCELS = "PRV-CAN-01"


def refused(scenario: Scenario, appointment: Appointment) -> Exchange | None:
    """The rejection of the appointment's cancellation; None where one was accepted, or none was rejected."""
    sent = [
        exchange
        for exchange in scenario.recorder.exchanges
        if exchange.request.method == "PUT"
        and unversioned(exchange.request.url) == unversioned(appointment.url)
        and not is_to_be_rejected(exchange)
    ]
    if not sent or any(exchange.ok or not exchange.reached for exchange in sent):
        return None
    return sent[-1]


def must_be_cancelled(scenario: Scenario, appointment: Appointment) -> None:
    """Raises:
    CannotGoOn: its cancellation was rejected.
    """
    exchange = refused(scenario, appointment)
    if exchange is not None:
        reason = f"the cancellation of the {appointment.name} appointment was answered with {exchange.summary()}"
        raise CannotGoOn(reason, because=CANCELS)


def refused_in_general(scenario: Scenario, like: Appointment) -> Exchange | None:
    """The rejection of a plain cancellation of one more appointment, booked for this by who booked the other.

    None where it is accepted, or could not be tried.
    """
    before = (scenario.last, scenario.found, scenario.searched, scenario.sought, scenario.just_booked)
    answer = None
    try:
        with scenario.going_on():
            slot = scenario.find_slot(like.consumer, like.part, "later", SINCE, UNTIL).slot
            made = scenario.book("plain", like.consumer, like.part, slot, patient=scenario.new_patient())
            answer = scenario.cancel(made)
    finally:
        scenario.last, scenario.found, scenario.searched, scenario.sought, scenario.just_booked = before
    return None if answer is None or answer.ok or not answer.reached else answer


def refused_otherwise(
    scenario: Scenario, like: Appointment, exchange: Exchange, due: Sequence[int] = ()
) -> Exchange | None:
    """As ``refused_in_general``, where a wrong cancellation was rejected otherwise than is ``due``; None elsewhere.

    It may have been rejected as any other would be, and then that says nothing of what was wrong with it.
    """
    if not 400 <= exchange.status < 500 or exchange.status in due:
        return None
    return refused_in_general(scenario, like)


#: What a stale version is refused with: then it is not refused as any cancellation would be.
CONFLICT = (409, 412)


def refused_where_all_were(scenario: Scenario, like: Appointment, answers: Sequence[Exchange]) -> Exchange | None:
    """As ``refused_otherwise``, where none of several cancellations at the same moment was accepted."""
    return None if any(exchange.ok for exchange in answers) else refused_otherwise(scenario, like, answers[0])
