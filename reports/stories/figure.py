"""Where everything of a diagram lies: lines, boxes and words, in rows that can be links. Its looks are style."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from dataclasses import dataclass, field

from .told import Deviation, Lifeline, Lookup, Message, Spoken, Step, Told

WIDTH = 1110
#: Of each lifeline.
_X = dict(zip(Lifeline, (82, 232, 386, 548, 696, 862, 1028), strict=True))
_LEFT, _RIGHT = 12, WIDTH - 12
#: Pixels that a letter takes at most, on the average, in the wider of the usual fonts.
_LETTER = 6.5
_LINE = 16
#: Height of the boxes at the heads of the lifelines, and where the first sentence begins.
_HEADS, _TOP = 44, 62


@dataclass(frozen=True, slots=True)
class Line:
    x1: float
    y1: float
    x2: float
    y2: float
    kind: str


@dataclass(frozen=True, slots=True)
class Head:
    """The head of an arrow, by its corners."""

    points: str
    kind: str


@dataclass(frozen=True, slots=True)
class Box:
    x: float
    y: float
    width: float
    height: float
    kind: str


@dataclass(frozen=True, slots=True)
class Words:
    x: float
    y: float
    text: str
    kind: str


Shape = Line | Head | Box | Words


@dataclass(frozen=True, slots=True)
class Row:
    """What belongs together; ``anchor`` is where the report has more of it, and ``label`` what it is, in words."""

    shapes: tuple[Shape, ...]
    anchor: str = ""
    label: str = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """A diagram: lifelines first, for all else lies upon them."""

    lifelines: tuple[Shape, ...]
    rows: tuple[Row, ...]
    height: int
    width: int = WIDTH


@dataclass
class _Paper:
    """What is laid out so far, and how far down it reaches."""

    y: float = _TOP
    rows: list[Row] = field(default_factory=list)

    def add(self, shapes: list[Shape], height: float, anchor: str = "", label: str = "") -> None:
        self.rows.append(Row(tuple(shapes), anchor, label))
        self.y += height


def figure(told: Told) -> Figure:
    """The diagram of a scenario."""
    paper = _Paper()
    for step in told.steps:
        _step(paper, step)
    if told.ending:
        _note(paper, f"■ The scenario stopped here: {told.ending}", "ending", _LEFT)
    height = round(paper.y + 14)
    return Figure(tuple(_lifelines(told, height)), tuple(paper.rows), height)


def _lifelines(told: Told, height: float) -> Iterator[Shape]:
    sent: list[Spoken | Lookup | Message] = []
    for step in told.steps:
        sent += [*step.spoken, *step.lookups, *step.messages]
    used = {lifeline for one in sent for lifeline in (one.source, one.target)}
    for lifeline, x in _X.items():
        idle = "" if lifeline in used else " idle"
        yield Line(x, _HEADS, x, height, f"life{idle}")
        yield Box(x - 68, 4, 136, _HEADS - 4, f"head{idle}")
        yield Words(x, 21, lifeline.called, f"name middle{idle}")
        told_of = told.players.get(lifeline, "") if not idle else "nothing recorded"
        yield Words(x, 37, told_of, f"player middle{idle}")


def _step(paper: _Paper, step: Step) -> None:
    went = "" if step.outcome == "passed" else f" [{step.outcome}]"
    lines = textwrap.wrap(step.sentence + went, int((WIDTH - 40) / _LETTER))[:3]
    band: list[Shape] = [Box(_LEFT, paper.y, _RIGHT - _LEFT, 8 + _LINE * len(lines), "band")]
    band += [Words(_LEFT + 8, paper.y + 16 + _LINE * number, line, "sentence") for number, line in enumerate(lines)]
    paper.add(band, 14 + _LINE * len(lines))
    for said in step.spoken:
        _spoken(paper, said)
    for lookup in step.lookups:
        _lookup(paper, lookup)
    for message in step.messages:
        _message(paper, message)
    for deviation in step.deviations:
        _deviation(paper, deviation, _LEFT + 8)


def _spoken(paper: _Paper, said: Spoken) -> None:
    x1, x2, y = _X[said.source], _X[said.target], paper.y + 22
    if x1 == x2:
        shapes: list[Shape] = [
            Line(x1, y - 8, x1 + 30, y - 8, "spoken"),
            Line(x1 + 30, y - 8, x1 + 30, y + 4, "spoken"),
            *_arrow(x1 + 30, x1, y + 4, "spoken"),
            Words(x1 + 36, y + 2, said.words, "label"),
        ]
    else:
        shapes = [*_arrow(x1, x2, y, "spoken"), Words(min(x1, x2) + 8, y - 6, said.words, "label")]
    paper.add(shapes, 32)


def _lookup(paper: _Paper, lookup: Lookup) -> None:
    x1, x2, y = _X[lookup.source], _X[lookup.target], paper.y
    # Beside the sign, where there is one.
    wrong, left = (" wrong", x2 + 16) if lookup.deviations else ("", x1 + 8)
    shapes: list[Shape] = [
        *_arrow(x1, x2, y + 20, f"asked{wrong}"),
        Words(x1 + 8, y + 14, lookup.words, "label"),
        Words(left, y + 36, _fit(lookup.seen, left), "label answer"),
    ]
    shapes += [shape for one in lookup.deviations[:1] for shape in _sign(x2, y, one)]
    label = "; ".join([lookup.words, lookup.seen, *(one.in_words() for one in lookup.deviations)])
    paper.add(shapes, 46, lookup.anchor, label)
    for deviation in lookup.deviations:
        _deviation(paper, deviation, x1 + 8)


def _message(paper: _Paper, message: Message) -> None:
    x1, x2, y = _X[message.source], _X[message.target], paper.y
    kind = "wrong" if message.deviations else "looking" if message.looking else "call"
    left = min(x1, x2) + 8
    asked = f"{message.id} {message.words}" + (f" ({message.actor})" if message.actor else "")
    shapes: list[Shape] = [
        *_arrow(x1, x2, y + 20, kind),
        Words(left, y + 14, _fit(asked, left), "label"),
        *_arrow(x2, x1, y + 42, f"{kind} back"),
        Words(left, y + 36, _fit(message.answer, left), "label answer"),
    ]
    shapes += [shape for one in message.deviations[:1] for shape in _sign(x2, y, one)]
    label = "; ".join([asked, message.answer, *(one.in_words() for one in message.deviations)])
    paper.add(shapes, 52, message.anchor, label)
    for deviation in message.deviations:
        _deviation(paper, deviation, left)


def _sign(x: float, y: float, deviation: Deviation) -> list[Shape]:
    return [Box(x - 11, y + 21, 22, 20, "mark"), Words(x, y + 36, deviation.symbol, "sign middle")]


def _deviation(paper: _Paper, deviation: Deviation, left: float) -> None:
    _note(paper, f"{deviation.symbol} {deviation.in_words()}", "deviation", left)


def _note(paper: _Paper, text: str, kind: str, left: float) -> None:
    lines = textwrap.wrap(text, int((_RIGHT - left - 16) / _LETTER))[:4]
    shapes: list[Shape] = [Box(left, paper.y, _RIGHT - left, 8 + _LINE * len(lines), kind)]
    shapes += [Words(left + 8, paper.y + 16 + _LINE * number, line, "noted") for number, line in enumerate(lines)]
    paper.add(shapes, 14 + _LINE * len(lines))


def _arrow(x1: float, x2: float, y: float, kind: str) -> list[Shape]:
    back = -9 if x2 > x1 else 9
    points = f"{x2},{y} {x2 + back},{y - 4.5} {x2 + back},{y + 4.5}"
    return [Line(x1, y, x2 + back / 2, y, kind), Head(points, kind)]


def _fit(text: str, left: float) -> str:
    most = int((_RIGHT - left) / _LETTER)
    return text if len(text) <= most else text[: most - 1] + "…"
