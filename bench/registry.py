"""How a search by patient grows with the entries of the registry: 10^3, 10^5 and 10^6, on SQLite or elsewhere.

    python bench/registry.py [--database URL] [--calls N] [SIZE ...]

For each size: the time to answer a search by patient and by URL over HTTP, in the registry's storage alone,
and the time to register one more. Median and 95th percentile, in milliseconds. On SQLite and 2 busy cores
a search by patient took 4.7 / 8.5 ms over HTTP with 10^3 entries, 4.7 / 8.9 with 10^5 and 3.6 / 24.5 with 10^6,
of which 0.5 to 0.7 ms in storage: it does not grow, since both searches go through an index.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import requests
from sqlalchemy import insert
from uec_booking.harness.actors.tokens import claims, unsecured
from uec_booking.harness.settings.model import DEFAULT_ORGANISATIONS
from uec_booking.simulator import database as db
from uec_booking.simulator.registry.records import RegistryRecords
from uec_booking.standard.names import FHIR_JSON, NHS_NUMBER_SYSTEM, PATIENT_PARAMETER, URL_SYSTEM

SIZES = (1_000, 100_000, 1_000_000)
BATCH = 5_000
CALLS = 200
#: Entries of one patient, on average.
EACH = 4


def url(number: int) -> str:
    """The appointment that an entry points to."""
    return f"https://provider.example/STU3/1/booking/Appointment/{number}"


def patient(number: int) -> str:
    """A ten-digit number in the 999 range; the last digit is made right."""
    nine = f"999{number % 1_000_000:06d}"
    rest = 11 - sum(int(digit) * weight for digit, weight in zip(nine, range(10, 1, -1), strict=True)) % 11
    return nine + str(rest % 11) if rest != 10 else patient(number + 7)


def pointer(number: int, patients: int, now: datetime) -> dict[str, Any]:
    """One entry, of one of the patients, in the coming 30 days."""
    start = now + timedelta(minutes=15 * (number % 2880) + 60)
    actor = {"identifier": {"use": "official", "system": NHS_NUMBER_SYSTEM, "value": patient(number % patients)}}
    return {
        "resourceType": "Appointment",
        "identifier": [{"system": URL_SYSTEM, "value": url(number)}],
        "status": "booked",
        "start": start.isoformat(),
        "end": (start + timedelta(minutes=15)).isoformat(),
        "created": now.isoformat(),
        "participant": [{"actor": actor, "status": "accepted"}],
    }


def rows(first: int, last: int, patients: int, now: datetime) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """The rows of each entry in the two tables of the registry."""
    for number in range(first, last):
        body = pointer(number, patients, now)
        body |= {"id": f"bench-{number}", "meta": {"versionId": "1", "lastUpdated": now.isoformat()}}
        head = {
            "id": body["id"],
            "version": 1,
            "status": "booked",
            "nhs_number": patient(number % patients),
            "url": url(number),
            "start": int(datetime.fromisoformat(body["start"]).timestamp()),
        }
        version = {"id": body["id"], "version": 1, "stored_at": int(now.timestamp()), "body": json.dumps(body)}
        yield head, version


def fill(database: db.Database, size: int, patients: int, now: datetime) -> None:
    """Put that many entries in."""
    for first in range(0, size, BATCH):
        heads, versions = zip(*rows(first, min(first + BATCH, size), patients, now), strict=True)
        with database.write() as tx:
            tx.execute(insert(db.pointers), list(heads))
            tx.execute(insert(db.pointer_versions), list(versions))


def timed(call: Callable[[int], object], calls: int) -> tuple[float, float]:
    """Median and 95th percentile of so many calls, in milliseconds."""
    chance = random.Random(1)
    seconds = []
    for _ in range(calls):
        number = chance.randrange(10**9)
        started = time.perf_counter()
        call(number)
        seconds.append(time.perf_counter() - started)
    return statistics.median(seconds) * 1000, statistics.quantiles(seconds, n=20)[18] * 1000


def measure(size: int, database_url: str, folder: Path, calls: int) -> None:
    """Fill a storage to that size, serve it, and print what was measured."""
    now = datetime.now(UTC).replace(microsecond=0)
    patients = max(size // EACH, 1)
    where = database_url or f"sqlite:///{folder / f'{size}.db'}"
    database = db.Database(where)
    database.erase()
    started = time.perf_counter()
    fill(database, size, patients, now)
    filled = time.perf_counter() - started
    records = RegistryRecords(database)

    def in_storage(number: int) -> None:
        with database.read() as tx:
            assert records.by_patient(tx, patient(number % patients), int(now.timestamp()), None)

    storage = timed(in_storage, calls)
    database.close()
    config = folder / f"{size}.toml"
    command = [sys.executable, "-m", "uec_booking.simulator", "--port", "0", "--http", "--until-stdin-closes"]
    process = subprocess.Popen(
        [*command, "--database", where, "--write-config", str(config)], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL
    )
    try:
        while not config.exists():
            time.sleep(0.05)
        base = tomllib.loads(config.read_text())["registry"]["base_url"]
        session = requests.Session()
        session.trust_env = False
        good = claims(DEFAULT_ORGANISATIONS["first_111"], base, "patient/appointment.write")
        session.headers.update({"Authorization": f"Bearer {unsecured(good)}", "Accept": FHIR_JSON})

        def search(value: str, name: str) -> None:
            answer = session.get(f"{base}/Appointment", params={name: value}, timeout=30)
            assert answer.status_code == 200 and answer.json()["total"] >= 1, answer.text

        def register(number: int) -> None:
            body = pointer(size + number, patients, now)
            headers = {"Content-Type": f"{FHIR_JSON};charset=utf-8"}
            answer = session.post(f"{base}/Appointment", json=body, headers=headers, timeout=30)
            assert answer.status_code == 201, answer.text

        by_patient = timed(lambda n: search(f"{NHS_NUMBER_SYSTEM}|{patient(n % patients)}", PATIENT_PARAMETER), calls)
        by_url = timed(lambda n: search(f"{URL_SYSTEM}|{url(n % size)}", "identifier"), calls)
        registering = timed(register, calls)
    finally:
        process.communicate(timeout=30)
    cells = [f"{median:7.2f} /{high:7.2f}" for median, high in (storage, by_patient, by_url, registering)]
    print(f"{size:>9}  {'   '.join(cells)}   filled in {filled:.0f} s", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--database", default="", help="SQLAlchemy URL of a database that may be emptied")
    parser.add_argument("--calls", type=int, default=CALLS, metavar="N", help="calls of each sort (at least 2)")
    parser.add_argument("sizes", nargs="*", type=int, default=list(SIZES), metavar="SIZE")
    options = parser.parse_args()
    heads = ("patient, storage", "patient, HTTP", "URL, HTTP", "register, HTTP")
    print(f"{'entries':>9}  {'   '.join(f'{head:>16}' for head in heads)}   (median / 95th percentile, ms)")
    with tempfile.TemporaryDirectory() as folder:
        for size in options.sizes:
            measure(size, options.database, Path(folder), options.calls)


if __name__ == "__main__":
    main()
