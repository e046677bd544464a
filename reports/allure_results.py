"""The parts of an Allure test that scenarios, standing requirements and the verdict have in common."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from allure_commons.model2 import Label, Link, Parameter, TestResult
from allure_commons.types import LabelType, LinkType
from uec_booking.harness.judging.verdicts import PASS, JudgedRun, RequirementVerdict, Verdict

from .allure_model import STATUSES, Details, label, severity, stable_id
from .text import clean, markdown, one_line

#: Labels under which a test is found, in the order of Allure's tree.
Place = tuple[str, ...]


class Results:
    """Makes the tests of one run. ``page`` is where the page of the run lies, as seen from the report."""

    def __init__(self, run: JudgedRun, page: str) -> None:
        self.run = run
        self.requirements = {requirement.id: requirement for requirement in run.requirements}
        self._page = page

    def known(self, names: Iterable[str]) -> list[RequirementVerdict]:
        return [self.requirements[name] for name in names if name in self.requirements]

    def result(
        self,
        id: str,
        name: str,
        verdict: Verdict,
        status_details: Details | None = None,
        *,
        requirements: tuple[str, ...] = (),
        place: Place = (),
        labels: Iterable[Label] = (),
    ) -> TestResult:
        """A test by a name of its own. Its history goes by ``id``, edition and reading: editions are judged apart."""
        same = f"{id}\n{self.run.edition}\n{self.run.reading}".encode("utf-8", "backslashreplace")
        result = TestResult(
            uuid=stable_id("result", id),
            historyId=hashlib.md5(same, usedforsecurity=False).hexdigest(),
            testCaseId=stable_id("case", id),
            fullName=one_line(id, 1_000),
            name=one_line(name),
            status=STATUSES[verdict],
            stage="finished",
            statusDetails=status_details,
            titlePath=[one_line(part) for part in place],
        )
        result.parameters = [Parameter(name="edition", value=one_line(self.run.edition))]
        if self.run.reading:
            result.parameters.append(Parameter(name="reading", value=one_line(self.run.reading)))
        result.links = [
            Link(type=LinkType.TEST_CASE, url=f"{self._page}#{one_line(r)}", name=one_line(r)) for r in requirements
        ]
        result.labels = [
            label(LabelType.SEVERITY, severity(one.level for one in self.known(requirements))),
            label(LabelType.FRAMEWORK, "uec-booking"),
            label(LabelType.LANGUAGE, "gherkin"),
            *(label(LabelType.TAG, r) for r in requirements),
            *([label(LabelType.TAG, verdict)] if verdict != PASS else []),
            *labels,
        ]
        return result

    def described(self, text: str, requirements: Iterable[str]) -> str:
        """What it is about and what it decides, for those whose report lies where the links lead nowhere."""
        asked = [
            markdown(f"{one.id} ({one.level}, {one.verdict}): {one_line(one.text, 600)}")
            for one in self.known(requirements)
        ]
        return "\n\n".join(filter(None, [markdown(" ".join(clean(text).split())), *asked]))
