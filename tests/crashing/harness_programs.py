"""What the harness writes down, in small: a log of bookings with its clearing up, and a stored run."""

from __future__ import annotations

import random
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from uec_booking.harness.actors import calls
from uec_booking.harness.actors.appointment_body import booking
from uec_booking.harness.actors.consumer import ConsumerSystem
from uec_booking.harness.actors.patients import synthetic_patient
from uec_booking.harness.bookkeeping.booking_log import FILE, BookingLog
from uec_booking.harness.cleanup.sweep import sweep, tidy
from uec_booking.harness.judging import run_storage
from uec_booking.harness.judging.observations import Run, ScenarioRecord
from uec_booking.harness.judging.recorder import Recorder
from uec_booking.harness.judging.run_file import Writer
from uec_booking.harness.scenario.slot_leases import slots_in
from uec_booking.harness.settings import load

#: What the stored run holds; long enough that a line is more than one write of a buffer.
SCENARIOS = tuple(f"features/provider/{name}.feature::{name} {'long ' * 2000}" for name in ("a", "b", "c"))
_MOMENT = "2026-01-01T00:00:00Z"


def booked(folder: Path, config: Path) -> None:
    """Two bookings; the first is cancelled as after a scenario, the second as at the end of a run."""
    settings = load.load(config)
    provider = settings.part("provider")
    for number in range(2):
        log = BookingLog(folder / FILE)
        consumer = ConsumerSystem(settings, "first_111", Recorder("crash"), log)
        since = datetime.now(UTC) + timedelta(hours=6)
        found = consumer.send(provider, calls.search_slots(provider.service("later"), since))
        slot = slots_in(found, provider.service("later"))[number]
        patient = synthetic_patient(random.Random())
        answer = consumer.send(provider, calls.book(booking(patient, slot, settings.edition)))
        assert answer.status == 201, answer.summary()
        consumer.close()
        if number == 0:
            tidy(log, settings)
    sweep(folder / FILE, settings)


def stored(folder: Path, told: Path) -> None:
    """A run of three scenarios; ``told`` gets the name of each that is known to be stored.

    As the command does, it goes on to the end where a scenario cannot be stored.
    """
    # So that it is compressed at its end, as a long run is.
    run_storage._WORTH_IT = 0
    writer, run = Writer(folder), Run(_MOMENT, _MOMENT, "1.0.0", "", {"provider": "provider"}, (), False)
    writer.begin(run)
    for name in SCENARIOS:
        with suppress(OSError):
            writer.scenario(ScenarioRecord(name, "Crash", name, "", (), (), 0.1, _MOMENT))
            with told.open("a", encoding="utf-8") as file:
                file.write(name + "\n")
    with suppress(OSError):
        writer.end(run)
