"""Runs that go well: the bundled world, the same world as if it were a real system, and the ways to ask for it."""

from __future__ import annotations

import html
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from xml.etree import ElementTree

import jsonschema
import pytest

from ..support.program import PROGRAM, STORIES, World, failed, results, uec, verdicts

ROOT = Path(__file__).resolve().parents[2]
#: Requirements that are decided by what passes the tap only.
SEEN_AT_THE_TAP = ("REG-06", "REG-07", "REG-12", "REG-13", "REG-21", "REG-22")


#: The stories, and what is seen at the tap before the registry.
WITH_TAP = f"{STORIES} or (REG-* and not consumer)"


@pytest.fixture(scope="module")
def bundled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The folder of a run against the bundled world, from an empty folder elsewhere."""
    folder = tmp_path_factory.mktemp("bundled")
    done = uec("assure", "--only", WITH_TAP, cwd=folder)
    assert done.status == 0, done.out + done.err
    assert done.err == ""
    yield folder / "reports" / "out"


def test_the_bundled_run_writes_its_documents(bundled: Path) -> None:
    found = results(bundled)
    schema = json.loads((ROOT / "reports/results.schema.json").read_text(encoding="utf-8"))
    jsonschema.validate(found, schema)
    assert found["exit_status"] == 0
    assert found["capability_level"] == 4
    assert {scenario["status"] for scenario in found["scenarios"]} == {"PASS"}
    cases = ElementTree.parse(bundled / "junit.xml").getroot().iter("testcase")  # noqa: S314
    assert sum(1 for _ in cases) >= len(found["scenarios"])
    assert {scenario["name"] for scenario in found["scenarios"]} <= _allure_names(bundled)


def _allure_names(out: Path) -> set[str]:
    files = (out / "allure-results").glob("*-result.json")
    return {json.loads(path.read_text(encoding="utf-8"))["name"] for path in files}


def test_what_pytest_finds_in_the_environment_has_no_say(world: World, tmp_path: Path) -> None:
    options = {"PYTEST_ADDOPTS": "-v -k nothing", "PYTEST_PLUGINS": "no_such_plugin", "PYTEST_TIMEOUT": "0.001"}
    done = uec("assure", "--config", world.file, "--only", "story-a", "-n", "2", "--out", tmp_path / "out", **options)
    assert done.status == 0, done.out + done.err


def test_every_story_of_the_document_is_told(bundled: Path) -> None:
    told = {scenario["feature"].split(" ")[0] for scenario in results(bundled)["scenarios"]}
    assert {"A", "B", "C", "D"} <= told


def test_the_same_verdicts_when_it_is_a_real_system(bundled: Path, world: World, tmp_path: Path) -> None:
    before = world.free_slots()
    done = uec("assure", "--config", world.file, "--only", WITH_TAP, "--out", tmp_path / "out")
    assert done.status == 0, done.out + done.err
    # The bundled run has a consumer under test too, whose scenarios were not selected.
    left_out = ("NOT-APPLICABLE", "NOT-RUN")
    judged = [
        {name: verdict for name, verdict in verdicts(out).items() if verdict not in left_out}
        for out in (bundled, tmp_path / "out")
    ]
    assert judged[0] == judged[1]
    # The registry's part as well: the settings name a tap, which the world's providers find.
    seen = verdicts(bundled)
    assert {name: seen[name] for name in SEEN_AT_THE_TAP} == dict.fromkeys(SEEN_AT_THE_TAP, "PASS")
    statuses = [
        {scenario["id"]: scenario["status"] for scenario in results(out)["scenarios"]}
        for out in (bundled, tmp_path / "out")
    ]
    assert statuses[0] == statuses[1]
    # What the run booked is cancelled, and the registry has heard of it without the tap.
    assert world.outbox_is_empty()
    assert world.free_slots() == before
    assert not (tmp_path / "out" / "booked.jsonl").exists()


def test_several_workers_in_another_order_see_the_same(bundled: Path, world: World, tmp_path: Path) -> None:
    before = world.free_slots()
    some = "story-a or story-b or story-d"
    done = uec("assure", "--config", world.file, "--only", some, "-n", "2", "--order", "7", "--out", tmp_path / "out")
    assert done.status == 0, done.out + done.err
    alone = {scenario["id"]: scenario["status"] for scenario in results(bundled)["scenarios"]}
    together = {scenario["id"]: scenario["status"] for scenario in results(tmp_path / "out")["scenarios"]}
    assert len(together) > 4
    assert together == {name: alone[name] for name in together}
    assert world.free_slots() == before


def test_plain_http_and_another_base_path(launch: Callable[..., World], tmp_path: Path) -> None:
    config = launch("--http", "--base-path", "/gateway/v3").file
    text = config.read_text(encoding="utf-8")
    assert re.search(r'base_url = "http://localhost:\d+/gateway/v3/', text)
    done = uec("assure", "--config", config, "--only", "story-a or story-d", "--out", tmp_path / "out")
    assert done.status == 0, done.out + done.err


def test_a_second_run_over_the_same_folder_leaves_nothing_of_the_first(world: World, tmp_path: Path) -> None:
    out = tmp_path / "out"
    arguments = ("assure", "--config", world.file, "--out", out, "--only")
    assert uec(*arguments, "story-a or story-b").status == 0
    assert uec(*arguments, "story-c").status == 0
    names = [scenario["name"] for scenario in results(out)["scenarios"]]
    assert "Both appointments stand at the provider" in names
    assert "The sooner appointment is at another provider" not in {*names, *_allure_names(out)}
    assert len((out / "run.jsonl").read_text(encoding="utf-8").splitlines()) == len(names) + 2


def test_a_part_of_the_run_says_that_it_is_a_part(world: World, tmp_path: Path) -> None:
    done = uec("assure", "--config", world.file, "--only", "PRV-CAN-09", "--out", tmp_path / "out")
    assert done.status == 0
    assert "PARTIAL RUN" in done.out
    assert "CONFORMANT" not in done.out
    found = results(tmp_path / "out")
    assert found["partial"] is True
    # How much was not run is one number, wherever it stands.
    number = sum(one["verdict"] == "NOT-RUN" for one in found["requirements"])
    assert [sum(one["count"] for one in found["not_tested"] if one["kind"] == "not run")] == [number]
    assert f"{number} NOT-RUN" in done.out and re.search(rf"^ +{number} not run: ", done.out, re.M)
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert f"{number} NOT-RUN" in page and f"Not run: {number}<" in page


def test_a_line_to_run_again_can_be_pasted(world: World, tmp_path: Path) -> None:
    """Where the program is on no path, as ``make setup`` leaves it, its place is named; and never -rerun-rerun."""
    out = Path("out-rerun")
    uec("assure", "--config", world.file, "--only", "PRV-CAN-09", "--out", out, cwd=tmp_path)
    for path, program in (("/usr/bin:/bin", PROGRAM), (str(Path(PROGRAM).parent), "uec-booking")):
        assert uec("report", out, cwd=tmp_path, PATH=path).status == 0
        page = html.unescape((tmp_path / out / "report.html").read_text(encoding="utf-8"))
        lines = re.findall(r">([^<>\n]*uec-booking assure[^<>\n]*)<", page)
        assert lines and all(line.split(" assure ")[0] == program for line in lines), lines
        assert all(line.endswith("--out out-rerun") for line in lines), lines


def test_a_terminal_that_knows_ascii_only(world: World, tmp_path: Path) -> None:
    arguments = ("assure", "--config", world.file, "--only", "story-d", "--out", tmp_path / "out")
    done = uec(*arguments, PYTHONIOENCODING="ascii", PYTHONUTF8="0", LC_ALL="C")
    assert done.status == 0, done.out + done.err
    assert done.out.isascii()


def test_a_provider_by_its_address_alone(launch: Callable[..., World], tmp_path: Path) -> None:
    """The second provider and the registry are played by the bundled world, and earn no verdicts."""
    provider = launch("--http").config["provider"]
    arguments = ("--provider", provider["base_url"], "--service", provider["services"]["later"])
    done = uec("assure", *arguments, "--only", STORIES, "--out", tmp_path / "out")
    assert done.status == 0, done.out + done.err
    found = results(tmp_path / "out")
    assert found["system"]["under_test"] == {"provider": "provider"}
    registry = {r["verdict"] for r in found["requirements"] if r["role"] == "registry"}
    assert registry <= {"NOT-APPLICABLE"}
    assert failed(tmp_path / "out") == set()


def test_the_page_by_curl(tmp_path: Path) -> None:
    """A booking by hand works as it is printed, but for the port."""
    if not shutil.which("curl") or not shutil.which("bash"):
        pytest.skip("needs curl and bash")
    text = (ROOT / "docs" / "how-to" / "curl.md").read_text(encoding="utf-8")
    block = re.search(r"```bash\n(.*?)```", text, re.DOTALL)
    assert block is not None
    with World(tmp_path) as world:
        before = world.free_slots()
        base = world.config["provider"]["base_url"]
        script = block[1].replace("https://localhost:8099/utc/STU3/1/booking", base)
        script = script.replace(".venv/bin/python", sys.executable).replace(".venv/bin/uec-booking", PROGRAM)
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", script], cwd=tmp_path, capture_output=True, text=True, timeout=120
        )
        assert done.returncode == 0, done.stdout + done.stderr
        assert json.loads((tmp_path / "booked.json").read_text())["status"] == "booked"
        assert json.loads(done.stdout)["status"] == "cancelled"
        assert world.free_slots() == before
