"""Annotations of GitHub Actions: a line of output for each failure and each warning, which GitHub shows at the job.

Only in a job of GitHub Actions, or where ``--report github`` asks for it. GitHub shows ten errors and ten warnings of
a step, so no more are written, and a notice says how many are left out. The weightiest come first.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import TextIO

from uec_booking.harness.judging.verdicts import WARN, JudgedRun, RequirementVerdict

from ..causes import troubles
from ..findings import seen_once, with_verdict
from ..reporter import SilentReporter
from ..rerun import rerun
from ..secrets import redacted_line
from ..text import one_line

#: GitHub shows this many of a kind for one step.
SHOWN = 10


class GitHubReporter(SilentReporter):
    """Writes to ``stream``; standard output, as it is at the time, where none is given."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._given = stream

    def wanted(self) -> bool:
        return os.environ.get("GITHUB_ACTIONS") == "true"

    def run_judged(self, run: JudgedRun, directory: Path) -> None:
        stream = self._given or sys.stdout
        for line in lines(run):
            # GitHub reads UTF-8, whatever this terminal can show: so what is not ASCII is escaped.
            stream.write(line.encode("ascii", "backslashreplace").decode("ascii") + "\n")
        stream.flush()


def lines(run: JudgedRun) -> Iterator[str]:
    """The annotations, a line each; the same for the same judged run."""
    errors = [_of_several(run, trouble.requirements) for trouble in troubles(run)]
    if run.exit_status and not errors:
        errors = [("The run reached no verdict", run.reason or run.headline())]
    warnings = [_of_several(run, (requirement,)) for requirement in with_verdict(run, WARN)]
    yield from _shown("error", errors)
    yield from _shown("warning", warnings)


def _shown(kind: str, annotations: Iterable[tuple[str, str]]) -> Iterator[str]:
    left = iter(annotations)
    for title, message in islice(left, SHOWN):
        yield _command(kind, title, message)
    more = sum(1 for _ in left)
    if more:
        yield _command("notice", f"{more} more {kind}{'s' if more > 1 else ''}", "report.html has them all.")


def _of_several(run: JudgedRun, requirements: tuple[RequirementVerdict, ...]) -> tuple[str, str]:
    """Title and message of what has one cause; of several requirements the first is told."""
    first = requirements[0]
    more = f" and {len(requirements) - 1} more" if requirements[1:] else ""
    parts = [first.text, first.reason]
    for seen in seen_once(first)[:1]:
        observation = seen.judged.observation
        place = f" ({observation.where})" if observation.where else ""
        parts += [f"expected {seen.judged.expected}, actual {observation.actual}{place}", observation.scenario]
    again = f"Run it again: {rerun(run, *requirements)}"
    told = [redacted_line(part, 600) for part in parts if part]
    return f"{first.verdict} {first.id} ({first.level}){more}", "\n".join([*told, again])


def _command(kind: str, title: str, message: str) -> str:
    """As GitHub's own toolkit writes it: what ends a line or a property is escaped, and nothing else."""
    return f"::{kind} title={_property(one_line(title))}::{_data(message)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
