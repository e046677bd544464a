"""``uec-booking judge`` and ``report`` on a stored run, without any system."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from .conftest import Cli

#: Each test calls the program.
pytestmark = pytest.mark.e2e


def test_judging_twice_gives_the_same_bytes(cli: Cli, stored_run: Path) -> None:
    for options in ((), ("--edition", "1.0.0"), ("--reading", "tkw"), ("--format", "json")):
        first, second = (cli("judge", stored_run, *options) for _ in range(2))
        assert first.returncode == second.returncode
        assert first.stdout == second.stdout != ""


def test_another_edition_changes_exactly_what_it_judges_otherwise(cli: Cli, stored_run: Path) -> None:
    done = cli("judge", stored_run, "--edition", "1.0.0", "--format", "json")
    document = json.loads(done.stdout)
    assert done.returncode == document["exit_status"] == 0
    assert document["compared_with"]["edition"] == "0.2.0"
    assert [(c["requirement"], c["before"], c["after"]) for c in document["changes"]] == [
        ("PRV-BOOK-10", "PASS", "WARN")
    ]
    words = document["changes"][0]["words"][0]
    assert words.startswith("A booking for a slot that is no longer free. Under 1.0.0 your 422 is tolerated")
    assert words.endswith("under 0.2.0 it is right.")


def test_what_an_answer_holds_is_looked_at_again_under_another_edition(
    cli: Cli, stored_run: Path, tmp_path: Path
) -> None:
    lines = [json.loads(line) for line in (stored_run / "run.jsonl").read_text(encoding="utf-8").splitlines()]
    for exchange in (one for line in lines for one in line.get("exchanges", [])):
        body = exchange["response"]["body"]
        if '"Bundle"' in body:
            bundle = json.loads(body)
            for entry in bundle["entry"]:
                entry["resource"].pop("identifier", None)
            exchange["response"]["body"] = json.dumps(bundle)
    # As a run of the edition in which nobody misses them.
    for line in lines:
        if "edition" in line:
            line["edition"] = "0.1.15"
    (tmp_path / "run.jsonl").write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")

    def said(edition: str) -> str:
        done = cli("judge", tmp_path, "--edition", edition, "--format", "json")
        verdicts = {one["id"]: one["verdict"] for one in json.loads(done.stdout)["requirements"]}
        return str(verdicts["RES-SLOT-05"])

    # Slots have an identifier from 0.1.16 on.
    assert (said("1.0.0"), said("0.1.15")) == ("FAIL", "NOT-APPLICABLE")


def test_the_table_says_in_words_what_changes(cli: Cli, stored_run: Path) -> None:
    told = " ".join(cli("judge", stored_run, "--edition", "1.0.0").stdout.split())
    assert "What changes from 0.2.0 to 1.0.0: PRV-BOOK-10: PASS -> WARN" in told
    assert "Under 1.0.0 your 422 is tolerated" in told
    assert "PARTIAL RUN" in told


def test_nothing_changes_between_editions_that_agree(cli: Cli, stored_run: Path) -> None:
    told = cli("judge", stored_run, "--edition", "1.0.0", "--against-edition", "1.0.0-RC1")
    assert "Nothing changes" in told.stdout
    against = cli("judge", stored_run, "--edition", "1.0.0", "--against-edition", "1.0.0-RC1", "--format", "json")
    assert json.loads(against.stdout)["changes"] == []


def test_without_another_edition_nothing_is_compared(cli: Cli, stored_run: Path) -> None:
    assert "changes" not in cli("judge", stored_run).stdout


def test_the_reports_are_written_again_alike(cli: Cli, stored_run: Path, tmp_path: Path) -> None:
    out = tmp_path / "again"
    done = cli("report", stored_run, "--out", out)
    assert done.returncode == 0, done.stderr
    for name in ("results.json", "junit.xml", "report.html"):
        assert (out / name).read_bytes() == (stored_run / name).read_bytes(), name
    assert any((out / "allure-results").iterdir())


def test_without_node_the_reports_are_written_and_what_is_missing_is_told(
    cli: Cli, stored_run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    done = cli("report", stored_run, "--out", tmp_path / "out", "--report", "summary", "--allure-html")
    assert done.returncode == 3
    assert len(done.stderr.strip().splitlines()) == 1, done.stderr
    assert "It needs Node 20 or newer and the npm package allure" in done.stderr
    assert "the program node is not on the path" in done.stderr
    assert sorted(file.name for file in (tmp_path / "out").iterdir()) == ["results.json", "summary.md"]


def test_the_html_of_allure_goes_where_it_is_told(cli: Cli, stored_run: Path, tmp_path: Path) -> None:
    """``.`` is a folder like any other: here it holds something else."""
    for place, told in ((".", ". holds something else"), ("", "--allure-html is empty")):
        done = cli("report", stored_run, "--out", tmp_path, "--report", "summary", "--allure-html", place, cwd=tmp_path)
        assert done.returncode == 3
        assert told in done.stderr
    assert sorted(file.name for file in tmp_path.iterdir()) == ["results.json", "summary.md"]


@pytest.mark.parametrize("command", ["judge", "report"])
def test_a_folder_without_a_run_is_told_in_one_paragraph(cli: Cli, tmp_path: Path, command: str) -> None:
    done = cli(command, tmp_path)
    assert done.returncode == 3
    assert "There is no stored run" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("not json", "damaged in line 2"),
        ('{"kind": "scenario"}', "damaged in line 2"),
        ('{"kind": "end", "format": 99}', "another version"),
        ('{"kind": "scenario", "observations": [{"requirement": "X", "outcome": "great"}]}', "damaged"),
    ],
)
def test_a_damaged_run_is_told_with_its_line(cli: Cli, stored_run: Path, tmp_path: Path, line: str, said: str) -> None:
    first = (stored_run / "run.jsonl").read_text(encoding="utf-8").splitlines()[0]
    (tmp_path / "run.jsonl").write_text(f"{first}\n{line}\n", encoding="utf-8")
    done = cli("judge", tmp_path)
    assert done.returncode == 3
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_a_run_that_was_cut_off_is_inconclusive(cli: Cli, stored_run: Path, tmp_path: Path) -> None:
    lines = (stored_run / "run.jsonl").read_text(encoding="utf-8").splitlines()
    (tmp_path / "run.jsonl").write_text("\n".join(lines[:-1]) + "\n", encoding="utf-8")
    done = cli("judge", tmp_path)
    assert done.returncode == 2
    assert "cut off" in done.stdout
