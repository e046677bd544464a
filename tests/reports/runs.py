"""Judged runs for the tests of the reports: one of every verdict, and one full of hostile text."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from uec_booking.harness.judging.observations import Observation, Problem, ScenarioRecord, StepRecord
from uec_booking.harness.judging.verdicts import (
    CONFORMANT,
    NOT_CONFORMANT,
    Judged,
    JudgedRun,
    RequirementVerdict,
    ScenarioVerdict,
)

#: What a hostile or broken system may put anywhere.
HOSTILE = (
    "<script>alert('x')</script>&amp;\"'</style>]]>"
    "\x1b[2J\x1b]0;title\x07\x00\x08\x0b\x7f\x9b31m\r\ud800\udfff\ufffe\uffff\u202eevil\u2028"
)


def exchange(id: str = "x12", **changes: Any) -> dict[str, Any]:
    found: dict[str, Any] = {
        "id": id,
        "system": "provider",
        "actor": "first 111 service",
        "note": "",
        "started": "2026-11-22T10:00:00.123Z",
        "seconds": 0.021,
        "request": {
            "method": "PUT",
            "url": "https://provider.test/STU3/1/utc/Appointment/41",
            "headers": [["Authorization", "Bearer [redacted]"], ["If-Match", 'W/"1"']],
            "body": '{"resourceType":"Appointment","id":"41","status":"cancelled"}',
            "body_encoding": "",
        },
        "response": {
            "status": 200,
            "reason": "OK",
            "headers": [["Content-Type", "application/fhir+json;charset=utf-8"]],
            "body": '{"resourceType":"Appointment","id":"41","status":"booked","minutes":10.50}',
            "body_encoding": "",
        },
        "error": "",
    }
    return {**found, **changes}


def judged(
    requirement: str,
    outcome: str = "met",
    expected: str = "cancelled",
    actual: str = "cancelled",
    **more: Any,
) -> Judged:
    """``more``: where, exchanges, scenario, step of the observation; conflict, note of the judging."""
    about = {key: more.pop(key) for key in ("conflict", "note") if key in more}
    more.setdefault("scenario", "workflow/rebook.feature::Mr Patient cancels")
    seen = Observation(
        requirement=requirement,
        outcome={"tolerated": "value"}.get(outcome, outcome),
        expected=expected,
        actual=actual,
        system="provider",
        **more,
    )
    return Judged(seen, outcome, expected, **about)


def requirement(
    id: str, verdict: str = "PASS", *seen: Judged, level: str = "MUST", reason: str = "", text: str = ""
) -> RequirementVerdict:
    return RequirementVerdict(
        id=id,
        level=level,
        role="provider",
        text=text or f"What {id} asks of a provider.",
        verdict=verdict,
        blame="system" if verdict in ("FAIL", "WARN") else "",
        reason=reason,
        scenarios=tuple(sorted({j.observation.scenario for j in seen})),
        observations=seen,
    )


def scenario(
    name: str,
    status: str = "PASS",
    *seen: Judged,
    requirements: tuple[str, ...] | None = None,
    exchanges: tuple[dict[str, Any], ...] = (),
    steps: tuple[StepRecord, ...] = (),
    problem: Problem | None = None,
    feature: str = "Re-booking with the same 111 service",
) -> ScenarioVerdict:
    ids = tuple(dict.fromkeys(j.observation.requirement for j in seen)) if requirements is None else requirements
    record = ScenarioRecord(
        id=f"workflow/rebook.feature::{name}",
        feature=feature,
        name=name,
        description="He calls back, and is assessed again.",
        tags=("story:B", *ids),
        requirements=ids,
        seconds=1.25,
        started="2026-11-22T10:00:00.000Z",
        steps=steps,
        observations=tuple(j.observation for j in seen),
        exchanges=exchanges,
        problem=problem,
    )
    return ScenarioVerdict(record, status, problem.reason if problem else "", seen)


def run(
    scenarios: tuple[ScenarioVerdict, ...],
    requirements: tuple[RequirementVerdict, ...],
    verdict: str = NOT_CONFORMANT,
    exit_status: int = 1,
    **changes: Any,
) -> JudgedRun:
    counts: dict[str, int] = {}
    for found in requirements:
        counts[found.verdict] = counts.get(found.verdict, 0) + 1
    made = JudgedRun(
        verdict=verdict,
        exit_status=exit_status,
        partial=False,
        edition="1.0.0",
        reading="",
        capability_level=3,
        outstanding=0,
        reason="",
        system={"provider": {"url": "https://provider.test/STU3/1/utc", "role": "provider"}},
        started="2026-11-22T10:00:00.000Z",
        finished="2026-11-22T10:01:00.000Z",
        counts=counts,
        requirements=requirements,
        scenarios=scenarios,
    )
    return replace(made, **changes)


def clean_run() -> JudgedRun:
    met = judged("PRV-CAN-01", exchanges=("x12",))
    return run(
        (scenario("Mr Patient cancels", "PASS", met, exchanges=(exchange(),)),),
        (requirement("PRV-CAN-01", "PASS", met),),
        CONFORMANT,
        0,
    )


def mixed_run() -> JudgedRun:
    """A scenario of each status, and a standing requirement that failed outside every tag."""
    wrong = judged(
        "PRV-CAN-02",
        "not met",
        "cancelled",
        "booked",
        where="Appointment.status",
        exchanges=("x12",),
        step="When he cancels the first appointment",
    )
    tolerated = judged(
        "PRV-BOOK-10",
        "tolerated",
        "409",
        "422",
        conflict="CF-02",
        note="422 in 2.0.0",
        situation="slot-taken",
        value="422",
    )
    unseen = judged("PRV-CAN-03", "not observed", "a rejection", "")
    header = judged(
        "PRV-XTI-01", "not met", "X-Request-ID", "no such header", exchanges=("x12", "x13"), step="standing"
    )
    steps = (
        StepRecord("Given", "Mr Patient is booked", "passed", 0.2, ("x11",)),
        StepRecord("When", "he cancels the first appointment", "not met", 0.3, ("x12",)),
        StepRecord("Then", "nothing else changed", "not run", 0.0),
    )
    both = (exchange("x11"), exchange("x12"))
    return run(
        (
            scenario(
                "Mr Patient cancels",
                "FAIL",
                wrong,
                header,
                requirements=("PRV-CAN-02",),
                steps=steps,
                exchanges=both,
            ),
            scenario("The slot is taken", "WARN", tolerated),
            scenario("A rejection", "INCONCLUSIVE", unseen, problem=Problem("inconclusive", "no free slot")),
            scenario("Broken", "ERROR", requirements=("PRV-CAN-04",), problem=Problem("harness", "a bug")),
            scenario(
                "XML",
                "NOT-APPLICABLE",
                requirements=("FMT-02",),
                problem=Problem("not-applicable", "XML is not claimed"),
            ),
        ),
        (
            requirement("PRV-CAN-02", "FAIL", wrong, text="A cancelled appointment says so when it is read."),
            requirement("PRV-BOOK-10", "WARN", tolerated),
            requirement("PRV-CAN-03", "INCONCLUSIVE", unseen, reason="no free slot"),
            requirement("PRV-CAN-04", "ERROR", reason="a bug"),
            requirement("FMT-02", "NOT-APPLICABLE", level="SHOULD", reason="XML is not claimed"),
            requirement("PRV-XTI-01", "FAIL", header),
        ),
        notes=("one appointment could not be cancelled at the end: Appointment/77",),
    )


def hostile_run() -> JudgedRun:
    """Hostile text wherever a system under test, or a feature file, could put it."""
    wrong = judged(
        "PRV-CAN-02",
        "not met",
        f"cancelled {HOSTILE}",
        f"actual {HOSTILE}",
        where=HOSTILE,
        exchanges=("x12",),
        step=HOSTILE,
        note=HOSTILE,
        scenario=f"workflow/rebook.feature::Hostile {HOSTILE}",
    )
    nasty = exchange(
        request={**exchange()["request"], "url": f"https://provider.test/{HOSTILE}", "body": HOSTILE},
        response={
            "status": 200,
            "reason": HOSTILE,
            "headers": [["X-Evil", HOSTILE], [HOSTILE, "x"]],
            "body": '{"a":"' + "A" * 3_000_000 + '<script>alert(1)</script>"}',
            "body_encoding": "",
        },
        note=HOSTILE,
        actor=HOSTILE,
    )
    steps = (StepRecord("When", HOSTILE, "not met", 0.1, ("x12",)),)
    return run(
        (scenario(f"Hostile {HOSTILE}", "FAIL", wrong, exchanges=(nasty,), steps=steps, feature=HOSTILE),),
        (requirement("PRV-CAN-02", "FAIL", wrong, text=HOSTILE, reason=HOSTILE),),
        reason=HOSTILE,
        notes=(HOSTILE,),
        system={"provider": {"url": HOSTILE}, HOSTILE: HOSTILE},
    )
