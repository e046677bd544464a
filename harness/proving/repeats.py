"""The clean system again and again, in another order each time: a verdict that flips is worth nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from .job import Outcome
from .whole_run import outcome_of


@dataclass(frozen=True)
class Repeat:
    """One of the runs: in the order that ``number`` draws."""

    number: int

    @property
    def name(self) -> str:
        return f"clean, in order {self.number}"


def repeats(count: int) -> list[Repeat]:
    return [Repeat(number) for number in range(1, count + 1)]


def outcomes(runs: Sequence[Repeat], workers: int) -> Iterator[Outcome]:
    """Run the whole suite against the clean system, in parallel, once for each."""
    for run in runs:
        yield outcome_of(run.name, ["--order", str(run.number), "-n", str(workers)])


def flips(runs: Sequence[Outcome]) -> dict[str, list[str]]:
    """The requirements and scenarios that were not judged alike in all runs, with what was said of them."""
    told = [{**run.verdicts, **run.scenarios} for run in runs]
    names = sorted(set().union(*told)) if told else []
    said = {name: sorted({one.get(name, "nothing") for one in told}) for name in names}
    return {name: verdicts for name, verdicts in said.items() if len(verdicts) > 1}
