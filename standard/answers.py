"""What a system may answer in a situation: right, tolerated or wrong values, by edition and reading.

The table is answers/*.toml. It follows the treatment of each conflict, and it is the only place that
holds such values.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from . import editions as ed
from .loading import CatalogueError, read_toml

FOLDER = Path(__file__).parent / "answers"


class AnswerError(KeyError):
    """The situation does not exist, or the edition does not know it."""

    def __str__(self) -> str:
        return str(self.args[0])


class ValueClass(Enum):
    """How a value stands to what was asked for: a pass, a warning that names a source, a failure."""

    RIGHT = "right"
    TOLERATED = "tolerated"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Accepted:
    """The values accepted in a situation. `tolerated` gives, for each, who publishes it."""

    right: tuple[str, ...]
    tolerated: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Situation:
    """A situation with the values accepted in each edition, and those of each stricter reading."""

    id: str
    text: str
    requirements: tuple[str, ...]
    conflict: str
    by_edition: Mapping[str, Accepted]
    by_reading: Mapping[str, Accepted]

    def applies_in(self, edition: str) -> bool:
        """Whether the edition knows this situation. Raises EditionError for an unknown edition."""
        ed.position(edition)
        return edition in self.by_edition

    def accepted(self, edition: str, reading: str = "") -> Accepted:
        """The values accepted. Raises AnswerError if the edition does not know the situation."""
        ed.check_reading(reading)
        if not self.applies_in(edition):
            raise AnswerError(f"{self.id}: edition {edition} does not know this situation")
        return self.by_reading.get(reading, self.by_edition[edition])


@dataclass(frozen=True, slots=True)
class Answer:
    """A judged value.

    `expected` is for a person: "409 (right), 422 (tolerated: …)". `source_note` says who publishes a
    tolerated value and is empty otherwise. `conflict` is "" where the documents agree.
    """

    value_class: ValueClass
    expected: str
    source_note: str
    conflict: str


def classify(situation: str, value: str, edition: str, reading: str = "") -> Answer:
    """Judge what was seen in a situation under an edition and, laid over it, a reading.

    Raises AnswerError for an unknown situation and for one that the edition does not know,
    EditionError for an unknown edition or reading.
    """
    if situation not in situations():
        raise AnswerError(f"unknown situation {situation!r}")
    entry = situations()[situation]
    accepted = entry.accepted(edition, reading)
    note = accepted.tolerated.get(value, "")
    if value in accepted.right:
        value_class = ValueClass.RIGHT
    elif note:
        value_class = ValueClass.TOLERATED
    else:
        value_class = ValueClass.WRONG
    return Answer(value_class, expectation(accepted), note, entry.conflict)


def expectation(accepted: Accepted) -> str:
    """The accepted values in words, right ones first."""
    parts = [f"{value} (right)" for value in accepted.right]
    parts += [f"{value} (tolerated: {source})" for value, source in accepted.tolerated.items()]
    return ", ".join(parts)


@cache
def situations() -> Mapping[str, Situation]:
    """Every situation by id. Raises CatalogueError."""
    found: dict[str, Situation] = {}
    for path in sorted(FOLDER.glob("*.toml")):
        for name, entry in read_toml(path).items():
            if name in found:
                raise CatalogueError(f"{path.name}: {name}: this situation is there twice")
            try:
                found[name] = _situation(name, entry)
            except (KeyError, TypeError, ValueError) as exc:
                raise CatalogueError(f"{path.name}: {name}: {exc}") from exc
    return MappingProxyType(found)


def _situation(name: str, entry: dict[str, Any]) -> Situation:
    by_edition: dict[str, Accepted] = {}
    for answer in entry["answers"]:
        for edition in ed.editions_in(answer["editions"]):
            if edition in by_edition:
                raise ValueError(f"two answers for edition {edition}")
            by_edition[edition] = _accepted(answer)
    by_reading = {reading: _accepted(answer) for reading, answer in entry.get("readings", {}).items()}
    for reading in by_reading:
        ed.check_reading(reading)
    return Situation(
        id=name,
        text=entry["text"],
        requirements=tuple(entry["requirements"]),
        conflict=entry.get("conflict", ""),
        by_edition=MappingProxyType(by_edition),
        by_reading=MappingProxyType(by_reading),
    )


def _accepted(answer: dict[str, Any]) -> Accepted:
    return Accepted(tuple(answer["right"]), MappingProxyType(answer.get("tolerated", {})))
