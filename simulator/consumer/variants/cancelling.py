"""Variations in cancelling: what is read before, what is sent, and what is done when it fails."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

from ...seams import Fault
from ..body import Bodies
from ..flow.cancelling import Cancelling
from ..flow.existing import Existing
from ..rules import DeskRules
from ..wire.answers import Answer
from ..wire.provider import ProviderClient
from .making import allows, changed, part, row


@allows("CON-CAN-01", ProviderClient.read)
def reads_twice(original: Any, encounter: Any, place: Any, url: str) -> Answer:
    """Each appointment is read twice."""
    original(encounter, place, url)
    answer: Answer = original(encounter, place, url)
    return answer


@allows("CON-CAN-01", ProviderClient.read)
def reads_its_history_too(original: Any, encounter: Any, place: Any, url: str) -> Answer:
    """The first version is read behind the current one, to show what was changed since."""
    answer: Answer = original(encounter, place, url)
    original(encounter, place, f"{url}/_history/1")
    return answer


@allows("CON-CAN-01", ProviderClient.read)
def lists_the_patients_appointments_first(original: Any, encounter: Any, place: Any, url: str) -> Answer:
    """The patient's appointments are searched at the provider before one of them is read."""
    if encounter.caller["nhs_number"]:
        part(original).appointments_of(encounter, place, encounter.caller["nhs_number"])
    answer: Answer = original(encounter, place, url)
    return answer


@allows("CON-CAN-07", ProviderClient.update)
def reads_after_cancelling(original: Any, encounter: Any, place: Any, url: str, *sent: Any) -> Answer:
    """The appointment is read once more when it has been updated."""
    answer: Answer = original(encounter, place, url, *sent)
    part(original).read(encounter, place, url)
    return answer


@allows("CON-XTI-02", ProviderClient.update)
def sends_an_update_again(original: Any, *sent: Any) -> Answer:
    """An update of which it is not known what came is sent again as it is, under the same X-Request-ID.

    So a retry is to be (CON-XTI-02); the version that it names keeps it from harm.
    """
    answer: Answer = original(*sent)
    if answer.status == 0 or answer.status >= 500:
        time.sleep(0.2)
        answer = original(*sent)
    return answer


@allows("CON-CAN-06", Cancelling.may_look_again)
def stops_at_a_conflict(original: Any, answer: Answer) -> bool:
    """After 409 or 412 nothing more is sent; the user is told (CON-CAN-06)."""
    return answer.status not in (409, 412) and bool(original(answer))


@allows("SSP-03", Existing.place_of)
def asks_the_directories_before_cancelling(original: Any, encounter: Any, known: Any) -> Any:
    """Where an appointment is to be cancelled is looked up anew."""
    return original(encounter, replace(known, asid="") if known.root else known)


def _without_metadata(body: dict[str, Any]) -> None:
    body["meta"] = {"profile": body["meta"]["profile"]} if "profile" in body.get("meta", {}) else {}
    body["text"] = {
        "status": "generated",
        "div": '<div xmlns="http://www.w3.org/1999/xhtml">Cancelled by 111</div>',
    }


CANCELLING: tuple[Fault, ...] = (
    row(
        "names-the-version-of-the-body",
        "CON-CAN-03",
        "If-Match is made of the versionId of what was read.",
        DeskRules.version_to_name,
        lambda original, answer: f'W/"{answer.resource["meta"]["versionId"]}"',
    ),
    row(
        "cancels-without-metadata",
        "CON-CAN-02",
        "The update has neither version nor time in its meta, and a narrative of its own (CF-25: meta, text are free).",
        Bodies.cancellation,
        changed(_without_metadata),
    ),
    row(
        "cancels-without-meta",
        "CON-CAN-02",
        "The update has no meta, as the example of the cancelling page (CF-25).",
        Bodies.cancellation,
        changed(lambda body: body.pop("meta", None)),
    ),
    row(
        "cancels-with-contained-in-another-order",
        "CON-CAN-02",
        "Contained resources of the update come in another order, which does not count (PRV-CAN-07).",
        Bodies.cancellation,
        changed(lambda body: body["contained"].reverse()),
    ),
    row(
        "cancels-without-id",
        "CON-CAN-02",
        "The update has no id, as the example of the cancelling page (CF-25: told as a warning).",
        Bodies.cancellation,
        changed(lambda body: body.pop("id", None)),
    ),
)
