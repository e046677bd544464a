"""What the harness itself costs per exchange, beside a plain requests loop making the same exchanges.

    .venv/bin/python bench/exchange_cost.py [ROUNDS]

Both sides talk to one bundled world, in alternating blocks: search for slots, book, read, cancel. The harness
side records every exchange and checks the standing requirements on it. Prints the milliseconds an exchange
of each, and their ratio: the ratio is what counts, the times are those of the machine.
"""

from __future__ import annotations

import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import requests
from uec_booking.harness.actors import calls
from uec_booking.harness.actors.appointment_body import booking
from uec_booking.harness.actors.consumer import ConsumerSystem
from uec_booking.harness.actors.patients import synthetic_patient
from uec_booking.harness.bookkeeping.booking_log import FILE, BookingLog
from uec_booking.harness.checks.every_exchange.standing import standing_checks
from uec_booking.harness.judging.recorder import Recorder
from uec_booking.harness.running.local_simulator import bundled_world
from uec_booking.harness.scenario.booked import BookedAppointments
from uec_booking.harness.scenario.slot_leases import SlotLeases, slots_in
from uec_booking.harness.settings.model import Settings

BLOCK = 10


def main(rounds: int) -> None:
    with bundled_world() as settings, tempfile.TemporaryDirectory() as leases:
        slot_leases = SlotLeases(Path(leases))
        recorder = Recorder("bench", standing_checks(settings, BookedAppointments()))
        consumer = ConsumerSystem(settings, "first_111", recorder, BookingLog(Path(leases) / FILE))
        session = requests.Session()
        session.trust_env = False
        tls = settings.part("provider").tls
        session.verify, session.cert = tls.ca, (tls.client_certificate, tls.client_key)
        sides: dict[str, Callable[[calls.Call], dict]] = {
            "harness": lambda call: consumer.send(settings.part("provider"), call).resource,
            "plain requests": lambda call: _plain(session, settings, call),
        }
        spent: dict[str, list[float]] = {name: [] for name in sides}
        for _ in range(rounds):
            for name, send in sides.items():
                spent[name].append(_block(settings, slot_leases, consumer, send))
        consumer.close()
    milliseconds = {name: 1000 * statistics.median(times) for name, times in spent.items()}
    for name, value in milliseconds.items():
        print(f"{name:<15} {value:6.2f} ms an exchange (median of {rounds} blocks of {4 * BLOCK} exchanges)")
    print(f"ratio           {milliseconds['harness'] / milliseconds['plain requests']:6.2f}")


def _plain(session: requests.Session, settings: Settings, call: calls.Call) -> dict:
    sent = calls.addressed(call, settings.part("provider"), settings.organisations["first_111"], "bench")
    answer = session.request(sent.method, sent.url, headers=dict(sent.headers), data=sent.body or None, timeout=30)
    answer.raise_for_status()
    return answer.json()


def _block(
    settings: Settings, slot_leases: SlotLeases, consumer: ConsumerSystem, send: Callable[[calls.Call], dict]
) -> float:
    """Seconds an exchange over a block of search, book, read, cancel; finding the slots is not counted."""
    part = settings.part("provider")
    service = part.services["later"]
    now = datetime.now(UTC)
    window = (now + timedelta(hours=6), now + timedelta(hours=8))
    offered = slots_in(consumer.send(part, calls.search_slots(service, now + timedelta(hours=4), None)), service)
    slots = [slot for _ in range(BLOCK) if (slot := slot_leases.lease(part, offered)) is not None]
    patient = synthetic_patient(random.Random(1))
    bodies = [booking(patient, slot, settings.edition) for slot in slots]
    started = time.perf_counter()
    for body in bodies:
        send(calls.search_slots(service, *window))
        made = send(calls.book(body))
        path = f"{part.base_url}/Appointment/{made['id']}"
        seen = send(calls.read(path))
        etag = f'W/"{seen["meta"]["versionId"]}"'
        send(calls.cancel(path, {**seen, "status": "cancelled"}, etag))
    return (time.perf_counter() - started) / (4 * len(bodies))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10)
