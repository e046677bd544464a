"""Stored runs made by hand, and the commands that read them, called within this process."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from uec_booking.harness.cli import main
from uec_booking.harness.judging.observations import NOT_OBSERVED, Problem, ProblemKind, Run, ScenarioRecord
from uec_booking.harness.judging.run_file import Writer

from .runs import record, run, seen


@dataclass(frozen=True)
class Said:
    """What a command returned and said."""

    status: int
    out: str
    err: str

    @property
    def words(self) -> str:
        """What it said, as if on one line."""
        return " ".join(self.out.split())

    def paragraph(self) -> str:
        """The one paragraph in which it said what to change."""
        lines = self.err.strip().splitlines()
        assert self.status == 3 and len(lines) == 1 and lines[0].startswith("uec-booking: "), self
        return lines[0]


Command = Callable[..., Said]


def called(capsys: pytest.CaptureFixture[str]) -> Command:
    """Calls ``uec-booking`` with these arguments."""

    def call(*arguments: object) -> Said:
        capsys.readouterr()
        status = main([str(argument) for argument in arguments])
        said = capsys.readouterr()
        return Said(status, said.out, said.err)

    return call


def stored(folder: Path, made: Run) -> Path:
    """The folder of a run."""
    folder.mkdir()
    writer = Writer(folder)
    writer.begin(made)  # with its scenarios
    writer.end(made)
    return folder


def of(outcomes: Mapping[str, str], **facts: object) -> Run:
    """A run with a scenario for each requirement; its outcome, or behind whose failure it was not observed."""
    return run(*(_scenario(requirement, outcome) for requirement, outcome in outcomes.items()), **facts)


def _scenario(requirement: str, outcome: str) -> ScenarioRecord:
    name = f"f/x.feature::Of {requirement}"
    if not outcome.startswith("behind "):
        return record(name, [seen(requirement, outcome)], [requirement])
    cause = outcome.removeprefix("behind ")
    blind = replace(seen(requirement, NOT_OBSERVED), because=cause)
    return record(name, [blind], [requirement], Problem(ProblemKind.INCONCLUSIVE, "it was not accepted", cause))
