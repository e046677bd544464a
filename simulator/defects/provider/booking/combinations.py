"""Defects of booking that show only in company: of XML, of other bookings, of other elements."""

from __future__ import annotations

import json
from typing import Any

from flask import Request, Response, g
from sqlalchemy import select

from .... import database as db
from ....fault_making import breaks, interaction, rewriting, with_status
from ....provider.records import ProviderRecords
from ....provider.rules import ProviderRules
from ....seams import Fault
from ...building_blocks import answers_remembered, request_is_xml


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


@breaks("PRV-BOOK-12", ProviderRules.booking, near="FMT-02")
def bookings_in_xml_need_no_description(original: Any, body: Any) -> Any:
    """A booking in XML without a description is accepted.

    A booking in XML may lack its description.
    """
    return original({"description": "none", **body} if request_is_xml() else body)


@breaks("PRV-BOOK-10", ProviderRecords.claim_slot)
def same_patient_books_twice(original: Any, tx: Any, slot_id: str) -> bool:
    """A slot is booked again for the patient who has it.

    A second booking by the patient who has the slot is let through, as if it were a double click.
    """
    if original(tx, slot_id):
        return True
    participant = json.loads(g.raw_body)["participant"][0]
    number = participant["actor"].get("identifier", {}).get("value", "")
    held = original.__self__.of_patient(tx, number) if number else []
    return any(one.slot == slot_id and one.status == "booked" for one in held)


@breaks("PRV-BOOK-03", ProviderRules.check_cancel)
def frees_a_slot_twice(original: Any, current: Any, body: Any) -> None:
    """Cancelling a cancelled appointment frees its slot again, whoever has it by then.

    What is cancelled is cancelled once more, and frees its slot once more.
    """
    if current.status == "booked":
        original(current, body)


def _nothing_sent(request: Request, response: Response) -> bool:
    return interaction(request) == "book" and request.content_length in (None, 0) and response.status_code == 400


def _not_utf8(request: Request, response: Response) -> bool:
    return interaction(request) == "book" and b"\xff" in g.get("raw_body", b"") and response.status_code == 400


def _broken_xml(request: Request, response: Response) -> bool:
    asked = interaction(request) == "book" and "xml" in (request.content_type or "")
    return asked and response.status_code == 400


COMBINATIONS: tuple[Fault, ...] = (
    rewriting(
        "slot-searches-are-remembered",
        "PRV-BOOK-03",
        "Who makes the same slot search again gets the answer of the first time.",
        answers_remembered("slots"),
    ),
    rewriting(
        "empty-bodies-fail", "PRV-BOOK-13", "A booking without a body is a 500.", with_status(500, _nothing_sent)
    ),
    rewriting("odd-bytes-fail", "PRV-BOOK-13", "A body that is not UTF-8 is a 500.", with_status(500, _not_utf8)),
    rewriting("broken-xml-fails", "PRV-BOOK-13", "A body of broken XML is a 500.", with_status(500, _broken_xml)),
)
