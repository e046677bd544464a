"""What a drawn story is made of: plain values, and all texts in them are harmless."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from uec_booking.harness.judging.verdicts import PASS, Verdict


class Lifeline(IntEnum):
    """The lifelines of the standard's diagram, from left to right."""

    PATIENT = 0
    UEC_PROVIDER = 1
    CONSUMER = 2
    REGISTRY = 3
    DOS = 4
    ORIGINAL = 5
    SECOND = 6

    @property
    def called(self) -> str:
        return _NAMES[self]


_NAMES = {
    Lifeline.PATIENT: "Patient",
    Lifeline.UEC_PROVIDER: "UEC provider",
    Lifeline.CONSUMER: "Consumer system",
    Lifeline.REGISTRY: "Registry",
    Lifeline.DOS: "DoS",
    Lifeline.ORIGINAL: "Original provider",
    Lifeline.SECOND: "Second provider",
}


@dataclass(frozen=True, slots=True)
class Deviation:
    """What fell short of plainly met; ``symbol`` and ``outcome`` say it without colour."""

    symbol: str
    outcome: str
    requirement: str
    expected: str
    actual: str

    def in_words(self) -> str:
        seen = f"expected {self.expected}, actual {self.actual}" if self.expected else self.actual
        return f"{self.outcome}: {self.requirement}, {seen}"


@dataclass(frozen=True, slots=True)
class Spoken:
    """What people say to each other, or do, as the sentence has it: nothing of it is on the wire."""

    source: Lifeline
    target: Lifeline
    words: str


@dataclass(frozen=True, slots=True)
class Lookup:
    """A question of the consumer to DoS, SDS or the registry, of which the record has what a check saw, no exchange.

    ``requirement`` is the one whose check saw it, and ``anchor`` its place in the report, empty where it has none.
    """

    target: Lifeline
    words: str
    requirement: str
    anchor: str
    deviations: tuple[Deviation, ...]
    source: Lifeline = Lifeline.CONSUMER

    @property
    def seen(self) -> str:
        """How it is known, and what is not."""
        return f"seen by the check of {self.requirement}; the exchange itself is not in the record"


@dataclass(frozen=True, slots=True)
class Message:
    """An exchange: the request from one lifeline to another, and what came back.

    ``anchor`` is where the report lays it out, empty where it does not. ``looking`` is one that only looks how
    things stand.
    """

    id: str
    anchor: str
    source: Lifeline
    target: Lifeline
    actor: str
    words: str
    answer: str
    looking: bool
    deviations: tuple[Deviation, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """A sentence as it went, with what was said, looked up and sent in it.

    ``deviations`` are those that rest on nothing of that.
    """

    sentence: str
    outcome: str
    spoken: tuple[Spoken, ...]
    lookups: tuple[Lookup, ...]
    messages: tuple[Message, ...]
    deviations: tuple[Deviation, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """A scenario to be drawn. ``players`` says who played each lifeline; ``ending`` why it stopped, if it did."""

    letter: str
    feature: str
    name: str
    id: str
    place: str
    status: Verdict
    players: dict[Lifeline, str]
    steps: tuple[Step, ...]
    ending: str

    @property
    def in_brief(self) -> str:
        """How much there is in it."""
        sent = sum(len(step.messages) for step in self.steps)
        asked = sum(len(step.lookups) for step in self.steps)
        found = self.deviations
        aside = (
            ": the story worked, these are of what is checked on every exchange"
            if found and self.status == PASS
            else ""
        )
        return ", ".join(
            (
                f"{_number(sent, 'exchange')} in {_number(len(self.steps), 'sentence')}",
                *([f"{_number(asked, 'look-up')} seen by checks only"] if asked else []),
                f"{_number(found, 'deviation')}{aside}" if found else "no deviations",
            )
        )

    @property
    def deviations(self) -> int:
        """How many there are, those that were only not observed or tolerated included."""
        within = sum(len(message.deviations) for step in self.steps for message in step.messages)
        within += sum(len(lookup.deviations) for step in self.steps for lookup in step.lookups)
        return within + sum(len(step.deviations) for step in self.steps)


def _number(count: int, word: str) -> str:
    return f"{count} {word}{'' if count == 1 else 's'}"
