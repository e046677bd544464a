"""Defects of reading, searching for and cancelling appointments, and of retries."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from uec_booking.standard.names import SCOPE_APPOINTMENT_WRITE

from ..fault_making import (
    done,
    in_contained,
    met,
    provider,
    rewriting,
    undecidable,
    with_body,
    without,
)
from ..provider.records import ProviderRecords
from ..provider.resources import ProviderResources
from ..provider.rules import ProviderRules
from ..refusals import Refused
from ..seams import Fault


def _nothing(original: Any, *arguments: Any) -> None:
    """No check at all."""


def _if_match_present(original: Any, current: Any, if_match: str | None) -> None:
    if not if_match:
        original(current, if_match)


def _if_match_optional(original: Any, current: Any, if_match: str | None) -> None:
    if if_match:
        original(current, if_match)


def _nobody(original: Any, current: Any, caller: Any) -> None:
    raise Refused("organisation-refused", "Appointments are cancelled by telephone only.")


def _without_reason(outcome: dict[str, Any]) -> None:
    for issue in outcome["issue"]:
        issue.pop("diagnostics", None)


def _rewrite_history(original: Any, tx: Any, appointment_id: str, version: int) -> Any:
    """Every version shows what the current one holds, under its own number."""
    records = original.__self__
    asked, current = original(tx, appointment_id, version), records.current(tx, appointment_id)
    if asked is None or current is None:
        return asked
    meta = {**current.body["meta"], "versionId": str(version)}
    return replace(asked, status=current.status, body={**current.body, "meta": meta})


def _current_version(original: Any, tx: Any, appointment_id: str, version: int) -> Any:
    return original.__self__.current(tx, appointment_id)


def _any_case(original: Any, tx: Any, appointment_id: str) -> Any:
    return original(tx, appointment_id.lower())


def _new_id(original: Any, previous: Any, cancelled: dict[str, Any]) -> dict[str, Any]:
    return {**original(previous, cancelled), "id": f"{previous.id[:-1]}x"}


def _still_booked(original: Any, previous: Any, cancelled: dict[str, Any]) -> dict[str, Any]:
    return {**original(previous, cancelled), "status": "booked"}


def _not_for(refused_action: str) -> Callable[..., Any]:
    def heeds(original: Any, action: str) -> bool:
        return action != refused_action and original(action)

    return heeds


def _scope(wanted: str, scope: str) -> Callable[..., Any]:
    def scopes(original: Any, interaction: str) -> frozenset[str]:
        return frozenset({scope}) if interaction == wanted else original(interaction)

    return scopes


def _finds_nothing(original: Any, tx: Any, query: Any, not_before: int) -> list[Any]:
    return []


def _finds_past(original: Any, tx: Any, query: Any, not_before: int) -> Any:
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
    provider(
        "history-is-rewritten",
        "PRV-GET-13",
        "Earlier versions show what the current one holds.",
        ProviderRecords.version,
        _rewrite_history,
    ),
    provider(
        "vread-gives-current",
        "PRV-GET-02",
        "A versioned read gives the current version.",
        ProviderRecords.version,
        _current_version,
    ),
    rewriting(
        "reads-show-another-id",
        "PRV-BOOK-08",
        "An appointment that is read has another id than the booking was given.",
        with_body(lambda body: body.update(id=f"{body['id']}-1"), done("read", "vread")),
    ),
    provider(
        "ids-in-any-case", "FMT-14", "Ids are looked up without regard to case.", ProviderRecords.current, _any_case
    ),
    provider(
        "read-needs-write-scope",
        "PRV-GET-10",
        "Reads need the writing scope.",
        ProviderRules.scopes,
        _scope("read", SCOPE_APPOINTMENT_WRITE),
    ),
    provider(
        "cancel-may-change-anything",
        "PRV-CAN-07",
        "A cancellation with other changes is accepted.",
        ProviderRules.check_cancel,
        _nothing,
    ),
    provider(
        "cancel-of-any-version",
        "PRV-CAN-08",
        "A cancellation of an old version is accepted.",
        ProviderRules.check_version,
        _if_match_present,
    ),
    provider(
        "cancel-without-if-match",
        "PRV-CAN-09",
        "A cancellation without If-Match is accepted.",
        ProviderRules.check_version,
        _if_match_optional,
    ),
    provider(
        "nobody-may-cancel",
        "PRV-CAN-01",
        "Cancellations are refused to everybody.",
        ProviderRules.check_may_cancel,
        _nobody,
    ),
    rewriting(
        "refuses-without-reason",
        "PRV-CAN-13",
        "Another organisation's cancellation is refused without the reason.",
        with_body(_without_reason, lambda request, response: met("organisation-refused")),
    ),
    provider(
        "new-id-on-cancel",
        "PRV-CAN-02",
        "The answer to a cancellation has another id.",
        ProviderResources.cancelled_answer,
        _new_id,
    ),
    provider(
        "cancel-answers-booked",
        "PRV-CAN-02",
        "The answer to a cancellation shows it booked.",
        ProviderResources.cancelled_answer,
        _still_booked,
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
    provider(
        "search-finds-nothing",
        "PRV-SAPT-01",
        "The search for a patient's appointments finds none.",
        ProviderRecords.find,
        _finds_nothing,
    ),
    undecidable(
        provider(
            "search-shows-past",
            "PRV-SAPT-03",
            "The search for a patient's appointments shows past ones.",
            ProviderRecords.find,
            _finds_past,
        ),
        "A run cannot book in the past, so it has no past appointment to look for.",
    ),
)
