"""What a reporter is: it listens to a run, and writes a document when the run is judged.

Reporters are found through the entry points of the group ``uec_booking.reporters``, so a
vendor can add one of their own without changing anything here. A reporter decides
nothing: verdicts come from judging, and a stored run can be reported on again.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

from uec_booking.harness.judging.verdicts import JudgedRun, ScenarioVerdict


class Reporter(Protocol):
    """Called in this order, from one thread: started once, finished per scenario, judged once.

    For a stored run only ``run_judged`` is called. The terminal comes last, because it
    tells where the other documents are.
    """

    def run_started(self, total: int, system: Mapping[str, Any]) -> None:
        """``total`` scenarios will run against ``system`` (its description, without secrets)."""

    def scenario_finished(self, scenario: ScenarioVerdict, done: int, total: int) -> None:
        """One scenario ended, judged by itself; it is the ``done``-th of ``total``."""

    def run_judged(self, run: JudgedRun, directory: Path) -> None:
        """Write the document into ``directory``, which exists. May raise OSError."""

    def proof_made(self, proof: Mapping[str, Any], directory: Path) -> None:
        """After ``uec-booking prove``, in place of the others: ``proof`` is what proof.json holds."""

    def exploration_made(self, exploration: Mapping[str, Any], directory: Path) -> None:
        """After ``uec-booking explore``: ``exploration`` is what findings.json holds. Who has no such method is not
        told.
        """

    def lifecycle_learned(self, lifecycle: Mapping[str, Any], directory: Path) -> None:
        """After ``uec-booking lifecycle``: ``lifecycle`` is what lifecycle.json holds; as ``exploration_made``."""

    def load_measured(self, load: Mapping[str, Any], directory: Path) -> None:
        """After ``uec-booking load``: ``load`` is what load.json holds. Who has no such method is not told."""


class SilentReporter:
    """A base for reporters that only care about some of these moments."""

    def wanted(self) -> bool:
        """Whether it is among ``all`` reports; else only who names it gets it. One without this method always is."""
        return True

    def run_started(self, total: int, system: Mapping[str, Any]) -> None:
        return None

    def scenario_finished(self, scenario: ScenarioVerdict, done: int, total: int) -> None:
        return None

    def run_judged(self, run: JudgedRun, directory: Path) -> None:
        return None

    def proof_made(self, proof: Mapping[str, Any], directory: Path) -> None:
        return None

    def exploration_made(self, exploration: Mapping[str, Any], directory: Path) -> None:
        return None

    def lifecycle_learned(self, lifecycle: Mapping[str, Any], directory: Path) -> None:
        return None

    def load_measured(self, load: Mapping[str, Any], directory: Path) -> None:
        return None


def write_document(path: Path, text: str) -> None:
    """Write ``text`` as UTF-8 in one move, so that a reader never sees half a document."""
    unfinished = path.with_name(path.name + ".tmp")
    unfinished.write_text(text, encoding="utf-8", newline="\n")
    os.replace(unfinished, path)
