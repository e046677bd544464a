"""The good requests of which trials send variants: one for each interaction."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from uec_booking.standard import editions, names

from ..actors import calls
from ..actors.appointment_body import booking, offers
from ..actors.calls import Call
from ..actors.finding import search_around
from ..errors import CannotGoOn, NotApplicable
from ..http.exchange import Exchange
from ..http.versions import version_id, version_tag
from .context import Appointment, Scenario
from .preconditions import book_found, found, must_be_booked, search_and_lease
from .variations import Trial

#: The time in which the trials' slots start.
SINCE, UNTIL = timedelta(hours=6), timedelta(hours=48)


def metadata(scenario: Scenario, who: str = "first_111") -> Trial:
    """A request for the CapabilityStatement, which the editions before 0.2.0 do not know."""
    if not editions.in_range(scenario.settings.edition, "0.2.0+"):
        raise NotApplicable(f"edition {scenario.settings.edition} has no CapabilityStatement")
    return Trial(
        "metadata request",
        scenario.part("provider"),
        scenario.consumer(who),
        calls.metadata,
        due=("PRV-CAP-01", "metadata-ok"),
    )


def slot_search(scenario: Scenario, who: str = "first_111", purpose: str = "later") -> Trial:
    """A search for free slots of the provider's service, over two hours from ``SINCE`` on."""
    part = scenario.part("provider")
    service = part.service(purpose)
    now = datetime.now(UTC).replace(microsecond=0)

    def good() -> Call:
        return calls.search_slots(service, now + SINCE, now + SINCE + timedelta(hours=2))

    return Trial("slot search", part, scenario.consumer(who), good, due=("PRV-SRCH-01", "search-ok"))


def booking_of_a_free_slot(scenario: Scenario, who: str = "first_111") -> Trial:
    """A booking of a leased slot; where a variant books it, another slot is leased for what follows."""
    search_and_lease(scenario, who, "provider", "later", SINCE, UNTIL)

    def good() -> Call:
        assert scenario.found is not None
        return calls.book(booking(scenario.patient, scenario.found.slot, scenario.settings.edition))

    def spent(_: Exchange) -> bool:
        with scenario.going_on():
            search_and_lease(scenario, who, "provider", "later", SINCE, UNTIL)
            return True
        return False

    def lost() -> bool:
        """Somebody else was quicker: the slot is no longer offered."""
        what = found(scenario)
        return not offers(search_around(scenario.consumer(who), what.part, what.slot, "free"), what.slot)

    return Trial(
        "booking",
        scenario.part("provider"),
        scenario.consumer(who),
        good,
        spent,
        due=("PRV-BOOK-01", "book-ok"),
        lost=lost,
    )


def booked(scenario: Scenario, name: str = "original", who: str = "first_111") -> Appointment:
    """An appointment that stands; ``CannotGoOn`` when it could not be booked."""
    search_and_lease(scenario, who, "provider", "later", SINCE, UNTIL)
    made = book_found(scenario, who, name)
    must_be_booked(scenario, made)
    if scenario.read(made).status != 200:
        raise CannotGoOn(f"the {name} appointment could not be read after it was booked", because="PRV-GET-01")
    return made


def read_of_an_appointment(scenario: Scenario, who: str = "first_111") -> Trial:
    made = scenario.appointments.get("original") or booked(scenario, who=who)
    return Trial("read", made.part, scenario.consumer(who), lambda: calls.read(made.url), due=("PRV-GET-01", "read-ok"))


def read_of_a_version(scenario: Scenario, who: str = "first_111") -> Trial:
    """A read of the current version by its id; there is none where the provider has no versioned reads (CF-78)."""
    made = booked(scenario, who=who)
    assert made.read is not None
    url = f"{made.url}/_history/{version_id(made.read)}"
    trial = Trial("read of a version", made.part, scenario.consumer(who), lambda: calls.read(url))
    if trial.send_twin().status in (404, 405, 410, 501):
        raise NotApplicable("the provider has no versioned reads (CF-78)")
    return trial


def cancellation_of_an_appointment(scenario: Scenario, who: str = "first_111") -> Trial:
    """A cancellation of the original appointment, against the version read last; where a variant cancels it, another
    is booked for what follows.
    """
    made = scenario.appointments.get("original") or booked(scenario, who=who)

    def good() -> Call:
        stands = scenario.appointment("original")
        assert stands.read is not None
        return calls.cancel(stands.url, {**stands.seen, "status": "cancelled"}, version_tag(stands.read))

    def spent(_: Exchange) -> bool:
        with scenario.going_on():
            booked(scenario, who=who)
            return True
        return False

    return Trial("cancellation", made.part, scenario.consumer(who), good, spent, due=("PRV-CAN-01", "cancel-ok"))


def search_for_appointments(scenario: Scenario, who: str = "first_111") -> Trial:
    """A search for the appointments of the scenario's patient."""
    patient = f"{names.NHS_NUMBER_SYSTEM}|{scenario.patient.nhs_number}"
    return Trial(
        "search for appointments",
        scenario.part("provider"),
        scenario.consumer(who),
        lambda: calls.search_appointments(patient),
        due=("PRV-SAPT-01", "appointment-search-ok"),
    )


SUBJECTS = {
    "search for a patient's appointments": search_for_appointments,
    "metadata request": metadata,
    "slot search": slot_search,
    "booking of a free slot": booking_of_a_free_slot,
    "read of a booked appointment": read_of_an_appointment,
    "read of a version of an appointment": read_of_a_version,
    "cancellation of a booked appointment": cancellation_of_an_appointment,
}
