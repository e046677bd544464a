"""The door of a command: a task on its standard input, the answer on its standard output.

Its exit status is no verdict: a driver that ends badly says nothing of the system that it drives.
"""

from __future__ import annotations

import json
import os
import queue
import signal
import subprocess
import tempfile
import threading
from collections.abc import Mapping
from contextlib import suppress
from typing import IO, Any

from ...errors import SettingsError
from ...settings.consumer import ConsumerUnderTest
from ...text import clean
from ..contract import LONGEST_ANSWER, Answer, Ended, NoAnswer, answer_to

#: Seconds beyond the deadline of a task that a driver has to say that it could not be done.
_GRACE = 5.0
_LAST_WORDS = 600


def _started(command: tuple[str, ...], environment: Mapping[str, str], said: IO[bytes]) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=said,
            env={**os.environ, **environment},
            # A Ctrl-C is for us; and so all that it starts can be ended with it.
            start_new_session=True,
        )
    except OSError as problem:
        raise SettingsError(
            f"The command of the consumer cannot be started: {command[0]}: {problem.strerror}. "
            "Correct consumer.command in the settings: a list of the program and its arguments."
        ) from None


def _end(process: subprocess.Popen[bytes]) -> None:
    with suppress(OSError, ValueError):
        assert process.stdin is not None
        process.stdin.close()
    try:
        process.wait(timeout=_GRACE)
    except subprocess.TimeoutExpired:
        with suppress(OSError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    if process.stdout is not None:
        process.stdout.close()


def _last_words(said: IO[bytes]) -> str:
    said.seek(0, os.SEEK_END)
    said.seek(max(0, said.tell() - _LAST_WORDS))
    text = clean(said.read().decode("utf-8", "replace")).strip()
    return f" It said last: {text}" if text else ""


class CommandDoor:
    """A command that is started for each task, and ends with its answer."""

    def __init__(self, consumer: ConsumerUnderTest, environment: Mapping[str, str]) -> None:
        self._consumer = consumer
        self._environment = environment

    def give(self, task: Mapping[str, Any]) -> Answer:
        """As ``Door`` has it.

        Raises:
            SettingsError: the command cannot be started at all.
        """
        seconds = float(task["deadline_s"]) + _GRACE
        with tempfile.TemporaryFile() as said:
            process = _started(self._consumer.command, self._environment, said)
            try:
                out, _ = process.communicate(json.dumps(task).encode() + b"\n", timeout=seconds)
            except subprocess.TimeoutExpired:
                raise NoAnswer(f"no answer came within {seconds:g} s.{_last_words(said)}") from None
            finally:
                _end(process)
            if not out.strip():
                raise NoAnswer(f"its command ended (status {process.returncode}) without answer.{_last_words(said)}")
            return answer_to(task, out)

    def close(self) -> None:
        """Nothing is left running."""


class LinesDoor:
    """A command that is started once: one task a line, one answer a line."""

    def __init__(self, consumer: ConsumerUnderTest, environment: Mapping[str, str]) -> None:
        self._consumer = consumer
        self._environment = environment
        self._said = tempfile.TemporaryFile()  # noqa: SIM115  # it lasts as long as the door
        self._process: subprocess.Popen[bytes] | None = None
        self._answers: queue.Queue[bytes] = queue.Queue()

    def give(self, task: Mapping[str, Any]) -> Answer:
        """As ``Door`` has it; a command that ended is started anew.

        Raises:
            SettingsError: the command cannot be started at all.
        """
        process = self._running()
        seconds = float(task["deadline_s"]) + _GRACE
        try:
            assert process.stdin is not None
            process.stdin.write(json.dumps(task).encode() + b"\n")
            process.stdin.flush()
            line = self._answers.get(timeout=seconds)
        except (OSError, queue.Empty):
            self._stop()
            raise NoAnswer(f"no answer came within {seconds:g} s.{_last_words(self._said)}") from None
        if not line:
            status = process.wait()
            self._stop()
            raise Ended(f"its command ended (status {status}) without answer.{_last_words(self._said)}")
        return answer_to(task, line)

    def close(self) -> None:
        """End the command."""
        self._stop()
        self._said.close()

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            self._stop()
            self._process = _started(self._consumer.command, self._environment, self._said)
            self._answers = queue.Queue()
            threading.Thread(target=_read, args=(self._process, self._answers), daemon=True).start()
        return self._process

    def _stop(self) -> None:
        if self._process is not None:
            _end(self._process)
            self._process = None


def _read(process: subprocess.Popen[bytes], answers: queue.Queue[bytes]) -> None:
    """Pass on each line; an empty one at the end."""
    assert process.stdout is not None
    with suppress(OSError, ValueError):
        while line := process.stdout.readline(LONGEST_ANSWER + 2):
            answers.put(line)
    answers.put(b"")
