"""The patients of one scenario: each one drawn is another.

Made-up patients are as many as are wanted. Test patients that the settings declare are few: scenarios that run
beside each other in several processes would count each other's appointments of them. So each scenario has a
group of them to itself, until all that it booked is cancelled. Whoever booked for them before, or does so
meanwhile, is not ours to know: checks compare with what was there before, or look only at what they made.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import IO

from ..actors.patients import ENOUGH, Patient, as_declared, resembling, synthetic_patient, too_few
from ..errors import CannotGoOn
from ..settings.model import DeclaredPatient

#: Patients that most scenarios need: theirs, and somebody else.
_GROUP = 2

#: Seconds between two tries to get a group, and for how long they go on: another scenario has it so long at most.
_PAUSE, _PATIENCE = 0.1, 300.0


class PatientDraw:
    """Draws the patients of a scenario. ``folder`` is shared by the workers of a run."""

    def __init__(self, declared: Sequence[DeclaredPatient], folder: Path, chance: random.Random) -> None:
        self._declared = [as_declared(one) for one in declared]
        self._folder = folder
        self._chance = chance
        self._left: list[Patient] | None = None
        self._unbooked: Patient | None = None
        self._alike: set[str] = set()
        self._lease: IO[str] | None = None

    def another(self) -> Patient:
        """A patient whom this scenario has not had yet.

        Raises:
            CannotGoOn: too few are declared.
        """
        if not self._declared:
            return synthetic_patient(self._chance)
        left = self._group()
        if not left:
            raise CannotGoOn(too_few(len(self._declared), "it needs one patient more"))
        return left.pop()

    def resembling(self, one: Patient) -> Patient:
        """Another patient, who is easily taken for this one where they are synthetic.

        Raises:
            CannotGoOn: there is none.
        """
        if self._declared:
            return self.another()
        while (found := resembling(one, self._chance)).nhs_number in self._alike:
            pass
        self._alike.add(found.nhs_number)
        return found

    def several(self, first: Patient, most: int) -> list[Patient]:
        """``first`` and others, up to ``most``, where there are so many; two at least.

        Of synthetic ones the second is like a twin of the first: who takes them for one person mixes up twins.

        Raises:
            CannotGoOn: there is only one.
        """
        second = self.resembling(first)
        found = [first, second if self._declared else replace(second, family=first.family)]
        while len(found) < most and (not self._declared or self._group()):
            found.append(self.another())
        return found

    def without_appointments(self) -> Patient:
        """A patient for whom this run never books, in any of its scenarios; the same one whenever asked.

        Raises:
            CannotGoOn: too few are declared.
        """
        if self._declared and len(self._declared) < ENOUGH:
            raise CannotGoOn(too_few(len(self._declared), "it needs one for whom nothing is ever booked"))
        if self._unbooked is None:
            self._unbooked = self._declared[-1] if self._declared else synthetic_patient(self._chance)
        return self._unbooked

    def give_back(self) -> None:
        """Let others have the group."""
        if self._lease is not None:
            self._lease.close()
        self._left, self._lease = None, None

    def _group(self) -> list[Patient]:
        if self._left is None:
            # The last one declared is kept for searches that must find nothing.
            bookable = self._declared[:-1] if len(self._declared) >= ENOUGH else self._declared
            count = max(1, len(bookable) // _GROUP)
            number = self._leased(count)
            self._left = bookable[number::count]
            self._chance.shuffle(self._left)
        return self._left

    def _leased(self, count: int) -> int:
        """The number of a group that no other scenario has, now leased."""
        try:
            import fcntl
        except ImportError:  # Windows: there a run with declared patients needs to have one worker
            return self._chance.randrange(count)
        return self._waited(count, lambda file: fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB))

    def _waited(self, count: int, lock: Callable[[IO[str]], None]) -> int:
        deadline = time.monotonic() + _PATIENCE
        numbers = self._chance.sample(range(count), count)
        while True:
            for number in numbers:
                # A lock ends with its process, however that ends.
                file = (self._folder / f"patients-{number}.lock").open("w", encoding="utf-8")
                try:
                    lock(file)
                except BlockingIOError:
                    file.close()
                    continue
                self._lease = file
                return number
            if time.monotonic() > deadline:
                raise CannotGoOn(
                    f"all {len(self._declared)} patients that the settings declare were in use by other scenarios for "
                    f"{_PATIENCE:g} s: declare {_GROUP} more for each further worker process"
                )
            time.sleep(_PAUSE)
