"""What there is to try of a failure: its requests, how it may be told, and the script of some of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from uec_booking.harness.judging.verdicts import FAIL, WARN, JudgedRun, RequirementVerdict

from ..secrets import redacted_line, without_secrets
from .conditions import Condition
from .differences import Answers, told_apart, told_apart_at_once
from .failing import Failing, closed, failing, sliced, told_at_once
from .paths import path_in
from .requests import LOOK, Request, requests_of
from .script import REQUESTS, Header, script
from .substitution import World

#: Requirements whose failure may show in what a registry has been told, and nowhere else.
_ABOUT_REGISTRY = "REG-"


class Attempt:
    """One thing seen that was not met, with the requests that led to it."""

    def __init__(self, run: JudgedRun, requirement: RequirementVerdict, failure: Failing, *, waits: bool) -> None:
        self._run = run
        self._requirement = requirement
        self._failure = failure
        self._world = World.of(run)
        looks = requirement.id.startswith(_ABOUT_REGISTRY)
        every = requests_of(failure.record.exchanges, self._world, looks=looks)
        self.pauses = any(one.turn.wait for one in every)
        if not waits:
            every = [replace(one, turn=replace(one.turn, wait=0)) for one in every]
        targets = {str(one["id"]) for one in failure.exchanges}
        # Where what failed was not sent by us, it shows in what the registry has been told.
        looked_at = not targets & {one.id for one in every} or targets <= {one.id for one in every if not one.reads}
        self.targets = tuple(one.id for one in every if one.id in targets or (looked_at and one.id.endswith(LOOK)))
        groups = {one.turn.at_once for one in every if one.id in self.targets} - {0}
        shown = [number for number, one in enumerate(every) if one.id in self.targets or one.turn.at_once in groups]
        self._every = every[: max(shown, default=-1) + 1]

    @property
    def every(self) -> tuple[str, ...]:
        """All requests of the scenario until the fault was seen."""
        return tuple(one.id for one in self._every)

    @property
    def needed(self) -> tuple[str, ...]:
        """Those that the stored run shows to be needed."""
        return tuple(one.id for one in sliced(self._every, self.targets))

    def without(self, keep: Sequence[str], left_out: Sequence[str]) -> tuple[str, ...]:
        """Some of the requests without others, and without what cannot be sent without these."""
        return tuple(one.id for one in closed(self._chosen(keep), left_out))

    def told_at_once(self) -> list[Condition]:
        """How the fault may be told, from the stored run alone."""
        return told_at_once(self._run, self._failure, self.targets)

    def telling(self, keep: Sequence[str], faulty: Path, clean: Path) -> list[Condition]:
        """What holds of the answers that a faulty system gave to these requests, and not of those of a clean one.

        What the stored run gives comes first, then what lies nearest to the place that the check named.
        """
        chosen = self._chosen(keep)
        values = list(dict.fromkeys(value for one in chosen for value in one.answers_used() if value.what[0] != "body"))
        systems = [Answers.kept(folder, [one.id for one in chosen], values) for folder in (faulty, clean)]
        wanted = [one for one in self.targets if one in keep]
        where = self._failure.judged.observation.where
        differences = [one for id in wanted for one in told_apart(id, *systems)]
        for together in self._at_once(chosen):
            differences += told_apart_at_once(together, *systems)
        differences.sort(key=lambda condition: _distance(condition, where))
        found = dict.fromkeys([*self.told_at_once(), *differences])
        return [
            one for one in found if one.exchanges() <= set(keep) and systems[0].holds(one) and not systems[1].holds(one)
        ]

    def script(self, keep: Sequence[str], condition: Condition | None) -> str:
        """The script of some of the requests."""
        judged = self._failure.judged
        about = (
            f"{self._requirement.id} ({self._requirement.level}): {redacted_line(self._requirement.text, 600)}",
            f"Expected: {redacted_line(judged.expected, 600)}",
            f"Actual: {redacted_line(judged.observation.actual, 600)}",
            f"As seen in the run {self._run.identity.run_id or self._run.started}.",
        )
        systems = self._run.options or ("--config", "sim.toml")
        kept = [*systems]
        for option in ("--edition", "--reading"):
            if option in kept:
                at = kept.index(option)
                del kept[at : at + 2]
        return script(Header(about, kept, self._world.settings), self._chosen(keep), condition)

    def _at_once(self, chosen: Sequence[Request]) -> list[list[str]]:
        """Requests of ours that were sent at the same moment, where one of them shows the fault."""
        groups: dict[int, list[str]] = {}
        for one in chosen:
            groups.setdefault(one.turn.at_once, []).append(one.id)
        return [ids for group, ids in groups.items() if group and len(ids) > 1 and {*ids} & {*self.targets}]

    def _chosen(self, keep: Iterable[str]) -> list[Request]:
        wanted = set(keep)
        return [one for one in self._every if one.id in wanted]


def attempts(run: JudgedRun, id: str) -> list[Attempt]:
    """What can be tried of a requirement that was not met; nothing where no request of ours shows it."""
    requirement = next((one for one in run.requirements if one.id == id), None)
    if requirement is None or requirement.verdict not in (FAIL, WARN):
        return []
    found = failing(run, requirement)
    made = [Attempt(run, requirement, one, waits=False) for one in found]
    # Only where nothing else tells the fault time is let pass.
    made += [Attempt(run, requirement, one, waits=True) for one, quick in zip(found, made, strict=True) if quick.pauses]
    return [one for one in made if one.targets]


@dataclass(frozen=True, slots=True)
class Script:
    """The script that a stored run alone gives: ``shown`` is what in it is of this failure."""

    text: str
    requests: int

    @property
    def shown(self) -> str:
        return self.text.partition(REQUESTS)[2].strip() + "\n"


def from_run(run: JudgedRun, id: str) -> Script | None:
    """The script that the stored run alone gives; None where it does not say how the fault is told."""
    for attempt in attempts(run, id):
        for condition in attempt.told_at_once():
            needed = attempt.needed
            return Script(without_secrets(attempt.script(needed, condition)), len(needed))
    return None


def text(run: JudgedRun, id: str) -> str:
    """The text of that script, or nothing."""
    script = from_run(run, id)
    return script.text if script else ""


def _distance(condition: Condition, where: str) -> tuple[int, int, int]:
    """How far a condition is from the place that the check named: that place, a part of it, then all else."""
    about = condition.where.removesuffix("[]") or condition.kind
    there = [part for part in (path_in(where, ""), path_in(where, "Bundle"), where) if part]
    if about in there:
        near = 0
    elif any(about.startswith(part) or part.startswith(about) for part in there):
        near = 1
    elif about.rpartition(".")[2] == where.rpartition(".")[2]:
        near = 2
    else:
        whole = condition.kind in ("contains", "lacks-value", "status") or condition.where in ("entry", "total")
        near = 3 if whole else 4
    kinds = ("status", "lacks", "none", "has", "lacks-header", "contains", "lacks-value", "differs-from-sent", "count")
    order = kinds.index(condition.kind) if condition.kind in kinds else len(kinds)
    return near, order, len(condition.where)
