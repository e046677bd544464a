"""Variations in the body of a booking: the appointment, its slot and its document."""

from __future__ import annotations

import copy
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from uec_booking.standard import names

from ...seams import Fault
from ..body import Bodies
from ..encounter import instant, moment_of
from .making import allows, changed, row

Body = dict[str, Any]
_SUMMER = timezone(timedelta(hours=1))
_NARRATIVE = {"status": "generated", "div": '<div xmlns="http://www.w3.org/1999/xhtml">Booked by 111</div>'}
_TAG = {"system": "https://desk.example/tags", "code": "from-111"}
_EXTENSION = {"url": "https://desk.example/Extension/queue", "valueString": "urgent"}
_BOOKED_BY = {
    "url": "https://fhir.hl7.org.uk/STU3/StructureDefinition/Extension-CareConnect-BookingOrganisation-1",
    "valueReference": {"display": "Desk"},
}


def _with(**elements: Any) -> Callable[[Body], object]:
    return lambda body: body.update(copy.deepcopy(elements))


def _without(*names: str) -> Callable[[Body], object]:
    return lambda body: [body.pop(name, None) for name in names]


def _in_participant(change: Callable[[Body], object]) -> Callable[[Body], object]:
    return lambda body: change(body["participant"][0])


def _slot_before_all(body: Body) -> None:
    body["contained"].reverse()


def _other_ids(body: Body) -> None:
    """Local ids are the system's own choice: found by type and reference, never by name (CF-31)."""
    ids = {one["id"]: f"x{uuid.uuid4()}" for one in body["contained"]}
    for one in body["contained"]:
        one["id"] = ids[one["id"]]
    actor = body["participant"][0]["actor"]
    for reference in (body["supportingInformation"][0], body["slot"][0], actor):
        if reference["reference"].startswith("#"):
            reference["reference"] = f"#{ids[reference['reference'][1:]]}"


def _in_summer_time(body: Body) -> None:
    """The same moments, in another offset (CF-66)."""
    slots = [one for one in body["contained"] if one["resourceType"] == "Slot"]
    for times in (body, *slots):
        for name in ("start", "end"):
            moment = moment_of(times[name])
            assert moment is not None
            times[name] = moment.astimezone(_SUMMER).isoformat(timespec="seconds")


def _attachment(**elements: Any) -> Callable[[Body], object]:
    return lambda document: document["content"][0]["attachment"].update(elements)


def _local_identifier_too(document: Body) -> None:
    document["identifier"].append({"system": "https://desk.example/Id/document", "value": "17"})


def _indexed_in_summer_time(document: Body) -> None:
    document["indexed"] = datetime.now(UTC).astimezone(_SUMMER).isoformat(timespec="milliseconds")


@allows("RES-APT-06", Bodies.slot)
def slot_wholly_as_offered(original: Any, slot: Any) -> Body:
    """The contained slot is the one that was offered with all that it has: its status, its channel.

    RES-APT-06 asks that it repeat the offered slot; that it is busy only stands in samples.
    """
    contained = {"id": "slot", "meta": {"profile": [names.PROFILES["Slot"]]}}
    return {**copy.deepcopy(dict(slot.resource)), **contained}


def _appointment(name: str, requirement: str, summary: str, change: Callable[[Body], object]) -> Fault:
    return row(name, requirement, summary, Bodies.booking, changed(change))


def _document(name: str, requirement: str, summary: str, change: Callable[[Body], object]) -> Fault:
    return row(name, requirement, summary, Bodies.document, changed(change))


BOOKINGS: tuple[Fault, ...] = (
    _appointment(
        "contained-in-another-order", "RES-APT-13", "Contained resources come in another order.", _slot_before_all
    ),
    _appointment("other-local-ids", "RES-APT-13", "Contained resources have ids of another kind.", _other_ids),
    _appointment("no-language", "RES-APT-10", "The appointment has no language (CF-34).", _without("language")),
    _appointment("language-en", "RES-APT-10", "The language is en (CF-34).", _with(language="en")),
    _appointment(
        "own-description",
        "RES-APT-03",
        "The description is the system's own.",
        _with(description="NHS 111 booking, urgent treatment centre"),
    ),
    _appointment(
        "sets-created",
        "RES-APT-04",
        "created is sent, though the provider sets it (CF-28).",
        lambda body: body.update(created=instant(datetime.now(UTC))),
    ),
    _appointment(
        "refers-to-a-referral",
        "RES-APT-12",
        "The appointment names one referral.",
        _with(incomingReferral=[{"identifier": {"system": "https://tools.ietf.org/html/rfc4122", "value": "r-1"}}]),
    ),
    _appointment(
        "with-extensions",
        "FMT-13",
        "The appointment has extensions of its own and of the profile.",
        _with(extension=[_BOOKED_BY, _EXTENSION]),
    ),
    _appointment("with-a-tag", "FMT-13", "meta has a tag.", lambda body: body["meta"].update(tag=[dict(_TAG)])),
    _appointment("books-with-narrative", "FMT-13", "The appointment has a narrative.", _with(text=_NARRATIVE)),
    _appointment(
        "with-more-elements",
        "FMT-13",
        "The appointment has more elements of its profile.",
        _with(minutesDuration=15, priority=1, reason=[{"text": "Abdominal pain"}], serviceType=[{"text": "Urgent"}]),
    ),
    _appointment(
        "with-more-about-the-participant",
        "RES-APT-07",
        "The participant has a type, and is required.",
        _in_participant(_with(required="required", type=[{"text": "patient"}])),
    ),
    _appointment(
        "participant-by-reference-alone",
        "RES-APT-09",
        "The participant has its reference alone, as in API 2.0.2 and later (CF-30: told as a warning).",
        _in_participant(lambda one: [one["actor"].pop(name, None) for name in ("identifier", "display")]),
    ),
    _appointment(
        "booked-times-in-another-offset",
        "RES-APT-02",
        "The times of the booking are those of the slot in another offset (CF-66).",
        _in_summer_time,
    ),
    _appointment(
        "displays-of-references",
        "RES-APT-11",
        "References to document and slot have a display.",
        lambda body: [body[name][0].update(display=name) for name in ("supportingInformation", "slot")],
    ),
    _document(
        "document-in-british-english",
        "RES-DOC-05",
        "The document's language is en-GB (CF-33).",
        _attachment(language="en-GB"),
    ),
    _document(
        "document-with-a-title",
        "RES-DOC-05",
        "The attachment has a title and a date.",
        _attachment(title="111 report", creation="2026-01-31"),
    ),
    _document(
        "document-with-a-local-identifier",
        "RES-DOC-02",
        "The document has an identifier of the system's own beside the UUID.",
        _local_identifier_too,
    ),
    _document(
        "document-indexed-in-another-offset",
        "RES-DOC-05",
        "indexed has another offset, and milliseconds (CF-66).",
        _indexed_in_summer_time,
    ),
    _document(
        "document-with-more-elements",
        "RES-DOC-01",
        "The document has more elements of its profile.",
        _with(description="Report of a call to 111", docStatus="final"),
    ),
)
