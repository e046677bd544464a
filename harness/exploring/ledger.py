"""What a sequence has seen, as observations of the ledger, and which of them is a failure of the system under test."""

from __future__ import annotations

from uec_booking.standard import requirements

from ..checks.every_exchange import booked_appointments
from ..checks.every_exchange.standing import standing_checks
from ..http.exchange import Exchange
from ..judging import verdicts as v
from ..judging.applicability import Terms, classified
from ..judging.observations import STANDING, Observation, Run
from ..judging.recorder import Recorder
from ..judging.verdicts import Judged
from ..model.allowed import Breach
from ..scenario.booked import BookedAppointments
from ..settings.model import Settings


def is_of_a_sequence(observation: Observation) -> bool:
    """Whether it depends on what came before, and not on one exchange alone."""
    return observation.step != STANDING or observation.requirement in booked_appointments.DECIDES


class Ledger:
    """The record of one sequence. Whether an observation is a failure is judged as in every run.

    Without ``standing`` what fails on an exchange by itself, whatever came before it, is noted and is no failure.
    """

    def __init__(self, settings: Settings, name: str, *, standing: bool = True) -> None:
        under_test = settings.systems_under_test()
        checks = standing_checks(settings.edition, settings.reading, under_test, BookedAppointments())
        self.recorder = Recorder(name, checks)
        run = Run("", "", settings.edition, settings.reading, under_test, settings.capabilities, partial=True)
        self._terms = Terms(run, requirements.load(), settings.edition, settings.reading)
        self._standing = standing
        self._looked_at = 0
        #: The requirements that answers were seen to keep to, by the model, with these answers.
        self.held: dict[str, list[Exchange]] = {}

    @property
    def exchanges(self) -> list[Exchange]:
        return self.recorder.exchanges

    def breach(self, breach: Breach | None, exchange: Exchange) -> None:
        """Note what an answer breaks by the model, if it breaks anything."""
        if breach is not None:
            self.recorder.expect(
                breach.requirement, False, expected=breach.expected, actual=breach.actual, of=exchange, where="model"
            )

    def failures(self) -> list[Judged]:
        """The observations since the last call that fail their requirements, but for what follows from another."""
        new = self.recorder.observations[self._looked_at :]
        self._looked_at += len(new)
        counted = [one for one in new if self._standing or is_of_a_sequence(one)]
        return [judged for judged in map(self._judged, counted) if judged is not None]

    def _judged(self, observation: Observation) -> Judged | None:
        if observation.because or not self._terms.earns_verdicts(observation):
            return None
        judged = classified(observation, self._terms.edition, self._terms.reading)
        return judged if self._terms.weighed(judged) == v.FAIL else None
