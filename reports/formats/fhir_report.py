"""``fhir-test-report.json``: the judged run as a TestReport of FHIR STU3, with the TestScript that it refers to beside.

The asserts are those of the script, in its order. *error* is what could not be observed, as the resource has no other
word for it; *skip* what was not asked of these systems. The whole passes only where the run is called conformant.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from urllib.parse import quote

from uec_booking.harness.judging.observations import MET, NOT_MET, NOT_OBSERVED, TOLERATED
from uec_booking.harness.judging.verdicts import (
    ATTESTED,
    CONFORMANT,
    ERROR,
    FAIL,
    INCONCLUSIVE,
    NOT_CONFORMANT,
    PASS,
    WARN,
    Judged,
    JudgedRun,
    RequirementVerdict,
    SystemIdentity,
    Verdict,
)
from uec_booking.standard.levels import MUST
from uec_booking.standard.roles import CONSUMER

from ..cases import Case, Suite, cases
from ..findings import explained, scenario_shortfalls, verdict_explained
from ..reporter import SilentReporter, write_document
from ..text import as_json, one_line
from .fhir_script import ENDING, script
from .times import NO_TIME, instant

_RUN_RESULTS = {CONFORMANT: "pass", NOT_CONFORMANT: "fail"}
_CAME_TO_ITS_END = (PASS, ATTESTED, WARN, FAIL)
_BROKE = (INCONCLUSIVE, ERROR)
_ENGINE = "urn:uuid:6f1f0f9a-53f3-5a47-9d0c-0f4c1f6f8a11"


class FhirReporter(SilentReporter):
    """Writes ``fhir-test-report.json`` and ``fhir-test-script.json``."""

    def run_judged(self, run: JudgedRun, directory: Path) -> None:
        report, tested = documents(run)
        write_document(directory / "fhir-test-report.json", as_json(report))
        write_document(directory / "fhir-test-script.json", as_json(tested))


def documents(run: JudgedRun) -> tuple[dict[str, Any], dict[str, Any]]:
    """The TestReport and its TestScript; the same for the same judged run."""
    tests = cases(run)
    tested = script(run, tests)
    return _Report(run).resource(tests, tested), tested


class _Report:
    def __init__(self, run: JudgedRun) -> None:
        self._run = run
        self._requirements = {requirement.id: requirement for requirement in run.requirements}
        self._scenarios = {one_line(scenario.record.id, 1000): scenario for scenario in run.scenarios}

    def resource(self, tests: tuple[Case, ...], tested: dict[str, Any]) -> dict[str, Any]:
        run = self._run
        finished = instant(run.finished)
        passed = sum(case.verdict in (PASS, ATTESTED) for case in tests)
        return {
            "resourceType": "TestReport",
            **_identified(run.identity.run_id),
            "name": one_line(run.headline()),
            "status": "stopped" if run.reason else "completed",
            "testScript": {"reference": f"TestScript/{tested['id']}", "display": tested["title"]},
            "result": _RUN_RESULTS.get(run.verdict, "pending"),
            "score": round(100 * passed / len(tests), 2) if tests else 0,
            **({"tester": one_line(run.identity.operator)} if run.identity.operator.strip() else {}),
            **({"issued": finished} if finished != NO_TIME else {}),
            "participant": self._participants(),
            "test": [self._test(case) for case in tests],
        }

    def _participants(self) -> list[dict[str, Any]]:
        name = " ".join(filter(None, (self._run.identity.harness.get(part, "") for part in ("name", "version"))))
        engine = {"type": "test-engine", "uri": _ENGINE, "display": name or "uec-booking"}
        return [engine] + [
            {
                "type": "client" if one.role == CONSUMER.name else "server",
                "uri": _uri(one),
                "display": one_line(f"{one.name}: {one.in_words()}"),
            }
            for one in self._run.identity.systems
        ]

    def _test(self, case: Case) -> dict[str, Any]:
        known = [self._requirements[id] for id in case.requirements if id in self._requirements]
        looked_at = self._standing if case.suite == Suite.STANDING else self._in_scenario
        asserts = [looked_at(case, requirement) for requirement in known]
        asserts.append(_ending(case))
        return {
            "name": case.name or case.id,
            "description": case.id,
            "action": [{"assert": each} for each in asserts],
        }

    def _standing(self, case: Case, requirement: RequirementVerdict) -> dict[str, Any]:
        result = {PASS: "pass", ATTESTED: "pass", FAIL: "fail", WARN: "warning"}.get(
            case.verdict, _unseen(case.verdict)
        )
        why = "" if result == "pass" else verdict_explained(requirement)
        return _assert(result, why, f"report.html#{requirement.id}")

    def _in_scenario(self, case: Case, requirement: RequirementVerdict) -> dict[str, Any]:
        scenario = self._scenarios[case.id]
        short = [
            judged
            for _, judged in scenario_shortfalls(scenario, self._requirements)
            if judged.observation.requirement == requirement.id
        ]
        detail = f"report.html#{requirement.id}"
        if short:
            return _assert(_shortfall(requirement, short), "\n".join(explained(requirement, j) for j in short), detail)
        seen = {judged.outcome for judged in scenario.judged if judged.observation.requirement == requirement.id}
        return _assert("pass" if MET in seen else _unseen(case.verdict), "", detail)


def _shortfall(requirement: RequirementVerdict, short: Iterable[Judged]) -> str:
    outcomes = {judged.outcome for judged in short}
    if NOT_MET in outcomes and requirement.level == MUST:
        return "fail"
    if NOT_OBSERVED in outcomes:
        return "error"
    assert outcomes <= {NOT_MET, TOLERATED}
    return "warning"


def _unseen(verdict: Verdict) -> str:
    return "error" if verdict in _BROKE else "skip"


def _ending(case: Case) -> dict[str, Any]:
    if case.verdict in _CAME_TO_ITS_END:
        return _assert("pass", "", ENDING)
    return _assert(_unseen(case.verdict), f"{case.verdict}: {case.details or case.headline}", ENDING)


def _assert(result: str, message: str, detail: str) -> dict[str, Any]:
    # Messages are Markdown: what a system sent stands in them as code, which is what an indent makes of it.
    indented = "\n".join(f"    {line}" for line in message.splitlines())
    return {"result": result, **({"message": indented} if message else {}), "detail": detail}


def _uri(system: SystemIdentity) -> str:
    """Its address; a consumer that is a command has none."""
    if "://" in system.address:
        return quote(one_line(system.address, 1000), safe=":/?#[]@!$&'()*+,;=%~")
    return f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, one_line(system.key))}"


def _identified(run_id: str) -> dict[str, Any]:
    try:
        known = str(uuid.UUID(run_id))
    except ValueError:
        return {}
    return {"id": known, "identifier": {"system": "urn:ietf:rfc:3986", "value": f"urn:uuid:{known}"}}
