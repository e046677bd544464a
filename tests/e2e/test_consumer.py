"""Runs of a consumer under test, through each of its doors."""

from __future__ import annotations

import json
import shlex
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
import trustme

from ..support.program import assured, results, uec
from ..support.within import here

Settings = Callable[..., Path]
DESK = [sys.executable, "-m", "uec_booking.simulator.consumer"]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Writes a settings file with a consumer alone, by its door."""

    def write(door: str, *more: str) -> Path:
        file = tmp_path / "consumer.toml"
        lines = [
            'capabilities = ["registry"]',
            "[consumer]",
            'name = "a desk"',
            door,
            *more,
            'first = { asid = "918999198101", ods = "X9A01" }',
            'second = { asid = "918999198102", ods = "X9A02" }',
        ]
        file.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return file

    return write


def desk(tmp_path: Path, *options: str, door: str = "lines") -> str:
    command = [*DESK, door, "--memory", str(tmp_path / "desk.db"), *options]
    return f"command = {json.dumps(command)}"


def verdicts(folder: Path) -> dict[str, str]:
    return {one["id"]: one["verdict"] for one in results(folder)["requirements"]}


def test_a_consumer_alone_is_judged_and_nothing_else(settings: Settings, tmp_path: Path) -> None:
    file = settings(desk(tmp_path), "keeps_running = true")
    done = assured("--config", file, "--only", "CON-REB-01 or SDS-* or PRV-BOOK-01", "--out", tmp_path / "out")
    assert done.status == 0, done.out + done.err
    found = results(tmp_path / "out")
    assert found["system"]["under_test"] == {"consumer": "consumer"}
    # One of the scenarios of CON-REB-01 cancels what no 111 service has booked.
    assert found["consumer_level"] == 4
    judged = {one["id"]: one for one in found["requirements"] if one["verdict"] not in ("NOT-APPLICABLE", "TO-ATTEST")}
    assert {one["role"] for one in judged.values()} <= {"consumer", "any"}
    assert verdicts(tmp_path / "out")["CON-REB-02"] == "PASS"
    assert verdicts(tmp_path / "out")["PRV-BOOK-01"] == "NOT-APPLICABLE"


@pytest.mark.parametrize("defect", ["cancels-without-confirmation", "shows-success-at-a-conflict"])
def test_a_fault_of_the_consumer_is_its_own(defect: str, settings: Settings, tmp_path: Path) -> None:
    file = settings(desk(tmp_path, "--defect", defect), "keeps_running = true")
    only = "CON-REB-01 or CON-CAN-07"
    done = assured("--config", file, "--only", only, "--out", tmp_path / "out")
    assert done.status == 1, done.out + done.err
    blamed = {"cancels-without-confirmation": "WKF-06", "shows-success-at-a-conflict": "CON-CAN-07"}[defect]
    assert [name for name, verdict in verdicts(tmp_path / "out").items() if verdict == "FAIL"] == [blamed]


def test_a_command_for_each_task_does_as_well(settings: Settings, tmp_path: Path) -> None:
    """One that asks for tokens of the registry as it was configured to, once and for all."""
    own = 'registry_client = { client_id = "our-desk", client_secret = "kept" }'
    told = ("--registry-client-id", "our-desk", "--registry-client-secret", "kept")
    file = settings(desk(tmp_path, *told, door="call"), own)
    done = assured("--config", file, "--only", "CON-BOOK-11 or REG-24", "--out", tmp_path / "out")
    assert done.status == 0, done.out + done.err
    found = verdicts(tmp_path / "out")
    assert (found["CON-BOOK-11"], found["REG-21"], found["REG-24"]) == ("PASS", "PASS", "PASS")


@pytest.mark.parametrize(
    ("program", "told"),
    [
        ("import sys; sys.exit(7)", "without answer"),
        ("print('Traceback (most recent call last):')", "not JSON"),
        ("print('{}')", "not as the contract has it"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "without answer"),
        ("import sys; print('no network', file=sys.stderr)", "no network"),
        ("import time; time.sleep(60)", "no answer came within"),
    ],
)
def test_a_driver_that_breaks_says_nothing_of_the_consumer(
    program: str, told: str, settings: Settings, tmp_path: Path
) -> None:
    """Inconclusive, with the last words of the driver; never a failure, whatever its exit status."""
    door = f"command = {json.dumps([sys.executable, '-c', program])}"
    file = settings(door, "seconds = 1")
    done = assured("--config", file, "--only", "CON-BOOK-11", "--out", tmp_path / "out")
    assert done.status == 2, done.out + done.err
    assert verdicts(tmp_path / "out")["CON-BOOK-11"] == "INCONCLUSIVE"
    assert told in " ".join(done.out.split())
    assert "Traceback (most recent call last)" not in done.err


def test_a_consumer_shows_certificates_of_its_own_authority_and_asks_sds_over_tls(
    settings: Settings, tmp_path: Path
) -> None:
    authority, told = trustme.CA(), tmp_path / "sds.txt"
    authority.cert_pem.write_to_path(str(tmp_path / "clients.pem"))
    made, files = authority.issue_cert("desk.example"), (tmp_path / "desk.pem", tmp_path / "desk-key.pem")
    made.cert_chain_pems[0].write_to_path(str(files[0]))
    made.private_key_pem.write_to_path(str(files[1]))
    shown = ("--client-certificate", str(files[0]), "--client-key", str(files[1]))
    program = shlex.join([*DESK, "lines", "--memory", str(tmp_path / "desk.db"), *shown])
    command = json.dumps(["sh", "-c", f'echo "$UEC_BOOKING_SDS_URL" > {shlex.quote(str(told))}; exec {program}'])
    file = settings(f"command = {command}", "keeps_running = true", 'client_ca = "clients.pem"', "ldaps = true")
    done = assured("--config", file, "--only", "SEC-36 or REG-22", "--out", tmp_path / "out")
    assert done.status == 0, done.out + done.err
    # Where the authority were not asked for, a statement would be due; where it were not trusted, both would fail.
    found = verdicts(tmp_path / "out")
    assert (found["SEC-36"], found["REG-22"]) == ("PASS", "PASS")
    assert told.read_text(encoding="utf-8").startswith("ldaps://")


def test_a_command_that_is_not_there_is_a_wrong_setting(settings: Settings, tmp_path: Path) -> None:
    file = settings('command = ["no-such-program-of-ours"]')
    done = assured("--config", file, "--only", "CON-BOOK-11", "--out", tmp_path / "out")
    assert done.status in (2, 3)
    assert "no-such-program-of-ours" in done.out + done.err


@pytest.mark.parametrize(
    ("door", "told"),
    [
        ("", "none is named"),
        ('command = ["x"]\nwebhook = "http://localhost:1"', "two are named"),
        ("command = []", "none is named"),
        ('command = "desk"', "command"),
    ],
)
def test_a_consumer_has_one_door(door: str, told: str, settings: Settings, tmp_path: Path) -> None:
    done = here("assure", "--config", settings(door), "--out", tmp_path / "out")
    assert done.status == 3
    assert told in done.paragraph()


@contextmanager
def hook(answer: Callable[[dict[str, str]], tuple[int, bytes]]) -> Iterator[str]:
    """A webhook of somebody else's making."""

    class Hook(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            task = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            status, body = answer(task)
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Hook)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/tasks"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.mark.parametrize(
    ("asked", "also", "status", "verdict"),
    [("CON-BOOK-11", [], 2, "NOT-APPLICABLE"), ("CON-CAN-08", ["CON-CAN-09", "CON-BOOK-05"], 1, "FAIL")],
    ids=["a-condition", "an-ability"],
)
def test_what_a_hook_does_not_support(
    settings: Settings, tmp_path: Path, asked: str, also: list[str], status: int, verdict: str
) -> None:
    """It is not applicable, unless it is an ability that the standard demands; what follows from that is not blamed."""

    def answer(task: dict[str, str]) -> tuple[int, bytes]:
        said = {"contract": 1, "task": task["task"], "outcome": "unsupported", "why": "No bookings yet.", "events": []}
        return 200, json.dumps(said).encode()

    with hook(answer) as url:
        done = assured("--config", settings(f'webhook = "{url}"'), "--only", asked, "--out", tmp_path / "o")
    assert done.status == status, done.out + done.err
    found = verdicts(tmp_path / "o")
    assert found[asked] == verdict
    assert "FAIL" not in [found[one] for one in also]


def test_a_hook_that_fails_is_inconclusive(settings: Settings, tmp_path: Path) -> None:
    with hook(lambda task: (500, b"<h1>Internal Server Error</h1>")) as url:
        done = assured("--config", settings(f'webhook = "{url}"'), "--only", "CON-BOOK-11", "--out", tmp_path / "o")
    assert done.status == 2, done.out + done.err
    assert verdicts(tmp_path / "o")["CON-BOOK-11"] == "INCONCLUSIVE"
    assert "500" in done.out


def test_the_doctor_says_how_far_a_consumer_comes(settings: Settings, tmp_path: Path) -> None:
    done = uec("doctor", "--config", settings(desk(tmp_path), "keeps_running = true"))
    assert done.status == 0, done.out + done.err
    for leg in ("the door", "DoS", "SDS", "SSP", "slots", "a booking"):
        assert f"consumer: {leg}: " in done.out
    # The claim says here that the consumer searches a registry, and that is the world's.
    assert "will decide nothing" not in done.out


def test_the_doctor_names_the_leg_that_was_not_reached(settings: Settings, tmp_path: Path) -> None:
    """A desk that cannot get at the Spine Directory, as behind a firewall."""
    file = settings(desk(tmp_path, "--sds-url", "ldap://localhost:1"), "keeps_running = true")
    done = uec("doctor", "--config", file)
    assert done.status == 3, done.out + done.err
    wrong = [line for line in done.out.splitlines() if line.startswith("WRONG")]
    assert len(wrong) == 1
    assert wrong[0].startswith("WRONG consumer: SDS: nothing came to ldap://")
