"""Records what a scenario does and sees, and holds the expectations.

Expectations are soft: they append an observation and never raise, so a scenario
says everything that it saw. It stops early only by ``CannotGoOn``.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace

from ..http.exchange import Exchange
from .observations import (
    DOES_NOT_ARISE,
    MET,
    NOT_MET,
    NOT_OBSERVED,
    STANDING,
    TOLERATED,
    UNSOUGHT,
    VALUE,
    Observation,
    Outcome,
    StepOutcome,
    StepRecord,
    merged,
)

#: Judges an exchange against the standing requirements.
StandingChecks = Callable[[Exchange], Iterable[Observation]]


class Recorder:
    """The record of one scenario while it runs. Safe for use by several threads of a scenario."""

    def __init__(self, scenario: str, standing: StandingChecks | None = None) -> None:
        self.scenario = scenario
        self._standing = standing
        self.exchanges: list[Exchange] = []
        self.observations: list[Observation] = []
        self.steps: list[StepRecord] = []
        self._step: tuple[str, str, float, int, int] | None = None
        self._told_by = ""

    # -- steps -------------------------------------------------------------

    def begin_step(self, keyword: str, name: str) -> None:
        self._step = (keyword, name, time.monotonic(), len(self.exchanges), len(self.observations))

    def end_step(self, outcome: StepOutcome | None = None) -> None:
        """End the step; without an outcome it is passed, or "not met" if an expectation in it was not met."""
        if self._step is None:
            return
        keyword, name, started, exchanges, observations = self._step
        if outcome is None:
            short = any(o.outcome == NOT_MET and not _standing(o) for o in self.observations[observations:])
            outcome = StepOutcome.NOT_MET if short else StepOutcome.PASSED
        ids = tuple(exchange.id for exchange in self.exchanges[exchanges:])
        self.steps.append(StepRecord(keyword, name, outcome, round(time.monotonic() - started, 4), ids))
        self._step = None

    def skip_step(self, keyword: str, name: str) -> None:
        self.steps.append(StepRecord(keyword, name, StepOutcome.NOT_RUN, 0.0))

    # -- exchanges -----------------------------------------------------------

    def exchange(self, exchange: Exchange, *, checked: bool = True) -> Exchange:
        """Keep an exchange, and check the standing requirements on it."""
        self.exchanges.append(exchange)
        if checked and self._standing is not None:
            for observation in self._standing(exchange):
                self.observations.append(replace(observation, scenario=self.scenario, step=STANDING))
        return exchange

    def fault_in(self, exchanges: Iterable[Exchange]) -> str:
        """The requirement that each of these does not meet, as it is checked on every exchange; empty where none is.

        A request with a fault is rightly rejected: that nothing came of it is no failure of its own.
        """
        wanted = {exchange.id for exchange in exchanges}
        wrong: dict[str, set[str]] = {}
        # What may itself be but the consequence of another comes last.
        for seen in sorted(self.observations, key=lambda seen: bool(seen.because)):
            if _standing(seen) and seen.outcome == NOT_MET:
                wrong.setdefault(seen.requirement, set()).update(seen.exchanges)
        return next((requirement for requirement, on in wrong.items() if wanted and wanted <= on), "")

    def first_failed(self, *requirements: str) -> str:
        """The first of these that was not met in the scenario so far for a reason of its own, or empty."""
        failed = {seen.requirement for seen in self.observations if seen.outcome == NOT_MET and not seen.because}
        return next((requirement for requirement in requirements if requirement in failed), "")

    # -- expectations ----------------------------------------------------------

    @contextmanager
    def recorded_by(self, check: str) -> Iterator[None]:
        """What is recorded meanwhile bears the name of ``check``, but what a check within it has recorded.

        What is seen on every exchange, and what a scenario only rests on, is no check's that a sentence asks for.
        """
        before, told_by = len(self.observations), self._told_by
        self._told_by = ""
        try:
            yield
        finally:
            self._told_by = told_by
            for number, seen in enumerate(self.observations[before:], start=before):
                if not seen.check and not _standing(seen):
                    self.observations[number] = replace(seen, check=check)

    def rests_on(self, told_by: str) -> None:
        """What the check at work records from now on rests on the word of a person; of nobody, where that is empty."""
        self._told_by = told_by

    def expect(
        self,
        requirement: str,
        met: bool,
        *,
        expected: str,
        actual: str,
        of: Exchange | Iterable[Exchange] = (),
        where: str = "",
        system: str = "",
        because: str = "",
    ) -> bool:
        """Record whether ``requirement`` was met in what was seen; returns ``met``.

        ``because`` names the requirement whose failure on the same exchanges leaves nothing to see of this one.

        Where something was not answered at all, what it would have shown was not seen: that is not observed.
        Whether it had to be answered is for ``expect_answer`` to say.
        """
        exchanges = [of] if isinstance(of, Exchange) else list(of)
        silent = [exchange for exchange in exchanges if not exchange.reached]
        if silent and not met:
            self.not_observed(requirement, f"{silent[0].request.method}: {silent[0].summary()}", of=exchanges)
        else:
            outcome = MET if met else NOT_MET
            self._add(requirement, outcome, expected, actual, exchanges, where, system, because="" if met else because)
        return met

    def expect_due(self, requirement: str, situation: str, of: Exchange) -> None:
        """As ``expect_answer``, for what a scenario rests on, whatever it is about: it needs no tag."""
        self.expect_answer(requirement, situation, of)
        self.observations[-1] = replace(self.observations[-1], step=STANDING)

    def fails_due(
        self, requirement: str, *, expected: str, actual: str, of: Exchange | Iterable[Exchange], where: str
    ) -> None:
        """Record that ``requirement`` is not met in what a scenario rests on, whatever it is about: it needs no tag."""
        self.expect(requirement, False, expected=expected, actual=actual, of=of, where=where)
        self.observations[-1] = replace(self.observations[-1], step=STANDING)

    def came_upon(self, requirement: str, *, expected: str, actual: str, of: Iterable[Exchange], system: str) -> None:
        """Record that ``requirement`` is not met in a random sequence of requests: it needs no tag."""
        self.expect(requirement, False, expected=expected, actual=actual, of=of, where=UNSOUGHT, system=system)

    def expect_answer(self, requirement: str, situation: str, of: Exchange, *, expected: str = "") -> None:
        """Record the status that answered in ``situation``; the table of answers says whether it is right."""
        self._add(
            requirement,
            VALUE,
            expected or situation,
            of.summary(),
            of,
            "status",
            "",
            situation=situation,
            value=str(of.status) if of.status else "no answer",
        )

    def expect_value(
        self,
        requirement: str,
        situation: str,
        value: str,
        *,
        actual: str,
        of: Exchange | Iterable[Exchange] = (),
        where: str = "",
        system: str = "",
    ) -> None:
        """As ``expect_answer``, for a value that is not a status."""
        self._add(requirement, VALUE, situation, actual, of, where, system, situation=situation, value=value)

    def not_observed(
        self, requirement: str, reason: str, *, of: Exchange | Iterable[Exchange] = (), because: str = ""
    ) -> None:
        """Record that it was tried and could not be seen, and why; ``because`` names the requirement in the way."""
        self._add(requirement, NOT_OBSERVED, "an observation", reason, of, "", "", because=because)

    def falls_short(
        self,
        requirement: str,
        *,
        expected: str,
        actual: str,
        of: Exchange | Iterable[Exchange] = (),
        where: str = "",
        system: str = "",
    ) -> None:
        """Record that it is met but for a recommendation within it: a warning."""
        self._add(requirement, TOLERATED, expected, actual, of, where, system)

    def does_not_arise(
        self, requirement: str, reason: str, *, of: Exchange | Iterable[Exchange] = (), system: str = ""
    ) -> None:
        """Record that this system has nothing that the clause speaks of, and how that was seen."""
        self._add(requirement, DOES_NOT_ARISE, "the case the clause speaks of", reason, of, "", system)

    def _add(
        self,
        requirement: str,
        outcome: Outcome,
        expected: str,
        actual: str,
        of: Exchange | Iterable[Exchange],
        where: str,
        system: str,
        situation: str = "",
        value: str = "",
        because: str = "",
    ) -> None:
        exchanges = [of] if isinstance(of, Exchange) else list(of)
        self.observations.append(
            Observation(
                requirement=requirement,
                outcome=outcome,
                expected=expected,
                actual=actual,
                where=where,
                exchanges=tuple(exchange.id for exchange in exchanges),
                system=system or (exchanges[-1].system if exchanges else ""),
                situation=situation,
                value=value,
                scenario=self.scenario,
                step=self._step[1] if self._step else "",
                because=because,
                told_by=self._told_by,
            )
        )

    def merged_observations(self) -> tuple[Observation, ...]:
        return tuple(merged(self.observations))


def _standing(observation: Observation) -> bool:
    return observation.step == STANDING
