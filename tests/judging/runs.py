"""Generated runs over the real catalogue, and small runs made by hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from hypothesis import strategies as st
from uec_booking.harness.judging.observations import (
    DOES_NOT_ARISE,
    MET,
    NOT_MET,
    NOT_OBSERVED,
    STANDING,
    VALUE,
    Observation,
    Problem,
    Run,
    ScenarioRecord,
)
from uec_booking.standard import answers, editions, requirements

CATALOGUE = requirements.load()
SITUATIONS = answers.situations()

#: Requirements of every sort, few enough that generated scenarios meet again.
SAMPLE = [
    "PRV-BOOK-10", "PRV-BOOK-01", "PRV-CAN-14", "PRV-CAN-13", "FMT-02", "FMT-07",
    "ERR-01", "SEC-37", "RES-SLOT-01", "REG-10", "REG-15", "PRV-GET-08",
    "PRV-SAPT-01", "CON-BOOK-01", "NFR-10", "SSP-08", "PRV-CAP-03", "PRV-BOOK-11",
    "SEC-22", "PRV-XTI-01",
]  # fmt: skip
SYSTEMS = ("provider", "second_provider", "registry", "")

_situations = st.sampled_from([SITUATIONS[name] for name in sorted(SITUATIONS)])


@st.composite
def observations(draw: st.DrawFn, scenario: str = "f/x.feature::S") -> Observation:
    """An observation of any outcome, of any system."""
    requirement = draw(st.sampled_from(SAMPLE))
    outcome = draw(st.sampled_from([MET, NOT_MET, NOT_OBSERVED, DOES_NOT_ARISE, VALUE]))
    situation = value = ""
    if outcome == VALUE:
        chosen = draw(_situations)
        situation = chosen.id
        listed = {v for a in chosen.by_edition.values() for v in (*a.right, *a.tolerated)}
        value = draw(st.sampled_from([*sorted(listed), "599", "no answer"]))
        requirement = draw(st.sampled_from(chosen.requirements))
    return Observation(
        requirement=requirement,
        outcome=outcome,
        expected="e",
        actual=draw(st.sampled_from(["a", "b"])),
        where=draw(st.sampled_from(["", "status"])),
        exchanges=tuple(draw(st.lists(st.sampled_from(["x1", "x2"]), max_size=2, unique=True))),
        system=draw(st.sampled_from(SYSTEMS)),
        situation=situation,
        value=value,
        scenario=scenario,
        step=draw(st.sampled_from([STANDING, "Then it is so"])),
    )


@st.composite
def records(draw: st.DrawFn, number: int = 0) -> ScenarioRecord:
    """A scenario that saw this and that; tagged with what it saw, mostly."""
    name = f"f/x.feature::S{number}"
    seen = draw(st.lists(observations(name), max_size=6))
    own = {o.requirement for o in seen if o.step != STANDING}
    extra = draw(st.sets(st.sampled_from(SAMPLE), max_size=2))
    forgotten = draw(st.sampled_from([set(), set(), set(), set(sorted(own)[:1])]))
    problem = draw(
        st.none()
        | st.builds(
            Problem,
            st.sampled_from(["inconclusive", "settings", "harness", "not-applicable", "to-attest", "system-away"]),
            st.just("for a reason"),
        )
    )
    return record(name, seen, sorted((own | extra) - forgotten), problem)


@st.composite
def runs(draw: st.DrawFn) -> Run:
    """A run of up to four scenarios, against some of the systems."""
    count = draw(st.integers(0, 4))
    parts = {"provider": "provider", "second_provider": "provider", "registry": "registry"}
    under_test = draw(st.sets(st.sampled_from(sorted(parts)), min_size=1))
    return Run(
        started="2026-01-01T00:00:00Z",
        finished="2026-01-01T00:00:09Z",
        edition=draw(st.sampled_from(editions.EDITIONS)),
        reading=draw(st.sampled_from(["", *editions.READINGS])),
        systems_under_test={key: parts[key] for key in sorted(under_test)},
        claims=tuple(sorted(draw(st.sets(st.sampled_from(["registry", "xml", "appointment-search"]))))),
        partial=draw(st.booleans()),
        scenarios=tuple(draw(records(number)) for number in range(count)),
    )


def record(
    name: str, seen: Sequence[Observation], tags: Sequence[str], problem: Problem | None = None
) -> ScenarioRecord:
    return ScenarioRecord(
        id=name,
        feature="F",
        name=name.split("::")[1],
        description="",
        tags=(),
        requirements=tuple(tags),
        seconds=0.1,
        started="2026-01-01T00:00:01Z",
        observations=tuple(replace(o, scenario=name) for o in seen),
        problem=problem,
    )


def seen(
    requirement: str, outcome: str = MET, *, system: str = "provider", step: str = "Then", **more: str
) -> Observation:
    return Observation(requirement, outcome, "e", "a", system=system, step=step, **more)


def answered(requirement: str, situation: str, value: str, system: str = "provider") -> Observation:
    """A value seen in a situation of the table of answers."""
    return seen(requirement, VALUE, system=system, situation=situation, value=value)


def run(*scenarios: ScenarioRecord, **facts: object) -> Run:
    """A full run against a provider, with everything else as by default."""
    usual: dict[str, object] = {
        "started": "2026-01-01T00:00:00Z",
        "finished": "2026-01-01T00:00:09Z",
        "edition": editions.DEFAULT,
        "reading": "",
        "systems_under_test": {"provider": "provider"},
        "claims": (),
        "partial": False,
        "scenarios": scenarios,
    }
    return Run(**{**usual, **facts})  # type: ignore[arg-type]
