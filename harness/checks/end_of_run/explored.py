"""Expectations of random sequences of requests: each answer is one of those that the reference model allows."""

from __future__ import annotations

from ...judging.decides import decides
from ...judging.recorder import Recorder
from ...scenario.explored import Explored

#: Exchanges that an observation of a requirement that was met names: they are many.
_MOST = 5
_AS_THE_MODEL = "each answer as it must be after the requests before it"


@decides("PRV-BOOK-01", "PRV-BOOK-10", "PRV-CAN-01", "PRV-GET-01", "PRV-GET-13", "WKF-09")
def provider_keeps_to_the_model(recorder: Recorder, explored: Explored) -> None:
    """What any sequence shows: valid bookings are accepted, taken slots are not, and reads show what was done."""
    _tell_what_was_found(recorder, explored)
    for requirement in ("PRV-BOOK-01", "PRV-BOOK-10", "PRV-CAN-01", "PRV-GET-01", "PRV-GET-13", "WKF-09"):
        _tell_what_held(recorder, explored, requirement)


@decides("REG-01", "REG-14", "REG-17")
def registry_keeps_to_the_model(recorder: Recorder, explored: Explored) -> None:
    """What any sequence shows: valid pointers are taken and updated, and read as they were left."""
    _tell_what_was_found(recorder, explored)
    for requirement in ("REG-01", "REG-14", "REG-17"):
        _tell_what_held(recorder, explored, requirement)


def _tell_what_was_found(recorder: Recorder, explored: Explored) -> None:
    for one in explored.found:
        recorder.came_upon(
            one.requirement, expected=one.expected, actual=one.told(), of=one.exchanges, system=explored.system
        )


def _tell_what_held(recorder: Recorder, explored: Explored, requirement: str) -> None:
    """One observation over all sequences; where none came so far, what was found stood in the way."""
    broken = [one.requirement for one in explored.found]
    held = explored.held.get(requirement, ())
    if requirement in broken:
        return
    if held:
        recorder.expect(
            requirement,
            True,
            expected=_AS_THE_MODEL,
            actual=explored.told(),
            of=held[-_MOST:],
            system=explored.system,
        )
    else:
        reason = f"no sequence came to it, {explored.told()}"
        recorder.not_observed(requirement, reason, because=next(iter(broken), ""))
