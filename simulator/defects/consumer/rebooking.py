"""Defects in how a booking is replaced: the order, the patient's word, and what is cancelled."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

from ...consumer.encounter import Encounter, Place
from ...consumer.flow.booking import Booking
from ...consumer.flow.call import CallFlow
from ...consumer.flow.cancelling import Cancelling
from ...consumer.flow.discovery import Discovery
from ...consumer.flow.existing import Existing
from ...consumer.rules import DeskRules
from ...consumer.variants.making import booked_here
from ...consumer.wire.provider import ProviderClient
from ...fault_making import breaks


@breaks("CON-REB-01", CallFlow.changes)
def books_once_a_call(original: Any, encounter: Any) -> bool:
    """Within a consultation a booking cannot be changed for another one."""
    return False


@breaks("CON-REB-01", CallFlow.cancellable)
def leaves_the_first_booking_of_a_change(original: Any, encounter: Any, known: Any) -> Any:
    """Where the patient takes another time within the consultation, the first booking is not cancelled."""
    return list(known)


@breaks("CON-REB-02", DeskRules.booking_comes_first)
def cancels_first(original: Any) -> bool:
    """The original appointment is cancelled before the new one is booked."""
    return False


@breaks("CON-REB-03", CallFlow.reassess)
def books_anew_without_a_reassessment(original: Any, encounter: Any) -> None:
    """A patient who calls back is booked anew without a re-assessment."""


@breaks("CON-REB-04", Booking.stands)
def shows_no_booking_that_replaces_one(original: Any, encounter: Any, attempt: Any, url: str) -> Any:
    """A booking is not shown to the user where the patient has another appointment already."""
    before = any(event["what"] == "existing-appointments-shown" for event in encounter.events)
    made = original(encounter, attempt, url)
    if before and encounter.events[-1]["what"] == "booked-shown":
        encounter.events.pop()
    return made


@breaks("WKF-01", Cancelling.cancelled, near="CON-REB-01")
def announces_the_rebooking(original: Any, encounter: Any, known: Any) -> bool:
    """After a re-booking an operation of its own is called at the provider, which no document has."""
    cancelling: Cancelling = original.__self__
    place = cancelling._existing.place_of(encounter, known)
    if encounter.bookings and place is not None:
        cancelling._provider.read(encounter, place, f"{known.url}/$rebook")
    return bool(original(encounter, known))


@breaks("WKF-02", CallFlow.reassess)
def ends_the_reassessment_last(original: Any, encounter: Encounter) -> None:
    """The re-assessment ends with the call, when the original has been cancelled already."""
    show, late = encounter.show, ("cancelled-shown", "not-cancelled-shown")

    def also(what: str, about: Any = (), text: str = "") -> None:
        if what in late:
            original(encounter)
        show(what, about, text)

    vars(encounter)["show"] = also


@breaks("WKF-03", Cancelling.meant)
def cancels_all_of_them(original: Any, encounter: Any, known: Any) -> Any:
    """Where the patient lets one appointment go, all of them are cancelled."""
    return list(known) if original(encounter, known) else []


@breaks("WKF-03", Cancelling.meant)
def cancels_the_wrong_one(original: Any, encounter: Any, known: Any) -> Any:
    """The last appointment in the list is cancelled, whichever the patient names."""
    return list(known)[-1:] if original(encounter, known) else []


@breaks("WKF-03", Cancelling.cancel)
def cancels_what_another_patient_booked_since(original: Any, encounter: Encounter, known: Any) -> bool:
    """All calls share one place for the last booking: what another patient booked since is cancelled in its stead."""
    cancelling: Cancelling = original.__self__
    with cancelling._memory._open() as database:
        last = database.execute(
            "SELECT url, root, asid FROM booking WHERE patient <> ? AND status = 'booked'"
            " AND rowid > (SELECT max(rowid) FROM booking WHERE patient = ?) ORDER BY rowid DESC LIMIT 1",
            (encounter.patient_key, encounter.patient_key),
        ).fetchone()
    if last is None:
        return bool(original(encounter, known))
    url, place = last[0], Place(last[1], last[2])
    read = cancelling._provider.read(encounter, place, url)
    other = replace(known, url=url)
    cancelling.update(encounter, place, other, read, cancelling._provider.request_id())
    return cancelling.cancelled(encounter, known)


@breaks("CON-REB-01", Cancelling.cancel)
def leaves_what_it_has_not_booked_itself(original: Any, encounter: Encounter, known: Any) -> bool:
    """What no 111 service that this desk plays has booked is left to whoever booked it."""
    cancelling: Cancelling = original.__self__
    if booked_here(cancelling._memory, known.url):
        return bool(original(encounter, known))
    return cancelling.not_cancelled(encounter, known, "another organisation has booked it")


@breaks("WKF-03", CallFlow.cancellable)
def cancels_the_new_one(original: Any, encounter: Any, known: Any) -> Any:
    """Where the patient takes another time within the consultation, the new booking is cancelled."""
    return list(encounter.bookings[-1:]) if len(encounter.bookings) > 1 else original(encounter, known)


@breaks("WKF-04", Cancelling.offer)
def offers_no_cancellation(original: Any, encounter: Any, known: Any) -> Any:
    """The user is not offered to cancel; the patient has to ask for it."""
    cancelling: Cancelling = original.__self__
    return cancelling.confirmed(encounter, known) if known else []


@breaks("WKF-05", Existing.show)
def does_not_show_the_list(original: Any, encounter: Any, known: Any) -> None:
    """The existing appointments are not listed."""


@breaks("WKF-05", CallFlow.cancel_existing)
def shows_the_list_afterwards(original: Any, encounter: Any, known: Any) -> None:
    """The existing appointments are listed when the cancellation has been sent."""
    kept = [event for event in encounter.events if event["what"] != "existing-appointments-shown"]
    encounter.events[:] = kept
    flow: CallFlow = original.__self__
    for one in flow._cancelling.offer(encounter, known):
        flow._cancelling.cancel(encounter, one)
    flow._existing.show(encounter, known)


@breaks("WKF-06", DeskRules.must_confirm)
def cancels_without_confirmation(original: Any) -> bool:
    """Existing appointments are cancelled although the patient was not asked."""
    return False


@breaks("WKF-06", Cancelling.confirmed)
def cancels_although_the_patient_declines(original: Any, encounter: Any, known: Any) -> Any:
    """What the patient wants to keep is cancelled all the same."""
    confirmed = original(encounter, known)
    return list(known) if encounter.task["patient_says"]["declines"] else confirmed


@breaks("WKF-06", Cancelling.cancelled)
def confirms_after_the_cancellation(original: Any, encounter: Any, known: Any) -> bool:
    """The patient is asked when the cancellation has been sent."""
    late = [event for event in encounter.events if event["what"] == "patient-confirmed"]
    encounter.events[:] = [event for event in encounter.events if event not in late]
    encounter.show("patient-confirmed", [known], "The patient confirms that it is cancelled.")
    return bool(original(encounter, known))


@breaks("WKF-07", Cancelling.confirmed)
def asks_twice(original: Any, encounter: Any, known: Any) -> Any:
    """The user has to confirm a second time before the cancellation runs."""
    original(encounter, known)
    # Two clicks of a person are never in the same millisecond.
    time.sleep(0.01)
    return original(encounter, known)


@breaks("WKF-10", DeskRules.may_cancel_after)
def cancels_although_the_booking_failed(original: Any, wanted: bool, booked: bool) -> bool:
    """The original is cancelled although the new booking came to nothing."""
    return True


@breaks("WKF-11", Booking.search)
def keeps_the_slot_list_of_the_call(original: Any, encounter: Any, place: Any, service: Any) -> Any:
    """Within a call slots are searched once; a second booking is made from the same list."""
    lists = vars(encounter).setdefault("slot_lists", {})
    if service.id not in lists:
        lists[service.id] = original(encounter, place, service)
    return lists[service.id]


@breaks("WKF-11", Booking.search)
def keeps_slot_lists_from_call_to_call(original: Any, encounter: Any, place: Any, service: Any) -> Any:
    """Slots of a service that were found in an earlier call are offered again, without a search."""
    booking: Booking = original.__self__
    lists = vars(booking).setdefault("slot_lists", {})
    if service.id not in lists:
        lists[service.id] = original(encounter, place, service)
    return lists[service.id]


@breaks("WKF-12", Discovery._from_dos)
def keeps_the_list_of_services(original: Any, encounter: Any) -> Any:
    """The services found for the first call are offered to all that follow."""
    discovery: Discovery = original.__self__
    kept = vars(discovery)
    if "service_list" not in kept:
        kept["service_list"] = original(encounter)
    return kept["service_list"]


@breaks("WKF-15", Booking.refused)
def takes_a_200_for_a_booking(original: Any, encounter: Any, attempt: Any, answer: Any) -> Any:
    """A booking that is answered with 200 counts as made, whatever the answer holds."""
    booking: Booking = original.__self__
    return booking.stands(encounter, attempt, "") if answer.status == 200 else original(encounter, attempt, answer)


@breaks("WKF-15", Booking.refused)
def takes_a_202_for_a_booking(original: Any, encounter: Any, attempt: Any, answer: Any) -> Any:
    """A booking that is answered with 202 counts as made."""
    booking: Booking = original.__self__
    return booking.stands(encounter, attempt, "") if answer.status == 202 else original(encounter, attempt, answer)


@breaks("WKF-15", Booking.tell_taken)
def takes_a_taken_slot_for_a_booking(original: Any, encounter: Any, service: Any, slot: Any) -> None:
    """A booking that is answered with 409 is shown as made."""
    encounter.show("booked-shown", [{"url": "", "start": slot.start, "service": service.id}], "Booked.")


@breaks("WKF-15", ProviderClient.book)
def shows_the_booking_before_the_answer(original: Any, encounter: Any, place: Any, body: Any, request_id: str) -> Any:
    """The user is shown the booking as made while it is being sent."""
    about = [{"url": "", "start": body["start"], "service": encounter.service_wanted}]
    encounter.show("booked-shown", about, "Booked.")
    time.sleep(0.01)
    return original(encounter, place, body, request_id)
