"""The command that runs again what decides a requirement: against the same systems, into a folder of its own."""

from __future__ import annotations

import shlex
from collections.abc import Mapping

from uec_booking.harness.catalogue.explanation import command
from uec_booking.harness.judging.verdicts import JudgedRun, RequirementVerdict

from .findings import shortfalls
from .once import once_a_run
from .text import clean

#: What the folder of a rerun is called, after that of the run.
_RERUN = "-rerun"


def rerun(run: JudgedRun, *requirements: RequirementVerdict) -> str:
    """A line for a POSIX shell, that does not touch the folder of the run; a rerun itself is run again in its own."""
    return _line(run, "--only", _expression(run, requirements))


def rerun_all(run: JudgedRun) -> str:
    """The command that runs all of it again."""
    return _line(run)


def reproduce(run: JudgedRun, id: str) -> str:
    """The command that makes a script of the fewest requests for a failure, by trying at the same systems."""
    return " ".join(shlex.quote(clean(word)) for word in (command(), "reproduce", id, run.folder, *run.options))


def attest(folder: str, *options: str) -> str:
    """The command that asks for the statements that are outstanding of the run in a folder."""
    return shlex.join([clean(command()), "attest", clean(folder), *options])


def _line(run: JudgedRun, *only: str) -> str:
    folder = run.folder.removesuffix(_RERUN) + _RERUN
    words = [command(), "assure", *run.options, *only, "--out", folder]
    return " ".join(shlex.quote(clean(word)) for word in words)


def _expression(run: JudgedRun, requirements: tuple[RequirementVerdict, ...]) -> str:
    return " or ".join(dict.fromkeys(_decisive(run, one) for one in requirements))


def _decisive(run: JudgedRun, requirement: RequirementVerdict) -> str:
    """What ``--only`` selects it by: its id, or the scenario in which a check on the way saw it fall short."""
    decides = _decides(run)
    seen_in = [judged.observation.scenario for judged in shortfalls(requirement)]
    ran = [id for id in seen_in if id in decides]
    elsewhere = [id for id in ran if requirement.id not in decides[id]]
    if elsewhere and len(elsewhere) == len(ran):
        name = elsewhere[0].replace('"', "?")
        return f'"{name}"'
    return requirement.id


@once_a_run
def _decides(run: JudgedRun) -> Mapping[str, frozenset[str]]:
    """The requirements that each scenario that ran is there to decide."""
    return {one.record.id: frozenset(one.record.requirements) for one in run.scenarios}
