"""The random sequences that belong to every run: few, drawn from a number that stays, and told to its ledger."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from uec_booking.standard.roles import PROVIDER, REGISTRY

from ..errors import CannotGoOn, NotApplicable
from ..http.exchange import Exchange
from ..judging.observations import Observation
from ..judging.recorder import Recorder
from ..model.near_misses import CANCELLATIONS
from ..scenario.context import Scenario
from ..scenario.explored import Explored, Found
from ..settings.model import Settings
from .attempt import Outcome, Witness
from .booking_steps import Book, BookUnderUsedId
from .cancelling_steps import Cancel, CancelOddly
from .diary import EACH
from .exploration import Exploration, explore
from .hunt import Bounds
from .ledger import Ledger, is_of_a_sequence
from .reading_steps import Find, Read, ReadVersion
from .registry_steps import EndEntry, ReadEntry, Register
from .sequences import Plan

#: Seconds that it may take, different slots with those to confirm a finding, and findings.
_SECONDS, _SLOTS, _FINDINGS = 60.0, 2 * EACH, 3
#: The near miss of a cancellation that leaves the most to be seen, where it leaves something.
_CHANGED = next(number for number, miss in enumerate(CANCELLATIONS) if 'description="Changed"' in miss.change)
#: The sequence that comes first, so that no run is without: a slot booked by two, a patient with two appointments, one
#: of them cancelled, not as it should be and then in the right way, and its slot booked anew, and then the other; a
#: used X-Request-ID in another organisation's hands; an entry registered, read, ended, read, updated as before, twice.
_OPENING: Mapping[str, Plan] = {
    PROVIDER.name: Plan(
        0,
        (
            *(Book(0, 0, 0), Book(0, 1, 1), Book(1, 0, 0), Read(0)),
            *(CancelOddly(0, _CHANGED), Find(0), Cancel(0), Read(0), ReadVersion(0)),
            *(Book(0, 1, 1), Cancel(1), BookUnderUsedId(2, 0, 1)),
        ),
    ),
    REGISTRY.name: Plan(
        0, (Register(0), ReadEntry(0), EndEntry(0), ReadEntry(0), EndEntry(0, True), EndEntry(0, True))
    ),
}


def explored(scenario: Scenario, key: str) -> Explored:
    """Send a bounded number of random sequences to a system; all exchanges go into the record of the scenario.

    Raises:
        NotApplicable: the system is none under test.
        CannotGoOn: no sequence came to anything.
    """
    part = scenario.part(key)
    if not part.under_test:
        raise NotApplicable(f"{part.name} is not under test")
    notes = _Notes(scenario.recorder)
    found = few(scenario.settings, scenario.log_folder, key, notes)
    if not found.explored and not found.findings:
        raise CannotGoOn("; ".join([*found.notes, found.ended]))
    return Explored(key, found.seed, found.sequences, found.requests, notes.held, [_found(o) for o in found.findings])


def few(settings: Settings, folder: Path, key: str, witness: Witness) -> Exploration:
    """The exploration that belongs to a run; ``folder`` is that of the log of bookings."""
    wanted = settings.exploring
    bounds = Bounds(_SECONDS, _SLOTS, _FINDINGS, requests=wanted.requests)
    opening = [_OPENING[settings.part(key).role]]
    return explore(settings, folder, wanted.seed, bounds, part=key, opening=opening, witness=witness)


def _found(outcome: Outcome) -> Found:
    assert outcome.failure is not None
    seen = outcome.failure.observation
    steps = [step.words for step in outcome.done]
    exchanges = [exchange for step in outcome.done for exchange in step.exchanges]
    return Found(seen.requirement, outcome.failure.expected, seen.actual, steps, exchanges)


class _Notes:
    """Takes down each sequence in the record of the scenario: its exchanges, and what each shows by itself."""

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder
        self.held: dict[str, list[Exchange]] = {}

    def __call__(self, ledger: Ledger, given_back: Sequence[Exchange]) -> None:
        for exchange in (*ledger.exchanges, *given_back):
            self._recorder.exchange(exchange, checked=False)
        alone = [one for one in ledger.recorder.observations if not is_of_a_sequence(one)]
        self._recorder.observations += [self._own(one) for one in alone]
        for requirement, exchanges in ledger.held.items():
            self.held.setdefault(requirement, []).extend(exchanges)

    def _own(self, observation: Observation) -> Observation:
        return replace(observation, scenario=self._recorder.scenario)
