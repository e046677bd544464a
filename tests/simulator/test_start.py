"""Starts that cannot be: one sentence each, and exit status 3."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest


def simulate(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """The program, run to its end in a folder."""
    command = [sys.executable, "-m", "uec_booking.simulator", *options]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60, check=False)


@pytest.fixture
def port_in_use() -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield str(server.getsockname()[1])


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--port", "70000"), "70000 is no port"),
        (("--port", "-1"), "-1 is no port"),
        (("--host", "no-such-host.invalid"), "no machine is known by that name; write --host 127.0.0.1"),
        (("--host", "192.0.2.1"), "no address of this machine; write --host 127.0.0.1"),
        (("--host", "a" * 300), "cannot listen"),
        (("--write-config", "absent/sim.toml"), "absent"),
        (("--write-config", "folder"), "is a folder"),
        (("--write-config", "a-file/sim.toml"), "does not exist"),
        (("--write-config", "a-file"), "none of the simulator's"),
        (("--database", "folder"), "cannot use the database folder"),
        (("--database", "a-file"), "cannot use the database a-file"),
        (("--database", "absent/world.db"), "cannot use the database"),
        (("--database", "nosuchdatabase://localhost/x"), "cannot use the database"),
        (("--database", "oracle://localhost/x"), "cannot use the database"),
        (("--database", "postgresql+psycopg://localhost:port/x"), "cannot use the database"),
        (("--database", "postgresql+psycopg://127.0.0.1:1/x"), "cannot use the database"),
        (("--database", "://"), "cannot use the database"),
        (("--registry-ca", "absent.pem"), "absent.pem"),
        (("--registry-url", "registry"), "--registry-url"),
        (("--announce", "localhost:1"), "--announce localhost:1 is not the address of a server"),
        (("--http", "--mutual-tls"), "--http"),
        (("--share-port",), "--share-port needs --http"),
        (("--share-port", "--http", "--database", "world.db"), "the URL of a PostgreSQL"),
        (("--share-port", "--http", "--database", "postgresql+psycopg://127.0.0.1:1/x"), "needs --port"),
        (("--defect", "nosuch"), "nosuch"),
        (("--defect", "needs-no-tokn"), "Did you mean needs-no-token"),
        (("--variant", "no-schedule"), "Did you mean no-schedules"),
    ],
    ids=lambda value: " ".join(value)[:40] if isinstance(value, tuple) else "",
)
def test_a_start_that_cannot_be(tmp_path: Path, options: tuple[str, ...], words: str) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "a-file").write_text("neither a folder nor a database, and long enough to be looked into\n" * 40)
    done = simulate(tmp_path, *(() if "--port" in options else ("--port", "0")), *options)
    assert (done.returncode, done.stdout) == (3, ""), done.stderr
    assert words in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_port_in_use(tmp_path: Path, port_in_use: str) -> None:
    done = simulate(tmp_path, "--port", port_in_use)
    assert (done.returncode, done.stdout) == (3, "")
    assert f"port {port_in_use}: another program uses it; name another with --port" in done.stderr
    assert "Errno" not in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_an_unknown_name_is_told_before_the_port_is_tried(tmp_path: Path, port_in_use: str) -> None:
    done = simulate(tmp_path, "--port", port_in_use, "--defect", "nosuch")
    assert done.returncode == 3
    assert "no defect or variant called 'nosuch'" in done.stderr and port_in_use not in done.stderr
