"""The two sides of a proof, systems that are called and consumers that call: each has its own clean system."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from uec_booking.standard import requirements

from ..catalogue.traceability import SCENARIO, decision
from ..judging.verdicts import WARN
from ..settings.consumer import CONSUMER
from . import consumer_worker, worker
from .clean import Clean
from .job import Job
from .pool import Work
from .proof import wanted

Fault = Mapping[str, Any]

EVERYTHING = "not no-such-tag"


@dataclass(frozen=True)
class Side:
    """Systems of one kind, which the same scenarios test.

    ``clean`` names the runs of the system without any fault: what differs between them differs between any two runs.
    ``canary`` is a fault that every proof has: a harness that misses it is broken. ``smoke`` selects scenarios that go
    through every interaction once, and meet an error. ``most``: how many scenarios a quick proof runs against one
    system at most, once its fault has had its way.
    """

    clean: tuple[str, str]
    canary: str
    smoke: str
    work: Work
    most: int


CALLED = Side(
    ("clean, first run", "clean, second run"),
    "double-booking",
    "story-a or (story-wrong and PRV-CAN-09)",
    worker.work,
    20,
)
CONSUMERS = Side(
    ("clean consumer, first run", "clean consumer, second run"),
    "cancels-without-confirmation",
    '"A · The patient cannot come" or "B · The patient calls the same" or "booking is answered with 409"',
    consumer_worker.work,
    # A requirement on errors has a scenario for each answer, and a fault may be in what is made of one of them.
    40,
)
SIDES = (CALLED, CONSUMERS)


def side_of(fault: Fault) -> Side:
    """The side whose systems can have the fault."""
    return CONSUMERS if fault["part"] == CONSUMER else CALLED


def clean_jobs(side: Side, faults: Iterable[Fault], quick: bool) -> list[Job]:
    """The runs of the clean system; in a quick proof of those scenarios of which it must know how they go there."""
    expression = _needed(side, faults) if quick else EVERYTHING
    return [Job(name, (), expression) for name in side.clean]


def job(side: Side, fault: Fault, clean: Clean, quick: bool) -> Job:
    """The run against the system with one fault."""
    name, requirement = fault["name"], fault["requirement"]
    on, conformant = tuple(fault.get("made_of") or (name,)), fault["kind"] == "variant"
    if not quick:
        return Job(name, on, EVERYTHING, conformant=conformant)
    # What is checked in every scenario says little of where the fault is met: some faults say that themselves, by
    # another requirement or by a tag.
    near = str(fault.get("near") or requirement)
    if conformant:
        return Job(name, on, f"{side.smoke} or {near}", conformant=True)
    until = (requirement, wanted(requirement, earns(fault)))
    if near not in requirements.load():
        return Job(name, on, near, until=until)
    scenarios = clean.scenarios_for(near)
    if not scenarios:
        return Job(name, on, side.smoke)
    return Job(name, on, scenarios=scenarios, until=until, most=side.most)


def earns(fault: Fault) -> str:
    """The verdict that a defect says it earns; empty where the level of its requirement says that."""
    return WARN if fault["kind"] == "warned" else ""


def canary_of(side: Side, faults: Sequence[Fault]) -> list[Fault]:
    """The canary of a side among all faults."""
    return [fault for fault in faults if fault["name"] == side.canary]


def _needed(side: Side, faults: Iterable[Fault]) -> str:
    catalogue = requirements.load()
    names: dict[str, None] = {}
    for fault in faults:
        of_fault = [str(fault[key]) for key in ("requirement", "near") if fault.get(key)]
        # What is checked on every exchange is in no tag: which scenarios meet a defect is known when all have run.
        standing = any(name in catalogue and decision(catalogue[name]).kind != SCENARIO for name in of_fault)
        if standing and fault["kind"] != "variant":
            return EVERYTHING
        names.update(dict.fromkeys(of_fault))
    return " or ".join([side.smoke, *names])
