"""Expectations of an appointment that should stand as it was booked."""

from __future__ import annotations

from ...actors.calls import read
from ...actors.consumer import ConsumerSystem
from ...http.exchange import Exchange
from ...http.notes import is_to_be_refused
from ...judging.decides import decides
from ...judging.observations import STANDING
from ...judging.recorder import Recorder
from ...scenario.compare import changes
from ...scenario.context import Appointment, Scenario, version_id
from ...scenario.matches_request import strays
from ...text import in_words


@decides(named=True)
def stands(scenario: Scenario, appointment: Appointment, requirement: str) -> None:
    """The appointment reads as booked, and unchanged since it was last seen; ``requirement`` is what asks for it."""
    recorder = scenario.recorder
    before = dict(appointment.seen)
    exchange = scenario.read(appointment)
    body = exchange.resource
    standing = exchange.status == 200 and body.get("status") == "booked"
    clause = scenario.bookings.clause_of_state(appointment.part.key, appointment.url)
    if exchange.status == 200 and not standing and requirement == "PRV-GET-01" and clause == "WKF-09":
        reason = f"its status is {in_words(body.get('status'))} since another appointment was booked for the patient"
        recorder.not_observed(requirement, reason, of=exchange, because=clause)
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
    differing = changes(before, body) if before else strays(body, appointment.sent)
    recorder.expect(
        requirement,
        not differing,
        expected=f"the {appointment.name} appointment is unchanged",
        actual="unchanged" if not differing else "; ".join(differing[:5]),
        of=exchange,
        where=differing[0].split(" ")[0].rstrip(":") if differing else "Appointment",
    )


@decides("ERR-15")
def stands_after_refusal(scenario: Scenario, appointment: Appointment) -> None:
    """ERR-15: what was refused has left the appointment as it was. Where it was accepted, that is told by itself."""
    recorder = scenario.recorder
    taken = [
        e for e in recorder.exchanges if e.ok and is_to_be_refused(e) and e.request.url.startswith(appointment.url)
    ]
    if not taken:
        stands(scenario, appointment, "ERR-15")
        return
    seen = (o.requirement for o in recorder.observations if taken[-1].id in o.exchanges and o.step != STANDING)
    reason = f"it was not refused: {taken[-1].note}, and the answer was {taken[-1].summary()}"
    recorder.not_observed("ERR-15", reason, of=taken[-1], because=next(seen, ""))


@decides("PRV-CAN-18")
def newer_version_stands(scenario: Scenario, appointment: Appointment) -> None:
    """PRV-CAN-18: a refused update has not overwritten the newer version."""
    old = version_id(appointment.read) if appointment.read else ""
    exchange = scenario.read(appointment)
    scenario.recorder.expect(
        "PRV-CAN-18",
        exchange.resource.get("status") == "booked" and version_id(exchange) not in ("", old),
        expected=f"booked, in a newer version than {in_words(old)}",
        actual=f"{in_words(exchange.resource.get('status'))} in version {in_words(version_id(exchange))}",
        of=exchange,
        where="Appointment.meta.versionId",
    )


@decides("PRV-GET-01")
def readable_by(scenario: Scenario, appointment: Appointment, consumer: ConsumerSystem) -> None:
    """PRV-GET-01: any assured consumer reads the appointment at its URL."""
    exchange = scenario.read(appointment, consumer)
    if _address_was_wrong(appointment, exchange):
        reason = f"the 201 had no id, and at its Location there is nothing: {exchange.summary()}"
        scenario.recorder.not_observed("PRV-GET-01", reason, of=[appointment.booked, exchange], because="PRV-BOOK-04")
        return
    scenario.recorder.expect_answer("PRV-GET-01", "read-ok", exchange)


def _address_was_wrong(appointment: Appointment, read: Exchange) -> bool:
    """Whether a read that finds nothing went to a Location, for want of an id in the answer to the booking."""
    return read.status in (404, 410) and not appointment.booked.resource.get("id")


@decides("PRV-GET-02")
def version_reads(scenario: Scenario, appointment: Appointment) -> None:
    """PRV-GET-02: the current version can be read by its id; a provider without history is a warning (CF-78)."""
    if appointment.read is not None:
        _version_is_named(scenario, appointment, version_id(appointment.read))


@decides("PRV-GET-02")
def both_versions_read(scenario: Scenario, appointment: Appointment) -> None:
    """PRV-GET-02: after a cancellation, the version before and the current one can each be read by their ids."""
    before = version_id(appointment.read) if appointment.read else ""
    current = scenario.read(appointment)
    for version in (before, version_id(current)):
        _version_is_named(scenario, appointment, version)


def _version_is_named(scenario: Scenario, appointment: Appointment, version: str) -> None:
    recorder = scenario.recorder
    exchange = appointment.consumer.send(appointment.part, read(f"{appointment.url}/_history/{version}"))
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
def version_is_stable(scenario: Scenario, appointment: Appointment) -> None:
    """FMT-24: the version id stays while nothing changes."""
    first = version_id(appointment.read) if appointment.read else ""
    exchange = scenario.read(appointment)
    if exchange.status != 200 or not first:
        # Whether it has to be answered, and to have a version, is told where reads are looked at.
        because = "PRV-BOOK-04" if _address_was_wrong(appointment, exchange) else "PRV-GET-01"
        scenario.recorder.not_observed(
            "FMT-24", f"no version was read: {exchange.summary()}", of=exchange, because=because
        )
        return
    scenario.recorder.expect(
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
