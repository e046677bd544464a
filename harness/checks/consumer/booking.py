"""Expectations of a booking by the consumer under test (CON-BOOK-*)."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping

from ...consumer.contract import Saw
from ...consumer.requests import Interaction, ProviderCall
from ...fhir import contained
from ...judging.decides import decides
from ...judging.recorder import Recorder
from ...scenario.call_taken import CallTaken
from ...settings.consumer import CONSUMER
from ...text import in_words
from ..call_records import exchanges
from ..user_events import has_events, saw, taken_for_booked


@decides("CON-BOOK-11")
def is_confirmed_to_the_user(recorder: Recorder, taken: CallTaken) -> None:
    """CON-BOOK-11: a successful booking is confirmed to the user."""
    booked = taken.booked
    if booked is None:
        fault = recorder.fault_in(taken.last_failure)
        recorder.not_observed("CON-BOOK-11", "nothing was booked", of=exchanges(taken.requests), because=fault)
        return
    has_events(recorder, taken)
    saw(recorder, "CON-BOOK-11", taken, [Saw.BOOKED_SHOWN], "the booking is shown to the user", [booked])


@decides("CON-BOOK-10")
def failure_is_explained(recorder: Recorder, taken: CallTaken) -> None:
    """CON-BOOK-10: a booking that failed is explained to the user."""
    tried = taken.of(Interaction.BOOK)
    if not tried or taken.booked is not None:
        reason = "it was booked after all" if taken.booked else "no booking was sent"
        recorder.not_observed("CON-BOOK-10", reason, of=exchanges(tried or taken.requests))
        return
    has_events(recorder, taken)
    expected, cause = "the user is told that and why it failed", taken_for_booked(taken)
    saw(recorder, "CON-BOOK-10", taken, [Saw.TOLD], expected, tried, because=cause)


@decides("RES-PAT-16")
def address_is_the_patients(recorder: Recorder, taken: CallTaken) -> None:
    """RES-PAT-16: the addresses of the patient are the patient's own."""
    sent = _first_booking(recorder, "RES-PAT-16", taken)
    if sent is None:
        return
    person = contained(sent.body, "Patient") or {}
    codes = {_squeezed(one.get("postalCode")) for one in person.get("address") or []}
    others = sorted(codes - {_squeezed(taken.wanted.caller.postcode), ""})
    recorder.expect(
        "RES-PAT-16",
        not others,
        expected=f"addresses of the caller alone, at {taken.wanted.caller.postcode}",
        actual=", ".join(others) or "as expected",
        of=sent.exchange,
        where="Patient.address",
        system=CONSUMER,
    )


@decides("FMT-10")
def takes_an_uncompressed_answer(recorder: Recorder, taken: CallTaken) -> None:
    """FMT-10: who asks for gzip takes an answer without it, too."""
    searches = [call for call in taken.of(Interaction.SLOTS) if call.exchange.ok]
    asked = [call for call in searches if "gzip" in (call.header("Accept-Encoding") or "")]
    plain = [call for call in asked if call.exchange.header("Content-Encoding") is None]
    if searches and not asked:
        recorder.does_not_arise("FMT-10", "it does not ask for gzip", of=exchanges(searches), system=CONSUMER)
        return
    if not plain:
        recorder.not_observed("FMT-10", "no such answer was seen", of=exchanges(searches or taken.requests))
        return
    went_on = bool(taken.of(Interaction.BOOK))
    recorder.expect(
        "FMT-10",
        went_on,
        expected="it books from an uncompressed answer",
        actual="as expected" if went_on else "no booking was sent",
        of=exchanges(plain),
        where="Content-Encoding",
        system=CONSUMER,
    )


def _squeezed(postcode: object) -> str:
    return "".join(str(postcode or "").split()).upper()


@decides("RES-PAT-03")
def patient_has_no_identifier(recorder: Recorder, taken: CallTaken) -> None:
    """RES-PAT-03: who has no NHS number has no identifier at all."""
    sent = _first_booking(recorder, "RES-PAT-03", taken)
    if sent is None:
        return
    person = contained(sent.body, "Patient") or {}
    found = person.get("identifier")
    recorder.expect(
        "RES-PAT-03",
        not found,
        expected="no identifier",
        actual=in_words(found),
        of=sent.exchange,
        where="Patient.identifier",
        system=CONSUMER,
    )


@decides("FMT-08")
def name_is_the_patients(recorder: Recorder, taken: CallTaken) -> None:
    """FMT-08: a name with letters beyond ASCII arrives as it was told."""
    sent = _first_booking(recorder, "FMT-08", taken)
    if sent is None:
        return
    caller = taken.wanted.caller
    there = _words_of((contained(sent.body, "Patient") or {}).get("name"))
    if not there:
        # What a patient of a booking has to have is looked at in every booking.
        recorder.not_observed("FMT-08", "the patient of the booking has no name", of=sent.exchange)
        return
    missing = _words_of([caller.given, caller.family]) - there
    recorder.expect(
        "FMT-08",
        not missing,
        expected=f"the name {caller.full_name}",
        actual=f"a name without {' and '.join(sorted(missing))}" if missing else "as expected",
        of=sent.exchange,
        where="Patient.name",
        system=CONSUMER,
    )


def _words_of(value: object) -> set[str]:
    """The words of all texts in it, whatever their case (a house style may be capitals) and how accents are set."""
    if isinstance(value, Mapping):
        return _words_of(list(value.values()))
    if isinstance(value, list):
        return set().union(*map(_words_of, value))
    return set(unicodedata.normalize("NFC", value).casefold().split()) if isinstance(value, str) else set()


def _first_booking(recorder: Recorder, requirement: str, taken: CallTaken) -> ProviderCall | None:
    """The first booking of the call; where none was sent, nothing is seen of the requirement."""
    tried = taken.of(Interaction.BOOK)
    if not tried:
        recorder.not_observed(requirement, "no booking was sent", of=exchanges(taken.requests))
    return tried[0] if tried else None


@decides("WKF-15")
def takes_only_201_for_booked(recorder: Recorder, taken: CallTaken) -> None:
    """WKF-15: a booking is confirmed by the 201 and by nothing else."""
    has_events(recorder, taken)
    tried = taken.of(Interaction.BOOK)
    wrong = bool(taken_for_booked(taken))
    recorder.expect(
        "WKF-15",
        not wrong,
        expected="a booking is told to the user only where the provider answered 201",
        actual="told as booked without a 201" if wrong else "as expected",
        of=exchanges(tried),
        system=CONSUMER,
        # An answer of the proxy that is taken for a booking has a clause of its own.
        because="SSP-10" if tried and all(call.exchange.extra.get("disturbed") for call in tried) else "",
    )
