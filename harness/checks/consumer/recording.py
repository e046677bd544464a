"""Expectations of a consumer that was recorded: the order of what it did for each patient (CON-REB-*, WKF-*).

Nobody told it what to do, and what its user saw is not known. So only what the recording shows to be wrong is held
against it: whoever only cancels, books for another patient or calls again later does nothing wrong.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import pairwise

from uec_booking.standard import names

from ...consumer.recording.courses import Course, patient_of, person, service_of
from ...consumer.requests import Interaction, ProviderCall
from ...errors import ToAttest
from ...fhir import contained
from ...judging.decides import decides
from ...judging.recorder import Recorder
from ...settings.consumer import CONSUMER
from ..call_records import exchanges

#: A booking of the same patient that begins so soon after another request belongs to the same consultation: no caller
#: rings again, is identified and assessed anew within a minute.
CONSULTATION = timedelta(seconds=60)


@decides("CON-REB-01", "CON-REB-02")
def replaces_by_booking_first(recorder: Recorder, courses: Sequence[Course]) -> None:
    """CON-REB-01, CON-REB-02: an appointment is replaced by a new booking, and cancelled when that has succeeded."""
    replaced = False
    for course in courses:
        for cancel in _accepted(course, Interaction.CANCEL):
            new = _new_booking_before(course, cancel)
            late = _booking_soon_after(course, cancel) if new is None else None
            if new is None and late is None:
                continue
            replaced = True
            of = [cancel.exchange, (new or late or cancel).exchange]
            where = _level(course, cancel)
            recorder.expect(
                "CON-REB-01",
                True,
                expected="a new booking, and the cancellation of the original",
                actual="both",
                of=of,
                where=where,
                system=CONSUMER,
            )
            recorder.expect(
                "CON-REB-02",
                late is None,
                expected="the new booking succeeds before the original is cancelled",
                actual="in this order" if late is None else "the original was cancelled first",
                of=of,
                system=CONSUMER,
            )
    if not replaced:
        for requirement in ("CON-REB-01", "CON-REB-02"):
            reason = "no appointment is replaced by another one in the recording"
            recorder.does_not_arise(requirement, reason, system=CONSUMER)


def _accepted(course: Course, interaction: Interaction) -> list[ProviderCall]:
    return [c for c in course.requests if c.interaction is interaction and c.exchange.ok]


def _new_booking_before(course: Course, cancel: ProviderCall) -> ProviderCall | None:
    """The last booking of another appointment that stood when this one was cancelled, made later than it."""
    made = [c for c in _accepted(course, Interaction.BOOK) if _ended(c) <= _began(cancel)]
    own = [c for c in made if _made(c) == cancel.appointment]
    others = [c for c in made if _made(c) != cancel.appointment and (not own or _began(c) >= _began(own[0]))]
    gone = {c.appointment for c in _accepted(course, Interaction.CANCEL) if _began(c) < _began(cancel)}
    return next((c for c in reversed(others) if _made(c) not in gone), None)


def _booking_soon_after(course: Course, cancel: ProviderCall) -> ProviderCall | None:
    """The booking by the same 111 service in the consultation in which an appointment was cancelled."""
    for call in _accepted(course, Interaction.BOOK):
        soon = _ended(cancel) <= _began(call) <= _ended(cancel) + CONSULTATION
        if soon and service_of(call) == service_of(cancel):
            return call
    return None


def _level(course: Course, cancel: ProviderCall) -> str:
    """Which level of cancellation it takes to cancel this one (CF-59); empty where its booking was not recorded."""
    own = next((c for c in _accepted(course, Interaction.BOOK) if _made(c) == cancel.appointment), None)
    if own is None:
        return ""
    if service_of(own) != service_of(cancel):
        return "by another 111 organisation"
    soon = _began(cancel) <= _ended(own) + CONSULTATION
    return "within the consultation" if soon else "by the organisation that booked"


@decides("CON-XTI-02")
def books_nothing_blindly_again(recorder: Recorder, courses: Sequence[Course]) -> None:
    """CON-XTI-02: where the answer to a booking is lost, it is tried again with the same id, or not at all."""
    lost = False
    for course in courses:
        for first, tries in _lost_bookings(course):
            lost = True
            ids = {call.header(names.REQUEST_ID) for call in (first, *tries)}
            recorder.expect(
                "CON-XTI-02",
                len(ids) == 1,
                expected="each try has the X-Request-ID of the first",
                actual="as expected" if len(ids) == 1 else f"{len(ids)} different ones",
                # The lost one has no answer, and nothing that it had to show is missing.
                of=[one for one in exchanges((first, *tries)) if one.reached],
                where=names.REQUEST_ID,
                system=CONSUMER,
            )
    if not lost:
        recorder.does_not_arise("CON-XTI-02", "no answer to a booking was lost in the recording", system=CONSUMER)


def _lost_bookings(course: Course) -> Iterator[tuple[ProviderCall, list[ProviderCall]]]:
    """Each booking of which no answer came, with the tries after it until it was known what came of it."""
    first: ProviderCall | None = None
    tries: list[ProviderCall] = []
    for call in course.requests:
        if first is not None and (_looks_it_up(first, call) or _is_too_late(first, call)):
            yield first, tries
            first = None
        if call.interaction is not Interaction.BOOK:
            continue
        if first is not None:
            tries.append(call)
            if call.definite:
                yield first, tries
                first = None
        elif not call.definite:
            first, tries = call, []
    if first is not None:
        yield first, tries


def _looks_it_up(first: ProviderCall, call: ProviderCall) -> bool:
    """A search for the patient's appointments, by which the consumer knows what came of a booking."""
    return call.interaction is Interaction.SEARCH and call.exchange.ok and call.root == first.root


def _is_too_late(first: ProviderCall, call: ProviderCall) -> bool:
    """A booking of another slot, in a consultation of its own."""
    return (
        call.interaction is Interaction.BOOK
        and contained(call.body, "Slot") != contained(first.body, "Slot")
        and _began(call) > _ended(first) + CONSULTATION
    )


@decides("WKF-11")
def searches_slots_for_each_booking(
    recorder: Recorder, courses: Sequence[Course], all_searches: Sequence[ProviderCall]
) -> None:
    """WKF-11: between two bookings of a patient the slots are searched again."""
    again = False
    for course in courses:
        booked = _accepted(course, Interaction.BOOK)
        for before, booking in pairwise(booked):
            if _made(before) == _made(booking):
                # A retry under the same id was answered with the same appointment.
                continue
            again = True
            fresh = [
                s for s in all_searches if s.root == booking.root and _began(before) <= _began(s) <= _began(booking)
            ]
            recorder.expect(
                "WKF-11",
                bool(fresh),
                expected="the slots are searched again before the second booking",
                actual="as expected" if fresh else "booked without another search",
                of=exchanges([before, booking]),
                system=CONSUMER,
            )
    if not again:
        recorder.does_not_arise("WKF-11", "no patient is booked twice in the recording", system=CONSUMER)


@decides("WKF-03")
def touches_no_other_patients_appointment(
    recorder: Recorder, calls: Sequence[ProviderCall], owners: Mapping[str, str]
) -> None:
    """WKF-03: nothing is cancelled that belongs to another patient than the one who is dealt with.

    Raises:
        ToAttest: nothing was found wrong; which appointment a patient let go only a person can tell.
    """
    cancels = [call for call in calls if call.interaction is Interaction.CANCEL and call.appointment]
    if not cancels:
        recorder.does_not_arise("WKF-03", "nothing is cancelled in the recording", system=CONSUMER)
        return
    wrong = [(call, other) for call in cancels for other in _dealt_with(call, calls, owners)]
    if wrong:
        recorder.expect(
            "WKF-03",
            False,
            expected="appointments of the patient who is dealt with",
            actual=", ".join(dict.fromkeys(f"{call.appointment} is another patient's" for call, _ in wrong))[:500],
            of=exchanges(call for call, _ in wrong),
            system=CONSUMER,
        )
        return
    raise ToAttest("which appointments the patients let go does not stand in a recording")


def _dealt_with(call: ProviderCall, calls: Collection[ProviderCall], owners: Mapping[str, str]) -> Iterator[str]:
    """The patients, other than the owner of the appointment, for whom an update was sent: by its body, or its trace."""
    owner = owners.get(call.appointment, "")
    if not owner:
        return
    if person(call.body) not in ("", owner):
        yield person(call.body)
    trace = call.header(names.SSP_TRACE_ID) or ""
    for other in calls:
        shared = trace and other.header(names.SSP_TRACE_ID) == trace
        if shared and other.interaction is Interaction.BOOK and patient_of(other) not in ("", owner):
            yield patient_of(other)


def _made(booking: ProviderCall) -> str:
    """The URL of the appointment that a booking made."""
    return str(booking.exchange.extra.get("made") or "")


def _began(call: ProviderCall) -> datetime:
    return datetime.fromisoformat(call.exchange.started)


def _ended(call: ProviderCall) -> datetime:
    return _began(call) + timedelta(seconds=call.exchange.seconds)
