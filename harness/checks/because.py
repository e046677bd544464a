"""Which failure is the cause of another, so that one mistake of a consumer is one failure."""

from __future__ import annotations

from collections.abc import Iterable

from ..consumer.requests import ProviderCall
from ..judging.observations import NOT_MET, STANDING
from ..judging.recorder import Recorder


def fault_in(recorder: Recorder, refused: Iterable[ProviderCall]) -> str:
    """What was wrong with each of these requests, as it is checked on every request; empty where nothing was.

    A provider rightly refuses such a request, so that nothing comes of it is no failure of its own.
    """
    wanted = {call.exchange.id for call in refused}
    wrong: dict[str, set[str]] = {}
    for seen in recorder.observations:
        if seen.step == STANDING and seen.outcome == NOT_MET:
            wrong.setdefault(seen.requirement, set()).update(seen.exchanges)
    return next((requirement for requirement, on in wrong.items() if wanted and wanted <= on), "")


def first_failed(recorder: Recorder, *requirements: str) -> str:
    """The first of these requirements that was not met in the scenario so far, or empty."""
    failed = {seen.requirement for seen in recorder.observations if seen.outcome == NOT_MET and not seen.because}
    return next((requirement for requirement in requirements if requirement in failed), "")
