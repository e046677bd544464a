"""Defects in the body of a cancellation: what is changed beside the status, and what is lost."""

from __future__ import annotations

from typing import Any

from ....consumer.body import Bodies
from ....consumer.flow.cancelling import Cancelling
from ....fault_making import breaks
from ....seams import Fault

#: The elements that the desk's own bookings have.
_OWN = frozenset(
    {"resourceType", "id", "meta", "language", "contained", "status", "description", "supportingInformation"}
    | {"start", "end", "slot", "participant", "created", "extension"}
)


def _changes(name: str, summary: str, **elements: Any) -> Fault:
    """A row: the body of a cancellation has these elements so."""

    def changed(original: Any, read: Any) -> Any:
        return {**original(read), **elements}

    return Fault(name, "CON-CAN-02", summary, "consumer", Bodies.cancellation, changed)


def _loses(name: str, summary: str, *elements: str) -> Fault:
    """A row: the body of a cancellation has not these elements."""

    def lost(original: Any, read: Any) -> Any:
        return {key: value for key, value in original(read).items() if key not in elements}

    return Fault(name, "CON-CAN-05", summary, "consumer", Bodies.cancellation, lost)


CHANGES: tuple[Fault, ...] = (
    _changes("marks-it-entered-in-error", "A cancellation has status entered-in-error.", status="entered-in-error"),
    _changes("leaves-it-booked", "The status stays booked in a cancellation.", status="booked"),
    _changes("marks-it-no-show", "A cancellation has status noshow.", status="noshow"),
    _changes(
        "writes-the-reason-into-the-description",
        "The reason of a cancellation is written into description.",
        description="Cancelled: the patient was assessed again",
    ),
    _changes(
        "adds-a-comment",
        "A comment is added with the cancellation.",
        comment="Cancelled by the 111 service",
    ),
    _changes(
        "sets-the-time-of-the-cancellation",
        "created is set to the time of the cancellation, which is no time of a booking.",
        created="2026-01-01T00:00:00+00:00",
    ),
)

LOSSES: tuple[Fault, ...] = (
    _loses("drops-the-participants", "Nobody takes part in an appointment that is cancelled.", "participant"),
    _loses("drops-the-document", "The reference to the clinical document is dropped.", "supportingInformation"),
    _loses("drops-the-language", "language is dropped from a cancellation.", "language"),
    _loses("drops-the-time-of-the-booking", "created is dropped from a cancellation.", "created"),
    _loses("drops-what-is-contained", "The contained resources are dropped from a cancellation.", "contained"),
)


@breaks("CON-CAN-02", Bodies.cancellation)
def frees_the_slot_itself(original: Any, read: Any) -> Any:
    """The contained slot is set to free with the cancellation."""
    body = original(read)
    for inside in body.get("contained", ()):
        if inside["resourceType"] == "Slot":
            inside["status"] = "free"
    return body


@breaks("CON-CAN-05", Bodies.cancellation)
def drops_what_it_does_not_know(original: Any, read: Any) -> Any:
    """Elements that the desk itself does not write are dropped from a cancellation, as a note of the staff."""
    return {key: value for key, value in original(read).items() if key in _OWN}


@breaks("CON-CAN-05", Bodies.cancellation)
def drops_extensions(original: Any, read: Any) -> Any:
    """Extensions within what was read are dropped from a cancellation."""
    return _without_extensions(original(read))


@breaks("CON-CAN-05", Bodies.cancellation)
def drops_the_number_of_the_provider(original: Any, read: Any) -> Any:
    """The provider's own number of the patient is dropped from a cancellation."""
    written = original(read)
    for resource in written.get("contained", []):
        if "identifier" in resource:
            resource["identifier"] = [one for one in resource["identifier"] if "nhs.uk" in str(one.get("system"))]
    return written


@breaks("CON-CAN-02", Cancelling.update)
def sends_the_old_body_after_a_conflict(
    original: Any, encounter: Any, place: Any, known: Any, read: Any, request_id: str
) -> Any:
    """After a conflict the new version is named, but what is sent is the appointment as it was read before."""
    kept = vars(encounter).setdefault("first_read", {})
    first = kept.setdefault(known.url, read)
    cancelling: Cancelling = original.__self__
    body = cancelling._bodies.cancellation(first.resource)
    version = cancelling._rules.version_to_name(read)
    return cancelling._provider.update(encounter, place, known.url, body, version, request_id)


def _without_extensions(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_extensions(one) for key, one in value.items() if key != "extension"}
    return [_without_extensions(one) for one in value] if isinstance(value, list) else value
