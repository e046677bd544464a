"""Expectations of an appointment that should stand as it was booked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ...http.exchange import Exchange
from ...http.versions import version_id
from ...judging.decides import decides
from ...judging.observations import STANDING
from ...judging.recorder import Recorder
from ...scenario.compare import changes
from ...scenario.context import Appointment
from ...scenario.matches_request import strays
from ...scenario.reading import AfterRefusal, Reread, VersionRead
from ...text import in_words


@decides(named=True)
def stands(recorder: Recorder, appointment: Appointment, seen: Reread, requirement: str) -> None:
    """The appointment reads as booked, and unchanged since it was last seen; ``requirement`` is what asks for it."""
    exchange = seen.read
    body = exchange.resource
    standing = exchange.status == 200 and body.get("status") == "booked"
    if exchange.status == 200 and not standing and requirement == "PRV-GET-01" and seen.clause == "WKF-09":
        reason = f"its status is {in_words(body.get('status'))} since another appointment was booked for the patient"
        recorder.not_observed(requirement, reason, of=exchange, because=seen.clause)
        return
    recorder.expect(
        requirement,
        standing,
        expected=f"the {appointment.name} appointment is there and booked",
        actual=exchange.summary() if exchange.status != 200 else f"its status is {in_words(body.get('status'))}",
        of=exchange,
        where="Appointment.status",
    )
    if not standing:
        return
    differing = changes(seen.before, body) if seen.before else strays(body, appointment.sent)
    recorder.expect(
        requirement,
        not differing,
        expected=f"the {appointment.name} appointment is unchanged",
        actual="unchanged" if not differing else "; ".join(differing[:5]),
        of=exchange,
        where=differing[0].split(" ")[0].rstrip(":") if differing else "Appointment",
    )


@decides("ERR-15")
def stands_after_refusal(recorder: Recorder, appointment: Appointment, seen: AfterRefusal) -> None:
    """ERR-15: what was rejected has left the appointment as it was. Where it was accepted, that is told by itself."""
    if seen.reread is not None:
        stands(recorder, appointment, seen.reread, "ERR-15")
        return
    taken = seen.accepted
    assert taken is not None
    told = (o.requirement for o in recorder.observations if taken.id in o.exchanges and o.step != STANDING)
    reason = f"it was not rejected: sent {taken.note}, answered {taken.summary()}"
    recorder.not_observed("ERR-15", reason, of=taken, because=next(told, ""))


@decides("PRV-CAN-18")
def newer_version_stands(recorder: Recorder, seen: Reread) -> None:
    """PRV-CAN-18: a rejected update has not overwritten the newer version."""
    old, exchange = seen.version_before, seen.read
    recorder.expect(
        "PRV-CAN-18",
        exchange.resource.get("status") == "booked" and version_id(exchange) not in ("", old),
        expected=f"booked, in a newer version than {in_words(old)}",
        actual=f"{in_words(exchange.resource.get('status'))} in version {in_words(version_id(exchange))}",
        of=exchange,
        where="Appointment.meta.versionId",
    )


@decides("PRV-GET-01")
def readable_by(recorder: Recorder, appointment: Appointment, exchange: Exchange) -> None:
    """PRV-GET-01: any assured consumer reads the appointment at its URL."""
    if _address_was_wrong(appointment, exchange):
        reason = f"the 201 had no id, and at its Location there is nothing: {exchange.summary()}"
        recorder.not_observed("PRV-GET-01", reason, of=[appointment.booked, exchange], because="PRV-BOOK-04")
        return
    recorder.expect_answer("PRV-GET-01", "read-ok", exchange)


def _address_was_wrong(appointment: Appointment, read: Exchange) -> bool:
    """Whether a read that finds nothing went to a Location, for want of an id in the answer to the booking."""
    return read.status in (404, 410) and not appointment.booked.resource.get("id")


@decides("PRV-GET-02")
def version_reads(recorder: Recorder, appointment: Appointment, reads: Iterable[VersionRead]) -> None:
    """PRV-GET-02: the current version can be read by its id; a provider without history is a warning (CF-78)."""
    for one in reads:
        _version_is_named(recorder, appointment, one)


@decides("PRV-GET-02")
def both_versions_read(recorder: Recorder, appointment: Appointment, reads: Sequence[VersionRead]) -> None:
    """PRV-GET-02: after a cancellation, the version before and the current one can each be read by their ids.

    A provider may keep no history (CF-78), but where the version before is read the current one is too.
    """
    before, current = reads
    for one in reads:
        _version_is_named(recorder, appointment, one)
    if before.exchange.status == 200 and current.version:
        recorder.expect(
            "PRV-GET-02",
            current.exchange.status == 200,
            expected="the current version by its id, as the version before it was read by its own",
            actual=current.exchange.summary(),
            of=[before.exchange, current.exchange],
            where="status",
        )


def _version_is_named(recorder: Recorder, appointment: Appointment, one: VersionRead) -> None:
    version, exchange = one.version, one.exchange
    recorder.expect_answer("PRV-GET-02", "vread-old-version", exchange)
    if exchange.status == 200:
        recorder.expect(
            "PRV-GET-02",
            version_id(exchange) == version and exchange.resource.get("id") == appointment.seen.get("id"),
            expected=f"version {in_words(version)} of the appointment",
            actual=f"version {in_words(version_id(exchange))} of {in_words(exchange.resource.get('id'))}",
            of=exchange,
            where="Appointment.meta.versionId",
        )
        if appointment.read is not None and version == version_id(appointment.read):
            wrong = changes(appointment.read.resource, exchange.resource)
            recorder.expect(
                "PRV-GET-02",
                not wrong,
                expected="the version as the read of the appointment showed it",
                actual="as it was read" if not wrong else "; ".join(wrong[:5]),
                of=[appointment.read, exchange],
                where=wrong[0].split(" ")[0].rstrip(":") if wrong else "Appointment",
            )


@decides("FMT-24")
def version_is_stable(recorder: Recorder, appointment: Appointment, seen: Reread) -> None:
    """FMT-24: the version id stays while nothing changes."""
    first, exchange = seen.version_before, seen.read
    if exchange.status != 200 or not first:
        # Whether it has to be answered, and to have a version, is told where reads are looked at.
        because = "PRV-BOOK-04" if _address_was_wrong(appointment, exchange) else "PRV-GET-01"
        recorder.not_observed("FMT-24", f"no version was read: {exchange.summary()}", of=exchange, because=because)
        return
    recorder.expect(
        "FMT-24",
        version_id(exchange) == first,
        expected=f"version {in_words(first)} again",
        actual=f"version {in_words(version_id(exchange))}",
        of=exchange,
        where="Appointment.meta.versionId",
    )


@decides("PRV-GET-10")
def read_scope_is_enough(recorder: Recorder, exchange: Exchange) -> None:
    """PRV-GET-10: a token with the scope of a read lets read."""
    recorder.expect_answer("PRV-GET-10", "read-ok", exchange)
