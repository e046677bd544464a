"""Starts the bundled world as a user would: by its command, over sockets.

This is the only place that knows that there is a simulator.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any

from uec_booking.standard import editions

from ..actors.oauth import authorisation
from ..errors import SettingsError
from ..proxy.server import opened, tapped
from ..settings import load
from ..settings.consumer import ConsumerUnderTest, Service111
from ..settings.model import Part, Settings, TapPlace

COMMAND = (sys.executable, "-m", "uec_booking.simulator")
DESK = (sys.executable, "-m", "uec_booking.simulator.consumer")

#: Seconds that the world may take to listen.
_PATIENCE = 30.0


@contextmanager
def bundled_world(arguments: Sequence[str] = (), registry: Part | None = None) -> Iterator[Settings]:
    """Run the bundled world on a free port for the time of the block; yields settings with all its parts.

    Its providers tell ``registry`` of their bookings, or the world's own.

    Raises:
        SettingsError: it did not start; the message holds what it said.
    """
    with (
        tempfile.TemporaryDirectory(prefix="uec-booking-") as folder,
        opened(TapPlace("https://localhost:0"), Settings({})) as (proxy, place),
    ):
        # Its providers reach the registry through a recording proxy, with client certificates, so that this is seen.
        watched_options = ["--mutual-tls", "--registry-url", proxy.root, "--registry-ca", place.authority]
        with written_world(Path(folder), [*watched_options, *arguments]) as config:
            world = load.load(config, environment_too=False)
            parts = {key: replace(part, bundled=True) for key, part in world.parts.items()}
            if registry is None:
                proxy.forward_to(parts["registry"])
            else:
                # A registry of somebody else knows nothing of the world's providers: they call in our name.
                proxy.forward_to(registry, lambda: authorisation(registry, world))
            yield replace(world, parts=parts, source="the bundled world", tap=place)


@contextmanager
def world_behind(front: str, registry: str) -> Iterator[tuple[Settings, str]]:
    """Run the bundled world by plain HTTP behind a server at ``front``, which all its addresses name.

    Its providers reach the registry at ``registry``. Yields settings, and where it listens.

    Raises:
        SettingsError: it did not start.
    """
    with tempfile.TemporaryDirectory(prefix="uec-booking-") as folder:
        addresses = Path(folder) / "addresses.json"
        options = ["--http", "--announce", front, "--registry-url", registry, "--write-addresses", str(addresses)]
        with written_world(Path(folder), options) as config:
            world = load.load(config, environment_too=False)
            parts = {key: replace(part, bundled=True) for key, part in world.parts.items()}
            listens_at = json.loads(addresses.read_text(encoding="utf-8"))["listens_at"]
            yield replace(world, parts=parts, source="the bundled world"), listens_at


@contextmanager
def written_world(folder: Path, arguments: Sequence[str] = ()) -> Iterator[Path]:
    """Run a world on a free port for the time of the block; yields its settings file, which lies in ``folder``.

    Raises:
        SettingsError: it did not start; the message holds what it said.
    """
    config = folder / "world.toml"
    with started([*COMMAND, "--port", "0", "--write-config", str(config), *arguments], config):
        yield config


@contextmanager
def started(command: Sequence[str], written: Path) -> Iterator[None]:
    """A world runs for the time of the block, once it has ``written`` its file; its log lies beside that.

    Raises:
        SettingsError: it did not start.
    """
    log = written.with_suffix(".log")
    # It ends when its standard input does, so it never outlives us, however we end.
    command = [*command, "--until-stdin-closes"]
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=subprocess.STDOUT,
            # A Ctrl-C is for us: the world must last until we have cleared up.
            start_new_session=True,
        )
    try:
        _wait_for(written, process, log)
        yield
    finally:
        assert process.stdin is not None
        process.stdin.close()
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextmanager
def completed(named: Settings | None, edition: str = "", reading: str = "") -> Iterator[Settings]:
    """The settings named, under ``edition`` and ``reading`` where given, with every part to be had.

    The bundled world runs for the time of the block where it has to play a part; with nothing
    named it plays all of them, and each is under test.
    """
    edition = edition or (named.edition if named else editions.DEFAULT)
    reading = reading or (named.reading if named else "")
    if named is not None and named.consumer is not None and named.consumer.recording is not None:
        # What passed is judged, and nobody is called: who else was there is not under test.
        yield replace(named, parts={}, tap=None, edition=edition, reading=reading)
        return
    if named is not None and (not named.missing_parts() or not named.parts):
        # With a consumer alone under test, no other system is: it has a world of its own (``consumer_world``).
        with tapped(named) as settings:
            yield replace(settings, edition=edition, reading=reading)
        return
    theirs = named.parts.get("registry") if named else None
    with (
        bundled_world(["--edition", edition], theirs) as world,
        tapped(named.with_bundled(world) if named else world) as settings,
        nullcontext(named.consumer) if named else bundled_consumer() as consumer,
    ):
        yield replace(settings, edition=edition, reading=reading, consumer=consumer)


@contextmanager
def bundled_consumer(arguments: Sequence[str] = ()) -> Iterator[ConsumerUnderTest]:
    """The bundled reference consumer as a consumer under test, by the door that is open to everybody's."""
    with tempfile.TemporaryDirectory(prefix="uec-booking-") as folder:
        command = (*DESK, "lines", "--memory", str(Path(folder) / "desk.db"), *arguments)
        first, second = Service111("918999198101", "X9A01"), Service111("918999198102", "X9A02")
        yield ConsumerUnderTest("the bundled 111 desk", first, second, command, keeps_running=True, mutual_tls=True)


def _wait_for(written: Path, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + _PATIENCE
    while not written.exists():
        if process.poll() is not None or time.monotonic() > deadline:
            said = log.read_text(encoding="utf-8", errors="replace")[-2000:].strip()
            raise SettingsError(f"The bundled simulator did not start. It said: {said or 'nothing'}")
        time.sleep(0.02)


def become_simulator(arguments: Sequence[str]) -> None:
    """Replace this process by the simulator (``uec-booking simulate``); does not return."""
    os.execv(COMMAND[0], [*COMMAND, *arguments])


def become_desk(arguments: Sequence[str]) -> None:
    """Replace this process by the reference consumer (``uec-booking desk``); does not return."""
    os.execv(DESK[0], [*DESK, *arguments])


def known_faults() -> list[dict[str, Any]]:
    """What the bundled world and the reference consumer can do otherwise: kind, name, requirement, part and summary.

    Kinds: ``defect`` (written by hand), ``mechanical`` (made by operators) and ``variant`` (conformant);
    ``made_of`` names the variants that one of several choices at once is made of. The part of those of the consumer
    is ``consumer``.
    """
    return [*_listed(COMMAND), *_listed(DESK)]


def _listed(command: Sequence[str]) -> list[dict[str, Any]]:
    listed = subprocess.run(
        [*command, "--list", "--json"],
        capture_output=True,
        check=True,
        text=True,
        encoding="utf-8",
        timeout=4 * _PATIENCE,
    )
    found: list[dict[str, Any]] = json.loads(listed.stdout)
    return found
