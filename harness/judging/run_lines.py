"""The lines of a stored run: each is held against the types of the ledger before anything reads it.

A stored run may have been cut, edited or damaged on its way; what is wrong with it is said in words.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, TypeAdapter, ValidationError
from pydantic_core import from_json
from uec_booking.standard import answers, requirements
from uec_booking.standard.editions import EDITIONS, READINGS
from uec_booking.standard.roles import ROLES

from ..http.exchange import Exchange
from .observations import VALUE, Run, ScenarioRecord

#: The number of the format; another one is that of another version of this program.
FORMAT = 1

_OTHER_VERSION = "it was written by another version of this program"
#: More seconds than anything in a run takes.
_LONGEST = 1e7


@dataclass(frozen=True, slots=True, kw_only=True)
class RunLine(Run):
    """The first line of a stored run, and the last one."""

    kind: Literal["run", "end"]
    format: int = FORMAT


@dataclass(frozen=True, slots=True, kw_only=True)
class ScenarioLine(ScenarioRecord):
    """The line of a scenario."""

    kind: Literal["scenario"]


class _Message(BaseModel, extra="allow"):
    headers: list[Annotated[list[str], Field(min_length=2, max_length=2)]]
    body: str
    body_encoding: Literal["", "base64"]


class _Request(_Message):
    method: str
    url: str


class _Response(_Message):
    status: Annotated[int, Field(ge=0, le=999)]
    reason: str


class _Exchange(BaseModel, extra="allow"):
    """What reports and checks read of a stored exchange; it may hold more."""

    id: str
    system: str
    actor: str
    note: str
    started: str
    seconds: Annotated[float, Field(ge=0, le=_LONGEST, allow_inf_nan=False)]
    error: str
    request: _Request
    response: _Response | None = None


_LINE: TypeAdapter[RunLine | ScenarioLine] = TypeAdapter(Annotated[RunLine | ScenarioLine, Field(discriminator="kind")])
_EXCHANGES: TypeAdapter[tuple[_Exchange, ...]] = TypeAdapter(tuple[_Exchange, ...])


def read_line(line: str) -> RunLine | ScenarioLine:
    """A line of a stored run.

    Raises:
        ValueError: it is not one; the message says what is wrong, in a few words.
    """
    try:
        found = _LINE.validate_json(line, strict=True, extra="forbid")
        wrong = list(_wrong_with_run(found, line) if isinstance(found, RunLine) else _wrong_with_scenario(found))
    except ValidationError as problem:
        raise ValueError(_OTHER_VERSION if _is_of_another_version(line) else _in_words(problem)) from None
    if wrong:
        raise ValueError(wrong[0])
    return found


def _is_of_another_version(line: str) -> bool:
    """Whether a line that cannot be read says of itself that it has another format."""
    try:
        found = from_json(line)
    except ValueError:
        return False
    return isinstance(found, dict) and found.get("format", FORMAT) != FORMAT


def plain(line: RunLine | ScenarioLine) -> dict[str, Any]:
    """The fields of the ledger's own value in a line."""
    base = Run if isinstance(line, RunLine) else ScenarioRecord
    return {field.name: getattr(line, field.name) for field in fields(base)}


def _wrong_with_run(run: RunLine, line: str) -> Iterator[str]:
    if run.format != FORMAT:
        yield _OTHER_VERSION
    if run.edition not in EDITIONS:
        yield f"there is no edition {run.edition!r} (known are {', '.join(EDITIONS)})"
    if run.reading not in ("", *READINGS):
        yield f"there is no reading {run.reading!r} (known are {', '.join(READINGS)})"
    for role in run.systems_under_test.values():
        if role not in ROLES:
            yield f"there is no role {role!r} (known are {', '.join(ROLES)})"
    if run.broken_status not in (0, 2, 3, 4) or bool(run.broken) != bool(run.broken_status):
        yield f"broken and broken_status ({run.broken_status}) do not go together"
    yield from _wrong_times((run.started, *([run.finished] if run.finished else [])))
    try:
        from_json(line, allow_inf_nan=False)
    except ValueError:
        yield "it holds a number that is none (NaN, Infinity)"
    if not _finite(run.settings):
        yield "it holds a number without bounds"


def _wrong_with_scenario(scenario: ScenarioLine) -> Iterator[str]:
    for observation in scenario.observations:
        if observation.outcome == VALUE and observation.situation not in answers.situations():
            yield f"there is no situation {observation.situation!r} in this version"
        if observation.needs_tag and observation.requirement not in scenario.requirements:
            yield f"it saw something of {observation.requirement!r}, which it is not there to decide"
    for name in (*scenario.requirements, *(observation.requirement for observation in scenario.observations)):
        if name not in requirements.load():
            yield f"there is no requirement {name!r} in this version"
    for seconds in (scenario.seconds, *(step.seconds for step in scenario.steps)):
        if not 0 <= seconds <= _LONGEST:
            yield f"it took {seconds} seconds"
    yield from _wrong_times((scenario.started,))
    exchanges = _EXCHANGES.validate_python(scenario.exchanges, strict=True)
    yield from _wrong_times(exchange.started for exchange in exchanges)
    for exchange in scenario.exchanges:
        try:
            Exchange.from_json(exchange)
        except (ValueError, KeyError, TypeError) as problem:
            yield f"exchange {exchange['id']!r} cannot be read: {problem}"


def _wrong_times(times: Iterable[str]) -> Iterator[str]:
    for time in times:
        try:
            aware = datetime.fromisoformat(time).tzinfo is not None
        except ValueError:
            aware = False
        if not aware:
            yield f"{time[:40]!r} is not a time with an offset"


def _finite(value: Any) -> bool:
    if isinstance(value, Mapping):
        return all(map(_finite, value.values()))
    if isinstance(value, list | tuple):
        return all(map(_finite, value))
    return not isinstance(value, float) or math.isfinite(value)


def _in_words(problem: ValidationError) -> str:
    """The first thing that is wrong, with its place in the line."""
    first = problem.errors(include_url=False)[0]
    if first["type"] == "enum":
        return f"there is no {first['loc'][-1]} {first['input']!r}"
    place = ".".join(str(part) for part in first["loc"] if part not in ("run", "end", "scenario"))
    return f"{place}: {first['msg']}" if place else str(first["msg"])
