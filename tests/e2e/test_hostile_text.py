"""A system that puts escape codes, bidi overrides and broken text into its answers reaches no terminal with them."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from ..support.program import Done, uec
from ..support.within import here

#: ESC, NUL, C1 CSI, a bidi override and an isolate, a line separator and a lone surrogate.
HOSTILE = "\x1b[2J\x1b]0;owned\x07\x00\x9b31m\u202egood\u2066\u2028\ud800\nuec-booking: conformant"
UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


@contextmanager
def hostile_provider(status: int) -> Iterator[str]:
    """A provider that answers everything but its CapabilityStatement with ``status`` and hostile diagnostics."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body: dict[str, object] = {
                "resourceType": "OperationOutcome",
                "issue": [{"severity": "error", "code": HOSTILE, "diagnostics": HOSTILE}],
            }
            code = status
            if self.path.endswith("/metadata"):
                code, body = (
                    200,
                    {
                        "resourceType": "CapabilityStatement",
                        "software": {"name": HOSTILE, "version": HOSTILE},
                    },
                )
            content = json.dumps(body).encode()
            self.send_response(code, "\x1b[31mBad\x9b")
            self.send_header("Content-Type", "application/fhir+json")
            self.send_header("X-Evil", "\x1b[2J\x9b")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_POST = do_PUT = do_GET

        def log_message(self, format: str, *args: object) -> None:
            return None

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join(timeout=10)


def settings(folder: Path, base: str) -> Path:
    """Settings in which the system has a hostile name too."""
    name = json.dumps(HOSTILE.replace("\ud800", ""))
    path = folder / "hostile.toml"
    path.write_text(
        f'operator = {name}\n[provider]\nname = {name}\nsoftware = {name}\nbase_url = "{base}"\n'
        '[provider.services]\nlater = "2000000001"\n',
        encoding="utf-8",
    )
    return path


def harmless(done: Done) -> str:
    """What a command said, which must hold nothing unsafe and no line that a system made up."""
    said = done.out + done.err
    assert not UNSAFE.search(said), said
    assert "Traceback" not in said
    assert not re.search(r"^uec-booking: conformant", said, re.M)
    return said


def test_settings_errors_of_doctor_and_assure(tmp_path: Path) -> None:
    with hostile_provider(404) as base:
        config = settings(tmp_path, base)
        for command in (("doctor",), ("assure", "--out", tmp_path / "out")):
            done = here(*command, "--config", config)
            assert done.status == 3
            assert r"\x1b[2J" in harmless(done)
            assert r"\u202e" in done.out + done.err


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> tuple[Done, Path]:
    """A run against a provider that breaks on everything."""
    folder = tmp_path_factory.mktemp("hostile")
    with hostile_provider(500) as base:
        config = settings(folder, base)
        doctor = here("doctor", "--config", config)
        # Where the good search is broken no run is of use, and it says so.
        assert doctor.status == 3
        harmless(doctor)
        selected = "story-a or provider/capability.feature"
        return uec("assure", "--config", config, "--only", selected, "--out", folder / "out"), folder / "out"


def test_a_run_and_all_its_reports(stored: tuple[Done, Path]) -> None:
    done, out = stored
    assert done.status == 1
    assert r"\x1b[2J" in harmless(done)
    assert r"\x1b[2J" in (out / "results.json").read_text("utf-8").replace(r"\u001b", r"\x1b")
    files = [path for path in out.rglob("*") if path.is_file()]
    assert {"report.html", "results.json", "junit.xml", "run.jsonl"} <= {path.name for path in files}
    for path in files:
        assert not UNSAFE.search(path.read_bytes().decode("utf-8")), path


def test_the_stored_run_judged_and_reported_again(stored: tuple[Done, Path], tmp_path: Path) -> None:
    _, out = stored
    for command in (
        ("judge", out),
        ("judge", out, "--edition", "0.2.0"),
        ("judge", out, "--format", "json"),
        ("report", out, "--out", tmp_path),
    ):
        done = here(*command)
        assert done.status == 1
        harmless(done)
    for path in tmp_path.rglob("*"):
        if path.is_file():
            assert not UNSAFE.search(path.read_bytes().decode("utf-8")), path
