"""What would be run, less to read, an outcome for scripts, what failed again, and a shell that completes."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from uec_booking.harness.judging import run_file

from ..support.program import World
from ..support.within import here

#: A scenario that the defect breaks, and one that it does not.
PART = "PRV-CAN-14 or PRV-SRCH-35"
DEFECT = "cancel-answers-201"


def test_what_would_run_is_listed(tmp_path: Path) -> None:
    listed = here("assure", "--list", "--only", "PRV-SRCH-35", cwd=tmp_path)
    assert listed.status == 0
    assert "Slots are searched for by GET only" in listed.out and "PRV-SRCH-35" in listed.out
    told = here("assure", "--list", "--json", cwd=tmp_path)
    assert len(json.loads(told.out)["scenarios"]) > 200
    nothing = here("assure", "--list", "--only", "PRV-NONE-01", cwd=tmp_path)
    assert nothing.status == 3 and "Nothing was selected" in nothing.paragraph()
    assert not list(tmp_path.iterdir())


def test_the_outcome_for_a_script_and_what_failed_again(with_defect: Callable[[str], World], tmp_path: Path) -> None:
    world, out = with_defect(DEFECT), tmp_path / "out"
    faulty = here("assure", "--config", world.file, "--only", PART, "--out", out, "--json", "--quiet")
    told = json.loads(faulty.out)
    assert faulty.status == told["exit_status"] == 1
    assert told["verdict"] == "not conformant" and told["folder"] == str(out.resolve())
    assert ["PRV-CAN-01"] in [one["requirements"] for one in told["failures"]], told
    assert "201" in told["failures"][0]["reason"]
    assert "Verdict" in faulty.err and "Slots are searched for by GET only" not in faulty.err
    earlier = run_file.read(out)
    before = {one.id: one.started for one in earlier.scenarios}

    world.control("PUT", "/defects", [])
    mended = here("assure", "--config", world.file, "--rerun-failed", "--out", out)
    assert mended.status == 0, mended.out
    # Most of it was seen of another build: it does not pass for one run, nor for the one before.
    assert "IN PARTS OF 2 RUNS" in " ".join(mended.out.split())
    later = run_file.read(out)
    assert later.id != earlier.id and any(earlier.id in note for note in later.notes)
    after = {one.id: one.started for one in later.scenarios}
    again = {id for id in after if after[id] != before[id]}
    assert again and len(again) < len(after) and not any("by GET only" in id for id in again)
    nothing = here("assure", "--config", world.file, "--rerun-failed", "--out", out)
    assert nothing.status == 3 and "nothing to run again" in nothing.paragraph()


def test_ways_of_going_on_do_not_go_together(tmp_path: Path) -> None:
    refused = here("assure", "--rerun-failed", "--resume", "--out", tmp_path / "out")
    assert refused.status == 3 and "--resume and --rerun-failed do not go together" in refused.paragraph()


@pytest.mark.skipif(not shutil.which("bash"), reason="there is no bash on this machine")
@pytest.mark.parametrize(
    ("words", "offered"),
    [
        (("re",), {"record", "report", "reproduce", "requirements"}),
        (
            ("assure", "--re"),
            {"--registry", "--reading", "--resume", "--rerun-failed", "--require-decided", "--report"},
        ),
        (("consumer", "example", "no"), {"node"}),
    ],
    ids=["a command", "an option", "a choice"],
)
def test_a_shell_completes(words: tuple[str, ...], offered: set[str], tmp_path: Path) -> None:
    script = tmp_path / "completion"
    script.write_text(here("completion", "bash").out, encoding="utf-8")
    ask = (
        f'source "{script}"; COMP_WORDS=(uec-booking {" ".join(words)}); COMP_CWORD={len(words)}; '
        '$(complete -p uec-booking | sed "s/.*-F \\([^ ]*\\).*/\\1/"); printf "%s\\n" "${COMPREPLY[@]}"'
    )
    done = subprocess.run(["bash", "-c", ask], capture_output=True, text=True, timeout=60)
    assert set(done.stdout.split()) == offered, done.stderr
