"""All that there is on one verdict, in one file for those who can say whether the suite is wrong.

It is sent to others: credentials are looked for once more, wherever a system may have repeated them, and what a system
sent stands in blocks of code, where Markdown makes nothing of it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping

from uec_booking.harness.catalogue.explanation import conflict_in_words, explanation
from uec_booking.harness.judging.observations import ScenarioRecord
from uec_booking.harness.judging.verdicts import Judged, JudgedRun, RequirementVerdict
from uec_booking.harness.text import markdown_cell
from uec_booking.standard import conflicts

from .exchanges import Exchange, of_run, request_text, response_text
from .findings import seen_once, step_of
from .rerun import rerun
from .secrets import without_secrets
from .templating import markdown
from .text import one_line
from .traces import Traces

#: Different observations, scenarios and exchanges in one dispute; the stored run has all.
OBSERVATIONS, SCENARIOS, EXCHANGES = 10, 5, 20
#: Exchanges shown of a scenario that saw nothing: its last ones.
_LAST = 3
#: Exchanges shown before the first in which something was seen.
_BEFORE = 5


def files(run: JudgedRun, id: str) -> Mapping[str, str]:
    """The files of a dispute over requirement ``id``, by their names; the first is whole by itself."""
    requirement = next(one for one in run.requirements if one.id == id)
    shown = _shown(requirement)
    exchanges = _exchanges(run, requirement, shown)
    verdict = {**requirement.to_json(), "edition": run.edition, "reading": run.reading, "run": run.identity.to_json()}
    return {
        "dispute.md": _page(run, requirement, shown, exchanges),
        "verdict.json": _json(verdict),
        "exchanges.json": _json([{"scenario": scenario, **exchange} for (scenario, _), exchange in exchanges.items()]),
    }


def _json(value: object) -> str:
    return without_secrets(json.dumps(value, ensure_ascii=True, indent=1)) + "\n"


def _page(
    run: JudgedRun,
    requirement: RequirementVerdict,
    shown: list[Judged],
    exchanges: Mapping[tuple[str, str], Exchange],
) -> str:
    known = explanation(requirement.id)
    records = [scenario.record for scenario in run.scenarios]
    about = _scenarios(requirement, shown)
    page = markdown(
        "dispute.md.j2",
        run=run,
        requirement=requirement,
        # How to run it stands at the end, against the same systems.
        clause=[one for one in known.in_words() if one[0] != "Run it"] if known else [],
        conflicts=[(name, conflicts.load()[name].title, conflict_in_words(name)) for name in _conflicts(shown, known)],
        observations=[_block(_observation(run, judged)) for judged in shown],
        left=len(requirement.observations) - len(shown),
        scenarios=[_block(_scenario(record)) for record in records if record.id in about],
        exchanges=[
            (_heading(exchange), _block(request_text(exchange)), _block(response_text(exchange)))
            for exchange in exchanges.values()
        ],
        reason=_block(one_line(requirement.reason, 2_000)) if requirement.reason else "",
        versions=_block("\n".join(f"{label}: {one_line(value, 2_000)}" for label, value in _versions(run))),
        rerun=_block(rerun(run, requirement)) if about else "",
    )
    return without_secrets(page)


def _shown(requirement: RequirementVerdict) -> list[Judged]:
    """What is behind the verdict: what fell short, each sort once; where nothing did, what was right."""
    short = [seen.judged for seen in seen_once(requirement)]
    return (short or list(requirement.observations))[:OBSERVATIONS]


def _scenarios(requirement: RequirementVerdict, shown: list[Judged]) -> list[str]:
    seen_in = [judged.observation.scenario for judged in shown]
    return list(dict.fromkeys([*seen_in, *([] if seen_in else requirement.scenarios)]))[:SCENARIOS]


def _exchanges(run: JudgedRun, requirement: RequirementVerdict, shown: list[Judged]) -> dict[tuple[str, str], Exchange]:
    """The exchanges in which it was seen, and those before that may have caused it."""
    known, traces = of_run(run), Traces(run)
    wanted: dict[tuple[str, str], None] = {}
    for judged in shown:
        seen = judged.observation
        wanted.update(dict.fromkeys((seen.scenario, id) for id in (*traces.of(judged).causes, *seen.exchanges)))
    if wanted:
        wanted = {**dict.fromkeys(_before(next(iter(wanted)), known)), **wanted}
    else:
        for scenario in _scenarios(requirement, shown):
            wanted.update(dict.fromkeys([pair for pair in known if pair[0] == scenario][-_LAST:]))
    return {pair: known[pair] for pair in list(wanted)[:EXCHANGES] if pair in known}


def _before(first: tuple[str, str], known: Mapping[tuple[str, str], Exchange]) -> list[tuple[str, str]]:
    """The last few exchanges of a scenario before one of it."""
    of_scenario = [pair for pair in known if pair[0] == first[0]]
    place = of_scenario.index(first) if first in of_scenario else 0
    return of_scenario[max(0, place - _BEFORE) : place]


def _conflicts(shown: list[Judged], known: object) -> list[str]:
    """The contradictions of the documents that bear on it, those that an observation names first."""
    named = [judged.conflict for judged in shown if judged.conflict in conflicts.load()]
    return list(dict.fromkeys([*named, *getattr(known, "conflicts", ())]))


def _observation(run: JudgedRun, judged: Judged) -> str:
    seen, trace = judged.observation, Traces(run).of(judged)
    facts = (
        ("outcome", judged.outcome),
        ("expected", judged.expected),
        ("actual", seen.actual),
        ("where", seen.where),
        ("sentence", trace.step or step_of(seen)),
        ("check", seen.check),
        ("scenario", trace.scenario),
        ("exchanges", ", ".join(seen.exchanges)),
        ("conflict", judged.conflict),
        ("note", judged.note),
        ("because of", judged.because),
    )
    return "\n".join(f"{label + ':':<12}{one_line(value, 2_000)}" for label, value in facts if value)


def _scenario(record: ScenarioRecord) -> str:
    return "\n".join(_scenario_lines(record))


def _scenario_lines(record: ScenarioRecord) -> Iterator[str]:
    yield one_line(f"{record.name} — {record.feature}")
    for step in record.steps:
        exchanges = f" [{', '.join(step.exchanges)}]" if step.exchanges else ""
        yield f"  {step.outcome:<8} {one_line(f'{step.keyword} {step.name}{exchanges}', 600)}"
    if record.problem:
        yield f"  {record.problem.kind}: {one_line(record.problem.reason, 600)}"


def _heading(exchange: Exchange) -> str:
    """Without the address, which a system may have chosen."""
    response = exchange.get("response")
    came = response["status"] if response else "no response"
    return markdown_cell(one_line(f"{exchange['id']}: {exchange['request']['method']} → {came}", 100))


def _versions(run: JudgedRun) -> list[tuple[str, str]]:
    return [*run.identity.in_words(), ("Started", run.started), ("Finished", run.finished or "not known")]


def _block(text: str) -> str:
    """A block of code that nothing in it can end."""
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}text\n{text.rstrip()}\n{fence}"
