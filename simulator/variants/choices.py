"""Variants in what a system does, and in how it writes its resources."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from flask import Request, Response

from ..fault_making import done, provider, rewriting, without_header
from ..provider.records import ProviderRecords
from ..provider.resources import ProviderResources
from ..provider.rules import ProviderRules
from ..refusals import Rejected
from ..seams import Fault
from .times import SUMMER, slot_times

_CAP = 25


def _ask_nothing(original: Any, *arguments: Any) -> None:
    """Whatever there is, is right."""


def _no(original: Any, *arguments: Any) -> bool:
    return False


def _hundreds(original: Callable[..., int], *arguments: Any) -> int:
    return original(*arguments) + 100


def _only_the_booker(original: Any, current: Any, caller: Any) -> None:
    if caller.ods != current.organisation:
        raise Rejected("organisation-refused", "Only the organisation that booked may cancel.")


def _told_more(original: Callable[..., dict[str, Any]], row: Any) -> dict[str, Any]:
    return original(row) | {"comment": "Please ring the bell", "overbooked": False}


def _no_more_than(original: Any, *arguments: Any) -> Any:
    return original(*arguments)[:_CAP]


def _nothing_included(original: Any, *arguments: Any) -> list[Any]:
    return []


def _outcome_when_empty(
    original: Callable[..., dict[str, Any]], base: str, link: str, slots: Any, *others: Any
) -> dict[str, Any]:
    bundle = original(base, link, slots, *others)
    if not slots:
        issue = {"severity": "information", "code": "not-found", "diagnostics": "No slots are free."}
        outcome = {"resourceType": "OperationOutcome", "id": str(uuid.uuid4()), "issue": [issue]}
        bundle["entry"] = [{"resource": outcome, "search": {"mode": "outcome"}}]
    return bundle


def _current_only(original: Any, tx: Any, appointment_id: str, version: int) -> Any:
    stored = original(tx, appointment_id, version)
    current = original.__self__.current(tx, appointment_id)
    return stored if current is not None and current.version == version else None


def _same_id(request: Request, response: Response) -> None:
    given = request.headers.get("X-Request-ID")
    if given and len(given) <= 200:
        response.headers["X-Request-ID"] = given


CHOICES: tuple[Fault, ...] = (
    provider(
        "without-ssp-headers",
        "SSP-13",
        "Requests without the Ssp- headers are answered, as suits curl and generic clients.",
        ProviderRules.check_ssp_headers,
        _ask_nothing,
    ),
    provider(
        "unsigned-registry-tokens",
        "REG-21",
        "The registry is called with the unsigned token of the booking interface (CF-57).",
        ProviderRules.registry_token_is_signed,
        _no,
    ),
    provider(
        "keeps-cancelled-time",
        "PRV-CAN-20",
        "The time of a cancelled appointment is not offered again.",
        ProviderRules.slot_is_offered_again,
        _no,
    ),
    provider("versions-jump", "PRV-CAN-02", "Version ids go up in hundreds.", ProviderRules.next_version, _hundreds),
    provider(
        "only-the-booker-cancels",
        "PRV-CAN-14",
        "Both providers let only the booking organisation cancel.",
        ProviderRules.check_may_cancel,
        _only_the_booker,
    ),
    provider(
        "slots-in-another-zone",
        "FMT-19",
        "Slots have the offset +01:00 and milliseconds.",
        ProviderResources.slot,
        slot_times(SUMMER, "milliseconds"),
    ),
    provider(
        "slots-tell-more",
        "RES-ANY-01",
        "Slots have elements that the standard does not mention.",
        ProviderResources.slot,
        _told_more,
    ),
    provider(
        "caps-the-result",
        "PRV-SRCH-27",
        "A search gives at most 25 slots.",
        ProviderRecords.search_slots,
        _no_more_than,
    ),
    provider(
        "includes-nothing",
        "PRV-SRCH-16",
        "No _include is supported (SHOULD from 0.2.0 on).",
        ProviderResources.included,
        _nothing_included,
    ),
    provider(
        "outcome-when-empty",
        "PRV-SRCH-14",
        "An empty result explains itself in an OperationOutcome.",
        ProviderResources.slot_bundle,
        _outcome_when_empty,
    ),
    provider(
        "current-version-only",
        "PRV-GET-02",
        "Old versions are kept, but cannot be read (CF-78).",
        ProviderRecords.version,
        _current_only,
    ),
    rewriting("same-request-id", "PRV-XTI-01", "The server uses the consumer's X-Request-ID.", _same_id),
    rewriting(
        "no-location-on-cancel",
        "PRV-CAN-05",
        "A cancellation is answered without Location (CF-24).",
        without_header("Location", done("cancel")),
    ),
)
