"""Expectations of a cancellation that was made, and of who may make one."""

from __future__ import annotations

from collections.abc import Iterable

from uec_booking.standard import editions

from ....http.exchange import Exchange
from ....http.urls import absolute, unversioned
from ....http.versions import version_id
from ....judging.decides import decides
from ....judging.levels import CANCELLED, LEVELS, REFUSED, REQUIREMENT
from ....judging.observations import MET, Observation
from ....judging.recorder import Recorder
from ....scenario.compare import changes
from ....scenario.context import Appointment
from ....scenario.plain_cancellation import CANCELS
from ....scenario.reading import AfterCancellation
from ....text import in_words
from ...headers import last_modified, location_form, moved_on


@decides("PRV-CAN-01")
def accepted(recorder: Recorder, exchange: Exchange) -> None:
    """PRV-CAN-01: a cancellation with the right If-Match answers 200."""
    recorder.expect_answer("PRV-CAN-01", "cancel-ok", exchange)


@decides("PRV-CAN-02")
def only_status_changed(recorder: Recorder, appointment: Appointment, exchange: Exchange, edition: str) -> None:
    """PRV-CAN-02: the body is the same appointment, cancelled, with a new version, and nothing else is changed."""
    if exchange.status != 200:
        recorder.not_observed("PRV-CAN-02", f"the cancellation was answered with {exchange.summary()}", of=exchange)
        return
    before, after = appointment.seen, exchange.resource
    wrong = []
    if after.get("resourceType") != "Appointment":
        wrong.append(f"the body is {after.get('resourceType') or 'no resource'}")
    else:
        if after.get("id") != before.get("id"):
            wrong.append(f"Appointment.id was {in_words(before.get('id'))} and is {in_words(after.get('id'))}")
        if after.get("status") != "cancelled":
            wrong.append(f"Appointment.status is {in_words(after.get('status'))}")
        old = version_id(appointment.read) if appointment.read else ""
        if not version_id(exchange) or version_id(exchange) == old:
            wrong.append(f"Appointment.meta.versionId was {in_words(old)} and is {in_words(version_id(exchange))}")
        # Up to 0.1.15 a cancellation also sets created anew (CF-25, CF-28).
        also = ("created",) if editions.in_range(edition, "..0.1.15") else ()
        wrong += changes(before, after, ignoring=("id", "status", *also))
    recorder.expect(
        "PRV-CAN-02",
        not wrong,
        expected="the same Appointment with status cancelled and a new meta.versionId",
        actual="as expected" if not wrong else "; ".join(wrong[:5]),
        of=[*([appointment.read] if appointment.read else []), exchange],
        where=wrong[0].split(" ")[0].rstrip(":") if wrong else "Appointment",
    )


@decides("PRV-CAN-03", "PRV-CAN-04")
def carries_version_headers(recorder: Recorder, exchange: Exchange, booked: Iterable[Appointment]) -> None:
    """PRV-CAN-03: an ETag with the version of the body; PRV-CAN-04: Last-Modified."""
    if exchange.status != 200:
        for requirement in ("PRV-CAN-03", "PRV-CAN-04"):
            recorder.not_observed(requirement, f"the cancellation was answered with {exchange.summary()}", of=exchange)
        return
    etag = exchange.header("ETag")
    version = version_id(exchange)
    recorder.expect(
        "PRV-CAN-03",
        bool(etag) and (not version or version == (etag or "").removeprefix("W/").strip('"')),
        expected=f"an ETag that holds the version {in_words(version)}",
        actual=f"ETag: {etag}" if etag else "no ETag header",
        of=exchange,
        where="ETag",
    )
    last_modified(recorder, "PRV-CAN-04", exchange)
    for appointment in booked:
        if appointment.url and unversioned(appointment.url) == unversioned(exchange.request.url):
            moved_on(recorder, "PRV-CAN-04", appointment.booked, exchange)


@decides("PRV-CAN-06", "PRV-GET-13")
def history_is_kept(recorder: Recorder, appointment: Appointment, seen: AfterCancellation) -> None:
    """PRV-GET-13 and PRV-CAN-06: it now reads as cancelled; its earlier version still reads as booked (CF-78)."""
    current, old = seen.current, seen.old
    if current is None:
        assert seen.refusal is not None
        for requirement in ("PRV-GET-13", "PRV-CAN-06"):
            reason = f"the cancellation was answered with {seen.refusal.summary()}"
            recorder.not_observed(requirement, reason, of=seen.refusal, because=CANCELS)
        return
    gone = current.status != 200
    status = current.resource.get("status")
    recorder.expect(
        "PRV-GET-13",
        not gone and status == "cancelled",
        expected=f"the {appointment.name} appointment reads as cancelled",
        actual=current.summary() if gone else f"its status is {in_words(status)}",
        of=current,
        where="Appointment.status",
    )
    if old is None:
        reason = "the cancellation made no new version, so there is no earlier one to read"
        recorder.not_observed("PRV-CAN-06", reason, of=current)
        return
    recorder.expect_answer("PRV-CAN-06", "vread-old-version", old)
    if old.status == 200:
        shown = old.resource
        wrong = changes(seen.before, shown, ignoring=("status",))
        if shown.get("status") != "booked":
            wrong.insert(0, f"Appointment.status is {in_words(shown.get('status'))}")
        for requirement in ("PRV-GET-13", "PRV-CAN-06"):
            recorder.expect(
                requirement,
                not wrong,
                expected="the earlier version reads as it was booked",
                actual="as it was booked" if not wrong else "; ".join(wrong[:5]),
                of=old,
                where=wrong[0].split(" ")[0] if wrong else "Appointment",
            )


@decides("PRV-CAN-14")
def by_whom(recorder: Recorder, who: str, exchange: Exchange) -> None:
    """PRV-CAN-14: note which organisations can cancel, for the capability level; ``who`` is one of ``LEVELS``."""
    assert who in LEVELS
    done = exchange.status == 200
    recorder.observations.append(
        Observation(
            requirement=REQUIREMENT,
            outcome=MET,
            expected="told, not judged: which organisations can cancel",
            actual=f"{who}: {'cancelled' if done else exchange.summary()}",
            where=who,
            exchanges=(exchange.id,),
            system=exchange.system,
            value=CANCELLED if done else REFUSED,
            scenario=recorder.scenario,
            step="by whom",
        )
    )


@decides("PRV-CAN-05")
def says_where(recorder: Recorder, exchange: Exchange, base_url: str) -> None:
    """PRV-CAN-05: a Location with the stable absolute URL."""
    location = exchange.header("Location") or ""
    recorder.expect_value(
        "PRV-CAN-05",
        "cancel-location-form",
        location_form(location),
        actual=f"Location: {location}" if location else "no Location header",
        of=exchange,
        where="Location",
    )
    if location:
        leads_to = unversioned(absolute(location, base_url)).rsplit("/", 1)[-1]
        recorder.expect(
            "PRV-CAN-05",
            leads_to == exchange.resource.get("id"),
            expected=f"the URL of the appointment, {in_words(exchange.resource.get('id'))}",
            actual=f"Location: {location}",
            of=exchange,
            where="Location",
        )
