"""Defects of reading, searching for and cancelling appointments, and of retries."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from uec_booking.standard.names import SCOPE_APPOINTMENT_WRITE

from ..fault_making import (
    breaks,
    done,
    in_contained,
    met,
    provider,
    rewriting,
    with_body,
    without,
)
from ..provider.records import ProviderRecords
from ..provider.resources import ProviderResources
from ..provider.rules import ProviderRules
from ..refusals import Refused
from ..seams import Fault


@breaks("PRV-CAN-07", ProviderRules.check_cancel)
def cancel_may_change_anything(original: Any, *arguments: Any) -> None:
    """A cancellation with other changes is accepted.

    No check at all.
    """


@breaks("PRV-CAN-08", ProviderRules.check_version)
def cancel_of_any_version(original: Any, current: Any, if_match: str | None) -> None:
    """A cancellation of an old version is accepted."""
    if not if_match:
        original(current, if_match)


@breaks("PRV-CAN-09", ProviderRules.check_version)
def cancel_without_if_match(original: Any, current: Any, if_match: str | None) -> None:
    """A cancellation without If-Match is accepted."""
    if if_match:
        original(current, if_match)


@breaks("PRV-CAN-01", ProviderRules.check_may_cancel)
def nobody_may_cancel(original: Any, current: Any, caller: Any) -> None:
    """Cancellations are refused to everybody."""
    raise Refused("organisation-refused", "Appointments are cancelled by telephone only.")


def _without_reason(outcome: dict[str, Any]) -> None:
    for issue in outcome["issue"]:
        issue.pop("diagnostics", None)


@breaks("PRV-GET-13", ProviderRecords.version)
def history_is_rewritten(original: Any, tx: Any, appointment_id: str, version: int) -> Any:
    """Earlier versions show what the current one holds.

    Every version shows what the current one holds, under its own number.
    """
    records = original.__self__
    asked, current = original(tx, appointment_id, version), records.current(tx, appointment_id)
    if asked is None or current is None:
        return asked
    meta = {**current.body["meta"], "versionId": str(version)}
    return replace(asked, status=current.status, body={**current.body, "meta": meta})


@breaks("PRV-GET-02", ProviderRecords.version)
def vread_gives_current(original: Any, tx: Any, appointment_id: str, version: int) -> Any:
    """A versioned read gives the current version."""
    return original.__self__.current(tx, appointment_id)


@breaks("FMT-14", ProviderRecords.current)
def ids_in_any_case(original: Any, tx: Any, appointment_id: str) -> Any:
    """Ids are looked up without regard to case."""
    return original(tx, appointment_id.lower())


@breaks("PRV-CAN-02", ProviderResources.cancelled_answer)
def new_id_on_cancel(original: Any, previous: Any, cancelled: dict[str, Any]) -> dict[str, Any]:
    """The answer to a cancellation has another id."""
    return {**original(previous, cancelled), "id": f"{previous.id[:-1]}x"}


@breaks("PRV-CAN-02", ProviderResources.cancelled_answer)
def cancel_answers_booked(original: Any, previous: Any, cancelled: dict[str, Any]) -> dict[str, Any]:
    """The answer to a cancellation shows it booked."""
    return {**original(previous, cancelled), "status": "booked"}


def _not_for(refused_action: str) -> Callable[..., Any]:
    def heeds(original: Any, action: str) -> bool:
        return action != refused_action and original(action)

    return heeds


def _scope(wanted: str, scope: str) -> Callable[..., Any]:
    def scopes(original: Any, interaction: str) -> frozenset[str]:
        return frozenset({scope}) if interaction == wanted else original(interaction)

    return scopes


@breaks("PRV-SAPT-01", ProviderRecords.find)
def search_finds_nothing(original: Any, tx: Any, query: Any, not_before: int) -> list[Any]:
    """The search for a patient's appointments finds none."""
    return []


@breaks(
    "PRV-SAPT-03",
    ProviderRecords.find,
    undecidable="A run cannot book in the past, so it has no past appointment to look for.",
)
def search_shows_past(original: Any, tx: Any, query: Any, not_before: int) -> Any:
    """The search for a patient's appointments shows past ones."""
    return original(tx, query, 0)


def _lacks(name: str, requirement: str, element: str) -> Fault:
    summary = f"An appointment that is read has no {element}."
    return rewriting(name, requirement, summary, with_body(without(element), done("read", "vread")))


AFTER_BOOKING: tuple[Fault, ...] = (
    _lacks("read-without-slot", "PRV-GET-05", "slot"),
    _lacks("read-without-description", "PRV-GET-05", "description"),
    _lacks("read-without-end", "PRV-GET-05", "end"),
    _lacks("read-without-created", "PRV-GET-05", "created"),
    rewriting(
        "read-without-birth-date",
        "PRV-GET-14",
        "The patient of an appointment that is read has no birthDate.",
        with_body(in_contained("Patient", without("birthDate")), done("read", "vread")),
    ),
    rewriting(
        "reads-show-another-id",
        "PRV-BOOK-08",
        "An appointment that is read has another id than the booking was given.",
        with_body(lambda body: body.update(id=f"{body['id']}-1"), done("read", "vread")),
    ),
    provider(
        "read-needs-write-scope",
        "PRV-GET-10",
        "Reads need the writing scope.",
        ProviderRules.scopes,
        _scope("read", SCOPE_APPOINTMENT_WRITE),
    ),
    rewriting(
        "refuses-without-reason",
        "PRV-CAN-13",
        "Another organisation's cancellation is refused without the reason.",
        with_body(_without_reason, lambda request, response: met("organisation-refused")),
    ),
    provider(
        "rebooks-on-retry",
        "PRV-XTI-03",
        "A repeated booking request books again.",
        ProviderRules.heeds_request_ids,
        _not_for("book"),
    ),
    provider(
        "cancels-with-used-id",
        "PRV-XTI-04",
        "A cancellation with a used X-Request-ID is accepted.",
        ProviderRules.heeds_request_ids,
        _not_for("cancel"),
    ),
)
