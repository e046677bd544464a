"""Defects in what a cancellation leaves behind."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Request, Response

from ....clock import as_instant
from ....fault_making import EXPLORES, breaks, done, provider, refused_instead, rewriting, with_header
from ....fhir_out import versions_named
from ....provider.records import ProviderRecords
from ....provider.resources import ProviderResources
from ....provider.rules import ProviderRules
from ....provider.stored import StoredAppointment
from ....refusals import Rejected
from ....seams import Fault
from ...building_blocks import a_while_after, request_is_xml


def _loses_history_to_the_next_one() -> Fault:
    """Versions are kept by slot, for the appointment that has it."""
    holders: dict[str, str] = {}

    def store_booking(original: Any, tx: Any, new: StoredAppointment, patient: Any) -> None:
        original(tx, new, patient)
        holders[new.slot] = new.id

    def version(original: Any, tx: Any, appointment_id: str, number: int) -> StoredAppointment | None:
        found: StoredAppointment | None = original(tx, appointment_id, number)
        return found if found is None or holders.get(found.slot, found.id) == found.id else None

    fault = provider(
        "loses-history-to-the-next-one",
        "PRV-CAN-06",
        "The versions of a cancelled appointment are lost when its slot is booked anew.",
        ProviderRecords.version,
        version,
    )
    return replace(fault, more=((ProviderRecords.store_booking, store_booking),), near=EXPLORES)


@breaks("PRV-CAN-01", ProviderRules.check_may_cancel)
def cancellations_break_a_rule(original: Any, current: Any, caller: Any) -> None:
    """Every cancellation is rejected as against a rule of the provider."""
    raise Rejected("business-rule", "This appointment cannot be cancelled here.")


def _time_of_the_booking() -> Callable[[Request, Response], None]:
    """An answer to a cancellation has the Last-Modified that the booking had."""
    times: dict[str, str] = {}

    def rewrite(request: Request, response: Response) -> None:
        if done("book")(request, response):
            times[response.headers["Location"].partition("/_history")[0].rpartition("/")[2]] = response.headers[
                "Last-Modified"
            ]
        elif done("cancel")(request, response):
            booked = times.get(request.path.rstrip("/").rpartition("/")[2])
            if booked:
                response.headers["Last-Modified"] = booked

    return rewrite


@breaks("PRV-CAN-09", ProviderRules.check_version, near="FMT-02")
def cancellations_in_xml_need_no_version(original: Any, current: Any, if_match: str | None) -> None:
    """A cancellation in XML without If-Match is accepted."""
    if if_match or not request_is_xml():
        original(current, if_match)


@breaks("PRV-CAN-07", ProviderRules.check_cancel)
def demographics_change_on_cancel(original: Any, current: Any, body: Any) -> None:
    """A cancellation may change what is said of the patient.

    What the cancellation says of the patient is not compared.
    """
    original(current, {**body, "contained": current.body.get("contained")})


@breaks("PRV-CAN-07", ProviderRules.check_cancel)
def additions_on_cancel(original: Any, current: Any, body: Any) -> None:
    """A cancellation may add elements that the appointment did not have.

    What a cancellation has and the appointment had not is not looked at.
    """
    original(current, {name: value for name, value in body.items() if name in {*current.body, "status"}})


@breaks("PRV-CAN-06", ProviderRecords.version)
def old_versions_fade(original: Any, tx: Any, appointment_id: str, version: int) -> Any:
    """Earlier versions lose their description."""
    stored = original(tx, appointment_id, version)
    current = original.__self__.current(tx, appointment_id)
    if stored is not None and current is not None and stored.version != current.version:
        stored.body.pop("description", None)
    return stored


@breaks("PRV-CAN-08", ProviderRules.check_version)
def later_versions_will_do(original: Any, current: StoredAppointment, if_match: str | None) -> None:
    """If-Match is good if it names a version that is yet to come."""
    named = versions_named(if_match or "")
    if len(named) == 1 and named[0].isascii() and named[0].isdigit() and int(named[0]) > current.version:
        return
    original(current, if_match)


@breaks("PRV-CAN-07", ProviderRules.check_cancel)
def omissions_on_cancel(original: Any, current: StoredAppointment, body: Any) -> None:
    """A cancellation may leave elements out."""
    original(current, {**{name: current.body[name] for name in current.body if name != "status"}, **body})


@breaks("PRV-CAN-07", ProviderRules.check_cancel)
def participation_changes_on_cancel(original: Any, current: StoredAppointment, body: Any) -> None:
    """A cancellation may say other things of the participants."""
    if body.get("participant"):
        body = {**body, "participant": current.body["participant"]}
    original(current, body)


@breaks("PRV-CAN-02", ProviderResources.cancelled_answer)
def keeps_version_on_cancel(original: Any, previous: Any, cancelled: dict[str, Any]) -> dict[str, Any]:
    """The answer to a cancellation has the version id that the appointment had before."""
    answer = dict(original(previous, cancelled))
    return {**answer, "meta": {**answer["meta"], "versionId": str(previous.version)}}


@breaks("PRV-CAN-02", ProviderRules.cancelled)
def moves_start_on_cancel(original: Any, current: Any, body: Any, now: datetime) -> dict[str, Any]:
    """Cancelling also changes the start of the appointment."""
    cancelled = original(current, body, now)
    start = datetime.fromisoformat(cancelled["start"]).astimezone(UTC)
    return {**cancelled, "start": as_instant(start + timedelta(minutes=5))}


PERSISTENCE: tuple[Fault, ...] = (
    _loses_history_to_the_next_one(),
    rewriting(
        "cancelled-when-booked",
        "PRV-CAN-04",
        "The answer to a cancellation has the Last-Modified of the booking.",
        _time_of_the_booking(),
    ),
    rewriting(
        "versions-fade",
        "PRV-CAN-06",
        "A second after a cancellation the version before it is gone.",
        refused_instead(404, "not-found", a_while_after("cancel", "vread")),
    ),
    rewriting(
        "last-modified-with-an-offset",
        "PRV-CAN-04",
        "Last-Modified ends with an offset where an HTTP-date has GMT.",
        with_header("Last-Modified", lambda text: text.replace("GMT", "+0000"), done("cancel")),
    ),
    rewriting(
        "last-modified-of-1970",
        "PRV-CAN-04",
        "Last-Modified is always the beginning of 1970.",
        with_header("Last-Modified", lambda _: "Thu, 01 Jan 1970 00:00:00 GMT", done("cancel")),
    ),
)
