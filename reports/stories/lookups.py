"""What a consumer asked DoS, SDS and the registry: the record keeps no exchange of it, but what checks saw of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from uec_booking.harness.judging.observations import MET, NOT_MET, Observation, Outcome, StepRecord
from uec_booking.harness.judging.verdicts import Judged

from .told import Lifeline

_REGISTRY = "consumer.registry_check.asks_before_the_reassessment_ends"
_AFRESH = "consumer.rebooking.begins_afresh"
_TWO_STEPS = "consumer.discovery.looks_up_in_two_steps"


@dataclass(frozen=True, slots=True)
class Kind:
    """A question that a check sees: asked for certain where ``shown_by`` has one of the ``outcomes``.

    ``about`` is all that this check says of it.
    """

    check: str
    shown_by: str
    outcomes: tuple[Outcome, ...]
    about: tuple[str, ...]
    target: Lifeline
    words: str


#: In the order of the standard's diagram. The Spine Directory has no lifeline in it: it stands with DoS.
KINDS = (
    Kind(
        # Whether its token was accepted can only be seen of a search that came.
        *(_REGISTRY, "REG-21", (MET, NOT_MET), ("REG-21", "REG-22", "REG-23"), Lifeline.REGISTRY),
        "Background check for existing appointments",
    ),
    Kind(_AFRESH, "WKF-12", (MET,), ("WKF-12",), Lifeline.DOS, "DoS service search"),
    Kind(
        *(_TWO_STEPS, "DOS-01", (MET,), ("DOS-01", "DOS-02"), Lifeline.DOS),
        "SDS: look up the system by its ASID",
    ),
    Kind(
        *(_TWO_STEPS, "SDS-01", (MET,), ("SDS-01", "SDS-02"), Lifeline.DOS),
        "SDS: look up the endpoint by party key and interaction",
    ),
)


def kind_of(seen: Observation) -> Kind | None:
    """The question that an observation is about; none where it is about something else."""
    return next((kind for kind in KINDS if kind.check == seen.check and seen.requirement in kind.about), None)


def asked(judged: Iterable[Judged]) -> list[tuple[Kind, Observation]]:
    """The questions that were asked for certain, each with the observation that shows it."""
    found = [
        (kind, one.observation)
        for one in judged
        if (kind := kind_of(one.observation)) and kind.shown_by == one.observation.requirement
        if one.outcome in kind.outcomes
    ]
    return sorted(found, key=lambda pair: KINDS.index(pair[0]))


def registry_by_proxy(judged: Iterable[Judged]) -> bool:
    """Whether the registry may have been asked by the Spine Secure Proxy: then the record has the exchange."""
    return any(one.observation.requirement == "REG-22" and one.outcome == NOT_MET for one in judged)


def key(kind: Kind, seen: Observation) -> str:
    """By what a question is known in its scenario."""
    return f"{kind.shown_by} {seen.step}"


def belongs_to(step: StepRecord, seen: Observation, steps: Iterable[StepRecord]) -> bool:
    """Whether it was asked in this sentence: in which the first request of its call was sent, else which checked it."""
    sent = next((one for one in steps if set(seen.exchanges) & set(one.exchanges)), None)
    return step is sent if sent else step.name == seen.step
