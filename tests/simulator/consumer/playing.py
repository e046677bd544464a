"""Plays a patient at the desk: tasks of the contract, by the command, and what came of them."""

from __future__ import annotations

import json
import subprocess
import sys
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from uec_booking.standard.consumer_contract import problem_of_answer

from ...support.simulator_client import nhs_number

COMMAND = (sys.executable, "-m", "uec_booking.simulator.consumer")
PATIENCE = 120


@dataclass(frozen=True)
class Answer:
    """The answer to a task, which keeps the contract."""

    content: Mapping[str, Any]

    @property
    def outcome(self) -> str:
        return str(self.content["outcome"])

    def whats(self) -> list[str]:
        """What happened, in order."""
        return [event["what"] for event in self.content["events"]]

    def of(self, what: str) -> list[dict[str, Any]]:
        """The events of a kind."""
        return [event for event in self.content["events"] if event["what"] == what]

    def booked(self) -> dict[str, str]:
        """The booking that was shown last."""
        booking: dict[str, str] = self.of("booked-shown")[-1]["about"][0]
        return booking

    def told(self) -> str:
        """All that the user was told."""
        return " ".join(event["text"] for event in self.of("user-told"))


class Desk:
    """A desk with a memory of its own, and one patient who calls."""

    def __init__(self, folder: Path, *options: str) -> None:
        self.options = ["--memory", str(folder / f"desk-{uuid.uuid4().hex[:8]}.db"), *options]
        self.patient = nhs_number()

    def call(self, *, more: tuple[str, ...] = (), **changes: Any) -> Answer:
        """The patient calls; the answer keeps the contract."""
        return self.asked(task(self.patient, **changes), *more)

    def asked(self, question: object, *more: str) -> Answer:
        """The answer to any task."""
        status, out, err = self.run("call", json.dumps(question), *more)
        assert status == 0 and "Traceback" not in err, err
        answer = json.loads(out)
        assert not problem_of_answer(answer), problem_of_answer(answer)
        return Answer(answer)

    def run(self, door: str, given: str, *more: str) -> tuple[int, str, str]:
        """Exit status, standard output and standard error of the command."""
        done = subprocess.run(
            [*COMMAND, door, *self.options, *more], input=given, capture_output=True, text=True, timeout=PATIENCE
        )
        return done.returncode, done.stdout, done.stderr


class KeptDesk(Desk):
    """The same, as one process that takes a task a line."""

    def __init__(self, folder: Path, *options: str) -> None:
        super().__init__(folder, *options)
        self._log = (folder / "desk.log").open("w+", encoding="utf-8")
        self._process = subprocess.Popen(
            [*COMMAND, "lines", *self.options],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            encoding="utf-8",
        )

    def asked(self, question: object, *more: str) -> Answer:
        """The answer to any task; with more options by a command of its own, which shares the memory."""
        if more:
            return super().asked(question, *more)
        assert self._process.stdin and self._process.stdout
        self._process.stdin.write(json.dumps(question) + "\n")
        self._process.stdin.flush()
        answer = json.loads(self._process.stdout.readline())
        assert not problem_of_answer(answer), problem_of_answer(answer)
        return Answer(answer)

    def close(self) -> None:
        """End it by closing its input; it has not stumbled."""
        self._process.communicate(timeout=PATIENCE)
        self._log.seek(0)
        said = self._log.read()
        self._log.close()
        assert self._process.returncode == 0 and "Traceback" not in said, said


@contextmanager
def serving(door: str, *options: str) -> Iterator[str]:
    """A web door on a free port; gives its address."""
    command = [*COMMAND, door, "--port", "0", "--until-stdin-closes", *options]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        yield "http" + process.stdout.readline().strip().rpartition("http")[2]
    finally:
        process.communicate(timeout=PATIENCE)
        assert process.returncode == 0


def task(
    patient: str,
    *,
    service: str = "",
    slot: str = "first",
    within: float = 40,
    cancel: tuple[str, ...] = (),
    declines: bool = False,
    service_111: str = "first",
    known_before: tuple[dict[str, str], ...] = (),
    kind: str = "call",
    deadline: float = 90,
) -> dict[str, Any]:
    """A task of the contract for a synthetic patient."""
    return {
        "contract": 1,
        "task": str(uuid.uuid4()),
        "kind": kind,
        "caller": {
            "nhs_number": patient,
            "family": "Testcase",
            "given": ["Tamsin"],
            "gender": "female",
            "birth_date": "1980-02-29",
            "phone": "01632 960001",
            "address": {"line": ["1 Test Street"], "city": "Leeds", "postcode": "ZZ99 3CZ"},
        },
        "encounter": {
            "service_111": service_111,
            "reason": "a cough",
            "disposition": "Dx02",
            "within_hours": within,
        },
        "choose": {"service": service, "slot": slot},
        "patient_says": {"cancel": list(cancel), "declines": declines},
        "known_before": list(known_before),
        "deadline_s": deadline,
    }
