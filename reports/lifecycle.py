"""``lifecycle.html``: the lifecycle of an appointment as it was learned, drawn, beside what the standard has."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

from .reporter import SilentReporter, write_document
from .templating import html

Document = Mapping[str, Any]

#: Of the drawing, in its own units.
_BOX, _GAP, _LINE, _TOP = 310, 130, 18, 150


@dataclass(frozen=True)
class Answer:
    """A request in a state and its answer; ``wrong``: what the standard has instead."""

    asked: str
    output: str
    then: str
    wrong: str = ""
    requirement: str = ""

    @property
    def label(self) -> str:
        return f"{'✗ ' if self.wrong else ''}{self.asked} → {self.output}"


@dataclass(frozen=True)
class Box:
    """A state as it is drawn: what stays in it stands within the box."""

    name: str
    means: str
    answers: tuple[Answer, ...]
    x: int
    height: int

    @property
    def staying(self) -> list[Answer]:
        return [one for one in self.answers if one.then == self.name]


@dataclass(frozen=True)
class Arrow:
    """The requests that lead from one state to another; those back are drawn below the boxes."""

    path: str
    answers: tuple[Answer, ...]
    x: int
    y: int

    @property
    def is_wrong(self) -> bool:
        return any(one.wrong for one in self.answers)


class LifecycleReporter(SilentReporter):
    """Writes ``lifecycle.html`` after ``uec-booking lifecycle``."""

    def lifecycle_learned(self, lifecycle: Mapping[str, Any], directory: Path) -> None:
        write_document(directory / "lifecycle.html", page(lifecycle))


def page(lifecycle: Document) -> str:
    """The page of a ``lifecycle.json``, as text."""
    boxes = _boxes(lifecycle)
    tallest = max((box.height for box in boxes), default=0)
    differences = lifecycle["differences"]
    count = len(differences)
    headline = (
        f"Not learned: {lifecycle['why_not']}"
        if not boxes
        else f"{count} answer{'' if count == 1 else 's'} that the standard does not have"
        if count
        else "As the standard has it"
    )
    return html(
        "lifecycle.html.j2",
        "The lifecycle of an appointment · UEC Booking conformance",
        resources.files(__package__).joinpath("lifecycle.css").read_text("utf-8"),
        good=bool(boxes) and not count,
        headline=headline,
        summary=[
            ("System", f"{lifecycle['system']['name']} at {lifecycle['system']['base_url']}"),
            ("Edition", lifecycle["edition"]),
            ("What it took", f"{lifecycle['requests']} requests, {lifecycle['slots']} different slots"),
        ],
        boxes=boxes,
        arrows=_arrows(boxes, tallest),
        differences=differences,
        width=len(boxes) * (_BOX + _GAP) + _GAP,
        height=_TOP + tallest + _TOP,
        box=_BOX,
        line=_LINE,
        top=_TOP,
    )


def _boxes(lifecycle: Document) -> list[Box]:
    wrong = {(one["state"], one["input"]): one for one in lifecycle["differences"]}
    boxes = []
    for place, state in enumerate(lifecycle["states"]):
        answers = tuple(
            Answer(
                step["input"],
                step["output"],
                step["then"],
                " or ".join(wrong[at]["allowed"]) if (at := (state["name"], step["input"])) in wrong else "",
                wrong[at]["requirement"] if at in wrong else "",
            )
            for step in state["steps"]
        )
        staying = sum(one.then == state["name"] for one in answers)
        x = _GAP + place * (_BOX + _GAP)
        boxes.append(Box(state["name"], state["means"], answers, x, 46 + _LINE * staying))
    return boxes


def _arrows(boxes: list[Box], tallest: int) -> list[Arrow]:
    places = {box.name: place for place, box in enumerate(boxes)}
    arrows = []
    for start, box in enumerate(boxes):
        for name in dict.fromkeys(one.then for one in box.answers if one.then != box.name):
            answers, end = tuple(one for one in box.answers if one.then == name), places[name]
            forth = end > start
            # Each has a height of its own, so that no two lie upon each other.
            far = 22 * abs(end - start) + 8 * start + _LINE * (len(answers) - 1)
            edge = _TOP if forth else _TOP + box.height
            other = _TOP if forth else _TOP + boxes[end].height
            middle = _TOP - 40 - far if forth else _TOP + tallest + 40 + far
            x1, x2 = box.x + _BOX * (0.6 if forth else 0.4), boxes[end].x + _BOX * (0.4 if forth else 0.6)
            path = f"M{x1:.0f} {edge} C{x1:.0f} {middle} {x2:.0f} {middle} {x2:.0f} {other}"
            label = middle + 10 if forth else middle - 4
            arrows.append(Arrow(path, answers, round((x1 + x2) / 2), round(label)))
    return arrows
