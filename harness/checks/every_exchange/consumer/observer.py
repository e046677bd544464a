"""Writes what was seen of one request of a consumer under test."""

from __future__ import annotations

from dataclasses import dataclass

from ....consumer.requests import ProviderCall
from ....judging.observations import MET, NOT_MET, NOT_OBSERVED, TOLERATED, VALUE, Observation, Outcome


@dataclass(frozen=True)
class Observer:
    """What is met is told alike for all requests, so that a thousand of them merge into one line."""

    call: ProviderCall

    def met(
        self, requirement: str, met: bool, expected: str, actual: str, where: str, *, because: str = ""
    ) -> Observation:
        """Whether a requirement was met."""
        outcome = MET if met else NOT_MET
        return self._made(
            requirement, outcome, expected, "as expected" if met else actual, where, "" if met else because
        )

    def told(self, requirement: str, what: str, actual: str, where: str) -> Observation:
        """What the consumer does of what a MAY leaves to it: nothing is expected, so a reader gets what was seen."""
        return self._made(requirement, MET, f"told, not judged: {what}", actual, where)

    def warned(self, requirement: str, expected: str, actual: str, where: str) -> Observation:
        """It was met but for something that one of the documents has otherwise, or recommends."""
        return self._made(requirement, TOLERATED, expected, actual, where)

    def unseen(self, requirement: str, why: str, because: str) -> Observation:
        """It could not be seen, because of another requirement that was not met."""
        return self._made(requirement, NOT_OBSERVED, "an observation", why, "", because)

    def value(self, requirement: str, situation: str, value: str, actual: str, where: str) -> Observation:
        """A value that the table of answers classifies."""
        return self._made(requirement, VALUE, situation, actual, where, situation=situation, value=value)

    def _made(
        self,
        requirement: str,
        outcome: Outcome,
        expected: str,
        actual: str,
        where: str,
        because: str = "",
        situation: str = "",
        value: str = "",
    ) -> Observation:
        exchange = self.call.exchange
        return Observation(
            requirement=requirement,
            outcome=outcome,
            expected=expected,
            actual=actual,
            where=where,
            exchanges=(exchange.id,),
            system=exchange.system,
            situation=situation,
            value=value,
            because=because,
        )
