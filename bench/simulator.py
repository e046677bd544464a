"""How fast the simulator answers, beside a bare Flask route on the same server that returns the same bytes.

    python bench/simulator.py [--calls N] [--slots N ...] [--prism COMMAND]

Slot searches of 12 and of 288 slots, in JSON and in XML, and bookings: the median and 95th percentile in milliseconds
at one kept connection, the milliseconds of a processor that each took, and both as shares of bare Flask's, block by
block in turn, so that both see the same machine: where others use it too, the processor tells more. Then the same
search of 12 slots with so many slots in the diaries (a search must not grow with what it does not show).
With ``--prism``, the command of Prism's mock server (``npm install @stoplight/prism-cli``), the same bytes
as an example of an OpenAPI document are asked from it too.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

from cheroot import wsgi
from flask import Flask, Response
from sqlalchemy import insert
from uec_booking.harness.actors import calls
from uec_booking.harness.actors.appointment_body import Slot, booking
from uec_booking.harness.actors.patients import synthetic_patient
from uec_booking.harness.fhir import bundle_resources
from uec_booking.harness.http.exchange import Sent
from uec_booking.harness.settings import load
from uec_booking.harness.settings.model import Settings
from uec_booking.simulator import database as db
from uec_booking.standard.names import FHIR_JSON, FHIR_XML

BLOCK = 25
#: As the simulator's server has it.
THREADS = 256
DIARIES = (1_000, 10_000, 100_000, 1_000_000)
BATCH = 20_000
#: How many slots a search shows.
SLOTS = (12, 288)


@dataclass(frozen=True)
class Asked:
    """A kind of request: how the next one is made, and an answer to it as the simulator gave it."""

    name: str
    make: Callable[[], Sent]
    status: int
    kind: str
    body: bytes


def rows(system: str, diary: str, first: datetime, count: int) -> Iterator[dict[str, object]]:
    """Free slots of a minute each, beginning at that time."""
    start = int(first.timestamp())
    for number in range(count):
        begins = start + 60 * number
        name = f"{diary}-m{begins // 60}"
        times = {"start": begins, "end": begins + 60, "status": "free"}
        yield {"system": system, "id": name, "identifier": f"bench-{name}"[-36:], "diary": diary, **times}


def fill(where: str, system: str, diary: str, first: datetime, count: int) -> None:
    """Put so many slots into a diary of the database."""
    database = db.Database(where)
    made = rows(system, diary, first, count)
    for size in [BATCH] * (count // BATCH) + [count % BATCH]:
        with database.write() as tx:
            batch = [next(made) for _ in range(size)]
            if batch:
                tx.execute(insert(db.slots), batch)
    database.close()


@contextmanager
def simulator(where: str, folder: Path) -> Iterator[tuple[Settings, int]]:
    """A world over plain HTTP on that database; yields its settings and the id of its process."""
    config = folder / "world.toml"
    config.unlink(missing_ok=True)
    command = [sys.executable, "-m", "uec_booking.simulator", "--port", "0", "--http", "--until-stdin-closes"]
    options = ["--database", where, "--write-config", str(config)]
    process = subprocess.Popen([*command, *options], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
    try:
        while not config.exists():
            time.sleep(0.05)
        yield load.load(config), process.pid
    finally:
        process.communicate(timeout=60)


@contextmanager
def bare(answers: Mapping[str, Asked]) -> Iterator[tuple[str, int]]:
    """A Flask app that returns what it holds, in a process of its own; yields its address and the process's id."""
    held = {name: (asked.status, asked.kind, asked.body.decode()) for name, asked in answers.items()}
    command = [sys.executable, __file__, "--serve"]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdin is not None and process.stdout is not None
    try:
        process.stdin.write(json.dumps(held) + "\n")
        process.stdin.flush()
        yield process.stdout.readline().strip(), process.pid
    finally:
        process.communicate(timeout=60)


def serve() -> None:
    """What ``bare`` starts: reads the answers from standard input, and ends when that ends."""
    held = json.loads(sys.stdin.readline())
    app = Flask(__name__)

    @app.route("/<name>", methods=["GET", "POST"])
    def answer(name: str) -> Response:
        status, kind, body = held[name]
        return Response(body, status, content_type=kind)

    server = wsgi.Server(("127.0.0.1", 0), app, numthreads=THREADS)
    server.nodelay = True
    server.prepare()
    print(f"http://127.0.0.1:{server.bind_addr[1]}", flush=True)
    threading.Thread(target=server.serve, daemon=True).start()
    sys.stdin.read()
    server.stop()


class Kept:
    """A connection that is kept, as cheap as Python has it, so that the server is most of what is measured."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._connection = HTTPConnection(parts.hostname or "", parts.port, timeout=60)

    def ask(self, method: str, target: str, headers: Mapping[str, str], body: bytes) -> tuple[int, str, bytes]:
        self._connection.request(method, target, body or None, headers)
        answer = self._connection.getresponse()
        return answer.status, answer.headers.get("Content-Type", ""), answer.read()


def sent_to(connection: Kept, sent: Sent, target: str = "") -> tuple[int, str, bytes]:
    """Send a request, or the same to another target."""
    path = target or sent.url.partition("//")[2].partition("/")[2].join(["/", ""])
    return connection.ask(sent.method, path, dict(sent.headers), sent.body)


def questions(settings: Settings, first: datetime, many: int) -> list[Asked]:
    """What is asked: searches from that time on, and bookings of one slot after the other."""
    part, organisation = settings.part("provider"), settings.organisations["first_111"]
    connection, chance = Kept(part.base_url), random.Random(1)
    service = part.services["later"]

    def search(count: int, form: str) -> Sent:
        call = replace(calls.search_slots(service, first, first + timedelta(minutes=count - 1)), format=form)
        return calls.addressed(call, part, organisation, str(uuid.uuid4()))

    _, _, answer = sent_to(connection, search(many, FHIR_JSON))
    offered = iter(bundle_resources(json.loads(answer), "Slot"))

    def book() -> Sent:
        slot = Slot(part.key, service, next(offered), first, first)
        body = booking(synthetic_patient(chance), slot, settings.edition)
        return calls.addressed(calls.book(body), part, organisation, str(uuid.uuid4()))

    asked = []
    kinds: list[tuple[str, int, Callable[[], Sent]]] = [
        (f"search of {count} slots, {name}", 200, partial(search, count, form))
        for count in SLOTS
        for name, form in (("JSON", FHIR_JSON), ("XML", FHIR_XML))
    ]
    for name, wanted, make in [*kinds, ("booking, JSON", 201, book)]:
        status, kind, body = sent_to(connection, make())
        if status != wanted:
            raise SystemExit(f"{name} was answered with {status}: {body[:500]!r}")
        asked.append(Asked(name, make, status, kind, body))
    return asked


def timed(asked: Asked, connection: Kept, target: str, calls_made: int) -> list[float]:
    """Milliseconds of each of so many requests; that each was answered as it has to be."""
    spent = []
    for _ in range(calls_made):
        sent = asked.make()
        started = time.perf_counter()
        status, _, body = sent_to(connection, sent, target)
        spent.append(1000 * (time.perf_counter() - started))
        if status != asked.status or (target and body != asked.body):
            raise SystemExit(f"{asked.name}: {target or 'the simulator'} answered {status}: {body[:300]!r}")
    return spent


def processor_ms(process: int) -> float:
    """Milliseconds of a processor that a process has used, its threads included; 0 where the system does not say."""
    try:
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return 1000 * (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def shown(spent: list[float]) -> str:
    return f"{statistics.median(spent):8.2f} /{statistics.quantiles(spent, n=20)[18]:8.2f}"


def compare(where: str, folder: Path, many: int, prism: str) -> None:
    """The table of requests: the simulator, bare Flask, and Prism where it is given."""
    first = _midnight() + timedelta(days=9)
    # A booking is made up for each place, though only one of them books.
    free = max(4 * many, SLOTS[-1])
    fill(where, "utc", "utc-diary-1", first, free)
    with simulator(where, folder) as (settings, pid):
        asked = questions(settings, first, free)
        targets = {f"/{number}": one for number, one in enumerate(asked)}
        with (
            bare({target[1:]: one for target, one in targets.items()}) as flask,
            mocked(prism, targets, folder) as mock,
        ):
            places = {"simulator": (settings.part("provider").base_url, pid), "bare Flask": flask}
            places |= {"Prism": mock} if mock[0] else {}
            print("median / 95th percentile in ms, and ms of a processor")
            print(" " * 28 + "".join(f"{name:>27}" for name in places) + "   share of rate, of processor")
            for target, one in targets.items():
                _row(target, one, places, many)


def _row(target: str, one: Asked, places: Mapping[str, tuple[str, int]], many: int) -> None:
    """One line of the table of requests."""
    spent: dict[str, list[float]] = {name: [] for name in places}
    used = dict.fromkeys(places, 0.0)
    connections = {name: Kept(url) for name, (url, _) in places.items()}
    for _ in range(max(many // BLOCK, 1)):
        for name, (_, process) in places.items():
            at = "" if name == "simulator" else target
            before = processor_ms(process)
            spent[name] += timed(one, connections[name], at, min(many, BLOCK))
            used[name] += processor_ms(process) - before
    each = {name: used[name] / len(spent[name]) for name in places}
    medians = {name: statistics.median(times) for name, times in spent.items()}
    others = list(places)[1:]
    shares = [
        f"{medians[name] / medians['simulator']:.2f}, {each[name] / max(each['simulator'], 0.01):.2f} {name}"
        for name in others
    ]
    cells = "".join(f"{shown(times):>20}{each[name]:7.2f}" for name, times in spent.items())
    print(f"{one.name:<28}{cells}   {'; '.join(shares)}", flush=True)


def grow(where: str, folder: Path, many: int, sizes: list[int]) -> None:
    """The search of 12 slots, with more and more slots in the diary that it does not ask for."""
    present = 0
    for size in sorted(sizes):
        fill(where, "utc", "utc-diary-1", _midnight() + timedelta(days=100, minutes=present), size - present)
        present = size
        with simulator(where, folder) as (settings, _):
            asked = questions(settings, _midnight() + timedelta(days=9), SLOTS[-1])[0]
            spent = timed(asked, Kept(settings.part("provider").base_url), "", many)
        print(f"{size:>9} slots in the diary        {shown(spent):>19}", flush=True)


@contextmanager
def mocked(command: str, targets: Mapping[str, Asked], folder: Path) -> Iterator[tuple[str, int]]:
    """Prism with the same bytes as examples; yields its address and process, or no address without a command."""
    if not command:
        yield "", 0
        return
    paths: dict[str, object] = {}
    for target, one in targets.items():
        media = one.kind.partition(";")[0]
        example = json.loads(one.body) if "json" in media else one.body.decode()
        answers = {str(one.status): {"description": one.name, "content": {media: {"example": example}}}}
        operation: dict[str, object] = {"responses": answers}
        if one.status == 201:
            operation["requestBody"] = {"content": {media: {"schema": {"type": "object"}}}}
        paths[target] = {"post" if one.status == 201 else "get": operation}
    document = folder / "openapi.json"
    document.write_text(json.dumps({"openapi": "3.0.3", "info": {"title": "x", "version": "1"}, "paths": paths}))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = ["mock", "--host", "127.0.0.1", "--port", str(port), "--verboseLevel", "silent", str(document)]
    process = subprocess.Popen([command, *options], stdout=subprocess.DEVNULL)
    try:
        while process.poll() is None:
            with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}", process.pid
    finally:
        process.terminate()
        process.wait(timeout=60)


def _midnight() -> datetime:
    return datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--calls", type=int, default=200, metavar="N", help="requests of each kind (at least 2)")
    parser.add_argument("--slots", type=int, nargs="*", default=list(DIARIES), metavar="N", help="sizes of the diary")
    parser.add_argument("--prism", default="", metavar="COMMAND", help="Prism's command, to be measured too")
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve:
        serve()
        return
    print(f"load average {os.getloadavg()[0]:.1f}, {os.cpu_count()} cores, {datetime.now(UTC):%d %B %Y}")
    with tempfile.TemporaryDirectory() as folder:
        where = f"sqlite:///{Path(folder) / 'world.db'}"
        compare(where, Path(folder), options.calls, options.prism)
        grow(where, Path(folder), options.calls, options.slots)


if __name__ == "__main__":
    main()
