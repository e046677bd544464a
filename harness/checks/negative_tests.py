"""What each request of a negative test was answered with, beside the control request."""

from __future__ import annotations

from ..judging.decides import decides
from ..judging.recorder import Recorder
from ..scenario.variations import Control, Row, Trial


@decides(rows=True)
def judge_rows(recorder: Recorder, trial: Trial, control: Control) -> None:
    """Observe what each row was answered with, beside its accepted control request."""
    for row in trial.rows:
        for requirement in row.requirements:
            # What was accepted speaks for itself: a wrong cancellation that was made leaves none for the good one.
            if control.trouble and not (row.exchange and row.exchange.ok):
                of = [control.answer] if control.answer else ()
                recorder.not_observed(requirement, control.trouble, of=of, because=control.because)
            elif row.exchange is None:
                recorder.does_not_arise(requirement, f"{row.change}: {_why_unsent(row, trial)}")
            else:
                recorder.expect_answer(
                    requirement, row.situation, row.exchange, expected=f"{row.change}: {row.situation}"
                )


def _why_unsent(row: Row, trial: Trial) -> str:
    if row.call is None:
        return f"there is no such thing in this {trial.kind}"
    return f"the good {trial.kind} is like that already"
