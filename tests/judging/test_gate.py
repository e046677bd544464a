"""What a build asks of a run besides its verdict: expected failures, a baseline, and how much was decided."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path

import pytest

from .conftest import Cli
from .stored import Command, called, of, stored

TODAY = date.today()
FAILING = {"PRV-BOOK-01": "not met", "PRV-BOOK-02": "behind PRV-BOOK-01", "PRV-CAN-01": "met"}


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str]) -> Command:
    return called(capsys)


@pytest.fixture
def failing(tmp_path: Path) -> Path:
    """A run with a failure, and what could not be seen because of it."""
    return stored(tmp_path / "failing", of(FAILING))


def _file(folder: Path, *entries: tuple[str, date]) -> Path:
    path = folder / "expected.toml"
    path.write_text(
        "".join(
            f'[[expected_failure]]\nid = "{id}"\nreason = "Ticket 7"\nexpires = {expires}\n' for id, expires in entries
        ),
        encoding="utf-8",
    )
    return path


@pytest.mark.parametrize(
    ("entries", "status", "said"),
    [
        ([("PRV-BOOK-01", TODAY)], 0, f"PRV-BOOK-01 fails as expected until {TODAY}: Ticket 7"),
        ([("PRV-BOOK-01", TODAY - timedelta(1))], 5, "EXPIRED: PRV-BOOK-01"),
        ([("PRV-BOOK-01", TODAY), ("PRV-CAN-01", TODAY)], 5, "UNEXPECTED PASS: PRV-CAN-01"),
        ([("PRV-GET-01", TODAY)], 1, "FAIL, and not expected: PRV-BOOK-01."),
        ([("PRV-BOOK-01", TODAY), ("PRV-GET-01", TODAY)], 0, "not seen in this run: PRV-GET-01."),
        ([], 1, "FAIL, and not expected: PRV-BOOK-01."),
    ],
)
def test_only_what_is_expected_may_fail(
    call: Command, failing: Path, tmp_path: Path, entries: list[tuple[str, date]], status: int, said: str
) -> None:
    done = call("judge", failing, "--expected-failures", _file(tmp_path, *entries))
    assert done.status == status and said in done.words
    assert "NOT CONFORMANT" in done.out and f"Exit status {status} by these expectations" in done.words


def test_what_is_inconclusive_for_another_reason_stays_so(call: Command, tmp_path: Path) -> None:
    run = stored(tmp_path / "run", of({**FAILING, "PRV-GET-01": "not observed"}))
    done = call("judge", run, "--expected-failures", _file(tmp_path, ("PRV-BOOK-01", TODAY)))
    assert done.status == 2 and "for another reason than an expected failure: PRV-GET-01" in done.words


def test_a_run_that_was_cut_off_is_not_let_through(call: Command, failing: Path, tmp_path: Path) -> None:
    path = failing / "run.jsonl"
    path.write_text("\n".join(path.read_text(encoding="utf-8").splitlines()[:-1]) + "\n", encoding="utf-8")
    assert call("judge", failing, "--expected-failures", _file(tmp_path, ("PRV-BOOK-01", TODAY))).status == 2


def test_a_baseline_lets_through_what_is_no_worse(call: Command, failing: Path, tmp_path: Path) -> None:
    worse = stored(tmp_path / "worse", of({**FAILING, "PRV-CAN-01": "not met"}))
    good = stored(tmp_path / "good", of(dict.fromkeys(FAILING, "met")))
    unseen = stored(tmp_path / "unseen", of({**FAILING, "PRV-CAN-01": "not observed"}))
    told = {run.name: call("judge", run, "--baseline", failing) for run in (failing, worse, good, unseen)}
    assert {name: done.status for name, done in told.items()} == {"failing": 0, "worse": 1, "good": 0, "unseen": 2}
    assert "FAIL as in the baseline: PRV-BOOK-01." in told["failing"].words
    assert "WORSE than the baseline: PRV-CAN-01 (PASS -> FAIL)." in told["worse"].words
    assert "Better than the baseline: PRV-BOOK-01 (FAIL -> PASS)" in told["good"].words
    expected = _file(tmp_path, ("PRV-CAN-01", TODAY))
    assert call("judge", worse, "--baseline", failing, "--expected-failures", expected).status == 0


@pytest.mark.parametrize(("number", "status"), [(2, 0), (3, 2)])
def test_a_run_has_to_decide_enough(call: Command, tmp_path: Path, number: int, status: int) -> None:
    run = stored(tmp_path / "run", of({"PRV-BOOK-01": "met", "PRV-CAN-01": "met"}))
    done = call("judge", run, "--require-decided", number, "--format", "json")
    document = json.loads(done.out)
    assert done.status == document["expectations"]["exit_status"] == status
    assert document["exit_status"] == 0 and document["expectations"]["sentences"][0].startswith("2 requirements")


ENTRY = '[[expected_failure]]\nid = "PRV-BOOK-10"\nreason = "r"\nexpires = 2999-01-01\n'


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (ENTRY.replace("PRV-BOOK-10", "PRV-BOK-10"), "no such requirement. Did you mean PRV-BOOK-10"),
        (ENTRY.replace("PRV-BOOK-10", "PRV-GET-08"), "Write PRV-GET-01"),
        (ENTRY + ENTRY, "entry 2 (PRV-BOOK-10): an entry before this one names the same requirement"),
        (ENTRY.replace("reason", "why"), "'why' is not known"),
        (ENTRY.replace('reason = "r"\n', ""), "reason is missing"),
        (ENTRY.replace('"r"', '" "'), "reason says nothing"),
        (ENTRY.replace("2999-01-01", '"soon"'), "expires is not a date"),
        ("[[expected_failure]", "not valid TOML"),
        ("x = 1", "something else than expected failures"),
        ("expected_failure = 1", "something else than expected failures"),
        ('\x00"', "not valid TOML"),
    ],
)
def test_a_wrong_file_is_told_in_one_paragraph(
    call: Command, failing: Path, tmp_path: Path, text: str, said: str
) -> None:
    path = tmp_path / "expected.toml"
    path.write_text(text, encoding="utf-8")
    told = call("judge", failing, "--expected-failures", path).paragraph()
    assert said in told and str(path) in told


def test_files_that_are_not_there_are_told_before_anything_runs(call: Command, tmp_path: Path) -> None:
    out = tmp_path / "out"
    for option in ("--expected-failures", "--baseline"):
        assert str(tmp_path / "none") in call("assure", option, tmp_path / "none", "--out", out).paragraph()
    assert not out.exists()


@pytest.mark.e2e
def test_a_run_ends_with_what_was_expected_of_it(cli: Cli, stored_run: Path, tmp_path: Path) -> None:
    done = cli(
        *("assure", "--edition", "0.2.0", "--only", "PRV-BOOK-10 and story-wrong", "--out", tmp_path / "run"),
        *("--baseline", stored_run, "--expected-failures", _file(tmp_path, ("PRV-BOOK-10", TODAY))),
    )
    assert done.returncode == 5, done.stdout + done.stderr
    assert "UNEXPECTED PASS: PRV-BOOK-10" in done.stdout
    assert "WORSE" not in done.stdout and done.stderr == ""
