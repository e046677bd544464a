"""A fault on demand as it is written down, and the reading of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..text import keepable

#: The calls of a provider and of the registry, as a fault names them. ``any`` is each of them.
PROVIDER_CALLS = ("slots", "book", "read", "cancel", "search", "metadata", "any")
REGISTRY_CALLS = ("search", "read", "register", "update", "any")

ANSWER = "answer"
SLOW = "slow"
CUT_BEFORE = "cut-before"
CUT_AFTER = "cut-after"
TAKEN = "taken"
MOVED = "moved"
CANCELLED_LOCALLY = "cancelled-locally"

#: What a fault does, with the calls that it can be done to; all of them where none are named.
KINDS: Mapping[str, tuple[str, ...]] = {
    ANSWER: (),
    SLOW: (),
    CUT_BEFORE: (),
    CUT_AFTER: (),
    TAKEN: ("book",),
    MOVED: ("read", "cancel"),
    CANCELLED_LOCALLY: ("read", "cancel"),
}
#: What may stand in the place of the OperationOutcome of an ``answer``.
BODIES = ("outcome", "empty", "html", "truncated", "other-type")

MOST_FAULTS = 50
MOST_CALLS = 1_000_000
MOST_SECONDS = 3600
#: A call that waits holds one of the server's threads.
LONGEST_WAIT = 300
MOST_CHARACTERS = 1000
_COMMON = frozenset({"call", "from", "times", "for_seconds", "do"})
_OF_KIND = {ANSWER: frozenset({"status", "issue", "diagnostics", "body"}), SLOW: frozenset({"seconds"})}
_ISSUE = re.compile(r"[a-z][a-z-]{0,39}")
# Their answers have no body.
_BODILESS = (204, 205, 304)


@dataclass(frozen=True)
class FaultOnDemand:
    """One fault of one system: what it does to which of its calls.

    It begins with the call number `first` of its kind, and holds for `times` calls (0: for all), or for
    `for_seconds` from that one on, if that is above 0.
    """

    call: str
    do: str
    first: int = 1
    times: int = 1
    for_seconds: float = 0.0
    status: int = 503
    issue: str = "transient"
    diagnostics: str = "The system cannot answer at present."
    body: str = "outcome"
    seconds: float = 0.0

    def as_json(self) -> dict[str, Any]:
        """The fault as it would be written, with everything that it left to us."""
        said: dict[str, Any] = {"call": self.call, "from": self.first, "do": self.do}
        said |= {"for_seconds": self.for_seconds} if self.for_seconds else {"times": self.times}
        return said | {name: getattr(self, name) for name in sorted(_OF_KIND.get(self.do, ()))}


def faults_from(values: object, calls: tuple[str, ...] = PROVIDER_CALLS) -> tuple[FaultOnDemand, ...]:
    """The faults in a list of JSON objects, for a system that has these calls.

    Raises ValueError, one sentence that says what is wrong, where in the list, and what to write.
    """
    if not isinstance(values, list):
        raise ValueError('faults is no list; write [] or [{"call": "book", "do": "cut-after"}]')
    if len(values) > MOST_FAULTS:
        raise ValueError(f"faults has {len(values)} entries; at most {MOST_FAULTS} can be kept")
    return tuple(_Reader(value, f"faults[{number}]").fault(calls) for number, value in enumerate(values))


class _Reader:
    """Takes one object apart. `where` names it in what is said of it."""

    def __init__(self, value: object, where: str) -> None:
        if not isinstance(value, dict):
            raise ValueError(f'{where} is no object; write {{"call": "book", "do": "cut-after"}}')
        self.value = value
        self.where = where

    def fault(self, calls: tuple[str, ...]) -> FaultOnDemand:
        """The fault of a system that has these calls."""
        do = self.one_of("do", tuple(kind for kind, only in KINDS.items() if set(only) <= set(calls)))
        call = self.one_of("call", tuple(name for name in calls if not KINDS[do] or name in KINDS[do]))
        unknown = sorted(str(name) for name in self.value.keys() - _COMMON - _OF_KIND.get(do, frozenset()))
        if unknown:
            known = ", ".join(sorted(_COMMON | _OF_KIND.get(do, frozenset())))
            raise self.wrong(unknown[0], f"is not known where do is {do}; what is: {known}")
        if "times" in self.value and "for_seconds" in self.value:
            raise self.wrong("times", "and for_seconds exclude each other; leave one of them out")
        fault = FaultOnDemand(
            call=call,
            do=do,
            first=self.whole("from", 1, 1, MOST_CALLS),
            times=self.whole("times", 1, 0, MOST_CALLS),
            for_seconds=self.seconds("for_seconds", MOST_SECONDS) if "for_seconds" in self.value else 0.0,
            seconds=self.seconds("seconds", LONGEST_WAIT) if do == SLOW else 0.0,
            status=self.whole("status", 503, 200, 599),
            issue=self.text("issue", FaultOnDemand.issue),
            diagnostics=self.text("diagnostics", FaultOnDemand.diagnostics),
            body=self.one_of("body", BODIES) if "body" in self.value else "outcome",
        )
        if fault.status in _BODILESS and fault.body != "empty":
            raise self.wrong("status", f'{fault.status} has no body; add "body": "empty", or name another status')
        if not _ISSUE.fullmatch(fault.issue):
            raise self.wrong("issue", "must be a code of FHIR's issue types, such as transient or not-supported")
        return fault

    def one_of(self, name: str, allowed: tuple[str, ...]) -> str:
        value = self.value.get(name)
        if value not in allowed:
            raise self.wrong(name, f"must be one of {', '.join(allowed)}{self.instead_of(value)}")
        return str(value)

    def whole(self, name: str, otherwise: int, least: int, most: int) -> int:
        value = self.value.get(name, otherwise)
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            raise self.wrong(name, f"must be a whole number from {least} to {most}{self.instead_of(value)}")
        return value

    def seconds(self, name: str, most: int) -> float:
        value = self.value.get(name)
        # Neither NaN nor an infinity is between the bounds.
        if not isinstance(value, int | float) or isinstance(value, bool) or not 0 < value <= most:
            raise self.wrong(name, f"must be a number of seconds, above 0 and at most {most}{self.instead_of(value)}")
        return float(value)

    def text(self, name: str, otherwise: str) -> str:
        value = self.value.get(name, otherwise)
        if not isinstance(value, str) or not 0 < len(value) <= MOST_CHARACTERS or not keepable(value):
            raise self.wrong(name, f"must be a text of 1 to {MOST_CHARACTERS} characters that FHIR allows")
        return value

    def wrong(self, name: str, what: str) -> ValueError:
        return ValueError(f"{self.where}.{name:.40} {what}")

    def instead_of(self, value: object) -> str:
        return " (it is missing)" if value is None else f", not {value!r:.40}"
