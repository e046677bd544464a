"""Active automata learning (Angluin's L*, by AALpy) of the lifecycle: few questions, the same machine each time."""

from __future__ import annotations

import random
from collections import deque
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aalpy.learning_algs import run_Lstar
from aalpy.oracles import StatePrefixEqOracle

from ..errors import CannotGoOn
from ..exploring.diary import UsedUp
from ..settings.model import Part, Settings
from .appointments import Appointments
from .comparing import Compared, compared
from .machine import Input, Machine, Step

#: Walks from each state that look for what the machine does not explain, and how long each is.
_WALKS, _LENGTH = 4, 4


@dataclass(frozen=True)
class Learned:
    """The machine, or why there is none; and what it took."""

    machine: Machine | None
    compared: Compared | None
    why_not: str
    requests: int
    slots: int


def learn(settings: Settings, part: Part, folder: Path, *, seed: int, slots: int, requests: int) -> Learned:
    """Learn the lifecycle of an appointment at a provider.

    Each question has a slot of its own, which is given back; no more than ``slots`` different ones are used, and no
    more than ``requests`` requests sent.
    """
    system = Appointments(settings, part, folder, slots, requests)
    machine, why_not = None, ""
    before = random.getstate()
    # AALpy draws its walks from Python's own generator.
    random.seed(seed)
    try:
        machine = _machine(_learned(system))
    except (UsedUp, CannotGoOn) as reason:
        why_not = str(reason)
    finally:
        random.setstate(before)
        system.post()
        system.close()
    return Learned(
        machine, compared(machine, settings.edition) if machine else None, why_not, system.requests, system.diary.used
    )


def _learned(system: Appointments) -> Any:
    letters = list(Input)
    oracle = StatePrefixEqOracle(letters, system, walks_per_state=_WALKS, walk_len=_LENGTH)
    return run_Lstar(letters, system, oracle, automaton_type="mealy", print_level=0)


def _machine(learned: Any) -> Machine:
    """AALpy's machine as ours: its states in the order in which they are reached."""
    names = {learned.initial_state: "1"}
    open_ = deque([learned.initial_state])
    steps: dict[str, dict[Input, Step]] = {}
    while open_:
        state = open_.popleft()
        of_state = steps[names[state]] = {}
        for letter in Input:
            then = state.transitions[letter]
            if then not in names:
                names[then] = str(len(names) + 1)
                open_.append(then)
            of_state[letter] = Step(state.output_fun[letter], names[then])
    return Machine("1", steps)
