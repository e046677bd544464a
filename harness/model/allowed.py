"""What may answer a request: the statuses by which it is carried out, and those by which it is not.

The statuses of a situation are those of the table of answers (``standard/answers``), by edition and reading. Where the
documents contradict each other the table holds what each of them has, so a set holds it too.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from uec_booking.standard import answers
from uec_booking.standard.answers import expectation

#: The statuses of a system that has too much to do: they say nothing of what it would have answered.
OVERLOADED = frozenset({429, 503})


@dataclass(frozen=True)
class Breach:
    """An answer that the standard does not allow, and the requirement that has it so."""

    requirement: str
    expected: str
    actual: str


@dataclass(frozen=True)
class Allowed:
    """The answers that may come. ``expected`` tells them to a reader.

    ``requirement`` is what an answer breaks that is neither in ``done`` nor in ``refused``.
    """

    requirement: str
    expected: str
    done: frozenset[int] = frozenset()
    refused: frozenset[int] = frozenset()

    def breach(self, status: int, answered: str) -> Breach | None:
        """What an answer of this status breaks; None where it may come."""
        if status in self.done | self.refused | OVERLOADED:
            return None
        return Breach(self.requirement, self.expected, answered)

    def or_refused(self, *others: Allowed) -> Allowed:
        """This, or a rejection as in one of the ``others``."""
        refused = self.refused.union(*(other.refused for other in others))
        words = "; or ".join([self.expected, *(other.expected for other in others)])
        return Allowed(self.requirement, words, self.done, refused)

    def or_refused_with(self, statuses: Iterable[int], why: str) -> Allowed:
        """This, or a rejection with one of the statuses, because of what the standard leaves open."""
        return Allowed(self.requirement, f"{self.expected}; {why}", self.done, self.refused | frozenset(statuses))


class Situations:
    """The table of answers, under one edition and reading."""

    def __init__(self, edition: str, reading: str) -> None:
        self._edition = edition
        self._reading = reading

    def known(self, situation: str) -> bool:
        """Whether the edition says anything of the situation."""
        return answers.situations()[situation].applies_in(self._edition)

    def allowed(self, requirement: str, situation: str) -> Allowed:
        """What the table has for the situation, as what is asked for in ``requirement``."""
        accepted = answers.situations()[situation].accepted(self._edition, self._reading)
        statuses = frozenset(int(value) for value in (*accepted.right, *accepted.tolerated))
        done = frozenset(status for status in statuses if status < 300)
        return Allowed(requirement, expectation(accepted), done, statuses - done)
