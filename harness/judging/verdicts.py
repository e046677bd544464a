"""What judging says: the verdict of each requirement, each scenario, and the run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

from uec_booking.standard.levels import Level

from .observations import Observation, Outcome, ScenarioRecord


class Verdict(StrEnum):
    """The verdict on a requirement or a scenario, in the words of the reports.

    Their order is that in which reports list them: what needs action first.
    """

    FAIL = "FAIL"
    ERROR = "ERROR"
    INCONCLUSIVE = "INCONCLUSIVE"
    #: Scenarios of the suite decide it, and this run, a part or cut off, did not come to them.
    NOT_RUN = "NOT-RUN"
    WARN = "WARN"
    TO_ATTEST = "TO-ATTEST"
    PASS = "PASS"
    ATTESTED = "ATTESTED"
    INFO = "INFO"
    NOT_APPLICABLE = "NOT-APPLICABLE"


class RunVerdict(StrEnum):
    """The verdict on a run."""

    CONFORMANT = "conformant as tested"
    #: A partial run in which nothing was not met: it says nothing of the whole, so it is never called conformant.
    PARTIAL = "partial, nothing not met"
    NOT_CONFORMANT = "not conformant"
    INCONCLUSIVE = "inconclusive"
    ERROR = "error"


# The short names, under which they are written everywhere.
FAIL, ERROR, INCONCLUSIVE, NOT_RUN = Verdict.FAIL, Verdict.ERROR, Verdict.INCONCLUSIVE, Verdict.NOT_RUN
WARN, TO_ATTEST, PASS, ATTESTED = Verdict.WARN, Verdict.TO_ATTEST, Verdict.PASS, Verdict.ATTESTED
INFO, NOT_APPLICABLE = Verdict.INFO, Verdict.NOT_APPLICABLE
VERDICTS = tuple(Verdict)
CONFORMANT, PARTIAL, NOT_CONFORMANT = RunVerdict.CONFORMANT, RunVerdict.PARTIAL, RunVerdict.NOT_CONFORMANT
RUN_INCONCLUSIVE, RUN_ERROR = RunVerdict.INCONCLUSIVE, RunVerdict.ERROR

#: Exit statuses of ``uec-booking``.
EXIT_CONFORMANT, EXIT_NOT_CONFORMANT, EXIT_INCONCLUSIVE, EXIT_SETTINGS, EXIT_HARNESS = 0, 1, 2, 3, 4
#: A failure that was expected did not come, or the day until which it was expected is over.
EXIT_OUT_OF_DATE = 5

#: How the note of scenarios that were run again begins, which are of another run than the others.
RUN_AGAIN = "run again at"


@dataclass(frozen=True, slots=True)
class Judged:
    """An observation with the outcome it has under the edition and reading of the judging.

    ``outcome``: met, tolerated, not met, not observed. ``conflict`` names the contradiction of
    the standard behind a tolerated or wrong value (``CF-02``); ``because`` the requirement whose failure
    stood in the way of what was not observed.
    """

    observation: Observation
    outcome: Outcome
    expected: str
    conflict: str = ""
    note: str = ""
    because: str = ""

    def to_json(self) -> dict[str, Any]:
        seen = self.observation
        return {
            "outcome": self.outcome,
            "expected": self.expected,
            "actual": seen.actual,
            "where": seen.where,
            "exchanges": list(seen.exchanges),
            "conflict": self.conflict,
            "note": self.note,
            "because": self.because,
            "system": seen.system,
            "scenario": seen.scenario,
            "step": seen.step,
            "check": seen.check,
            "told_by": seen.told_by,
        }


@dataclass(frozen=True, slots=True)
class RequirementVerdict:
    """``blame`` of a non-pass: system, settings, harness or standard; empty otherwise.

    ``because`` of an INCONCLUSIVE names the requirements whose failure stood in the way, and nothing else did.
    """

    id: str
    level: Level
    role: str
    text: str
    verdict: Verdict
    blame: str
    reason: str
    scenarios: tuple[str, ...]
    observations: tuple[Judged, ...]
    because: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "level": self.level,
            "role": self.role,
            "text": self.text,
            "verdict": self.verdict,
            "blame": self.blame,
            "reason": self.reason,
            "because": list(self.because),
            "scenarios": list(self.scenarios),
            "observations": [judged.to_json() for judged in self.observations],
        }


@dataclass(frozen=True, slots=True)
class ScenarioVerdict:
    """``status`` is the worst verdict of what the scenario saw: PASS, WARN, FAIL, INCONCLUSIVE …"""

    record: ScenarioRecord
    status: Verdict
    reason: str
    judged: tuple[Judged, ...]

    def to_json(self) -> dict[str, Any]:
        return {
            "id": self.record.id,
            "feature": self.record.feature,
            "name": self.record.name,
            "status": self.status,
            "reason": self.reason,
            "seconds": round(self.record.seconds, 3),
            "requirements": list(self.record.requirements),
        }


@dataclass(frozen=True, slots=True)
class SystemIdentity:
    """A system under test. ``software`` and ``version`` are what the settings say; ``told`` is what it said itself."""

    key: str
    role: str
    name: str
    address: str
    software: str = ""
    version: str = ""
    told: tuple[str, ...] = ()

    def in_words(self) -> str:
        """What software it is, and who says so."""
        stated = " ".join(filter(None, (self.software, self.version)))
        said = [
            f"{stated} (as the settings say)" if stated else "",
            f"{' / '.join(self.told)} (as its CapabilityStatement says)" if self.told else "",
        ]
        return (
            "; ".join(filter(None, said))
            or "software not known (the settings do not say it, nor does a CapabilityStatement that was read)"
        )


@dataclass(frozen=True, slots=True)
class Identity:
    """Which run this is. ``harness`` made it; ``judged_by`` judged it again, where that was another version."""

    run_id: str = ""
    run_sha256: str = ""
    harness: Mapping[str, str] = field(default_factory=dict)
    judged_by: Mapping[str, str] = field(default_factory=dict)
    operator: str = ""
    claims: tuple[str, ...] = ()
    systems: tuple[SystemIdentity, ...] = ()

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    def in_words(self) -> list[tuple[str, str]]:
        """Names and values for a reader, alike in every report."""
        told = [
            (one.key.replace("_", " ").capitalize(), f"{one.name} at {one.address}: {one.in_words()}")
            for one in self.systems
        ]
        told.append(("Claims", ", ".join(self.claims) or "none beyond the core"))
        if self.operator:
            told.append(("Operator", self.operator))
        told.append(("Harness", _version(self.harness)))
        if self.judged_by:
            told.append(("Judged again by", _version(self.judged_by)))
        told.append(("Run", self.run_id or "without an id (made by an earlier version)"))
        if self.run_sha256:
            told.append(("run.jsonl, SHA-256", self.run_sha256))
        return told


def _version(tool: Mapping[str, str]) -> str:
    if not tool:
        return "not known (made by an earlier version)"
    hash, _, changes = tool.get("commit", "").partition(" ")
    commit = f", commit {hash[:12]} {changes}".rstrip() if hash else ""
    return f"{tool.get('name', '')} {tool.get('version', '')}{commit}"


@dataclass(frozen=True, slots=True)
class JudgedRun:
    """The judged run, which reports read. ``system`` describes the systems under test."""

    verdict: RunVerdict
    exit_status: int
    partial: bool
    edition: str
    reading: str
    capability_level: int | None
    outstanding: int
    reason: str
    system: Mapping[str, Any]
    started: str
    finished: str
    counts: Mapping[str, int]
    requirements: tuple[RequirementVerdict, ...]
    scenarios: tuple[ScenarioVerdict, ...]
    notes: tuple[str, ...] = ()
    identity: Identity = Identity()
    #: The options with which the same systems are tested again, under the edition and reading of this judging.
    options: tuple[str, ...] = ()
    #: The folder of the run, as it was named when the run began.
    folder: str = "reports/out"
    #: The level is at least this: not all that decides it has run.
    capability_at_least: bool = False
    #: The cancellation level of the consumer, where one is under test.
    consumer_level: int | None = None
    #: The scenarios of the suite that did not run.
    not_run: tuple[str, ...] = ()

    def open_points(self) -> str:
        """What keeps a run without a failure from being all of it, in words; empty where nothing does."""
        points = (
            (self.counts.get(INCONCLUSIVE, 0), "inconclusive"),
            (self.counts.get(NOT_RUN, 0), "not run"),
            (self.outstanding, "to attest"),
        )
        return ", ".join(f"{number} {what}" for number, what in points if number)

    @property
    def runs(self) -> int:
        """How many runs it is made up of: the system may have changed from one to the next."""
        return 1 + sum(note.startswith(RUN_AGAIN) for note in self.notes)

    def headline(self) -> str:
        """The verdict in a line, honest about what it does not cover."""
        verdict = str(self.verdict)
        if verdict == PARTIAL or (self.partial and verdict == CONFORMANT):
            verdict = "partial run, no failures in what ran" if self.not_run else "partial run, no failures"
        elif self.partial:
            verdict = f"partial run, {verdict}"
        if self.runs > 1:
            verdict += f", in parts of {self.runs} runs"
        if self.outstanding and self.verdict in (CONFORMANT, PARTIAL):
            verdict += f"; {self.outstanding} statements outstanding"
        return verdict
