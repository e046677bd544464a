"""The scenarios in the page, feature by feature, each folded up."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from uec_booking.harness.judging.verdicts import JudgedRun, RequirementVerdict, ScenarioVerdict

from .findings import scenario_shortfalls
from .html import Element, el
from .page_fixes import badge
from .text import one_line


def scenarios(run: JudgedRun) -> Iterator[Element]:
    """Every scenario that ran, by feature."""
    yield el("h2", "Scenarios", id="scenarios")
    by_id = {requirement.id: requirement for requirement in run.requirements}
    ordered = sorted(run.scenarios, key=lambda s: (s.record.feature, s.record.id))
    for feature, members in groupby(ordered, key=lambda s: s.record.feature):
        yield el("h3", one_line(feature))
        for scenario in members:
            yield _scenario(scenario, by_id)


def _scenario(scenario: ScenarioVerdict, by_id: dict[str, RequirementVerdict]) -> Element:
    record = scenario.record
    short = [
        f"{j.observation.requirement}: expected {j.expected}, actual {j.observation.actual}"
        for _, j in scenario_shortfalls(scenario, by_id)
    ]
    return el(
        "details",
        el("summary", badge(scenario.status), f" {one_line(record.name)} ({record.seconds:.1f} s)"),
        el(
            "div",
            el("p", one_line(record.description, 2_000), class_="quiet") if record.description else None,
            el("p", one_line(scenario.reason, 2_000)) if scenario.reason else None,
            el("ul", *(el("li", one_line(line, 600)) for line in short[:20])) if short else None,
            el("ol", *(_step(step.keyword, step.name, step.outcome) for step in record.steps), class_="steps")
            if record.steps
            else None,
            _decides(record.requirements, by_id),
        ),
        class_="scenario",
    )


def _decides(requirements: tuple[str, ...], by_id: dict[str, RequirementVerdict]) -> Element:
    parts: list[Element | str] = ["Decides: " if requirements else "Decides: nothing"]
    for number, id in enumerate(requirements):
        parts.append(", " if number else "")
        parts.append(el("a", id, href=f"#{id}") if id in by_id else id)
    return el("p", *parts, class_="quiet")


def _step(keyword: str, name: str, outcome: str) -> Element:
    told = None if outcome == "passed" else el("strong", f" · {outcome}")
    return el("li", el("b", f"{keyword} "), one_line(name, 1_000), told)
