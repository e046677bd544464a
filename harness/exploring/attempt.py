"""One sequence against the system: carried out, looked at, and all that it booked given back."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ..actors.appointment_body import Slot
from ..actors.patients import Patient, synthetic_nhs_number, synthetic_patient
from ..bookkeeping.booking_log import FILE, BookingLog
from ..cleanup.sweep import tidy
from ..errors import CannotGoOn
from ..http.exchange import Exchange
from ..judging.verdicts import Judged
from ..scenario.patient_draw import PatientDraw
from ..settings.model import Settings
from ..text import one_line
from . import registry_sequences
from .diary import Diary
from .ledger import Ledger
from .sequences import PATIENTS, Plan, looks
from .step import Step
from .world import Broken, Done, EndsHere, NothingLearned, World

#: Seconds before each step of a slow sequence: what is told in whole seconds is another then.
_PAUSE = 1.1


@dataclass(frozen=True)
class Outcome:
    """What came of a sequence: the failure, where there is one, and the steps that were taken until then."""

    plan: Plan
    failure: Judged | None
    done: tuple[Done, ...]
    slots: tuple[Slot, ...] = ()

    @property
    def requirement(self) -> str:
        return self.failure.observation.requirement if self.failure else ""

    @property
    def requests(self) -> int:
        return sum(len(one.exchanges) for one in self.done)


#: Is told of each sequence when it has ended: what it has seen, and the exchanges that gave back what it had booked.
Witness = Callable[[Ledger, Sequence[Exchange]], None]


class Attempts:
    """Carries out sequences one after the other; ``folder`` keeps the log of bookings.

    With a ``witness``, who takes down the failures of single exchanges too, only sequences fail.
    The patients of a sequence have NHS numbers of their own, whatever it was drawn from, so that nothing that was
    booked before is found under them, in this exploration or in an earlier one.
    """

    def __init__(self, settings: Settings, part: str, folder: Path, slots: int, witness: Witness | None = None) -> None:
        # What the bundled world has booked is given back, too: it would run out of slots.
        parts = {key: replace(part, bundled=False) for key, part in settings.parts.items()}
        self.settings = replace(settings, parts=parts)
        self.part = self.settings.part(part)
        self.diary = Diary(slots)
        self.made = 0
        self.requests = 0
        #: Why sequences ended before their time without a failure, and how many did.
        self.cut_short: Counter[str] = Counter()
        self._folder = folder
        self._witness = witness
        self._numbers: set[str] = set()

    def attempt(self, plan: Plan, known: frozenset[str], *, confirming: bool = False) -> Outcome:
        """Carry out a sequence, and the looks after it but where it only confirms what another one has shown.

        Raises:
            UsedUp: there are no slots for it.
            SystemAway: the system has stopped answering.
        """
        self.made += 1
        log = BookingLog(self._folder / FILE)
        ledger = Ledger(self.settings, "explored", standing=self._witness is None)
        world = World(self.settings, self.part, self.diary, log, self._patients(plan.traits), known, ledger)
        world.sparing = plan.sparing
        performed: list[Step] = []
        failure = None
        try:
            world.begin(confirming=confirming)
            for step in plan.steps:
                time.sleep(_PAUSE if plan.slow else 0)
                performed.append(step)
                step.perform(world)
            wrote = any(exchange.request.method != "GET" for exchange in ledger.exchanges)
            for step in self._looks(world) if wrote and plan.looked_at and not confirming else ():
                performed.append(step)
                step.perform(world)
        except Broken as broken:
            failure = broken.judged
        except EndsHere:
            pass
        except (NothingLearned, CannotGoOn) as reason:
            self.cut_short[one_line(reason)] += 1
        finally:
            world.close()
            self.requests += len(ledger.exchanges)
            given_back = tidy(log, self.settings)
            if self._witness is not None:
                self._witness(ledger, given_back)
        done = tuple(one for one in world.done if one.exchanges)
        return Outcome(replace(plan, steps=tuple(performed)), failure, done, tuple(world.slots))

    def _looks(self, world: World) -> Iterator[Step]:
        if self.part.as_role.offers_slots:
            return looks(world.model)
        return registry_sequences.looks(world.registry)

    def _patients(self, traits: int) -> Sequence[Patient]:
        if self.settings.patients:
            draw = PatientDraw(self.settings.patients, self._folder, random.Random(traits))
            try:
                return [draw.another() for _ in range(PATIENTS)]
            finally:
                draw.give_back()
        like = random.Random(traits)
        return [replace(synthetic_patient(like), nhs_number=self._new_number()) for _ in range(PATIENTS)]

    def _new_number(self) -> str:
        chance = random.Random()
        while (number := synthetic_nhs_number(chance)) in self._numbers:
            pass
        self._numbers.add(number)
        return number
