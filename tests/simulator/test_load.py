"""Many consumers at once on a database in a file: no slot twice, no booking lost."""

from __future__ import annotations

import random
import socket
import sqlite3
import threading
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from ..support.simulator_client import Simulator, booking, soon

THREADS = 50
ATTEMPTS = 200
SLOTS = 500


def test_ten_thousand_tries_at_five_hundred_slots(launch: Callable[..., Simulator], tmp_path: Path) -> None:
    file = tmp_path / "load.db"
    world = launch("--http", "--database", str(file))
    slots = world.consumer().bookable(48)[:SLOTS]
    assert len(slots) == SLOTS
    won: list[tuple[str, str]] = []
    statuses: Counter[int] = Counter()
    lock = threading.Lock()

    def work(seed: int) -> None:
        consumer = world.consumer(organisation=("first_111", "second_111", "other")[seed % 3])
        order = random.Random(seed).sample(slots, ATTEMPTS)
        for slot in order:
            answer = consumer.book(booking(slot, consumer.patient))
            with lock:
                statuses[answer.status_code] += 1
                if answer.status_code == 201:
                    won.append((slot["id"], answer.json()["id"]))

    threads = [threading.Thread(target=work, args=(number,)) for number in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    assert statuses.keys() == {201, 409}
    assert sum(statuses.values()) == THREADS * ATTEMPTS
    # Every slot that was tried went once; with 20 tries at each on average that is all of them.
    assert len({slot for slot, _ in won}) == len(won)
    soon(lambda: world.control("GET", "/registry/outbox").json()["waiting"] == [], seconds=120)
    world.close()

    with sqlite3.connect(file) as stored:
        booked = set(stored.execute("select slot, id from appointments where status = 'booked'"))
        busy = {row[0] for row in stored.execute("select id from slots where status = 'busy'")}
        pointers = stored.execute("select count(*) from pointers").fetchone()[0]
    assert booked == set(won)
    assert busy == {slot for slot, _ in won}
    assert pointers == len(won)


def test_a_client_that_connects_and_says_nothing_keeps_nobody_out(launch: Callable[..., Simulator]) -> None:
    world = launch()
    base = world.config["provider"]["base_url"]
    with socket.create_connection((urlsplit(base).hostname, urlsplit(base).port), timeout=10):
        # Without a token: that it is answered at all is what counts.
        assert world.session.get(f"{base}/metadata", timeout=15).status_code in (401, 403)
