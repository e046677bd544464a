"""Defects beside the usual path: what else a change touches, what is remembered, what only XML or a second shows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from flask import Request, Response, request
from sqlalchemy import select

from .. import database as db
from ..fault_making import breaks, done, provider, rewriting
from ..provider.records import ProviderRecords
from ..provider.rules import ProviderRules
from ..seams import Fault

_MINUTE = 60


@breaks("PRV-BOOK-03", ProviderRecords.store_cancel, near="PRV-BOOK-08")
def cancelling_frees_the_slots_of_others(original: Any, tx: Any, old: Any, body: Any, at: int, free_slot: bool) -> None:
    """A cancellation frees the slots of all other appointments, too.

    The slots of all who are booked become free, not only that of who is not any more.
    """
    original(tx, old, body, at, free_slot)
    records, table = original.__self__, db.appointments
    booked = select(table.c.slot).where(
        table.c.system == records.provider.key, table.c.status == "booked", table.c.id != old.id
    )
    for slot in tx.scalars(booked).all():
        records.release_slot(tx, slot)


def _remembered(wanted: str) -> Callable[[Request, Response], None]:
    """The answer to a search is given again to who asks the same."""
    known: dict[tuple[str, str], bytes] = {}

    def rewrite(request: Request, response: Response) -> None:
        if done(wanted)(request, response) and "Content-Encoding" not in response.headers:
            key = (request.full_path, response.headers.get("Content-Type", ""))
            response.set_data(known.setdefault(key, response.get_data()))

    return rewrite


def _bounds(lower: Callable[[int], int], upper: Callable[[int], int]) -> Callable[..., Any]:
    """Searches have other bounds than were asked for; the upper one is the first second that is out."""

    def slot_query(original: Any, parameters: Any, now: Any) -> Any:
        query = original(parameters, now)
        earliest = None if query.earliest is None else lower(query.earliest)
        return replace(query, earliest=earliest, before=None if query.before is None else upper(query.before))

    return slot_query


def _same(second: int) -> int:
    return second


def _is_xml() -> bool:
    return "xml" in (request.content_type or "")


@breaks("PRV-BOOK-12", ProviderRules.booking, near="FMT-02")
def bookings_in_xml_need_no_description(original: Any, body: Any) -> Any:
    """A booking in XML without a description is accepted.

    A booking in XML may lack its description.
    """
    return original({"description": "none", **body} if _is_xml() else body)


@breaks("PRV-CAN-09", ProviderRules.check_version, near="FMT-02")
def cancellations_in_xml_need_no_version(original: Any, current: Any, if_match: str | None) -> None:
    """A cancellation in XML without If-Match is accepted."""
    if if_match or not _is_xml():
        original(current, if_match)


BESIDE: tuple[Fault, ...] = (
    rewriting(
        "slot-searches-are-remembered",
        "PRV-BOOK-03",
        "Who makes the same slot search again gets the answer of the first time.",
        _remembered("slots"),
    ),
    rewriting(
        "appointment-searches-are-remembered",
        "PRV-SAPT-01",
        "Who searches for a patient's appointments again gets the answer of the first time.",
        _remembered("search"),
    ),
    provider(
        "bounds-to-the-minute",
        "PRV-SRCH-04",
        "The bounds of a search are widened to whole minutes.",
        ProviderRules.slot_query,
        _bounds(lambda s: s // _MINUTE * _MINUTE, lambda s: -(-s // _MINUTE) * _MINUTE + 1),
    ),
    provider(
        "upper-bound-is-left-out",
        "PRV-SRCH-04",
        "What starts at the upper bound of a search is not found.",
        ProviderRules.slot_query,
        _bounds(_same, lambda second: second - 1),
    ),
    provider(
        "lower-bound-is-left-out",
        "PRV-SRCH-04",
        "What starts at the lower bound of a search is not found.",
        ProviderRules.slot_query,
        _bounds(lambda second: second + 1, _same),
    ),
)
