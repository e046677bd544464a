"""The questions of the assurance scripts, and the requirements that each of them asks for.

The catalogue names the questions of each requirement. P1 to P42 and C1 to C31 have a published script; the later
numbers are quoted by the toolkit, and some requirements are known to it by a mnemonic alone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from uec_booking.standard import requirements as catalogue

#: The last number of each script that was published.
PUBLISHED = {"P": 42, "C": 31}
_NUMBER = re.compile(r"([PC])(\d+)([a-z]?)")


@dataclass(frozen=True, slots=True)
class Question:
    """A question by its number or mnemonic, and the ids of its requirements: none where no clause is known to be it."""

    name: str
    requirements: tuple[str, ...]

    @property
    def script(self) -> str:
        """P of the provider's script, C of the consumer's."""
        return self.name[0]


@cache
def questions() -> tuple[Question, ...]:
    """All of them: by script and number, then those without a number. None of a published script is left out."""
    found: dict[str, list[str]] = {f"{script}{n}": [] for script, last in PUBLISHED.items() for n in range(1, last + 1)}
    for requirement in catalogue.load().values():
        numbers = [name for name in requirement.scal if _NUMBER.fullmatch(name)]
        for name in numbers or requirement.scal:
            found.setdefault(name, []).append(requirement.id)
    return tuple(Question(name, tuple(ids)) for name, ids in sorted(found.items(), key=lambda pair: _order(pair[0])))


def _order(name: str) -> tuple[str, int, int, str]:
    found = _NUMBER.fullmatch(name)
    return (found[1], 0, int(found[2]), found[3]) if found else (name[0], 1, 0, name)
