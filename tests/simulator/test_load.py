"""Many consumers at once on a database in a file: no slot twice, no booking lost."""

from __future__ import annotations

import random
import socket
import sqlite3
import ssl
import threading
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

import pytest

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


def _connect(address: tuple[str, int]) -> socket.socket:
    return socket.create_connection(address, timeout=10)


def _shake_hands(address: tuple[str, int]) -> socket.socket:
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context.wrap_socket(_connect(address))


def _begin_a_request(address: tuple[str, int]) -> socket.socket:
    connection = _shake_hands(address)
    connection.sendall(b"GET /utc/STU3/1/booking/metadata HTTP/1.1\r\nHost: localhost\r\nX-Slow: ")
    return connection


@pytest.mark.parametrize("stall", [_connect, _shake_hands, _begin_a_request])
def test_two_hundred_clients_that_stall_keep_nobody_out(
    launch: Callable[..., Simulator], stall: Callable[[tuple[str, int]], socket.socket]
) -> None:
    world = launch()
    base = world.config["provider"]["base_url"]
    address = (str(urlsplit(base).hostname), urlsplit(base).port or 0)
    with ExitStack() as stalled:
        for _ in range(200):
            stalled.enter_context(stall(address))
        # Without a token: that it is answered at all is what counts, and before any of those that stall is given up.
        assert world.session.get(f"{base}/metadata", timeout=10).status_code in (401, 403)
