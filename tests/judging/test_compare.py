"""``uec-booking compare``: what changes from one stored run to another."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from .runs import record, run, seen
from .stored import Command, called, of, stored

BEFORE = {
    "PRV-BOOK-01": "met",
    "PRV-BOOK-02": "met",
    "PRV-BOOK-03": "met",
    "PRV-CAN-01": "not met",
    "PRV-CAN-02": "not met",
    "PRV-GET-01": "not met",
    "PRV-SRCH-01": "met",
}
AFTER = {
    "PRV-BOOK-01": "not met",
    "PRV-BOOK-02": "behind PRV-BOOK-01",
    "PRV-BOOK-03": "behind PRV-BOOK-01",
    "PRV-CAN-01": "met",
    "PRV-CAN-02": "not met",
    "PRV-GET-01": "not observed",
    "PRV-CAP-01": "not met",
}


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str]) -> Command:
    return called(capsys)


@pytest.fixture
def runs(tmp_path: Path) -> tuple[Path, Path]:
    """Parts of the suite, so that what no scenario is about is in neither."""
    return (
        stored(tmp_path / "before", of(BEFORE, partial=True, claims=("xml",))),
        stored(tmp_path / "after", of(AFTER, partial=True)),
    )


def test_each_requirement_is_told_by_what_became_of_it(call: Command, runs: tuple[Path, Path]) -> None:
    done = call("compare", *runs, "--json")
    document = json.loads(done.out)
    assert done.status == document["exit_status"] == 1
    found = {(one["kind"], one["id"], one["before"], one["after"]) for one in document["requirements"]}
    assert found == {
        ("worse", "PRV-BOOK-01", "PASS", "FAIL"),
        ("worse", "PRV-BOOK-02", "PASS", "INCONCLUSIVE"),
        ("worse", "PRV-BOOK-03", "PASS", "INCONCLUSIVE"),
        ("better", "PRV-CAN-01", "FAIL", "PASS"),
        # Nothing shows that it was mended.
        ("changed", "PRV-GET-01", "FAIL", "INCONCLUSIVE"),
        ("new", "PRV-CAP-01", "absent", "FAIL"),
        ("gone", "PRV-SRCH-01", "PASS", "absent"),
    }
    assert document["still_failing"] == ["PRV-CAN-02"] and document["same_verdict"] == 1
    assert any(note.startswith("claims: ") for note in document["notes"])


def test_causes_come_first_and_what_hangs_below_them_behind(call: Command, runs: tuple[Path, Path]) -> None:
    told = call("compare", *runs).words
    assert "WORSE: 3 PRV-BOOK-01: PASS -> FAIL" in told
    assert "behind it (2), PASS -> INCONCLUSIVE: PRV-BOOK-02, PRV-BOOK-03" in told
    assert "Still FAIL (1): PRV-CAN-02" in told
    assert "PRV-BOOK-02, PRV-BOOK-03 |" in call("compare", *runs, "--markdown").out


def test_what_still_fails_for_another_reason_is_told(call: Command, tmp_path: Path) -> None:
    """The same deviation with another id, another one beside it, and only another one."""
    told = {
        "PRV-CAN-01": (
            ["gave Appointment/17 at 2026-01-01T10:00:00Z"],
            ["gave Appointment/18 at 2026-02-02T11:00:00Z"],
        ),
        "PRV-CAN-02": (["409"], ["409", "500"]),
        "PRV-BOOK-01": (["no Location"], ["no ETag"]),
    }
    folders = []
    for number, name in enumerate(("one", "other")):
        seen_in = [replace(seen(id, "not met"), actual=each) for id, both in told.items() for each in both[number]]
        folders.append(stored(tmp_path / name, run(record("f/x.feature::Of it", seen_in, [*told]))))
    done = call("compare", *folders, "--json")
    assert {one["id"]: (len(one["added"]), len(one["mended"]), one["another"]) for one in
            json.loads(done.out)["still_failing_otherwise"]} == {
        "PRV-BOOK-01": (1, 1, True),
        "PRV-CAN-02": (1, 0, False),
    }  # fmt: skip
    assert done.status == 0
    words = call("compare", *folders).words
    assert "PRV-BOOK-01: still FAIL, for another reason new: expected" in words and "actual no ETag" in words
    assert "PRV-CAN-02: still FAIL, and not in all the same" in words and "Appointment/18" not in words


def test_what_is_only_better_ends_well_and_what_is_only_unseen_is_inconclusive(call: Command, tmp_path: Path) -> None:
    good = stored(tmp_path / "good", of({"PRV-BOOK-01": "met", "PRV-CAN-01": "met"}))
    bad = stored(tmp_path / "bad", of({"PRV-BOOK-01": "met", "PRV-CAN-01": "not met"}))
    blind = stored(tmp_path / "blind", of({"PRV-BOOK-01": "met", "PRV-CAN-01": "not observed"}))
    statuses = {(one.name, other.name): call("compare", one, other).status for one in (good, bad, blind)
                for other in (good, bad, blind)}  # fmt: skip
    assert {pair: status for pair, status in statuses.items() if status} == {
        ("good", "bad"): 1,
        ("good", "blind"): 2,
        ("blind", "bad"): 1,
    }


def test_runs_that_have_nothing_in_common_are_not_called_alike(call: Command, tmp_path: Path) -> None:
    one = stored(tmp_path / "one", of({"PRV-BOOK-01": "met"}, partial=True))
    other = stored(tmp_path / "other", of({"PRV-CAN-01": "met"}, partial=True))
    done = call("compare", one, other)
    assert done.status == 2 and "Nothing was looked at in both runs." in done.out


def test_what_a_system_sent_is_harmless_in_a_comparison(call: Command, tmp_path: Path) -> None:
    evil = "\x1b[2J<script>x</script> [a](javascript:x) `|"
    one = stored(tmp_path / "one", of({"PRV-BOOK-01": "met"}))
    blind = replace(seen("PRV-BOOK-01", "not observed"), actual=evil)
    other = stored(tmp_path / "other", run(record("f/x.feature::Of PRV-BOOK-01", [blind], ["PRV-BOOK-01"])))
    for form in ((), ("--json",), ("--markdown",)):
        assert "\x1b" not in call("compare", one, other, *form).out
    page = call("compare", one, other, "--markdown").out
    assert "\\<script" in page and "\\[a]" in page and "\\`\\|" in page


def test_a_folder_without_a_run_is_told_in_one_paragraph(call: Command, runs: tuple[Path, Path]) -> None:
    assert "There is no stored run" in call("compare", runs[0], runs[0] / "none").paragraph()
