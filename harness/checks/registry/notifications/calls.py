"""Expectations of what a provider does towards the registry, from what passed the recording proxy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from uec_booking.standard import editions

from ....errors import ToAttest
from ....http.exchange import Exchange, header
from ....http.sent import sent_resource
from ....judging.decides import decides
from ....judging.recorder import Recorder
from ....scenario.compare import changes
from ....scenario.context import Appointment
from ....scenario.plain_cancellation import CANCELS
from ....scenario.registry_log import Told
from ....settings.model import Settings
from ....text import in_words
from ..entries.pointer import CLAUSES, Made, pointer_faults


@decides("REG-10")
def told_once(recorder: Recorder, appointment: Appointment, told: Told, seconds: float) -> None:
    """REG-10: the provider registered the booking, once, within the deadline."""
    # The ids that the registry gave, seen even where its answer was lost: it may recognise a repetition.
    count = len({str(e.extra.get("made") or e.id) for e in told.registered()})
    recorder.expect(
        "REG-10",
        count == 1,
        expected=f"one registration of {appointment.url} within {seconds:g} s",
        actual="one" if count == 1 else f"{count} of them" if count else _why_none(told),
        of=[appointment.booked, *told.registering],
        where="POST [registry]/Appointment",
        system=appointment.part.key,
    )


@decides("REG-06", "REG-07", "REG-08")
def content_is_the_pointer(recorder: Recorder, appointment: Appointment, told: Told, settings: Settings) -> None:
    """REG-06, REG-07, REG-08: what was registered has the fields of a pointer, the right ones, and no others."""
    if not told.registering:
        for requirement in ("REG-06", "REG-07", "REG-08"):
            recorder.not_observed(requirement, "nothing was registered", of=appointment.booked)
        return
    exchange = told.registering[0]
    made = Made((appointment.url,), appointment.patient.nhs_number, appointment.sent, appointment.booked)
    faults = pointer_faults(exchange, made, settings)
    for requirement, words in CLAUSES.items():
        wrong = faults.by_clause[requirement]
        recorder.expect(
            requirement,
            not wrong,
            expected=words,
            actual="as expected" if not wrong else "; ".join(wrong[:5]),
            of=exchange,
            where="body of POST [registry]/Appointment",
            system=appointment.part.key,
        )
    for place in faults.spare:
        recorder.falls_short(
            "REG-06",
            expected=CLAUSES["REG-06"],
            actual=f"Appointment.{place}, which is no part of a pointer",
            of=exchange,
            where=place,
            system=appointment.part.key,
        )


@decides("REG-10")
def nothing_was_told(recorder: Recorder, failed: Appointment, told: Told) -> None:
    """REG-10: no entry for a booking that failed, when the one that succeeded after it has been told."""
    recorder.expect(
        "REG-10",
        not told.registering,
        expected="no registration for a booking that was rejected",
        actual="none" if not told.registering else f"{len(told.registering)} of them",
        of=[failed.booked, *told.registering],
        where="POST [registry]/Appointment",
        system=failed.part.key,
    )


@decides("REG-11")
def told_of_cancellation(
    recorder: Recorder, appointment: Appointment, told: Told | None, refusal: Exchange | None, edition: str
) -> None:
    """REG-11: the provider brought the entry to cancelled, and changed nothing else of it."""
    if told is None:
        assert refusal is not None
        reason = f"the cancellation was answered with {refusal.summary()}"
        recorder.not_observed("REG-11", reason, of=refusal, because=CANCELS)
        return
    updates = told.updated()
    if not updates:
        actual = f"no update that was taken ({len(told.updating)} tried)"
        _expect(recorder, "REG-11", False, "the entry is cancelled", actual, told.updating, appointment)
        return
    for update in updates:
        recorder.expect_value(
            "REG-11",
            "registry-ended-status",
            str(sent_resource(update).get("status")),
            actual=f"status {in_words(sent_resource(update).get('status'))}",
            of=[update],
            where="body of PUT: Appointment.status",
            system=appointment.part.key,
        )
        _as_it_was_read(recorder, appointment, told, update, edition)


def _as_it_was_read(recorder: Recorder, appointment: Appointment, told: Told, update: Exchange, edition: str) -> None:
    """REG-11: the update brings what was read before it, also where the registry would take another entry."""
    before = [e for e in told.reading if e.ok and e.started < update.started]
    if not before:
        return  # that it was not read is found where it is asked for (REG-13)
    free = {"status", "created"} if editions.in_range(edition, "..0.1.15") else {"status"}
    read, put = before[-1].resource, sent_resource(update)
    wrong = changes(read, put, ignoring=free)
    wrong += [f"Appointment.{name} was added" for name in put if name not in read and name not in ("meta", "text")]
    actual = "; ".join(wrong[:5]) or "as it was read, but for the status"
    expected = "the entry as it was read, but for the status"
    _expect(recorder, "REG-11", not wrong, expected, actual, [before[-1], update], appointment)


@decides("REG-11")
def left_alone(recorder: Recorder, appointment: Appointment, told: Told) -> None:
    """REG-11: no update for a cancellation that failed, when the one that succeeded after it has arrived."""
    actual = "none" if not told.updating else f"{len(told.updating)} of them"
    expected = "no update for a cancellation that was rejected"
    _expect(recorder, "REG-11", not told.updating, expected, actual, told.all(), appointment)


@decides("REG-12")
def found_by_url(
    recorder: Recorder,
    appointment: Appointment,
    told: Told,
    others: Sequence[Exchange],
    refusal: Exchange | None,
) -> None:
    """REG-12: the pointer is found by a search on the identifier; a provider that kept its id needs none.

    ``others`` are searches by the patient, which could have led to it too.
    """
    updates = told.updating
    if not updates:
        _no_update(recorder, appointment, "REG-12", refusal)
    elif told.searching:
        _expect(recorder, "REG-12", True, "a search for the URL", "it was searched for", told.searching, appointment)
    elif any(e.ok and e.resource.get("id") for e in told.registering) and not others:
        reason = "the provider went to the id that the registry gave it with the 201, so it did not search"
        recorder.does_not_arise("REG-12", reason, of=updates, system=appointment.part.key)
    else:
        actual = f"it searched {others[0].request.url}" if others else "no search passed the recording proxy"
        _expect(recorder, "REG-12", False, "a search for the URL", actual, [*others, *updates], appointment)


@decides("REG-13")
def read_before_update(recorder: Recorder, appointment: Appointment, told: Told, refusal: Exchange | None) -> None:
    """REG-13: each update rests on a read just before it, whose version it quotes."""
    if not told.updating:
        _no_update(recorder, appointment, "REG-13", refusal)
    calls = sorted(told.all(), key=lambda exchange: exchange.started)
    for update in told.updating:
        before = calls[calls.index(update) - 1] if calls.index(update) else None
        read = before is not None and before in told.reading and before.ok
        tag = header(update.request.headers, "If-Match") or ""
        meta = before.resource.get("meta") if read and before else None
        version = str(meta.get("versionId", "")) if isinstance(meta, Mapping) else ""
        quoted = bool(tag) and tag.removeprefix("W/").strip('"') == version
        wrong = (
            "it was not read just before"
            if not read
            else ""
            if quoted
            else f"If-Match is {tag or 'missing'}, version {version} was read"
        )
        _expect(
            recorder,
            "REG-13",
            not wrong,
            "a read of the pointer just before the update, and its version in If-Match",
            wrong or "as expected",
            [*([before] if before else []), update],
            appointment,
        )


@decides("REG-21")
def tokens_are_carried(recorder: Recorder, appointment: Appointment, told: Told) -> None:
    """REG-21: every call carries a Bearer token, of one of the two published forms (CF-57)."""
    calls = told.all()
    if not calls:
        recorder.not_observed("REG-21", "no call of the provider passed the recording proxy", of=appointment.booked)
    for form in sorted({str(exchange.extra.get("token")) for exchange in calls}):
        recorder.expect_value(
            "REG-21",
            "registry-token-form",
            form,
            actual=f"a token of the form {form}" if form != "absent" else "no Bearer token",
            of=[exchange for exchange in calls if exchange.extra.get("token") == form],
            where="Authorization",
            system=appointment.part.key,
        )


@decides("REG-22")
def connects_directly_and_mutually(recorder: Recorder, appointment: Appointment, told: Told) -> None:
    """REG-22: TLS with a client certificate, and no header of the SSP.

    Raises:
        ToAttest: the recording proxy does not ask for client certificates, so their use was not seen.
    """
    calls = told.all()
    through = [e for e in calls if any(name.lower().startswith("ssp-") for name, _ in e.request.headers)]
    bare = [e for e in calls if e.extra.get("certificate") == "absent"]
    if through:
        _expect(recorder, "REG-22", False, "no Ssp- header", "Ssp- headers in a call", through, appointment)
    elif bare:
        _expect(recorder, "REG-22", False, "a client certificate", "none was presented", bare, appointment)
    elif calls and all(e.extra.get("certificate") == "presented" for e in calls):
        _expect(recorder, "REG-22", True, "mutual TLS, no Ssp- header", "as expected", calls, appointment)
    else:
        raise ToAttest(
            "no call went through the SSP; the recording proxy was not set up to ask for client certificates"
        )


def _no_update(recorder: Recorder, appointment: Appointment, requirement: str, refusal: Exchange | None) -> None:
    because = CANCELS if refusal else ""
    reason = "the provider updated no entry"
    recorder.not_observed(requirement, reason, of=appointment.booked, because=because)


def _expect(
    recorder: Recorder,
    requirement: str,
    met: bool,
    expected: str,
    actual: str,
    of: Sequence[Exchange],
    appointment: Appointment,
) -> None:
    recorder.expect(
        requirement,
        met,
        expected=expected,
        actual=actual,
        of=of,
        where="at the recording proxy",
        system=appointment.part.key,
    )


def _why_none(told: Told) -> str:
    refused = [f"one that was answered with {e.summary()}" for e in told.registering]
    return "; ".join(refused[:3]) or "none"
