"""What a worker is given to do, and what comes back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True)
class Job:
    """One system to test: by the scenarios of an expression, or by those named, in that order.

    With ``until`` (a requirement and a verdict) the run ends as soon as that is its verdict, or when
    ``most`` scenarios have run and the fault has had its way in one of them. ``conformant``: the faults are variants.
    """

    name: str
    faults: tuple[str, ...]
    expression: str = ""
    scenarios: tuple[str, ...] = ()
    until: tuple[str, str] = ("", "")
    most: int = 0
    conformant: bool = False


@dataclass(frozen=True)
class Outcome:
    """What a run against one system showed.

    ``scenarios``: status of each; ``decided``: the requirements of which each saw something, and
    ``seconds_of`` how long it took; ``shapes`` and ``course``: its traffic (see ``traffic``).
    ``used``: how often the faults had their way; ``raised``: where a fault is a function,
    what it raised, and how often which change was made (``GET Slot: body``).
    """

    name: str
    seconds: float
    verdicts: Mapping[str, str]
    scenarios: Mapping[str, str]
    decided: Mapping[str, tuple[str, ...]]
    seconds_of: Mapping[str, float]
    shapes: Mapping[str, tuple[str, ...]]
    course: Mapping[str, str]
    used: int
    trouble: str = ""
    raised: tuple[str, ...] = ()
    changes: Mapping[str, int] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Outcome:
        lists = {name: {key: tuple(value) for key, value in data[name].items()} for name in ("decided", "shapes")}
        return cls(**{**data, **lists, "raised": tuple(data.get("raised", ()))})

    @classmethod
    def lost(cls, name: str, why: str) -> Outcome:
        """The outcome of a run that could not be finished."""
        return cls(name, 0.0, {}, {}, {}, {}, {}, {}, 0, why)
