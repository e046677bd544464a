"""A run of a provider that was broken off goes on, and one of its scenarios is run again."""

from __future__ import annotations

import signal
from pathlib import Path
from typing import Any

from uec_booking.harness.judging import run_file
from uec_booking.harness.judging.observations import Run

from ..support.program import Running, World, results, uec
from ..support.within import here

#: A story and two short scenarios: after the first there is time to break the run off. Then one of the short ones.
PART = "PRV-SRCH-35 or story-a"
ONE = "Slots are searched for by GET only"


def test_a_run_goes_on_and_a_scenario_is_run_again(world: World, tmp_path: Path) -> None:
    """What is finished is kept as it was seen; other terms are rejected; a second resuming has nothing to do."""
    out = tmp_path / "out"
    running = Running("assure", "--config", world.file, "--only", PART, "--out", out)
    running.wait_for(" 1/")
    running.signal_group(signal.SIGINT)
    broken = running.end()
    assert broken.status == 2 and "--resume" in broken.out, broken.out + broken.err
    first = _seen(out)
    assert first
    refused = here("assure", "--config", world.file, "--edition", "0.2.0", "--resume", "--out", out)
    assert refused.status == 3 and "the edition was 1.0.0, and is 0.2.0" in refused.paragraph()

    assert uec("assure", "--config", world.file, "--resume", "--out", out).status == 0
    whole = _seen(out)
    assert len(whole) > len(first) and first.items() <= whole.items()
    assert any("resumed at" in note for note in results(out)["notes"])
    nothing = here("assure", "--config", world.file, "--resume", "--out", out)
    assert nothing.status == 3 and "nothing to resume" in nothing.paragraph()

    assert uec("assure", "--config", world.file, "--again", ONE, "--out", out).status == 0
    after = _seen(out)
    assert [name.split("::")[1] for name in whole if after[name] != whole[name]] == [ONE]
    assert list(after) == [*(name for name in whole if ONE not in name), *(name for name in whole if ONE in name)]


def _seen(out: Path) -> dict[str, Any]:
    """When each scenario that is stored as finished began."""
    stored: Run = run_file.read(out)
    return {one.id: one.started for one in stored.scenarios if one.problem is None}
