"""A registry that is killed and started again in the middle of bookings and cancellations: nothing is lost or twice."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from ..support.simulator_client import Consumer, Simulator, booking, nhs_number, soon

BOOKINGS = 100
#: Seconds from its return within which every entry must be right.
SECONDS = 20.0


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Registry:
    """A simulator of which only the registry is used, always on the same port and with the same storage."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._options = ("--http", "--port", str(_free_port()), "--database", str(folder / "registry.db"))
        self.simulator = self._started()

    def _started(self) -> Simulator:
        return Simulator(self._folder, *self._options)

    def kill(self) -> None:
        """As a crash would end it."""
        self.simulator.close(kill=True)

    def restart(self) -> None:
        self.simulator = self._started()


@pytest.fixture
def registry(tmp_path: Path) -> Iterator[Registry]:
    found = Registry(tmp_path)
    yield found
    found.simulator.close()


@pytest.fixture
def providers(tmp_path: Path, registry: Registry) -> Iterator[Simulator]:
    """Providers that write to that registry, with tokens that it accepts."""
    url = registry.simulator.config["registry"]["base_url"]
    folder = tmp_path / "providers"
    folder.mkdir()
    simulator = Simulator(folder, "--http", "--registry-url", url, "--variant", "unsigned-registry-tokens")
    yield simulator
    simulator.close()


def test_every_entry_is_right_once_the_registry_is_back(registry: Registry, providers: Simulator) -> None:
    slots = providers.consumer().bookable(40)[:BOOKINGS]
    assert len(slots) == BOOKINGS
    done = threading.Semaphore(0)
    patients = [nhs_number() for _ in slots]
    assert len(set(patients)) == BOOKINGS

    def one(job: tuple[dict[str, object], str]) -> str:
        """A booking and its cancellation: 200 changes in all."""
        slot, patient = job
        consumer = providers.consumer()
        answer = consumer.book(booking(slot, patient))
        assert answer.status_code == 201, answer.text
        done.release()
        assert consumer.cancel(f"/Appointment/{answer.json()['id']}").status_code == 200
        done.release()
        return str(answer.json()["id"])

    with ThreadPoolExecutor(4) as pool:
        results = [pool.submit(one, job) for job in zip(slots, patients, strict=True)]
        _wait_for(done, BOOKINGS // 2)
        registry.kill()
        _wait_for(done, BOOKINGS // 2)
        registry.restart()
        ids = [result.result(timeout=60) for result in results]

    consumer = registry.simulator.registry()
    expected = [(patient, [("cancelled", identity)]) for patient, identity in zip(patients, ids, strict=True)]

    def entries() -> list[tuple[str, list[tuple[str, str]]]]:
        return [(patient, _entries(consumer, patient)) for patient in patients]

    assert soon(lambda: entries() == expected, SECONDS)
    assert providers.control("GET", "/registry/outbox").json() == {"waiting": [], "refused": []}


def _entries(consumer: Consumer, patient: str) -> list[tuple[str, str]]:
    """Status and appointment of each entry of the patient."""
    found = consumer.pointers(patient)
    return [(entry["status"], entry["identifier"][0]["value"].rpartition("/")[2]) for entry in found]


def _wait_for(done: threading.Semaphore, count: int) -> None:
    for _ in range(count):
        assert done.acquire(timeout=60)
