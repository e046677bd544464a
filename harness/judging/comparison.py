"""Two judged runs side by side: what is better or worse, what is new or gone, and because of what.

A failure that is no longer seen is not called better: nothing shows that it was mended.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from ..text import one_line
from ..text.alike import alike
from . import verdicts as v
from .observations import NOT_MET
from .verdicts import JudgedRun


class Kind(StrEnum):
    """What became of a requirement or a scenario from one run to the other, in the order of reports."""

    WORSE = "worse"
    NEW = "new"
    BETTER = "better"
    CHANGED = "changed"
    GONE = "gone"


#: What each kind is called.
KINDS: Mapping[Kind, str] = {
    Kind.WORSE: "worse",
    Kind.NEW: "new (not looked at in the first run)",
    Kind.BETTER: "better",
    Kind.CHANGED: "changed, neither better nor worse",
    Kind.GONE: "gone (not looked at in the second run)",
}

#: The verdict of what a run does not list.
ABSENT = "absent"
_NOT_LOOKED_AT = frozenset({ABSENT, v.NOT_APPLICABLE, v.NOT_RUN})
#: The higher, the worse.
_BADNESS = {v.PASS: 0, v.INFO: 0, v.ATTESTED: 0, v.WARN: 1, v.TO_ATTEST: 2, v.INCONCLUSIVE: 2, v.ERROR: 2, v.FAIL: 3}
_OPEN = 2


@dataclass(frozen=True, slots=True)
class Entry:
    """What one run says of a requirement or a scenario. ``because`` are the requirements in its way."""

    verdict: str = ABSENT
    text: str = ""
    reason: str = ""
    because: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Difference:
    """A requirement or scenario with another verdict in the second run.

    ``reason`` is that of the run in which it stands worse, as is ``because``, the requirement whose failure it hangs
    below, where it has one.
    """

    id: str
    kind: Kind
    before: str
    after: str
    text: str
    reason: str
    because: str

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Cause:
    """Differences that have one reason; ``behind`` are those that hang below them."""

    first: tuple[Difference, ...]
    behind: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class Still:
    """A requirement that FAILs in both runs. ``added`` are deviations that only the second has, ``mended`` the reverse.

    ``another`` says that they have none in common: it fails for another reason.
    """

    id: str
    added: tuple[str, ...]
    mended: tuple[str, ...]
    another: bool

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Comparison:
    """What changes from one run to another. ``still`` are the requirements that FAIL in both, and how they differ.

    ``alike`` is the number of requirements that were looked at in both, and have the same verdict.
    """

    requirements: tuple[Difference, ...]
    scenarios: tuple[Difference, ...]
    still: tuple[Still, ...]
    alike: int
    #: What else is not the same in both, a sentence each.
    notes: tuple[str, ...]

    def causes(self, kind: Kind) -> tuple[Cause, ...]:
        """The requirements of a kind, by their causes."""
        return _by_cause([one for one in self.requirements if one.kind == kind])

    @property
    def comparable(self) -> bool:
        """Whether anything was looked at in both."""
        return bool(self.alike) or any(one.kind not in (Kind.NEW, Kind.GONE) for one in self.requirements)

    def worse(self) -> tuple[Difference, ...]:
        """The requirements that are worse, or new and fail."""
        return tuple(
            one
            for one in self.requirements
            if one.kind == Kind.WORSE or (one.kind == Kind.NEW and one.after in (v.FAIL, v.ERROR))
        )

    def exit_status(self) -> int:
        """1 for a failure or a warning that was not there before; 2 for what is only no longer seen; 0 otherwise."""
        return status_of(one.after for one in self.worse()) if self.comparable else v.EXIT_INCONCLUSIVE


def status_of(worse: Iterable[str]) -> int:
    """The exit status for the verdicts of what became worse."""
    found = set(worse)
    if found & {v.FAIL, v.WARN}:
        return v.EXIT_NOT_CONFORMANT
    return v.EXIT_INCONCLUSIVE if found else v.EXIT_CONFORMANT


def compared(before: JudgedRun, after: JudgedRun) -> Comparison:
    """The second run against the first; the caller has judged both alike, by one edition and reading."""
    old, new = _requirements(before), _requirements(after)
    looked_at = {id for id in old.keys() & new.keys() if not {old[id].verdict, new[id].verdict} & _NOT_LOOKED_AT}
    same = {id for id in looked_at if old[id].verdict == new[id].verdict}
    return Comparison(
        requirements=_differences(old, new),
        scenarios=_differences(_scenarios(before), _scenarios(after)),
        still=tuple(_still(before, after, {id for id in same if new[id].verdict == v.FAIL})),
        alike=len(same),
        notes=tuple(_notes(before, after)),
    )


def _still(before: JudgedRun, after: JudgedRun, failing: set[str]) -> Iterator[Still]:
    first, second = (
        {one.id: _deviations(one) for one in run.requirements if one.id in failing} for run in (before, after)
    )
    for id in sorted(failing):
        old, new = first[id], second[id]
        added, mended = (tuple(one for one in each if one not in other) for each, other in ((new, old), (old, new)))
        yield Still(id, added, mended, another=bool(added and mended and len(added) == len(new)))


def _deviations(requirement: v.RequirementVerdict) -> tuple[str, ...]:
    """What was not met, in words that are the same in another run if it is the same."""
    found = []
    for judged in requirement.observations:
        seen = judged.observation
        if judged.outcome == NOT_MET:
            where = f"{seen.where}: " if seen.where else ""
            found.append(alike(one_line(f"{where}expected {judged.expected}, actual {seen.actual}", 1_000)))
    return tuple(sorted(set(found)))


def _requirements(run: JudgedRun) -> dict[str, Entry]:
    return {one.id: Entry(one.verdict, one.text, one.reason, one.because) for one in run.requirements}


def _scenarios(run: JudgedRun) -> dict[str, Entry]:
    return {one.record.id: Entry(one.status, one.record.name, one.reason) for one in run.scenarios}


def _differences(old: Mapping[str, Entry], new: Mapping[str, Entry]) -> tuple[Difference, ...]:
    found = (_difference(id, old, new) for id in sorted(old.keys() | new.keys()))
    order = list(Kind)
    return tuple(sorted(filter(None, found), key=lambda one: order.index(one.kind)))


def _difference(id: str, old: Mapping[str, Entry], new: Mapping[str, Entry]) -> Difference | None:
    before, after = old.get(id, Entry()), new.get(id, Entry())
    kind = _kind(before.verdict, after.verdict)
    if kind is None:
        return None
    told, run = (before, old) if kind in (Kind.BETTER, Kind.GONE) else (after, new)
    return Difference(
        id=id,
        kind=kind,
        before=before.verdict,
        after=after.verdict,
        text=after.text or before.text,
        reason=told.reason,
        because=_root(id, run),
    )


def _kind(before: str, after: str) -> Kind | None:
    """What became of it; None where it stands as before, or neither run looked at it."""
    was, is_now = before not in _NOT_LOOKED_AT, after not in _NOT_LOOKED_AT
    if before == after or not (was or is_now):
        return None
    if not (was and is_now):
        return Kind.NEW if is_now else Kind.GONE
    first, second = (_BADNESS[v.Verdict(verdict)] for verdict in (before, after))
    if first == second or (before == v.FAIL and second == _OPEN):
        return Kind.CHANGED
    return Kind.WORSE if second > first else Kind.BETTER


def _root(id: str, run: Mapping[str, Entry]) -> str:
    """The first cause of its causes, in the same run; empty where it has none, or they name each other."""
    found, seen = "", {id}
    while id in run and run[id].because:
        id = min(run[id].because)
        if id in seen:
            return ""
        seen.add(id)
        found = id
    return found


def _by_cause(differences: list[Difference]) -> tuple[Cause, ...]:
    """Those that hang below another behind it; the rest together where verdicts and reason are the same."""
    ids = {one.id for one in differences}
    heads: dict[tuple[str, ...], list[Difference]] = {}
    for one in differences:
        if one.because not in ids:
            # Of what was not looked at, the reason is that of a run in which nothing was wrong with it.
            why = "" if one.kind == Kind.GONE or one.after == v.PASS else one.reason or one.id
            heads.setdefault((one.before, one.after, why, one.because), []).append(one)
    made = [
        Cause(tuple(first), tuple(one for one in differences if one.because in {each.id for each in first}))
        for first in heads.values()
    ]
    return tuple(sorted(made, key=lambda cause: (-len(cause.behind), -len(cause.first), cause.first[0].id)))


def _notes(before: JudgedRun, after: JudgedRun) -> Iterator[str]:
    """Whatever else may be the cause of a difference, besides the systems under test."""
    for name, one, other in _facts(before, after):
        if one != other:
            yield f"{name}: {one or 'not known'} in the first run, {other or 'not known'} in the second"
    for number, run in (("first", before), ("second", after)):
        if run.partial:
            yield f"the {number} run is a part of the suite"
        if run.reason:
            yield f"the {number} run: {run.reason}"


def _facts(before: JudgedRun, after: JudgedRun) -> Iterator[tuple[str, str, str]]:
    first, second = (dict(_told(run)) for run in (before, after))
    for name in dict.fromkeys((*first, *second)):
        yield name, first.get(name, ""), second.get(name, "")


def _told(run: JudgedRun) -> Iterator[tuple[str, str]]:
    for system in run.identity.systems:
        name = system.key.replace("_", " ")
        yield f"address of the {name}", system.address
        yield f"software of the {name}", system.in_words()
    # Who judges is the same for both, and the id differs in any two runs.
    for name, value in run.identity.in_words():
        if name in ("Claims", "Harness"):
            yield name.lower(), value
    yield "edition", run.edition + (f", reading {run.reading}" if run.reading else "")
