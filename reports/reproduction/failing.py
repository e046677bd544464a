"""Which of the things seen of a requirement a script is made of, and which requests come before it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

from uec_booking.harness.judging.observations import MET, NOT_MET, VALUE, Observation, ScenarioRecord
from uec_booking.harness.judging.verdicts import Judged, JudgedRun, RequirementVerdict
from uec_booking.standard import answers

from ..findings import seen_once
from .answers import Exchange, body_of, header_of
from .conditions import Condition, form_of, literal
from .differences import Answers, Kept, paths_of
from .paths import path_of
from .requests import Request

#: Different observations of one requirement that are tried, one after the other.
ATTEMPTS = 3
#: Exchanges of an observation that are looked at.
_LOOKED_AT = 3
_HEADER = re.compile(r"[A-Z][A-Za-z]*(-[A-Z][A-Za-z]*)*")
#: A header that tells another day than that of its answer tells the fault by itself.
_A_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Failing:
    """Something that was seen and not met: ``exchanges`` are those that show it."""

    judged: Judged
    record: ScenarioRecord
    exchanges: tuple[Exchange, ...]


def failing(run: JudgedRun, requirement: RequirementVerdict) -> list[Failing]:
    """What was not met of a requirement and was seen in exchanges, each sort once.

    What the reports show first comes first, for who mends that runs the script of it; then the earliest.
    """
    records = {scenario.record.id: scenario.record for scenario in run.scenarios}
    found = []
    for seen in seen_once(requirement):
        observation = seen.judged.observation
        record = records.get(observation.scenario)
        if record is None or seen.judged.outcome != NOT_MET:
            continue
        ids = observation.exchanges or _of_the_step(record, observation.step)
        exchanges = [one for one in record.exchanges if one["id"] in ids]
        if observation.outcome == VALUE and observation.where == "status":
            exchanges = [one for one in exchanges if _status(one) == observation.value][:1] or exchanges[:1]
        if exchanges:
            found.append(Failing(seen.judged, record, tuple(exchanges[-_LOOKED_AT:])))
    others = sorted(
        found[1:], key=lambda one: [each["id"] for each in one.record.exchanges].index(one.exchanges[-1]["id"])
    )
    return [*found[:1], *others][:ATTEMPTS]


def _of_the_step(record: ScenarioRecord, name: str) -> tuple[str, ...]:
    """What was exchanged in a step, and before where that sent nothing: what was missed was missed then."""
    last: tuple[str, ...] = ()
    for step in record.steps:
        last = step.exchanges or last
        if step.name == name:
            return last
    return ()


def told_at_once(run: JudgedRun, failure: Failing, sent: Iterable[str]) -> list[Condition]:
    """The conditions that the stored run alone gives: of the status, the header or the element that was wrong."""
    observation = failure.judged.observation
    there = set(sent)
    made: list[Condition] = []
    for exchange in reversed(failure.exchanges):
        if exchange["id"] in there and exchange.get("response"):
            found = _conditions(run, observation, exchange)
            right = [one for one in _right(run, observation.requirement) if _alike(one, exchange)]
            made += [
                one
                for one in found
                if one.kind == "status" or (_is_told(one, exchange, observation.actual) and not _holds_in(one, right))
            ]
    return made


def _right(run: JudgedRun, requirement: str) -> list[Exchange]:
    """The exchanges of the run in which a requirement was met and nothing else of it was wrong: what holds there, too,
    tells no fault.
    """
    found = []
    for scenario in run.scenarios:
        ids: dict[str, set[str]] = {MET: set(), NOT_MET: set()}
        for judged in scenario.judged:
            if judged.observation.requirement == requirement and judged.outcome in ids:
                ids[judged.outcome].update(judged.observation.exchanges)
        right = ids[MET] - ids[NOT_MET]
        found += [one for one in scenario.record.exchanges if one["id"] in right and one.get("response")]
    return found


def _alike(one: Exchange, other: Exchange) -> bool:
    """Whether two exchanges were of the same kind, by the method and the type of what was answered."""
    kinds = [
        (each["request"]["method"], (body_of(each["response"]) or {}).get("resourceType")) for each in (one, other)
    ]
    return kinds[0] == kinds[1]


def _is_told(condition: Condition, exchange: Exchange, actual: str) -> bool:
    """A value alone tells a fault only where the check told of that value."""
    if condition.kind == "header-form":
        return header_of(exchange["response"], condition.where) in actual
    if condition.kind == "value-form":
        seen = paths_of(body_of(exchange["response"])).get(condition.where, [])
        return any(one.strip('"') in actual for one in seen if form_of(one) in condition.values)
    return True


def _holds_in(condition: Condition, exchanges: Iterable[Exchange]) -> bool:
    found = [(str(one["id"]), Kept.of(one)) for one in exchanges]
    return any(Answers({id: kept}, ()).holds(replace(condition, of=id)) for id, kept in found)


def sliced(requests: Sequence[Request], targets: Iterable[str]) -> list[Request]:
    """Those that the targets cannot do without, and those that changed before what the targets are about."""
    needed = set(targets)
    last = max((number for number, one in enumerate(requests) if one.id in needed), default=-1)
    before = list(requests[: last + 1])
    while True:
        used = {answer.exchange for one in before if one.id in needed for answer in one.answers_used()}
        about = used | needed
        patients = {patient for one in before if one.id in needed for patient in one.patients}
        changing = {
            one.id
            for one in before
            if not one.reads
            and 200 <= one.status < 300
            and (patients & one.patients or about & {answer.exchange for answer in one.answers_used()})
        }
        if used | changing <= needed:
            return [one for one in before if one.id in needed]
        needed |= used | changing


def closed(requests: Sequence[Request], without: Iterable[str]) -> list[Request]:
    """The requests without some of them, and without those that take something from their answers."""
    gone = set(without)
    for one in requests:
        if any(answer.exchange in gone for answer in one.answers_used()):
            gone.add(one.id)
    return [one for one in requests if one.id not in gone]


def is_header(where: str) -> bool:
    """Whether a place as observations name it is a header."""
    return bool(_HEADER.fullmatch(where)) and ("-" in where or where in ("ETag", "Location", "Allow"))


def _conditions(run: JudgedRun, seen: Observation, exchange: Exchange) -> list[Condition]:
    id, answer, where = str(exchange["id"]), exchange["response"], seen.where
    if where == "status":
        right = _accepted(run, seen.situation)
        return [Condition("status", id, values=right)] if right else []
    if is_header(where):
        value = header_of(answer, where)
        if not value:
            return [Condition("lacks-header", id, where)]
        form = literal(value) if _of_another_day(value, exchange) else form_of(value)
        return [Condition("header-form", id, where, (form,))] if form else []
    body = body_of(answer)
    if body is None:
        return [Condition("unreadable", id)] if answer.get("body") and where == "body" else []
    return _in_body(id, path_of(where, body), body, body_of(exchange["request"]) or {}, seen.actual)


def _in_body(id: str, path: str, body: dict[str, Any], sent: dict[str, Any], actual: str) -> list[Condition]:
    there = paths_of(body)
    if not path or path.endswith(")"):
        return []
    if path not in there:
        above = path.rpartition(".")[0]
        # Where what it would stand in is not there either, the place is not one of this answer.
        return [Condition("none", id, path)] if not above or above in there else []
    if f"{path}[]" in there and len(set(actual.split(", "))) < len(actual.split(", ")):
        return [Condition("has", id, f"{path}[]")]
    asked = paths_of(sent).get(path)
    made = [Condition("differs-from-sent", id, path)] if asked is not None and asked != there[path] else []
    made += [Condition("lacks", id, path)] if "missing" in there[path] else []
    return made + [Condition("value-form", id, path, (form_of(one),)) for one in there[path] if form_of(one)][:3]


def _of_another_day(value: str, exchange: Exchange) -> bool:
    try:
        told, then = parsedate_to_datetime(value), datetime.fromisoformat(str(exchange.get("started")))
        return abs(told - then) > _A_DAY
    except (ValueError, TypeError):
        return False


def _accepted(run: JudgedRun, situation: str) -> tuple[str, ...]:
    found = answers.situations().get(situation)
    if found is None or not found.applies_in(run.edition):
        return ()
    accepted = found.accepted(run.edition, run.reading)
    return tuple(value for value in (*accepted.right, *accepted.tolerated) if value.isdigit())


def _status(exchange: Exchange) -> str:
    answer = exchange.get("response")
    return str(answer["status"]) if answer else "no answer"
