"""A sequence diagram of exchanges: where each line and word of it lies. Its looks are the style sheet's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

_COLUMN, _ROW, _HEAD, _MARGIN = 196, 40, 56, 104
#: Longer words of an arrow would run into those beside it.
_LONGEST = 46


@dataclass(frozen=True)
class Message:
    """Who says what to whom; `number` is that of the exchange, 0 where it was spoken."""

    sender: str
    receiver: str
    words: str
    number: int = 0


@dataclass(frozen=True)
class Lifeline:
    """A part: its name, and where its line is."""

    name: str
    x: int


@dataclass(frozen=True)
class Arrow:
    """A message from one line to another; `middle` is where its words are centred."""

    words: str
    number: int
    begin: int
    end: int
    y: int

    @property
    def middle(self) -> int:
        return (self.begin + self.end) // 2

    @property
    def head(self) -> str:
        """The points of its head."""
        back = self.end - 9 if self.end > self.begin else self.end + 9
        return f"{self.end},{self.y} {back},{self.y - 5} {back},{self.y + 5}"


@dataclass(frozen=True)
class Drawing:
    """A diagram, and its size."""

    lifelines: tuple[Lifeline, ...]
    arrows: tuple[Arrow, ...]
    width: int
    height: int


def draw(messages: Sequence[Message], parts: Sequence[str]) -> Drawing:
    """`parts` are always there, in this order; whoever else takes part follows them."""
    named = [name for message in messages for name in (message.sender, message.receiver)]
    order = list(dict.fromkeys([*parts, *named]))
    x = {name: _MARGIN + place * _COLUMN for place, name in enumerate(order)}
    arrows = tuple(
        Arrow(_short(m.words), m.number, x[m.sender], x[m.receiver], _HEAD + (place + 1) * _ROW)
        for place, m in enumerate(messages)
    )
    height = _HEAD + (len(messages) + 1) * _ROW
    width = 2 * _MARGIN + (len(order) - 1) * _COLUMN
    return Drawing(tuple(Lifeline(name, x[name]) for name in order), arrows, width, height)


def _short(words: str) -> str:
    return words if len(words) <= _LONGEST else f"{words[: _LONGEST - 1]}…"
