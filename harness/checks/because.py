"""Which failure is the cause of another, so that one mistake of a consumer is one failure."""

from __future__ import annotations

from ..judging.observations import NOT_MET
from ..judging.recorder import Recorder


def first_failed(recorder: Recorder, *requirements: str) -> str:
    """The first of these requirements that was not met in the scenario so far, or empty."""
    failed = {seen.requirement for seen in recorder.observations if seen.outcome == NOT_MET and not seen.because}
    return next((requirement for requirement in requirements if requirement in failed), "")
