"""Mechanical defects: every operator applied to every header and element of the answers that a clause covers.

They are generated from `mechanical_answers`, where each application has the requirement that it breaks. Those that
break none are kept apart in `EQUIVALENT` with the reason, so that nothing is left out in silence.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from flask import Request, Response

from ..fault_making import done, refused
from ..provider.rules import ProviderRules
from ..seams import MECHANICAL, Fault
from .answers import ANSWERS, NEAR, OTHERWISE
from .operators import Place, place, spoil_json, spoil_xml
from .rows import OWN, SHOWN, Allowed, Answers, Breaks, Header, Row

#: What an operator does, in the words of a summary.
DOES = {
    "drop": "is left out",
    "duplicate": "comes twice",
    "empty": "is empty",
    "retype": "has a value of another type",
    "wrong-code": "has a value that is none of its own",
    "wrong-system": "names another system",
    "dangling": "leads nowhere",
    "shift": "is an hour later",
}


@dataclass(frozen=True)
class Equivalent:
    """An application that no requirement forbids."""

    name: str
    why: str


def _applications(answers: Answers) -> Iterator[tuple[str, str, Breaks, Row | Header]]:
    """Each application as path, operator, what it breaks, and its row."""
    own = {OWN: answers.own, SHOWN: answers.shown or answers.own}
    for row in answers.rows:
        structure = row.structure or answers.structure
        repeat = row.repeat or structure
        operators = {
            "drop": row.drop,
            "duplicate": repeat,
            "empty": row.empty or structure,
            "retype": structure,
            "wrong-code": row.code,
            "wrong-system": row.system,
            "dangling": row.reference,
            "shift": row.shift,
        }
        for operator, breaks in operators.items():
            if breaks:
                yield row.path, operator, own.get(breaks, breaks) if isinstance(breaks, str) else breaks, row
    for header in answers.headers:
        wrong = {"empty": header.drop, "retype": header.wrong}
        for operator, breaks in {"drop": header.drop, "duplicate": header.repeat, **wrong}.items():
            yield header.name, operator, breaks, header


def _faults() -> Iterator[Fault | Equivalent]:
    for answers in ANSWERS:
        for path, operator, breaks, row in _applications(answers):
            name = f"mechanical:{answers.kind}:{path}:{operator}"
            breaks = OTHERWISE.get(name, breaks)
            if isinstance(breaks, Allowed):
                yield Equivalent(name, breaks.why)
                continue
            summary = f"{answers.kind}: {path} {DOES[operator]}."
            if answers.part == "entry":
                spoilt = _sent(place(path), operator)
                yield Fault(
                    name,
                    breaks,
                    summary,
                    "provider",
                    ProviderRules.registry_entry,
                    spoilt,
                    kind=MECHANICAL,
                    near="REG-07",
                )
                continue
            when = done(*answers.interactions) if answers.interactions else refused
            spoil = _header(path, operator) if isinstance(row, Header) else _element(place(path), operator)
            near = answers.near or answers.own
            if breaks.startswith("PRV-CAP-") or breaks == "ERR-04":
                near = breaks
            if answers.kind == "slots":
                near = NEAR.get(path, NEAR.get(path.split(".")[0], near))
            yield Fault(name, breaks, summary, answers.part, rewrite=_if(when, spoil), kind=MECHANICAL, near=near)


def _if(when: Callable[[Request, Response], bool], spoil: Callable[[Response], None]) -> Any:
    def rewrite(request: Request, response: Response) -> None:
        if when(request, response):
            spoil(response)

    return rewrite


def _element(at: Place, operator: str) -> Callable[[Response], None]:
    def spoil(response: Response) -> None:
        body = response.get_data()
        if not body:
            return
        if "xml" in response.headers.get("Content-Type", ""):
            response.set_data(spoil_xml(body, at, operator))
            return
        resource = json.loads(body)
        before = copy.deepcopy(resource)
        spoil_json(resource, at, operator)
        # What was not spoilt keeps its bytes: so only real changes count.
        if resource != before:
            response.set_data(json.dumps(resource, ensure_ascii=False, separators=(",", ":")).encode())

    return spoil


def _header(name: str, operator: str) -> Callable[[Response], None]:
    def spoil(response: Response) -> None:
        value = response.headers.get(name)
        if value is None:
            return
        if operator == "drop":
            del response.headers[name]
        elif operator == "duplicate":
            response.headers.add(name, f"other-{value}")
        else:
            response.headers[name] = "" if operator == "empty" else "nonsense"

    return spoil


def _sent(at: Place, operator: str) -> Callable[..., Any]:
    """The provider's own entry for the registry is spoilt before it is sent."""

    def registry_entry(original: Any, resource: Any, url: str) -> Any:
        entry = copy.deepcopy(original(resource, url))
        spoil_json(entry, at, operator)
        return entry

    return registry_entry


_ALL = tuple(_faults())

MECHANICAL_DEFECTS: tuple[Fault, ...] = tuple(each for each in _ALL if isinstance(each, Fault))
EQUIVALENT: tuple[Equivalent, ...] = tuple(each for each in _ALL if isinstance(each, Equivalent))
