"""What the statement cites: exchanges and scenarios, each with the requirements that rest on it, and the way back."""

from __future__ import annotations

from dataclasses import dataclass, field

from uec_booking.harness.judging.verdicts import JudgedRun, ScenarioVerdict

from ..capability import Reached
from ..page_exchanges import Link
from ..page_requirements import About, Noted
from ..page_scenarios import scenario_place


@dataclass(frozen=True, slots=True)
class Cited:
    """An exchange under a short name (``E12``), its anchor too, and the requirements that it is evidence of."""

    name: str
    link: Link
    #: Of the scenario that it belongs to.
    place: str
    requirements: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Seen:
    """Observations of a requirement that are alike, and the exchanges that show them."""

    noted: Noted
    cited: list[Cited]


@dataclass(frozen=True, slots=True)
class Stated:
    """A requirement in the statement: its verdict, what was seen, and the scenarios in which it was."""

    about: About
    seen: list[Seen]
    scenarios: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Played:
    """A scenario in the statement, with the requirements that it decides and the exchanges that are cited of it."""

    verdict: ScenarioVerdict
    place: str
    decides: list[str]
    cited: list[Cited]


class Register:
    """The evidence of one run, from the entries of its page (``page.entries``)."""

    def __init__(self, run: JudgedRun, about: list[About]) -> None:
        self._run = run
        self._by_anchor: dict[str, Cited] = {}
        self._names = {one.record.id: one.record.name for one in run.scenarios}
        self.requirements = [self._stated(one) for one in about]

    @property
    def exchanges(self) -> list[Cited]:
        return list(self._by_anchor.values())

    def scenarios(self) -> list[Played]:
        """Every scenario that ran, by feature and name."""
        cited: dict[str, list[Cited]] = {}
        for one in self.exchanges:
            cited.setdefault(one.link.scenario, []).append(one)
        known = {requirement.id for requirement in self._run.requirements}
        return [
            Played(
                verdict=one,
                place=scenario_place(one.record.id),
                decides=[id for id in one.record.requirements if id in known],
                cited=cited.get(one.record.id, []),
            )
            for one in sorted(self._run.scenarios, key=lambda s: (s.record.feature, s.record.id))
        ]

    def cited(self, reached: Reached) -> Cited | None:
        """The exchange that shows whether a level was reached; None where there is none."""
        return self._cite(reached.exchange, reached.decided_by) if reached.exchange else None

    def _stated(self, about: About) -> Stated:
        ran = [id for id in about.verdict.scenarios if id in self._names]
        return Stated(
            about=about,
            seen=[Seen(one, [self._cite(link, about.verdict.id) for link in one.exchanges]) for one in about.noted],
            scenarios=[(scenario_place(id), self._names[id]) for id in ran],
        )

    def _cite(self, link: Link, requirement: str) -> Cited:
        found = self._by_anchor.get(link.anchor)
        if found is None:
            found = Cited(f"E{len(self._by_anchor) + 1}", link, scenario_place(link.scenario))
            self._by_anchor[link.anchor] = found
        if requirement not in found.requirements:
            found.requirements.append(requirement)
        return found
