"""``evidence.txt`` of a question: what is asked, what the run says to it, and the exchanges on which that rests."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from uec_booking.harness.judging.verdicts import TO_ATTEST, VERDICTS, Judged, JudgedRun

from ..exchanges import Exchange, request_text, response_text
from ..findings import explained, step_of
from ..rerun import attest, rerun
from ..secrets import without_secrets
from ..text import clean, cut, one_line
from .answers import Answer

Key = tuple[str, str]
#: Different observations of a requirement, and exchanges of a question, in full; the stored run has them all.
OBSERVATIONS, EXCHANGES = 6, 6
_EXCHANGE_LIMIT = 6_000
_RULE = "-" * 80


def extract(run: JudgedRun, answer: Answer, exchanges: Mapping[Key, Exchange]) -> str:
    """The text; credentials are taken out of it."""
    lines = [*_head(run, answer), *_seen(run, answer), *_log(answer, exchanges)]
    return without_secrets(clean("\n".join(lines))) + "\n"


def cited(answer: Answer, known: Mapping[Key, object]) -> list[Key]:
    """The exchanges on which an answer rests, each once: what fell short, one of each sort that was seen, the rest."""
    seen = answer.observations()
    chosen = [judged for judged, _ in _alike(seen)]
    keys = ((j.observation.scenario, id) for j in (*chosen, *seen) for id in j.observation.exchanges)
    return [key for key in dict.fromkeys(keys) if key in known]


def _head(run: JudgedRun, answer: Answer) -> Iterator[str]:
    edition = f"{run.edition}, reading {run.reading}" if run.reading else run.edition
    yield f"Question {answer.question.name}: {answer.verdict}"
    yield f"Edition {edition}; run {run.identity.run_id or 'without an id'}, {run.started} (UTC)"
    for label, value in run.identity.in_words():
        yield f"{label}: {one_line(value, 600)}"


def _seen(run: JudgedRun, answer: Answer) -> Iterator[str]:
    seen = answer.observations()
    for requirement in sorted(answer.requirements, key=lambda one: VERDICTS.index(one.verdict)):
        yield ""
        yield _RULE
        yield f"{requirement.id} {requirement.verdict} ({requirement.level}): {one_line(requirement.text, 1_000)}"
        if requirement.reason:
            yield f"  reason:   {one_line(requirement.reason, 2_000)}"
        alike = _alike([one for one in seen if one.observation.requirement == requirement.id])
        for judged, times in alike[:OBSERVATIONS]:
            yield explained(None, judged) if judged.outcome != "met" else _met(judged)
            if times > 1:
                yield f"  seen:      {times} times"
        if len(alike) > OBSERVATIONS:
            yield f"and {len(alike) - OBSERVATIONS} more that differ, in results.json"
        if requirement.verdict == TO_ATTEST:
            yield f"  state it:  {attest(run.folder, '--id', requirement.id)}"
        else:
            yield f"  run again: {rerun(run, requirement)}"


def _met(judged: Judged) -> str:
    seen = judged.observation
    what = one_line(seen.actual, 300) if seen.actual == judged.expected else one_line(judged.expected, 300)
    return f"{seen.requirement} met: {what}\n  step:      {one_line(step_of(seen), 300)}\n  exchanges: " + (
        ", ".join(seen.exchanges) or "none"
    )


def _alike(observations: list[Judged]) -> list[tuple[Judged, int]]:
    """Each sort once, and how often it was seen."""
    groups: dict[tuple[str, ...], list[Judged]] = {}
    for judged in observations:
        seen = judged.observation
        groups.setdefault((seen.requirement, judged.outcome, judged.expected, seen.where), []).append(judged)
    return [(alike[0], len(alike)) for alike in groups.values()]


def _log(answer: Answer, exchanges: Mapping[Key, Exchange]) -> Iterator[str]:
    keys = cited(answer, exchanges)
    yield ""
    yield f"{'=' * 80}\nExchanges on which this rests: {len(keys)}, of which these are {min(len(keys), EXCHANGES)}"
    if not keys:
        yield "None: what is said above was not seen on the wire."
    for key in keys[:EXCHANGES]:
        yield f"{_RULE}\nScenario: {one_line(key[0], 400)}\n"
        yield cut(request_text(exchanges[key], _EXCHANGE_LIMIT), _EXCHANGE_LIMIT)
        yield cut(response_text(exchanges[key], _EXCHANGE_LIMIT), _EXCHANGE_LIMIT)
