"""Several processes as one world, at one port and over one PostgreSQL."""

from __future__ import annotations

import socket
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from ..support.postgresql import URL, VARIABLE, schema
from ..support.simulator_client import Consumer, Simulator, booking, nhs_number, soon

SLOTS = 6


@pytest.fixture
def both(tmp_path: Path) -> Iterator[tuple[Simulator, Simulator]]:
    """Two processes that begin at the same time."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = str(free.getsockname()[1])
    with schema() as url, ThreadPoolExecutor() as pool:
        options = ("--port", port, "--http", "--share-port", "--database", url)
        first, second = pool.map(lambda _: Simulator(tmp_path, *options), range(2))
        yield first, second
        for one in (first, second):
            if one.process.poll() is None:
                assert (one.close(), one.said) == (0, "")


def consumers(world: Simulator, count: int) -> list[Consumer]:
    """So many, each with a patient."""
    # Each request makes a connection, so that it may come to either process.
    world.session.headers["Connection"] = "close"
    made = [world.consumer() for _ in range(count)]
    for one in made:
        one.patient = nhs_number()
    return made


@pytest.mark.skipif(not URL, reason=f"no PostgreSQL server: {VARIABLE} names no database")
def test_a_slot_goes_once_and_the_registry_hears_of_it_once(both: tuple[Simulator, Simulator]) -> None:
    world, other = both
    every = consumers(world, 4 * SLOTS)
    slots = every[0].bookable()[:SLOTS]
    wanted = [(one, slots[number % SLOTS]) for number, one in enumerate(every)]
    with ThreadPoolExecutor(len(every)) as pool:
        answers = list(pool.map(lambda pair: pair[0].book(booking(pair[1], pair[0].patient)), wanted))
    assert Counter(answer.status_code for answer in answers) == {201: SLOTS, 409: len(every) - SLOTS}
    booked = [one for one, answer in zip(every, answers, strict=True) if answer.status_code == 201]
    registry = world.registry()
    soon(lambda: all(len(registry.pointers(one.patient)) == 1 for one in booked))
    # What one process booked the other reads and cancels, also when the other is killed.
    other.close(kill=True)
    for one, answer in zip(every, answers, strict=True):
        if answer.status_code == 201:
            assert one.cancel(answer.headers["Location"].partition("/_history")[0]).status_code == 200
    soon(lambda: all(registry.pointers(one.patient)[0]["status"] == "cancelled" for one in booked))
