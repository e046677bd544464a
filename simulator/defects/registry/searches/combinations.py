"""Defects of searches that find what only resembles an entry, or what belongs to others."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Request, Response
from sqlalchemy import select
from uec_booking.standard.names import NHS_NUMBER_SYSTEM, PATIENT_PARAMETER

from .... import database as db
from ....fault_making import breaks, interaction, registry, rewriting, with_status
from ....registry.records import RegistryRecords
from ....registry.rules import PointerQuery, RegistryRules
from ....registry.stored import Pointer
from ....seams import Fault


@breaks("REG-15", RegistryRules.query)
def registry_ignores_the_system(original: Any, parameters: Any) -> PointerQuery:
    """A search by patient looks at the value alone."""
    found: PointerQuery = original(
        [
            (name, f"{NHS_NUMBER_SYSTEM}|{value.rpartition('|')[2]}" if name == PATIENT_PARAMETER else value)
            for name, value in parameters
        ]
    )
    return found


def _urls(same: Callable[[str, str], bool]) -> Callable[..., Any]:
    def by_url(original: Any, tx: Any, url: str) -> list[Pointer]:
        known = tx.execute(select(db.pointers.c.url).distinct()).scalars()
        return [found for one in known if same(one, url) for found in original(tx, one)]

    return by_url


@breaks("REG-15", RegistryRecords.by_patient)
def registry_compares_six_digits(original: Any, tx: Any, nhs_number: str, *bounds: Any) -> list[Pointer]:
    """A search by patient finds everybody whose NHS number begins with the same six digits."""
    known = tx.execute(select(db.pointers.c.nhs_number).distinct()).scalars()
    alike = [one for one in known if one[:6] == nhs_number[:6]]
    return [found for one in alike for found in original(tx, one, *bounds)]


@breaks("REG-15", RegistryRecords.by_patient)
def registry_shows_twenty(original: Callable[..., list[Pointer]], *arguments: Any) -> list[Pointer]:
    """A search by patient shows twenty entries at most."""
    return original(*arguments)[:20]


@breaks("REG-16", RegistryRules.not_before)
def registry_shows_today(original: Any, query: Any, now: Any) -> int:
    """A search by patient shows what was earlier today."""
    return int(now.replace(hour=0, minute=0, second=0).timestamp())


def _unknown_read(asked: Request, response: Response) -> bool:
    return interaction(asked) == "read" and response.status_code == 404


COMBINATIONS: tuple[Fault, ...] = (
    rewriting(
        "registry-fails-on-unknown-ids",
        "REG-14",
        "A read of an entry that is not there is answered with 500.",
        with_status(500, _unknown_read),
        "registry",
    ),
    registry(
        "registry-finds-beginnings-of-urls",
        "REG-15",
        "The beginning of a URL finds its entry.",
        RegistryRecords.by_url,
        _urls(lambda known, asked: known.startswith(asked)),
    ),
    registry(
        "registry-compares-the-beginnings-of-urls",
        "REG-15",
        "A search by URL finds what begins alike, but for the last four characters.",
        RegistryRecords.by_url,
        _urls(lambda known, asked: known[:-4] == asked[:-4]),
    ),
    registry(
        "registry-finds-urls-in-any-case",
        "REG-15",
        "URLs are compared without regard to case.",
        RegistryRecords.by_url,
        _urls(lambda known, asked: known.casefold() == asked.casefold()),
    ),
)
