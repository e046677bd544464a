"""The formats of other programs, as a run of the command writes them and as `report` makes them again."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ..reports.formats import valid
from ..support.program import World, results, uec
from ..support.within import here

DEFAULT = {"summary.md", "results.sarif", "ctrf-report.json", "earl.jsonld"}
DEFAULT |= {"fhir-test-report.json", "fhir-test-script.json", "report.html", "stories.html", "statement.html"}
DEFAULT |= {"results.json", "junit.xml"}


@pytest.fixture(scope="module")
def faulty(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A run of a part against a system with a known fault, as a job of GitHub Actions: its folder, what it said."""
    folder = tmp_path_factory.mktemp("formats")
    with World(folder, "--defect", "no-etag-on-book") as world:
        done = uec(
            *("assure", "--config", world.file, "--only", "PRV-BOOK-05", "--out", folder / "out"),
            *("--report", "all,har"),
            GITHUB_ACTIONS="true",
            GITHUB_STEP_SUMMARY=str(folder / "page.md"),
        )
    assert done.status == 1, done.out + done.err
    return folder / "out", done.out


def test_all_hold_to_their_schemas(faulty: tuple[Path, str]) -> None:
    folder, _ = faulty
    assert {path.name for path in folder.iterdir()} >= {*DEFAULT, "exchanges.har", "run.jsonl"}
    valid.sarif(valid.read(folder / "results.sarif"))
    valid.ctrf(valid.read(folder / "ctrf-report.json"))
    valid.har(valid.read(folder / "exchanges.har"))
    valid.fhir(*(valid.read(folder / f"fhir-test-{name}.json") for name in ("report", "script")))


def test_all_tell_of_the_failure(faulty: tuple[Path, str]) -> None:
    folder, said = faulty
    assert any(line.startswith("::error title=FAIL PRV-BOOK-05 (MUST)::") for line in said.splitlines())
    page = (folder.parent / "page.md").read_text(encoding="utf-8")
    assert page == (folder / "summary.md").read_text(encoding="utf-8") and "**FAIL PRV-BOOK-05** (MUST)" in page
    (sarif_run,) = valid.read(folder / "results.sarif")["runs"]
    assert "PRV-BOOK-05" in {one["ruleId"] for one in sarif_run["results"]}
    assert all("webResponse" in one for one in sarif_run["results"] if one["ruleId"] == "PRV-BOOK-05")
    assert valid.read(folder / "fhir-test-report.json")["result"] == "fail"


def test_the_worst_assert_of_a_test_is_the_verdict_of_its_scenario(faulty: tuple[Path, str]) -> None:
    folder, _ = faulty
    worst = {"FAIL": "fail", "INCONCLUSIVE": "error", "WARN": "warning", "PASS": "pass", "NOT-APPLICABLE": "skip"}
    order = ["skip", "pass", "warning", "error", "fail"]
    tests = {one["description"]: one for one in valid.read(folder / "fhir-test-report.json")["test"]}
    for scenario in results(folder)["scenarios"]:
        found = [action["assert"]["result"] for action in tests[scenario["id"]]["action"]]
        assert max(found, key=order.index) == worst[scenario["status"]], scenario["id"]


def test_har_has_every_exchange_of_the_stored_run(faulty: tuple[Path, str]) -> None:
    folder, _ = faulty
    lines = (folder / "run.jsonl").read_text(encoding="utf-8").splitlines()
    stored = [exchange["id"] for line in lines for exchange in json.loads(line).get("exchanges", ())]
    entries = valid.read(folder / "exchanges.har")["log"]["entries"]
    assert stored and sorted(entry["_exchange"] for entry in entries) == sorted(stored)
    sent = [header for entry in entries for header in entry["request"]["headers"] if header["name"] == "Authorization"]
    assert sent and all(header["value"] == "Bearer [redacted]" for header in sent)


def test_a_stored_run_is_reported_in_the_formats_that_are_named(faulty: tuple[Path, str], tmp_path: Path) -> None:
    folder, _ = faulty
    done = here("report", folder, "--out", tmp_path, "--report", "sarif,har,scal")
    assert done.status == 1, done.err
    assert {path.name for path in tmp_path.iterdir()} == {"results.json", "results.sarif", "exchanges.har", "scal"}
    assert {"scal.xlsx", "demonstration.html"} < {path.name for path in (tmp_path / "scal").iterdir()}
    assert "::error" not in done.out
    for name in ("results.sarif", "exchanges.har"):
        assert _without_who_judged(tmp_path / name) == _without_who_judged(folder / name)
    # What another run of ours left is taken away.
    done = here("report", folder, "--out", tmp_path)
    assert {path.name for path in tmp_path.iterdir()} >= DEFAULT
    assert not (tmp_path / "exchanges.har").exists()


def _without_who_judged(path: Path) -> str:
    return "\n".join(line for line in path.read_text(encoding="utf-8").splitlines() if '"Judged again by"' not in line)


@pytest.mark.parametrize(
    ("names", "told"),
    [("sarf", "there is no report 'sarf'. Did you mean sarif?"), (" , ", "no report is named. Choose among all,")],
)
def test_a_report_that_is_not_there(names: str, told: str, faulty: tuple[Path, str], tmp_path: Path) -> None:
    done = here("report", faulty[0], "--out", tmp_path / "out", "--report", names)
    assert done.status == 3 and told in done.paragraph()
    assert not (tmp_path / "out").exists()


def test_somebody_elses_document_is_not_overwritten(faulty: tuple[Path, str], tmp_path: Path) -> None:
    (tmp_path / "summary.md").write_text("# Mine\n", encoding="utf-8")
    done = here("report", faulty[0], "--out", tmp_path)
    assert done.status == 3 and "summary.md" in done.paragraph()
    assert (tmp_path / "summary.md").read_text(encoding="utf-8") == "# Mine\n"
