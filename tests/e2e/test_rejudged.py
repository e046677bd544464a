"""A run that is looked at again under its own edition is the run that it was, for every check of every exchange."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from program import World, uec
from uec_booking.harness.judging.judge import judge
from uec_booking.harness.judging.observations import STANDING, ScenarioRecord
from uec_booking.harness.judging.run_file import read
from uec_booking.harness.judging.verdicts import FAIL
from uec_booking.harness.running.re_evaluation import observed_again
from uec_booking.standard import requirements

#: Systems with several defects each, of those that checks of every exchange find, and what else they may be asked.
SYSTEMS: dict[str, tuple[str, ...]] = {
    "none": (),
    "of headers and errors": ("no-cache-control", "no-charset", "outcome-without-id", "etag-of-another-version"),
    "of content": ("patient-takes-part-twice", "two-slots-of-one-identifier", "includes-forget-the-time"),
    "of HTTP": ("answers-break-off",),
    "of what was booked": ("cancellations-fade", "no-etag-on-book"),
}

ASKED = "story-a or PRV-SRCH-16 or PRV-BOOK-10"


def _seen(record: ScenarioRecord) -> set[tuple[tuple[str, ...], frozenset[str]]]:
    return {(one.sameness(), frozenset(one.exchanges)) for one in record.observations}


@pytest.mark.parametrize("name", SYSTEMS)
def test_looking_again_changes_nothing(name: str, launch: Callable[..., World], tmp_path: Path) -> None:
    world = launch(*(word for defect in SYSTEMS[name] for word in ("--defect", defect)))
    config = world.settings("patient", lambda text: f"{text}\n[limits]\nregistry_seconds = 3\n")
    uec("assure", "--config", config, "--only", ASKED, "--out", tmp_path / "out")
    run = read(tmp_path / "out")
    again = observed_again(run, run.edition, run.reading)
    for before, after in zip(run.scenarios, again.scenarios, strict=True):
        assert _seen(after) == _seen(before), before.id
    catalogue = requirements.load()
    verdicts = [
        {(one.id, one.verdict, one.level) for one in judge(each, catalogue).requirements} for each in (run, again)
    ]
    assert verdicts[0] == verdicts[1]
    assert any(verdict == FAIL for _, verdict, _ in verdicts[0]) == bool(SYSTEMS[name])
    standing = [one for record in run.scenarios for one in record.observations if one.step == STANDING]
    assert len({one.requirement for one in standing}) > 20
