"""Expectations of a booking."""

from __future__ import annotations

from datetime import timedelta

from ....fhir import contained
from ....http.exchange import Exchange
from ....http.times import moment
from ....http.urls import absolute, unversioned
from ....http.versions import version_id
from ....judging.decides import decides
from ....judging.recorder import Recorder
from ....scenario.compare import changes
from ....scenario.context import Appointment
from ....scenario.matches_request import strays
from ....text import in_words
from ...headers import last_modified, location_form

#: The clocks of two systems may differ by this much before we say that a time is wrong.
_CLOCKS_DIFFER = timedelta(minutes=15)


@decides("PRV-BOOK-01")
def accepted(recorder: Recorder, appointment: Appointment) -> bool:
    """PRV-BOOK-01: a valid booking of a free slot answers 201. Returns whether it was booked."""
    exchange = appointment.booked
    recorder.expect_answer("PRV-BOOK-01", "book-ok", exchange)
    return exchange.status == 201


@decides("PRV-BOOK-07")
def body_is_the_appointment(recorder: Recorder, appointment: Appointment) -> None:
    """PRV-BOOK-07: the 201's body is the appointment, booked, with id and version."""
    body = appointment.booked.resource
    lacking = [
        place
        for place, there in (
            ("Appointment", body.get("resourceType") == "Appointment"),
            ("Appointment.id", bool(body.get("id"))),
            ("Appointment.meta.versionId", bool(version_id(appointment.booked))),
            ("Appointment.status = booked", body.get("status") == "booked"),
        )
        if not there
    ]
    lacking += strays(body, appointment.sent) if not lacking else []
    recorder.expect(
        "PRV-BOOK-07",
        not lacking,
        expected="the created Appointment, booked, with id and meta.versionId, as it was asked for",
        actual="as expected" if not lacking else f"not so: {'; '.join(lacking)}",
        of=appointment.booked,
        where=lacking[0].split(" ")[0] if lacking else "Appointment",
    )


@decides("PRV-BOOK-10", "PRV-BOOK-26")
def refused_as_taken(recorder: Recorder, appointment: Appointment, read: Exchange | None) -> None:
    """PRV-BOOK-10: a booking for a slot that is not free is rejected; PRV-BOOK-26: and the answer says so."""
    exchange = appointment.booked
    recorder.expect_answer("PRV-BOOK-10", "slot-taken", exchange)
    there = read is not None and read.status == 200
    recorder.expect(
        "PRV-BOOK-26",
        exchange.response is not None and exchange.ok == there,
        expected="a 2xx when, and only when, an appointment was made",
        actual=f"{exchange.summary()}, and {'an' if there else 'no'} appointment at the URL answered",
        of=exchange,
        where="status",
    )


@decides("PRV-BOOK-02", "PRV-BOOK-16")
def needed_no_preparation(recorder: Recorder, appointment: Appointment) -> None:
    """PRV-BOOK-02: one transaction, no preparatory call; PRV-BOOK-16: for a patient never seen."""
    for requirement in ("PRV-BOOK-02", "PRV-BOOK-16"):
        recorder.expect_answer(requirement, "book-ok", appointment.booked)


@decides("PRV-BOOK-04", "PRV-BOOK-05", "PRV-BOOK-06", "PRV-BOOK-08", "PRV-BOOK-09", "PRV-BOOK-27")
def answer_tells_where(recorder: Recorder, appointment: Appointment, read: Exchange) -> None:
    """PRV-BOOK-04 to -06, -08, -09, -27: Location, ETag, Last-Modified, id, a stable URL, created.

    Where the answer holds no appointment (PRV-BOOK-07), what should agree with it is compared with the read.
    """
    exchange = appointment.booked
    answered = exchange.resource.get("resourceType") == "Appointment"
    made = exchange if answered else read
    location = exchange.header("Location") or ""
    recorder.expect_value(
        "PRV-BOOK-04",
        "create-location-form",
        location_form(location),
        actual=f"Location: {location}" if location else "no Location header",
        of=exchange,
        where="Location",
    )
    if location:
        part = appointment.part
        stable = unversioned(absolute(location, part.base_url))
        identity = made.resource.get("id")
        recorder.expect(
            "PRV-BOOK-04",
            stable in [f"{root.rstrip('/')}/Appointment/{identity}" for root in (part.base_url, part.audience)],
            expected=f"the URL of the new appointment {in_words(identity)} below {part.base_url}",
            actual=f"Location: {location}",
            of=exchange,
            where="Location",
        )
    version, etag = version_id(made), exchange.header("ETag") or ""
    recorder.expect(
        "PRV-BOOK-05",
        bool(etag) and etag.removeprefix("W/").strip('"') == version,
        expected=f"an ETag that holds the version {in_words(version)}",
        actual=f"ETag: {etag}" if etag else "no ETag header",
        of=exchange,
        where="ETag",
    )
    last_modified(recorder, "PRV-BOOK-06", exchange)
    if answered:
        _made_now_under_one_id(recorder, exchange, read)
    else:
        reason = "the answer to the booking holds no appointment"
        for requirement in ("PRV-BOOK-08", "PRV-BOOK-27"):
            recorder.not_observed(requirement, reason, of=exchange, because="PRV-BOOK-07")
    recorder.expect(
        "PRV-BOOK-09",
        read.status == 200,
        expected="the URL of the appointment accepts reads",
        actual=read.summary(),
        of=[exchange, read],
        where="Location",
    )


def _made_now_under_one_id(recorder: Recorder, exchange: Exchange, read: Exchange) -> None:
    """PRV-BOOK-08: the id is the same in answer and read; PRV-BOOK-27: created is the moment of the booking."""
    if read.status == 200 and read.resource.get("resourceType") == "Appointment":
        ids = {
            "the body of the 201": exchange.resource.get("id"),
            "the read": read.resource.get("id"),
        }
        recorder.expect(
            "PRV-BOOK-08",
            len(set(ids.values())) == 1,
            expected="one id everywhere",
            actual=", ".join(f"{where} has {in_words(value)}" for where, value in ids.items()),
            of=[exchange, read],
            where="Appointment.id",
        )
    else:
        reason = f"no appointment was read: {read.summary()}"
        recorder.not_observed("PRV-BOOK-08", reason, of=[exchange, read], because="PRV-GET-01")
    created = moment(exchange.resource.get("created"))
    asked = moment(exchange.started)
    near = created is not None and asked is not None and abs(asked - created) < _CLOCKS_DIFFER
    recorder.expect(
        "PRV-BOOK-27",
        near,
        expected="created, a dateTime with time and offset, at the moment of booking",
        actual=f"created {in_words(exchange.resource.get('created'))}",
        of=exchange,
        where="Appointment.created",
    )


@decides("PRV-BOOK-07", "PRV-BOOK-28", "PRV-GET-01", "PRV-GET-14")
def stored_is_asked_for(recorder: Recorder, appointment: Appointment, read: Exchange) -> None:
    """PRV-GET-01: the appointment read is the one asked for; PRV-GET-14: with its patient; PRV-BOOK-28 is told."""
    recorder.expect_answer("PRV-GET-01", "read-ok", read)
    if read.status != 200:
        return
    wrong = strays(read.resource, appointment.sent)
    recorder.expect(
        "PRV-GET-01",
        not wrong,
        expected="patient, slot and times as they were asked for",
        actual="as asked for" if not wrong else "; ".join(wrong),
        of=[appointment.booked, read],
        where=wrong[0].split(" ")[0] if wrong else "Appointment",
    )
    patient = contained(read.resource, "Patient") or {}
    missing = [n for n in ("id", "name", "gender", "birthDate", "address", "identifier") if not patient.get(n)]
    recorder.expect(
        "PRV-GET-14",
        not missing,
        expected="a contained Patient with id, name, gender, birthDate, address and identifier",
        actual="as expected" if not missing else f"missing: {', '.join(missing)}",
        of=read,
        where="Appointment.contained.ofType(Patient)",
    )
    altered = changes(appointment.sent, read.resource, ignoring=("created",))
    _answered_is_stored(recorder, appointment, read, altered)
    recorder.expect(
        "PRV-BOOK-28",
        True,
        expected="told, not judged: what the provider stored otherwise than it was sent",
        actual="nothing" if not altered else "; ".join(altered[:5]),
        of=[appointment.booked, read],
        where="Appointment",
    )


def _answered_is_stored(recorder: Recorder, appointment: Appointment, read: Exchange, altered: list[str]) -> None:
    """PRV-BOOK-07, PRV-GET-01: the 201 and the read show one appointment; at fault is who strays from the request.

    The provider may alter content (PRV-BOOK-28), but what it stored is what it returns.
    """
    if appointment.booked.resource.get("resourceType") != "Appointment":
        return
    answered = changes(appointment.sent, appointment.booked.resource, ignoring=("created",))
    only_answered = [change for change in answered if change not in altered]
    only_read = [change for change in altered if change not in answered]
    if not only_answered and not only_read:
        only_read = changes(appointment.booked.resource, read.resource)
    for requirement, wrong, told in (
        ("PRV-BOOK-07", only_answered, "the 201 shows the appointment as it was stored"),
        ("PRV-GET-01", only_read, "the read shows the appointment as the 201 did"),
    ):
        recorder.expect(
            requirement,
            not wrong,
            expected=told,
            actual="as expected" if not wrong else "; ".join(wrong[:5]),
            of=[appointment.booked, read],
            where=wrong[0].split(" ")[0].rstrip(":") if wrong else "Appointment",
        )


@decides("PRV-BOOK-08")
def ids_differ(recorder: Recorder, one: Appointment, other: Appointment) -> None:
    """PRV-BOOK-08: the id is unique in the provider."""
    recorder.expect(
        "PRV-BOOK-08",
        one.url != other.url and one.seen.get("id") != other.seen.get("id"),
        expected="two bookings with two ids",
        actual=f"{in_words(one.seen.get('id'))} and {in_words(other.seen.get('id'))}",
        of=[one.booked, other.booked],
        where="Appointment.id",
    )


@decides("ERR-04", "PRV-BOOK-10", "PRV-BOOK-11")
def taken_and_says_so(recorder: Recorder, appointment: Appointment, reading: str) -> None:
    """PRV-BOOK-10: rejected; PRV-BOOK-11: with an OperationOutcome of severity error; ERR-04: and the reason.

    Under the scal-2020 reading the OperationOutcome has the exact content of script P29 (CF-03).
    """
    exchange = appointment.booked
    recorder.expect_answer("PRV-BOOK-10", "slot-taken", exchange)
    if exchange.ok:
        for requirement in ("PRV-BOOK-11", "ERR-04"):
            recorder.not_observed(requirement, "it was not rejected", of=exchange)
        return
    issues = [issue for issue in exchange.resource.get("issue") or [] if isinstance(issue, dict)]
    if reading == "scal-2020":
        fit = len(issues) == 1 and issues[0].get("code") == "processing" and issues[0].get("severity") == "error"
        fit = fit and str(issues[0].get("diagnostics", "")).strip() == "Slot no longer available"
        wanted = "exactly one issue: error, processing, diagnostics Slot no longer available"
    else:
        fit = any(issue.get("severity") == "error" for issue in issues)
        wanted = "an OperationOutcome with an issue of severity error"
    recorder.expect(
        "PRV-BOOK-11", fit, expected=wanted, actual=exchange.summary(), of=exchange, where="OperationOutcome.issue"
    )
    recorder.expect(
        "ERR-04",
        any(str(issue.get("diagnostics") or "").strip() for issue in issues),
        expected="issue.diagnostics with the reason",
        actual=exchange.summary(),
        of=exchange,
        where="OperationOutcome.issue.diagnostics",
    )


@decides("PRV-BOOK-08")
def id_is_the_providers(recorder: Recorder, one: Appointment, sent_its_id: Appointment) -> None:
    """PRV-BOOK-08: the id of a new appointment is the provider's to assign, whatever id was sent; or it is rejected."""
    exchange = sent_its_id.booked
    recorder.expect(
        "PRV-BOOK-08",
        exchange.reached and (not exchange.ok or exchange.resource.get("id") != one.seen.get("id")),
        expected="an id of its own, or a rejection",
        actual=f"{exchange.answered()}, id {in_words(exchange.resource.get('id'))}",
        of=[one.booked, exchange],
        where="Appointment.id",
    )


@decides("PRV-SRCH-34")
def bookable_as_offered(recorder: Recorder, appointment: Appointment) -> None:
    """PRV-SRCH-34: who is offered a slot can book it."""
    recorder.expect_answer("PRV-SRCH-34", "book-ok", appointment.booked)
