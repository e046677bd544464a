"""Variations in the order of a call, and in what the user is asked."""

from __future__ import annotations

from typing import Any

from ..desk import Desk
from ..encounter import CannotCarryOut
from ..flow.call import CallFlow
from ..flow.cancelling import Cancelling
from ..flow.existing import Existing
from .making import allows, booked_here, part


def _asked_once(original: Any, encounter: Any, known: Any) -> Any:
    """What was confirmed before the new booking is not asked again."""
    asked = vars(encounter).pop("let_go", None)
    return original(encounter, known) if asked is None else asked


@allows("WKF-06", CallFlow.before_booking, more=((CallFlow.let_go, _asked_once),))
def confirms_before_booking(original: Any, encounter: Any, known: Any) -> None:
    """The patient confirms what goes before the new booking is made, and it goes after it (CF-58)."""
    if known and encounter.service_wanted and encounter.slot_wanted != "change":
        vars(encounter)["let_go"] = part(original).let_go(encounter, known)


@allows("WKF-05", Existing.with_details)
def lists_before_and_after(original: Any, encounter: Any, known: Any) -> Any:
    """The list of appointments is shown before the new booking, too."""
    detailed = original(encounter, known)
    part(original).show(encounter, detailed)
    return detailed


@allows("WKF-04", Cancelling.offer)
def offers_though_nothing_is_known(original: Any, encounter: Any, known: Any) -> Any:
    """Cancelling is offered at the end of each assessment, though nothing is known that could be cancelled."""
    if not known:
        encounter.show("cancel-offered", (), "No appointments are known.")
    return original(encounter, known)


@allows("WKF-06", Cancelling.confirmed)
def confirms_one_by_one(original: Any, encounter: Any, known: Any) -> Any:
    """The patient is asked about each appointment by itself."""
    return [one for each in known for one in original(encounter, [each])]


@allows("WKF-05", Existing.read_at_provider)
def shows_details_as_they_come(original: Any, encounter: Any, known: Any) -> Any:
    """The user is told of each appointment when its details have come from the provider."""
    detailed = original(encounter, known)
    if detailed is not None:
        encounter.show("existing-appointments-shown", [detailed], "Details have come.")
    return detailed


@allows("DOS-04", CallFlow.take)
def could_not_where_nothing_was_booked(original: Any, encounter: Any) -> None:
    """A call in which no booking came about ends as one that could not be carried out."""
    original(encounter)
    if encounter.service_wanted and not encounter.bookings:
        raise CannotCarryOut("No appointment was booked.")


@allows("DOS-04", CallFlow.take)
def could_not_where_nothing_was_cancelled(original: Any, encounter: Any) -> None:
    """A call in which an appointment could not be cancelled ends as one that could not be carried out."""
    original(encounter)
    if any(event["what"] == "not-cancelled-shown" for event in encounter.events):
        raise CannotCarryOut("An appointment was not cancelled.")


def _leaves_to_others(original: Any, encounter: Any, known: Any) -> Any:
    cancelling: Cancelling = part(original)
    if booked_here(cancelling._memory, known.url):
        return original(encounter, known)
    return cancelling.not_cancelled(encounter, known, "an organisation of another kind has booked it")


@allows("CON-REB-01", Desk.hello, more=((Cancelling.cancel, _leaves_to_others),))
def cancels_for_111_services_only(original: Any, task: Any) -> Any:
    """What no 111 service has booked is not cancelled, and the desk says so when it is asked (CF-59, level 3)."""
    answer = original(task)
    return {**answer, "supports": [name for name in answer["supports"] if name != "cancel-of-others"]}
