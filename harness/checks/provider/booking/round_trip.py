"""Expectations of what was sent with a booking and reads back."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

from uec_booking.standard import names
from uec_booking.standard.codec import parse_json

from ....fhir import contained
from ....http.exchange import Exchange
from ....http.sent import sent_resource
from ....http.times import moment
from ....judging.decides import decides
from ....judging.recorder import Recorder
from ....scenario.booking import Made
from ....text import in_words


@decides("PRV-BOOK-18")
def local_identifier(recorder: Recorder, made: Made, vread: Exchange | None) -> None:
    """PRV-BOOK-18: without an NHS number the appointment has the provider's own patient identifier."""
    booked, read = made.booked, made.read
    if read is None or read.status != 200:
        recorder.not_observed("PRV-BOOK-18", "it was not booked, or could not be read", of=booked)
        return
    own = _own_identifiers(read)
    recorder.expect(
        "PRV-BOOK-18",
        bool(own),
        expected="Patient.identifier of the provider's own",
        actual=own[0][0] if own else "no such identifier",
        of=[booked, read],
        where="Appointment.contained.ofType(Patient).identifier",
    )
    if not own:
        return
    for words, exchange in (("the answer to the booking", booked), ("the versioned read", vread)):
        if exchange is None or not exchange.ok or not _own_identifiers(exchange):
            continue
        there = _own_identifiers(exchange)
        same = bool(set(there) & set(own))
        recorder.expect(
            "PRV-BOOK-18",
            same,
            expected=f"one identifier of the provider's own, in {words} as in the read",
            actual="it is the same" if same else f"{in_words(there[0][1])}, and {in_words(own[0][1])} in the read",
            of=[exchange, read],
            where="Appointment.contained.ofType(Patient).identifier",
        )


@decides("PRV-BOOK-18")
def local_identifiers_differ(recorder: Recorder, one: Made, other: Made) -> None:
    """PRV-BOOK-18: a patient's identifier tells the patient from another one, of another name, age and gender."""
    read = [made.read for made in (one, other) if made.read is not None and _own_identifiers(made.read)]
    if len(read) < 2:
        reason = "there are no two appointments with an identifier of the provider's own"
        recorder.does_not_arise("PRV-BOOK-18", reason, of=[one.booked, other.booked])
        return
    shared = set(_own_identifiers(read[0])) & set(_own_identifiers(read[1]))
    recorder.expect(
        "PRV-BOOK-18",
        not shared,
        expected="two identifiers for two patients",
        actual=f"both have {in_words(min(shared)[1])}" if shared else "two",
        of=read,
        where="Appointment.contained.ofType(Patient).identifier",
    )


def _own_identifiers(exchange: Exchange) -> list[tuple[str, str]]:
    """System and value of the identifiers of the patient that are not the NHS number."""
    patient = contained(exchange.resource, "Patient") or {}
    return [
        (str(one.get("system") or ""), str(one["value"]))
        for one in patient.get("identifier") or []
        if isinstance(one, Mapping) and one.get("value") and one.get("system") != names.NHS_NUMBER_SYSTEM
    ]


@decides("FMT-08")
def texts_read_back(recorder: Recorder, made: Made) -> None:
    """FMT-08: a name and a description beyond ASCII survive the booking round trip.

    The provider may put the description in other words (PRV-BOOK-28), but not in damaged ones.
    """
    booked, read = made.booked, made.read
    if read is None or read.status != 200:
        recorder.not_observed("FMT-08", "it was not booked, or could not be read", of=booked)
        return
    sent = contained(parse_json(booked.request.body), "Patient") or {}
    got = contained(read.resource, "Patient") or {}
    wanted, there = sent["name"][0], (got.get("name") or [{}])[0]
    # A house style may be capitals; the characters are those that were sent.
    same = all(_folded(there.get(part)) == _folded(wanted[part]) for part in ("family", "given"))
    recorder.expect(
        "FMT-08",
        same,
        expected=f"the name {wanted['family']}, {' '.join(wanted['given'])}",
        actual=f"{there.get('family')}, {there.get('given')}",
        of=[booked, read],
        where="Appointment.contained.ofType(Patient).name",
    )
    description = str(read.resource.get("description") or "")
    sent_description = str(parse_json(booked.request.body)["description"])
    recorder.expect(
        "FMT-08",
        not _damaged(sent_description, description),
        expected=f"the description {sent_description}",
        actual=description,
        of=[booked, read],
        where="Appointment.description",
    )


def _damaged(sent: str, there: str) -> bool:
    """Whether a text is the one sent but for its characters beyond ASCII: lost, replaced, or each read as several."""
    sent, there = (unicodedata.normalize("NFC", text).casefold() for text in (sent, there))
    if sent in there:
        return False
    shape = "".join(re.escape(one) if one.isascii() else ".{0,12}?" for one in sent)
    return re.search(shape, there, re.DOTALL) is not None


def _folded(names_: object) -> object:
    return [str(one).casefold() for one in names_] if isinstance(names_, list) else str(names_).casefold()


@decides("FMT-20")
def moments_read_back(recorder: Recorder, made: Made) -> None:
    """FMT-20: times with an offset are the same moments afterwards."""
    booked, read = made.booked, made.read
    if read is None or read.status != 200:
        recorder.not_observed("FMT-20", "it was not booked, or could not be read", of=booked)
        return
    sent = parse_json(booked.request.body)
    wrong = [n for n in ("start", "end") if moment(sent.get(n)) != moment(read.resource.get(n))]
    recorder.expect(
        "FMT-20",
        not wrong,
        expected=f"start {sent['start']} and end {sent['end']}, in any zone",
        actual="the same moments"
        if not wrong
        else f"start {read.resource.get('start')}, end {read.resource.get('end')}",
        of=[booked, read],
        where=f"Appointment.{wrong[0]}" if wrong else "Appointment.start",
    )


@decides("PRV-BOOK-27")
def created_when_booked(recorder: Recorder, made: Made) -> None:
    """PRV-BOOK-27: created is the moment of booking by the provider's clock, whatever the consumer wrote (CF-28)."""
    booked, read = made.booked, made.read
    for exchange in (booked, read):
        if exchange is None or not exchange.ok:
            continue
        if exchange.resource.get("resourceType") != "Appointment":
            reason = "the answer to the booking holds no appointment"
            recorder.not_observed("PRV-BOOK-27", reason, of=exchange, because="PRV-BOOK-07")
            continue
        created = moment(exchange.resource.get("created"))
        written = moment(sent_resource(booked).get("created"))
        recorder.expect(
            "PRV-BOOK-27",
            created is not None and created != written,
            expected="created set by the provider",
            actual=f"created {in_words(exchange.resource.get('created'))}, as it was sent"
            if created == written
            else f"created {in_words(exchange.resource.get('created'))}",
            of=exchange,
            where="Appointment.created",
        )
