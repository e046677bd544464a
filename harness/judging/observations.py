"""The ledger: what was observed, against which requirement.

Everything here is a plain frozen value that goes to JSON and back unchanged,
because a run is stored (``run.jsonl``) and judged again without the system.
Nothing here decides anything: that is ``judging``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from enum import StrEnum
from typing import Any


class Outcome(StrEnum):
    """What came of an observation, in the words of the stored run."""

    MET = "met"
    NOT_MET = "not met"
    NOT_OBSERVED = "not observed"
    #: Another source publishes it, or it is short of a recommendation within a requirement: a warning.
    TOLERATED = "tolerated"
    #: Seen that the case does not arise with this system (nothing there that the clause speaks of).
    DOES_NOT_ARISE = "does not arise"
    #: The value seen is classified by the table of answers when the run is judged,
    #: so that a stored run can be judged under another edition.
    VALUE = "value"


# The short names, under which they are written everywhere.
MET, NOT_MET, NOT_OBSERVED = Outcome.MET, Outcome.NOT_MET, Outcome.NOT_OBSERVED
TOLERATED, DOES_NOT_ARISE, VALUE = Outcome.TOLERATED, Outcome.DOES_NOT_ARISE, Outcome.VALUE

#: The step of what was seen by checks that are made on every exchange.
STANDING = "standing"
#: Where a failure was seen that random sequences came upon: nobody can know beforehand of which requirement.
UNSOUGHT = "in a random sequence of requests"


def _fields(record: Any) -> dict[str, Any]:
    """The fields of a record. What is an enum, here or in the words of a check, is text to others."""
    values = ((one.name, getattr(record, one.name)) for one in fields(record))
    return {name: str(value) if isinstance(value, str) else value for name, value in values}


@dataclass(frozen=True, slots=True)
class Observation:
    """One thing seen about one requirement.

    ``system`` names the system it was seen of; only those under test earn verdicts.
    ``where`` is a FHIRPath-like place, or a header name. With outcome ``value``,
    ``situation`` and ``value`` are looked up in the table of answers. ``because`` of an observation that could
    not be made names the requirement whose failure stood in the way, seen in the same ``exchanges``. ``check`` is the
    check that a sentence called and that recorded it, by its name below ``harness/checks``.
    """

    requirement: str
    outcome: Outcome
    expected: str
    actual: str
    where: str = ""
    exchanges: tuple[str, ...] = ()
    system: str = ""
    situation: str = ""
    value: str = ""
    scenario: str = ""
    step: str = ""
    because: str = ""
    check: str = ""
    #: The person on whose word it rests, and when they told it; empty where the harness saw it itself.
    told_by: str = ""

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Observation:
        return cls(**{**data, "outcome": Outcome(data["outcome"]), "exchanges": tuple(data.get("exchanges", ()))})

    @property
    def needs_tag(self) -> bool:
        """Whether its scenario has to be there to decide the requirement."""
        return self.step != STANDING and self.where != UNSOUGHT

    def sameness(self) -> tuple[str, ...]:
        """Two observations with the same sameness differ only in the exchanges they rest on."""
        return (
            self.requirement,
            self.outcome,
            self.expected,
            self.actual,
            self.where,
            self.system,
            self.situation,
            self.value,
            self.scenario,
            self.step,
            self.because,
            self.check,
            self.told_by,
        )


def merged(observations: list[Observation]) -> list[Observation]:
    """The same observations, each once, with all the exchanges it rests on, in first-seen order."""
    seen: dict[tuple[str, ...], tuple[Observation, dict[str, None]]] = {}
    for observation in observations:
        _, exchanges = seen.setdefault(observation.sameness(), (observation, {}))
        exchanges.update(dict.fromkeys(observation.exchanges))
    return [replace(first, exchanges=tuple(exchanges)) for first, exchanges in seen.values()]


class StepOutcome(StrEnum):
    """How a step went, before anyone judged what it saw."""

    PASSED = "passed"
    NOT_MET = "not met"
    #: The scenario could not go on, for a reason that is none of the harness's own.
    STOPPED = "stopped"
    ERROR = "error"
    NOT_RUN = "not run"


@dataclass(frozen=True, slots=True)
class StepRecord:
    """A Gherkin step as it went."""

    keyword: str
    name: str
    outcome: StepOutcome
    seconds: float
    exchanges: tuple[str, ...] = ()

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> StepRecord:
        return cls(**{**data, "outcome": StepOutcome(data["outcome"]), "exchanges": tuple(data["exchanges"])})


class ProblemKind(StrEnum):
    """What sort of thing kept a scenario from going on."""

    INCONCLUSIVE = "inconclusive"
    SETTINGS = "settings"
    HARNESS = "harness"
    NOT_APPLICABLE = "not-applicable"
    UNSUPPORTED = "unsupported"
    TO_ATTEST = "to-attest"
    SYSTEM_AWAY = "system-away"
    NO_ROOM = "no-room"


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a scenario could not go on."""

    kind: ProblemKind
    reason: str
    #: The requirement whose failure stood in the way, where there is one.
    because: str = ""


@dataclass(frozen=True, slots=True)
class ScenarioRecord:
    """One scenario as it ran, with what it saw and the requirements that it is there to decide."""

    id: str
    feature: str
    name: str
    description: str
    tags: tuple[str, ...]
    requirements: tuple[str, ...]
    seconds: float
    started: str
    steps: tuple[StepRecord, ...] = ()
    observations: tuple[Observation, ...] = ()
    exchanges: tuple[Mapping[str, Any], ...] = ()
    problem: Problem | None = None

    def to_json(self) -> dict[str, Any]:
        """In Python's own types alone: pytest's workers hand over nothing else."""
        return {
            **_fields(self),
            "steps": [_fields(step) for step in self.steps],
            "observations": [_fields(observation) for observation in self.observations],
            "problem": _fields(self.problem) if self.problem else None,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> ScenarioRecord:
        problem = data.get("problem")
        return cls(
            **{
                **data,
                "tags": tuple(data["tags"]),
                "requirements": tuple(data["requirements"]),
                "steps": tuple(StepRecord.from_json(step) for step in data["steps"]),
                "observations": tuple(Observation.from_json(o) for o in data["observations"]),
                "exchanges": tuple(data["exchanges"]),
                "problem": Problem(**{**problem, "kind": ProblemKind(problem["kind"])}) if problem else None,
            }
        )


@dataclass(frozen=True, slots=True)
class Statement:
    """What a person states of a requirement that a run could not decide.

    ``date`` is YYYY-MM-DD. ``file`` is the name of an attached file and ``sha256`` its hash.
    """

    requirement: str
    who: str
    date: str
    statement: str
    link: str = ""
    file: str = ""
    sha256: str = ""

    def in_words(self) -> str:
        proof = self.link or (f"{self.file}, SHA-256 {self.sha256}" if self.file else "")
        return f"{self.who}, {self.date}: {self.statement}" + (f" ({proof})" if proof else "")


@dataclass(frozen=True, slots=True)
class Run:
    """A whole run: the facts that judging needs, and nothing secret.

    ``systems_under_test`` maps a system's name to its role (provider, registry, consumer).
    ``claims`` are the optional capabilities the systems under test say they have.
    Times are UTC, ISO 8601.
    """

    started: str
    finished: str
    edition: str
    reading: str
    systems_under_test: Mapping[str, str]
    claims: tuple[str, ...]
    partial: bool
    settings: Mapping[str, Any] = field(default_factory=dict)
    scenarios: tuple[ScenarioRecord, ...] = ()
    #: Set when the run could not be finished: why, in one paragraph.
    broken: str = ""
    #: Exit status that goes with ``broken`` (2 inconclusive, 3 settings, 4 harness).
    broken_status: int = 0
    #: Left-overs and other things that the reader should know, a line each.
    notes: tuple[str, ...] = ()
    #: What persons stated, from the evidence file.
    evidence: tuple[Statement, ...] = ()
    #: The folder that was asked for, as it was given.
    out: str = ""
    #: A UUID, made when the run began.
    id: str = ""
    #: The harness that made it: name, version, commit (see ``tool``).
    tool: Mapping[str, str] = field(default_factory=dict)
    #: Of ``run.jsonl`` as it lies in the folder; known once it is written, so it is not in it.
    sha256: str = ""
    #: The expression of --only by which it was selected, empty where all was.
    only: str = ""
    #: Every scenario of the suite with the requirements that it decides, so that it is known what did not run.
    suite: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
