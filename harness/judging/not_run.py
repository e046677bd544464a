"""What a run did not come to: the scenarios of the suite without a record in it, and what they decide."""

from __future__ import annotations

from .observations import Run


class Unreached:
    """Nothing, where a run went to its end, or was stored before runs told what the suite holds."""

    def __init__(self, run: Run) -> None:
        reached = {record.id for record in run.scenarios}
        self.scenarios = tuple(sorted(run.suite.keys() - reached))
        self._by_requirement: dict[str, int] = {}
        for scenario in self.scenarios:
            for requirement in run.suite[scenario]:
                self._by_requirement[requirement] = self._by_requirement.get(requirement, 0) + 1
        self._why = "the run was a part of the suite" if run.partial else "the run ended before them"
        #: Whether it was to run the whole suite, and did not.
        self.cut_off = bool(self.scenarios) and not run.partial

    def of(self, requirement: str) -> int:
        """How many of the scenarios that decide a requirement did not run."""
        return self._by_requirement.get(requirement, 0)

    def told(self, requirement: str) -> str:
        """The same in words; empty where all of them ran."""
        number = self.of(requirement)
        if not number:
            return ""
        return f"{number} scenario{'' if number == 1 else 's'} that decide{'s' if number == 1 else ''} it did not run"

    def why(self, requirement: str) -> str:
        """Why nothing of a requirement was seen."""
        if not self.of(requirement):
            return "the run ended before anything that it speaks of came up"
        return f"{self.told(requirement)}: {self._why}"
