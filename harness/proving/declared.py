"""Test patients as a real environment has them: declared in the settings, some of them with appointments before."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from ..actors import calls
from ..actors.appointment_body import booking
from ..actors.consumer import ConsumerSystem
from ..actors.patients import ENOUGH, as_declared, synthetic_nhs_number
from ..errors import SettingsError
from ..judging.recorder import Recorder
from ..scenario.slot_leases import slots_in
from ..settings import load
from ..settings.model import DeclaredPatient

#: Names as people have them, none of which synthetic patients have.
_FAMILIES = ("O'Test", "Test-Patient", "van der Test", "McTést")
_GIVENS = ("Zoë", "Anne-Marie", "Jo")


def declare(config: Path, count: int) -> None:
    """Write so many test patients into a settings file."""
    lines = [line for one in _patients(count) for line in _table(one)]
    with config.open("a", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")


def book_before(config: Path) -> None:
    """Book an appointment for each patient that a settings file declares, but for the one who needs to have none.

    Raises:
        SettingsError: the provider does not take them.
    """
    settings = load.load(config, environment_too=False)
    declared = settings.patients[:-1] if len(settings.patients) >= ENOUGH else settings.patients
    part = settings.part("provider")
    consumer = ConsumerSystem(settings, "first_111", Recorder("before the run"))
    now = datetime.now(UTC)
    try:
        service = part.service("later")
        search = calls.search_slots(service, now + timedelta(hours=6), now + timedelta(hours=12))
        # The last ones: a run takes the first that it finds.
        slots = slots_in(consumer.send(part, search), service)[::-1]
        if len(slots) < len(declared):
            raise SettingsError(f"{part.name} offers {len(slots)} slots for appointments before the run")
        for patient, slot in zip(declared, slots, strict=False):
            made = consumer.send(part, calls.book(booking(as_declared(patient), slot, settings.edition)))
            if made.status != 201:
                raise SettingsError(f"an appointment before the run was not booked: {made.summary()}")
    finally:
        consumer.close()


def _patients(count: int) -> Iterator[DeclaredPatient]:
    chance = random.Random(count)
    for index in range(count):
        yield DeclaredPatient(
            nhs_number="9990000018" if index == 0 else synthetic_nhs_number(chance),
            family=f"{_FAMILIES[index % len(_FAMILIES)]}",
            given=_GIVENS[index % len(_GIVENS)],
            gender=("female", "male", "unknown")[index % 3],
            birth_date=f"19{50 + index}-0{1 + index % 9}-17",
        )


def _table(one: DeclaredPatient) -> list[str]:
    keys = ("nhs_number", "family", "given", "gender", "birth_date")
    return ["", "[[patients]]", *(f'{key} = "{getattr(one, key)}"' for key in keys)]
