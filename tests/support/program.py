"""Drives the program as its users do: by its command, in a process of its own, over sockets."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
import tomllib
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any, ClassVar

import requests
from uec_booking.harness.actors.tokens import claims, unsecured
from uec_booking.harness.settings.model import DEFAULT_ORGANISATIONS

PROGRAM = str(Path(sys.executable).with_name("uec-booking"))
STORIES = "story-a or story-b or story-c or story-d or story-wrong"
#: Seconds that a program may take before it is ended.
PATIENCE = 420


@dataclass(frozen=True)
class Done:
    """A program that has ended."""

    status: int
    out: str
    err: str

    def paragraph(self) -> str:
        """The one paragraph in which it said what to change; fails when it said more, or broke."""
        assert "Traceback" not in self.out + self.err, self.out + self.err
        assert "INTERNALERROR" not in self.out + self.err
        lines = [line for line in self.err.splitlines() if line.strip()]
        assert len(lines) == 1 and lines[0].startswith("uec-booking: "), self.err
        return lines[0]


def _environment(**changes: str) -> dict[str, str]:
    # What pytest-xdist tells its own workers is not for the program under test, nor is what a CI job tells this one.
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "GITHUB_"))}
    return {**kept, "PYTHONDONTWRITEBYTECODE": "1", **changes}


def uec(*arguments: str | Path, cwd: Path | None = None, **environment: str) -> Done:
    """Run ``uec-booking`` to its end."""
    done = subprocess.run(
        [PROGRAM, *map(str, arguments)],
        cwd=cwd,
        env=_environment(**environment),
        capture_output=True,
        timeout=PATIENCE,
        stdin=subprocess.DEVNULL,
    )
    return Done(done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8"))


def assured(*arguments: str | Path) -> Done:
    """Run ``uec-booking assure`` for its verdicts: the other reports take a third of the time of a short run."""
    return uec("assure", *arguments, "--report", "results")


class Running:
    """``uec-booking`` under way; ``wait_for`` reads its output line by line."""

    #: Those that no test has ended yet.
    under_way: ClassVar[list[Running]] = []

    def __init__(self, *arguments: str | Path) -> None:
        self.process = subprocess.Popen(
            [PROGRAM, *map(str, arguments)],
            env=_environment(PYTHONUTF8="1"),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            # A group of its own, so that a signal to it is like Ctrl-C at its terminal.
            start_new_session=True,
        )
        self._said: list[str] = []
        self._errors: list[str] = []
        assert self.process.stderr is not None
        self._reader = threading.Thread(
            target=lambda stream: self._errors.extend(stream), args=(self.process.stderr,), daemon=True
        )
        self._reader.start()
        # Reading its output has no bound of its own.
        self._patience = threading.Timer(PATIENCE, self.process.kill)
        self._patience.daemon = True
        self._patience.start()
        self.under_way.append(self)

    def wait_for(self, text: str) -> str:
        """Read until a line holds ``text``; returns that line."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._said.append(line)
            if text in line:
                return line
        raise AssertionError(f"{text!r} was never said: {''.join(self._said + self._errors)}")

    @property
    def said(self) -> str:
        """What it has said until now."""
        return "".join(self._said)

    def signal_group(self, number: int) -> None:
        os.killpg(self.process.pid, number)

    def end(self) -> Done:
        """Read to its end."""
        self.under_way.remove(self)
        assert self.process.stdout is not None and self.process.stderr is not None
        with self.process.stdout, self.process.stderr:
            self._said += self.process.stdout.readlines()
            status = self.process.wait(timeout=PATIENCE)
            self._patience.cancel()
            self._reader.join(timeout=PATIENCE)
        return Done(status, "".join(self._said), "".join(self._errors))

    @classmethod
    def end_all(cls) -> None:
        """End what a test that failed has left behind, or the next one is blamed for it."""
        for one in list(cls.under_way):
            one.process.kill()
            one.end()


class World:
    """``uec-booking simulate`` under way; ``file`` is the settings file that it wrote, ``config`` its content."""

    def __init__(self, folder: Path, *options: str) -> None:
        self.folder = folder
        self.file = folder / "sim.toml"
        self.process = subprocess.Popen(
            [PROGRAM, "simulate", "--port", "0", "--until-stdin-closes", "--write-config", str(self.file), *options],
            env=_environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        deadline = time.monotonic() + PATIENCE
        while not self.file.exists():
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.process.kill()
                raise AssertionError(f"the world did not start: {self.process.communicate(timeout=30)[1]!r}")
            time.sleep(0.02)
        self.config: dict[str, Any] = tomllib.loads(self.file.read_text(encoding="utf-8"))
        self.session = requests.Session()
        self.session.trust_env = False
        # A connection that the world closes for idleness could be closed under a request.
        self.session.headers["Connection"] = "close"
        ca = self.config.get("tls", {}).get("ca", "")
        self.ca = str(folder / ca) if ca else ""
        self.session.verify = self.ca or True
        self.count_from_now()

    def __enter__(self) -> World:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End it, unless it has ended."""
        if self.process.poll() is None:
            self.process.communicate(timeout=30)
        self.session.close()

    def kill(self) -> None:
        """End it as a crash would."""
        self.process.kill()
        self.process.communicate(timeout=30)

    def settings(self, name: str, change: Callable[[str], str]) -> Path:
        """A settings file for this world with something changed in its text."""
        text = self.file.read_text(encoding="utf-8")
        changed = change(text)
        assert changed != text, "the change changed nothing"
        path = self.folder / f"{name}.toml"
        path.write_text(changed, encoding="utf-8")
        return path

    def count_from_now(self) -> None:
        """Counts slots and bookings that begin later than 20 minutes from now, which no test lasts."""
        self._since = datetime.now(UTC).replace(microsecond=0) + timedelta(minutes=20)

    def free_slots(self) -> dict[str, int]:
        """How many slots each provider offers, in a time that does not move: fewer while something is booked."""
        return {key: self._free(self.config[key]) for key in ("provider", "second_provider")}

    def _free(self, part: dict[str, Any]) -> int:
        until = self._since + timedelta(hours=40)
        answer = self.session.get(
            part["base_url"] + "/Slot",
            params={
                "schedule.actor:healthcareservice": part["services"]["later"],
                "start": [f"ge{self._since.isoformat()}", f"le{until.isoformat()}"],
                "status": "free",
            },
            headers=self.headers(part, "organization/slot.read"),
            timeout=30,
        )
        assert answer.status_code == 200, answer.text
        return sum(entry["resource"]["resourceType"] == "Slot" for entry in answer.json().get("entry", []))

    def control(self, method: str, path: str, body: object = None) -> Any:
        """A call of the control interface, that is done; gives its answer."""
        headers = {"Authorization": f"Bearer {self.config['control']['token']}"}
        url = self.config["control"]["url"] + path
        answer = self.session.request(method, url, json=body, headers=headers, timeout=30)
        assert answer.ok, answer.text
        return answer.json() if answer.content else None

    def outbox_is_empty(self) -> bool:
        """Whether the providers owe the registry nothing, now or soon."""
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            if self.control("GET", "/registry/outbox") == {"waiting": [], "refused": []}:
                return True
            time.sleep(0.1)
        return False

    def standing(self, booked: Iterable[dict[str, str]]) -> int:
        """How many of these appointments, by system and URL, are booked, in the time of `free_slots`."""
        return sum(self._stands(self.config[one["system"]], one["url"]) for one in booked)

    def _stands(self, part: dict[str, Any], url: str) -> bool:
        answer = self.session.get(url, headers=self.headers(part, "patient/appointment.read"), timeout=30)
        assert answer.status_code == 200, answer.text
        read = answer.json()
        return read["status"] == "booked" and datetime.fromisoformat(read["start"]) >= self._since

    def headers(self, part: dict[str, Any], scope: str) -> dict[str, str]:
        """The headers of a slot search or a read."""
        good = claims(DEFAULT_ORGANISATIONS["first_111"], part["audience"], scope)
        return {
            "Authorization": f"Bearer {unsecured(good)}",
            "Accept": "application/fhir+json",
            "X-Request-ID": "6b0f2f3a-5f4d-4f0e-9d3b-1c8f6f0a7b11",
            "Ssp-TraceID": "6b0f2f3a-5f4d-4f0e-9d3b-1c8f6f0a7b12",
            "Ssp-From": "999000000001",
            "Ssp-To": part["asid"],
            "Ssp-InteractionID": "urn:nhs:names:services:careconnect:fhir:rest:search:slot",
        }


@contextmanager
def launching(folder: Path) -> Iterator[Callable[..., World]]:
    """Yields what starts worlds with options, each in a folder of its own; they end with the block."""
    numbers = count()
    with ExitStack() as ends:

        def start(*options: str) -> World:
            own = folder / f"world-{next(numbers)}"
            own.mkdir()
            return ends.enter_context(World(own, *options))

        yield start


def results(out: Path) -> dict[str, Any]:
    """The results.json of a run."""
    found: dict[str, Any] = json.loads((out / "results.json").read_text(encoding="utf-8"))
    return found


def verdicts(out: Path) -> dict[str, str]:
    """The verdict of each requirement."""
    return {requirement["id"]: requirement["verdict"] for requirement in results(out)["requirements"]}


def failed(out: Path) -> set[str]:
    """The requirements that FAIL."""
    return {name for name, verdict in verdicts(out).items() if verdict == "FAIL"}
