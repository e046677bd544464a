"""The parts of an Allure test that scenarios, standing requirements and the verdict have in common."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping

from allure_commons.model2 import Label, Link, Parameter, TestResult
from allure_commons.types import LabelType, LinkType
from uec_booking.harness.judging.verdicts import PASS, WARN, JudgedRun, RequirementVerdict, Verdict

from .allure_model import STATUSES, Details, label, severity, stable_id
from .causes import troubles
from .findings import with_verdict
from .page_fixes import place as fix_place
from .page_scenarios import scenario_place
from .text import clean, markdown, one_line

#: The pages of the run that links lead to.
PAGE, STORIES = "report.html", "stories.html"
#: Labels under which a test is found, in the order of Allure's tree.
Place = tuple[str, ...]


class Results:
    """Makes the tests of one run. ``beside`` is the folder of its pages, as seen from the report: "../" or nothing."""

    def __init__(self, run: JudgedRun, beside: str) -> None:
        self.run = run
        self.requirements = {requirement.id: requirement for requirement in run.requirements}
        self._page, self._stories = f"{beside}{PAGE}", f"{beside}{STORIES}"
        self._fixes = _fixes(run)

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
        story: bool = False,
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
        result.links = [*self._links(requirements)]
        if story:
            url = f"{self._stories}#{scenario_place(id)}"
            result.links.append(Link(type=LinkType.LINK, url=url, name="The story, drawn"))
        result.labels = [
            label(LabelType.SEVERITY, severity(one.level for one in self.known(requirements))),
            label(LabelType.FRAMEWORK, "uec-booking"),
            label(LabelType.LANGUAGE, "gherkin"),
            *(label(LabelType.TAG, r) for r in requirements),
            *([label(LabelType.TAG, verdict)] if verdict != PASS else []),
            *labels,
        ]
        return result

    def _links(self, requirements: Iterable[str]) -> Iterator[Link]:
        """To each requirement in the page, then to how what failed is put right, each entry once."""
        entries: dict[str, list[str]] = {}
        for id in requirements:
            yield Link(type=LinkType.TEST_CASE, url=f"{self._page}#{one_line(id)}", name=one_line(id))
            if id in self._fixes:
                entries.setdefault(self._fixes[id], []).append(one_line(id))
        for entry, ids in entries.items():
            yield Link(type=LinkType.ISSUE, url=f"{self._page}#{entry}", name=f"What to fix: {', '.join(ids)}")

    def described(self, text: str, requirements: Iterable[str]) -> str:
        """What it is about and what it decides, for those whose report lies where the links lead nowhere."""
        asked = [
            markdown(f"{one.id} ({one.level}, {one.verdict}): {one_line(one.text, 600)}")
            for one in self.known(requirements)
        ]
        return "\n\n".join(filter(None, [markdown(" ".join(clean(text).split())), *asked]))


def _fixes(run: JudgedRun) -> Mapping[str, str]:
    """The entry of the page that says of a requirement what to fix, or what to look at where it is a warning."""
    found = {one.id: fix_place(trouble.first.id) for trouble in troubles(run) for one in trouble.requirements}
    return found | {one.id: fix_place(one.id) for one in with_verdict(run, WARN)}
