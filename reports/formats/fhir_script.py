"""``fhir-test-script.json``: what a run tested as a TestScript of FHIR STU3, which its TestReport refers to.

A test is a scenario, or what is checked on every exchange; its asserts are the requirements that it decides. It
describes the tests and drives nothing: the scenarios are Gherkin, and a TestScript could not say what they do.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from uec_booking.harness.judging.verdicts import JudgedRun, RequirementVerdict
from uec_booking.standard.levels import MUST

from ..cases import Case
from ..text import as_json, clean, one_line

#: The last assert of each test: that the scenario came to its end at all.
ENDING = "ending"

_NAMES = uuid.UUID("0d1c4f0e-6a0b-5c55-8a3d-6d1f7f3f2b90")  # ours alone
_DESCRIPTION = (
    "Describes the tests of uec-booking for its TestReport. It cannot be executed: the tests are Gherkin scenarios, "
    "and each assert is a requirement that a scenario decides."
)


def script(run: JudgedRun, tests: tuple[Case, ...]) -> dict[str, Any]:
    """The resource. The same tests have the same id and url in every run."""
    requirements = {requirement.id: requirement for requirement in run.requirements}
    content = {
        "version": one_line(run.edition),
        "name": "uec-booking",
        "title": one_line(f"UEC Booking Standard {run.edition} {run.reading}"),
        "status": "active",
        "experimental": True,
        "description": _DESCRIPTION,
        "test": [_test(case, requirements) for case in tests],
    }
    id = str(uuid.uuid5(_NAMES, as_json(content)))
    return {"resourceType": "TestScript", "id": id, "url": f"urn:uuid:{id}", **content}


def _test(case: Case, requirements: Mapping[str, RequirementVerdict]) -> dict[str, Any]:
    known = [requirements[id] for id in case.requirements if id in requirements]
    asserts = [_assert(one.id, clean(one.text), one.level != MUST) for one in known]
    asserts.append(_assert(ENDING, "The test comes to its end and can be judged.", False))
    return {
        "name": case.name or case.id,
        "description": case.id,
        "action": [{"assert": each} for each in asserts],
    }


def _assert(label: str, description: str, warning_only: bool) -> dict[str, Any]:
    return {"label": label, "description": description or label, "warningOnly": warning_only}
