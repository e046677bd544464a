"""The door of a person: the task stands on a page, in words, and the person tells there what their system shows.

The page is on this machine alone. Whoever attends gives a name once; what they tell is kept with it, in the folder of
the run, and whatever a check finds by it is marked as told by them.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from ...settings.consumer import ConsumerUnderTest, Surroundings
from ..contract import Answer, Ended, NoAnswer, Outcome
from .arrivals import Arrival, Made, Record, Wire
from .told import Notes, Told

#: Seconds for which the last page may still be fetched when the run has ended, where somebody looks at it.
_FAREWELL = 6.0
_LOOKED_AT_LATELY = 15.0


class Stage(StrEnum):
    """What the page is for at the moment."""

    START = "start"
    WAITING = "waiting"
    CALL = "call"
    ALIVE = "alive"
    PAUSED = "paused"
    ENDED = "ended"


@dataclass(frozen=True)
class Progress:
    """Where the run is: the scenario under way, its number among all, what comes next, and how long it may take."""

    scenario: str = ""
    number: int = 0
    total: int = 0
    following: str = ""
    minutes_left: int = 0


@dataclass(frozen=True)
class People:
    """Who attends, and who else looks on and confirms, if anybody does."""

    tester: str = ""
    witness: str = ""

    def in_words(self) -> str:
        return self.tester + (f", confirmed by {self.witness}," if self.witness else "")


class AttendedDoor:
    """A person at the page. One task at a time; the page runs in threads of its own.

    ``folder`` is that of the run: pictures and notes are kept below it. ``record`` is what passes the proxy.
    """

    def __init__(self, consumer: ConsumerUnderTest, surroundings: Surroundings, record: Record, folder: Path) -> None:
        self.consumer, self.surroundings = consumer, surroundings
        self.people, self.supports = People(), frozenset[str]()
        self.progress = Progress()
        self.stage, self.task = Stage.WAITING, dict[str, Any]()
        self.told: list[Told] = []
        self.made: list[Made] = []
        self.notes = Notes(folder)
        self.looked_at, self.farewell = 0.0, threading.Event()
        self._wire = Wire(surroundings, record)
        self._calls = 0
        self._changed = threading.Condition()
        self._outcome: Callable[[], Answer] | None = None

    # -- for the run ------------------------------------------------------------------

    def scenario_begins(self, progress: Progress) -> None:
        """What is told from now on belongs to another scenario."""
        with self._changed:
            self.progress, self._calls, self.made = progress, 0, []

    def give(self, task: Mapping[str, Any]) -> Answer:
        """As ``Door`` has it; the answer is there when the person says that the call is over.

        Raises:
            KeyboardInterrupt: the person pauses the session, which ends the run as Ctrl-C does.
        """
        hello = task["kind"] == "hello"
        if hello and self.people.tester and not self._calls:
            return self._known()
        stage = Stage.CALL if not hello else Stage.ALIVE if self._calls else Stage.START
        if stage is Stage.CALL:
            if not self.people.tester:
                self._asked(Stage.START, task)
            self._calls += 1
            self._wire.begin()
        return self._asked(stage, task)

    def calls_are_over(self) -> None:
        """No more calls are given: from now on the page says so, as often as it is fetched."""
        with self._changed:
            if self.stage is not Stage.PAUSED:
                self.stage = Stage.ENDED
            self._changed.notify_all()

    def close(self) -> None:
        """The page goes, once who is looking has seen that the calls are over."""
        self.calls_are_over()
        if time.monotonic() - self.looked_at < _LOOKED_AT_LATELY:
            self.farewell.wait(_FAREWELL)
        self._wire.close()

    def _asked(self, stage: Stage, task: Mapping[str, Any]) -> Answer:
        seconds = self.consumer.seconds
        with self._changed:
            self.stage, self.task, self.told, self._outcome = stage, dict(task), [], None
            self._changed.notify_all()
            self._changed.wait_for(lambda: self._outcome is not None, timeout=seconds)
            outcome = self._outcome
            if self.stage is not Stage.PAUSED:
                self.stage = Stage.WAITING
        if outcome is None:
            raise NoAnswer(f"nobody said on the page within {seconds:g} s that the call was over")
        return outcome()

    def _known(self) -> Answer:
        software = self.consumer.software or self.consumer.name
        return Answer(Outcome.FINISHED, "", (), software, self.consumer.version, self.supports)

    # -- for the page -------------------------------------------------------------------

    def await_stage(self, seconds: float) -> None:
        """Wait a little for something to do, so that the next call is there when the page is."""
        with self._changed:
            self._changed.wait_for(lambda: self.stage is not Stage.WAITING, timeout=seconds)

    def arrived(self) -> list[Arrival]:
        """What came on the wire in this call; appointments that were booked are known from now on."""
        if self.stage is not Stage.CALL:
            return []
        arrivals, made = self._wire.seen()
        with self._changed:
            known = {one.url for one in self.made}
            self.made += [one for one in made if one.url not in known]
        return arrivals

    def introduced(self, people: People, supports: frozenset[str]) -> None:
        """Who is there, and what their system supports."""
        with self._changed:
            self.people, self.supports = people, supports
            if self.stage is Stage.START:
                self._end(self._known)

    def is_on(self, task: str) -> bool:
        """Whether that call still goes on."""
        return self.stage is Stage.CALL and task == self.task.get("task")

    def tells(self, task: str, told: Told) -> bool:
        """Keep an event of that call; ``False`` when the call has come to its end in the meantime."""
        with self._changed:
            if not self.is_on(task):
                return False
            self.told.append(told)
            return True

    def takes_back(self, task: str, number: int) -> None:
        """Forget an event of that call that was told by mistake."""
        with self._changed:
            if self.is_on(task) and 0 <= number < len(self.told):
                del self.told[number]

    def call_is_over(self, outcome: Outcome, why: str) -> None:
        """The end marker: nothing more belongs to the call."""
        with self._changed:
            if self.stage is not Stage.CALL:
                return
            events = sorted(self.told, key=lambda one: one.event.at)
            told_by = f"{self.people.in_words()} at {datetime.now(UTC):%H:%M:%S UTC on %d %B %Y}"
            told_by += "".join(f"; picture {one.picture} (SHA-256 {one.sha256})" for one in events if one.picture)
            self.notes.keep(self.progress.scenario, self.people.tester, self.people.witness, events)
            answer = Answer(outcome, why, tuple(one.event for one in events), told_by=told_by)
            self._end(lambda: answer)

    def system_ended(self, why: str) -> None:
        """The system came to an end in the midst of the call."""
        with self._changed:
            self._end(lambda: _raise(Ended(f"{self.people.in_words()} says: {why}")))

    def still_works(self, works: bool) -> None:
        """Whether the system can take another call."""
        with self._changed:
            if self.stage is Stage.ALIVE:
                says = f"{self.people.in_words()} says that it does not work any more"
                self._end(self._known if works else lambda: _raise(NoAnswer(says)))

    def pause(self) -> None:
        """End the run, to be resumed."""
        with self._changed:
            self.stage = Stage.PAUSED
            self._end(lambda: _raise(KeyboardInterrupt()))

    def _end(self, outcome: Callable[[], Answer]) -> None:
        # From this moment on, and not only when the run goes on: an event that still came would be lost.
        if self.stage is not Stage.PAUSED:
            self.stage = Stage.WAITING
        self._outcome = outcome
        self._changed.notify_all()


def _raise(problem: BaseException) -> Answer:
    raise problem
