"""What a run leaves of the one before, and what is left where it cannot write or is told to stop."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ..support.program import PROGRAM, Running, World, results, uec
from ..support.within import here

DOCUMENTS = {
    *(
        "report.html",
        "stories.html",
        "statement.html",
        "summary.md",
        "allure-results",
        "allurerc.json",
        "run.jsonl",
        "results.json",
    ),
    *("junit.xml", "results.sarif", "ctrf-report.json", "earl.jsonld"),
    *("fhir-test-report.json", "fhir-test-script.json"),
}


@pytest.fixture(scope="module")
def part(tmp_path_factory: pytest.TempPathFactory, kept_world: World) -> Path:
    """The folder of a run of a part."""
    folder = tmp_path_factory.mktemp("part")
    done = uec("assure", "--config", kept_world.file, "--only", "PRV-CAN-09", "--out", folder)
    assert done.status == 0, done.out + done.err
    return folder


@pytest.fixture(scope="module")
def whole(part: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder as a run of the whole suite leaves it, made of that of a part; copied by who changes it."""
    folder = tmp_path_factory.mktemp("whole")
    lines = (part / "run.jsonl").read_text(encoding="utf-8").replace('"partial": true', '"partial": false')
    (folder / "run.jsonl").write_text(lines, encoding="utf-8")
    assert here("report", folder).status in (0, 2)
    return folder


def _as_full(whole: Path, folder: Path) -> dict[str, bytes]:
    """Make a folder as a run of the whole suite leaves it; returns what is in it."""
    shutil.copytree(whole, folder)
    return _content(folder)


def _content(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_a_part_is_kept_beside_a_full_run(whole: Path, world: World, tmp_path: Path) -> None:
    full = tmp_path / "out"
    before = _as_full(whole, full)
    done = uec("assure", "--config", world.file, "--only", "PRV-CAN-09", "--out", full)
    assert done.status == 0, done.out + done.err
    assert f"soitsreportsarein{full / 'partial'}." in "".join(done.out.split())
    assert {path.name for path in (full / "partial").iterdir()} >= DOCUMENTS
    assert {name: content for name, content in _content(full).items() if not name.startswith("partial/")} == before
    again = uec("assure", "--config", world.file, "--only", "PRV-CAN-10", "--out", full)
    assert again.status == 0, again.out + again.err
    assert {name: content for name, content in _content(full).items() if not name.startswith("partial/")} == before


@pytest.mark.parametrize(
    ("expression", "near"),
    [("PRV-CAM-09", "PRV-CAN-09"), ("story-z", "story-d"), ("PRV-CAN-09 and not PRV-CAN-09", "none for all together")],
)
def test_nothing_selected_writes_nothing(expression: str, near: str, whole: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    before = _as_full(whole, out)
    done = here("assure", "--only", expression, "--out", out)
    assert done.status == 3
    assert "Nothing was selected by" in done.paragraph()
    assert near in done.err
    assert _content(out) == before
    assert here("assure", "--only", expression, "--out", tmp_path / "new").status == 3
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        ("ERR-01", ("ERR-01 has no scenario of its own", "every exchange", "--only 'ERR-*'")),
        ("prv-srch-26", ("PRV-SRCH-26 has no scenario of its own", "--only 'PRV-SRCH-*'")),
        (
            "PRV-SRCH-32",
            ("a person's statement does", "the system's own data", "attest DIR --id PRV-SRCH-32", "--evidence"),
        ),
        ("CON-BOOK-01", ("CON-BOOK-01 has no scenario of its own", "--only 'consumer'")),
        ("EER-01", ("Did you mean", "ERR-01")),
    ],
)
def test_a_requirement_without_a_scenario_is_told_how_it_is_decided(
    expression: str, words: tuple[str, ...], tmp_path: Path
) -> None:
    done = here("assure", "--only", expression, "--out", tmp_path / "new")
    assert done.status == 3
    assert all(word in done.paragraph() for word in words), done.err
    assert not (tmp_path / "new").exists()


def test_a_word_that_selects_nothing_is_told_at_the_start_and_in_the_notes(world: World, tmp_path: Path) -> None:
    expression = "(PRV-CAN-09 or nothing-here or ERR-01) and not story-wrang"
    words = (
        "nothing is called nothing-here, story-wrang. Did you mean story-wrong",
        "ERR-01 has no scenario of its own",
    )
    done = uec("assure", "--config", world.file, "--only", expression, "--out", tmp_path / "out")
    assert done.status == 0, done.out + done.err
    start, _, rest = done.out.partition("to run, against:")
    notes = " ".join(results(tmp_path / "out")["notes"])
    for text in (start, rest, notes):
        assert [word for word in words if word not in " ".join(text.split())] == [], text


THEIRS = {
    "report.html": "the quarterly report",
    "junit.xml": "<testsuites/>",
    "allure-results/theirs.json": "{}",
    "results.json": '{"partial": false}',
    "run.jsonl": '{"event": "start"}',
    "harness-error.txt": "precious",
}


def _somebody_elses(folder: Path, name: str) -> dict[str, bytes]:
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(THEIRS[name], encoding="utf-8")
    return _content(folder)


@pytest.mark.parametrize("name", THEIRS)
def test_files_of_somebody_else_are_never_replaced(name: str, world: World, tmp_path: Path) -> None:
    before = _somebody_elses(tmp_path / "out", name)
    done = here("assure", "--config", world.file, "--only", "PRV-CAN-09", "--out", tmp_path / "out")
    said = done.paragraph()
    assert done.status == 3, said
    assert f"{tmp_path / 'out'} holds {name.partition('/')[0]}" in said
    assert "somebody else's" in said and "--out" in said
    assert _content(tmp_path / "out") == before


@pytest.mark.parametrize("name", ["report.html", "junit.xml", "allure-results/theirs.json"])
def test_reports_written_again_replace_only_reports_of_ours(name: str, part: Path, tmp_path: Path) -> None:
    before = _somebody_elses(tmp_path / "theirs", name)
    done = here("report", part, "--out", tmp_path / "theirs")
    assert done.status == 3, done.out + done.err
    assert name.partition("/")[0] in done.paragraph()
    assert _content(tmp_path / "theirs") == before
    for _ in ("new", "over our own, without a stored run beside them"):
        assert here("report", part, "--out", tmp_path / "ours").status == 0


def test_what_is_not_ours_stays_beside_a_run(part: Path, world: World, tmp_path: Path) -> None:
    """Files by other names, and the empty folder that a build server made for us."""
    out = tmp_path / "out"
    (out / "allure-results").mkdir(parents=True)
    (out / ".unfinished-novel").write_text("chapter one", encoding="utf-8")
    (out / "notes.txt").write_text("precious", encoding="utf-8")
    for _ in ("first", "over it"):
        done = uec("assure", "--config", world.file, "--only", "PRV-CAN-09", "--out", out)
        assert done.status == 0, done.out + done.err
        assert "is as it was" not in done.out
        assert (out / ".unfinished-novel").read_text(encoding="utf-8") == "chapter one"
        assert (out / "notes.txt").read_text(encoding="utf-8") == "precious"


@pytest.mark.parametrize("command", ["assure", "report", "prove"])
def test_an_empty_folder_name_is_refused(command: str, part: Path, tmp_path: Path) -> None:
    arguments = [part, "--out", ""] if command == "report" else ["--out", ""]
    done = here(command, *arguments, cwd=tmp_path)
    assert done.status == 3
    assert "--out is empty" in done.paragraph()
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("cut", "told"),
    [(1, "The run of the whole suite in"), (0, "What was in"), (None, "The full run in")],
    ids=["cut off", "damaged", "whole"],
)
def test_only_a_full_run_is_told_as_one(cut: int | None, told: str, whole: Path, world: World, tmp_path: Path) -> None:
    out = tmp_path / "out"
    _as_full(whole, out)
    content = (out / "run.jsonl").read_text(encoding="utf-8")
    if cut is not None:
        for document in ("report.html", "results.json", "junit.xml"):
            (out / document).unlink()
        lines = content.splitlines(keepends=True)
        (out / "run.jsonl").write_text("".join(lines[:cut]) or content[:200], encoding="utf-8")
    before = (out / "run.jsonl").read_bytes()
    done = uec("assure", "--config", world.file, "--only", "PRV-CAN-09", "--out", out)
    assert done.status == 0, done.out + done.err
    assert "".join(f"{told} {out}".split()) in "".join(done.out.split())
    assert ("The full run in" in done.out) is (cut is None)
    assert (out / "run.jsonl").read_bytes() == before


def test_no_report_of_an_earlier_run_stays_beside_a_new_one(whole: Path, world: World, tmp_path: Path) -> None:
    """Killed in its middle, a run leaves what it has stored and nothing of the run before."""
    out = tmp_path / "out"
    _as_full(whole, out)
    running = Running("assure", "--config", world.file, "--out", out)
    running.wait_for("1/")
    running.process.kill()
    running.end()
    assert {path.name for path in out.iterdir()} - {"booked.jsonl"} == {"run.jsonl"}
    assert uec("assure", "--config", world.file, "--only", "PRV-CAN-09", "--out", out).status == 0


@pytest.mark.parametrize("command", ["assure", "report"])
def test_a_signal_while_reporting_leaves_whole_reports_of_one_run(
    command: str, part: Path, whole: Path, world: World, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    _as_full(whole, out)
    (out / "results.json").write_text('{"partial": true, "started": "before"}', encoding="utf-8")
    (out / "run.jsonl").write_bytes((part / "run.jsonl").read_bytes())
    options = {"assure": ("--config", world.file, "--only", "PRV-CAN-09", "--out", out), "report": (out,)}[command]
    running = Running(command, *options)
    while running.process.poll() is None and not list(out.glob(".unfinished-*")):
        time.sleep(0.002)
    running.process.send_signal(signal.SIGTERM)
    done = running.end()
    assert done.status == 0, done.out + done.err
    assert "Traceback" not in done.out + done.err
    assert {path.name for path in out.iterdir()} == DOCUMENTS
    first = json.loads((out / "run.jsonl").read_text(encoding="utf-8").partition("\n")[0])
    assert results(out)["started"] == first["started"]


@pytest.mark.parametrize("after", [0.6, 1.5, 3.0])
def test_a_signal_before_the_first_scenario_ends_without_a_traceback(after: float, whole: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    before = _as_full(whole, out)
    running = Running("assure", "--out", out)
    time.sleep(after)
    running.process.send_signal(signal.SIGTERM)
    done = running.end()
    # Python itself was not there yet (-15), the command was not (130), or the run was not.
    assert done.status in (-signal.SIGTERM, 130, 2), done.out + done.err
    assert "Traceback" not in done.out + done.err
    if "1/" not in done.out and (out / "run.jsonl").read_bytes() == before["run.jsonl"]:
        assert _content(out) == before
    else:
        assert "results.json" not in before or results(out)["verdict"] == "inconclusive"


def _with_small_files(limit: int, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """A run that may write no file longer than that: as on a full disk, a write fails in its middle."""
    # Not by preexec_fn: a fork in which Python goes on may hang where there are threads, and nothing would bound it.
    limited = "import os, resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, 2 * (int(sys.argv[1]),)); "
    limited += "os.execv(sys.argv[2], sys.argv[2:])"
    return subprocess.run(
        [sys.executable, "-c", limited, str(limit), PROGRAM, *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=240,
        env={"PATH": "/usr/bin:/bin", "PYTHONDONTWRITEBYTECODE": "1"},
    )


@pytest.mark.parametrize("limit", [200, 100_000, 400_000], ids=["at once", "in the first scenarios", "later"])
def test_a_full_disk_is_one_paragraph_and_leaves_nothing_booked(limit: int, world: World, tmp_path: Path) -> None:
    before = world.free_slots()
    done = _with_small_files(
        limit, "assure", "--config", world.file, "--only", "story-b or story-d", "--out", tmp_path / "out"
    )
    assert done.returncode == 3, done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    lines = [line for line in done.stderr.splitlines() if line.strip()]
    assert len(lines) == 1 and "cannot be stored" in lines[0] and "Make room" in lines[0], done.stderr
    assert world.free_slots() == before
    assert not list((tmp_path / "out").glob(".unfinished-*"))


def test_reports_that_find_no_room_are_told_in_one_paragraph(part: Path, tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "run.jsonl").write_bytes((part / "run.jsonl").read_bytes())
    done = _with_small_files(300, "report", tmp_path / "run")
    assert done.returncode == 3, done.stdout + done.stderr
    lines = [line for line in done.stderr.splitlines() if line.strip()]
    assert len(lines) == 1 and "could not be written: File too large" in lines[0], done.stderr
    assert {path.name for path in (tmp_path / "run").iterdir()} == {"run.jsonl"}


@pytest.mark.parametrize("command", ["judge", "report", "requirements"])
def test_the_exit_status_is_the_verdicts_when_the_reader_goes_away(command: str, part: Path, tmp_path: Path) -> None:
    failing = (part / "run.jsonl").read_text(encoding="utf-8").replace('"outcome": "met"', '"outcome": "not met"')
    (tmp_path / "run.jsonl").write_text(failing, encoding="utf-8")
    arguments = [] if command == "requirements" else [str(tmp_path)]
    process = subprocess.Popen([PROGRAM, command, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout is not None and process.stderr is not None
    process.stdout.close()
    process.stdout = None
    _, said = process.communicate(timeout=60)
    assert process.returncode == (0 if command == "requirements" else 1)
    assert said == b""
