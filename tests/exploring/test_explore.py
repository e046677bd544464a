"""What the command finds of the simulator: nothing where it is good, and each fault by its shortest sequence."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ..support.program import Done, uec
from ..support.simulator_client import Simulator
from ..support.within import here

SEED = ("--seed", "7", "--minutes", "5")

#: The fault, what it breaks, and the steps of the shortest sequences that show it, the search for slots included.
FAULTS = {
    "double-booking": ("PRV-BOOK-10", 3),
    "cancel-changes-nothing": ("PRV-GET-13", 4),
    "no-etag-on-cancel": ("PRV-CAN-03", 3),
}
#: One that the first sequences do not show.
FOUND_LATE = "loses-history-to-the-next-one"
#: Of a registry, with the requests that come before the one that shows it.
OF_REGISTRY = ("registry-shows-one", "REG-15", 3)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulator]:
    simulator = Simulator(tmp_path_factory.mktemp("world"))
    yield simulator
    simulator.close()


@pytest.fixture
def faults(world: Simulator) -> Iterator[Callable[..., None]]:
    """Switches the faults of the simulator, which begins anew; without any before and after."""

    def switch(*names: str) -> None:
        world.control("POST", "/reset", {}).raise_for_status()
        world.control("PUT", "/defects", {"names": names}).raise_for_status()

    switch()
    yield switch
    switch()


def explore(world: Simulator, out: Path, *options: str) -> Done:
    return uec("explore", "--config", world.file, "--out", out, *SEED, *options)


def test_nothing_is_found_of_a_good_system(world: Simulator, faults: Callable[..., None], tmp_path: Path) -> None:
    done = explore(world, tmp_path, "--sequences", "5")
    assert done.status == 0, done.out + done.err
    found = json.loads((tmp_path / "findings.json").read_text(encoding="utf-8"))
    assert found["findings"] == []
    assert [(one["part"], one["sequences"]) for one in found["systems"]] == [("provider", 5), ("registry", 5)]
    assert all(one["cut_short"] < 5 for one in found["systems"])
    assert "Nothing was found" in (tmp_path / "findings.html").read_text(encoding="utf-8")
    assert not (tmp_path / "booked.jsonl").exists()


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_found_by_its_shortest_sequence_which_curl_repeats(
    fault: str, world: Simulator, faults: Callable[..., None], tmp_path: Path
) -> None:
    requirement, steps = FAULTS[fault]
    faults(fault)
    done = explore(world, tmp_path, "--findings", "1", "--slots", "200")
    assert done.status == 1, done.out + done.err
    (finding,) = json.loads((tmp_path / "findings.json").read_text(encoding="utf-8"))["findings"]
    told = [step["words"] for step in finding["steps"]]
    assert finding["requirement"] == requirement, told
    assert len(told) == steps and told[0] == "first_111 searches for free slots", told
    assert f"@{requirement}" in (tmp_path / "finding-1.feature").read_text(encoding="utf-8")
    status, said = curl_script(tmp_path / "finding-1.sh")
    assert status == 0, said
    faults()
    # Without the fault a status is another, or what is wrong stands in the answer.
    status, said = curl_script(tmp_path / "finding-1.sh")
    assert status == (1 if fault == "double-booking" else 0), said


def test_a_fault_of_the_registry_is_found(world: Simulator, faults: Callable[..., None], tmp_path: Path) -> None:
    fault, requirement, steps = OF_REGISTRY
    faults(fault)
    done = explore(world, tmp_path, "--findings", "1", "--sequences", "4")
    assert done.status == 1, done.out + done.err
    (finding,) = json.loads((tmp_path / "findings.json").read_text(encoding="utf-8"))["findings"]
    assert (finding["part"], finding["requirement"], len(finding["steps"])) == ("registry", requirement, steps)


def curl_script(path: Path) -> tuple[int, str]:
    if shutil.which("curl") is None:
        pytest.skip("there is no curl here to send the requests again")
    done = subprocess.run(["bash", path], capture_output=True, timeout=120)
    return done.returncode, (done.stdout + done.stderr).decode("utf-8", "replace")


def test_the_same_seed_finds_the_same(world: Simulator, faults: Callable[..., None], tmp_path: Path) -> None:
    faults("book-answers-200")
    found = []
    for out in (tmp_path / "one", tmp_path / "other"):
        assert explore(world, out, "--findings", "1").status == 1
        found.append((out / "finding-1.feature").read_text(encoding="utf-8"))
    assert found[0] == found[1]


def test_what_is_resumed_goes_on_with_the_same_sequences_and_keeps_what_was_found(
    world: Simulator, faults: Callable[..., None], tmp_path: Path
) -> None:
    whole, parts = tmp_path / "whole", tmp_path / "parts"
    faults(FOUND_LATE)
    assert explore(world, whole, "--findings", "1", "--slots", "200").status == 1
    assert explore(world, parts, "--sequences", "1", "--slots", "200").status == 0
    done = explore(world, parts, "--findings", "1", "--slots", "200", "--resume")
    assert done.status == 1 and "goes on after 1 sequence" in done.out, done.out + done.err
    found = (parts / "finding-1.feature").read_text(encoding="utf-8")
    assert found == (whole / "finding-1.feature").read_text(encoding="utf-8")
    assert explore(world, parts, "--sequences", "1", "--resume").status == 1
    assert (parts / "finding-1.feature").read_text(encoding="utf-8") == found
    again = json.loads((parts / "findings.json").read_text(encoding="utf-8"))
    assert [one["requirement"] for one in again["findings"]] == [f for s in again["systems"] for f in s["known"]]


def test_what_cannot_be_resumed_is_said_in_one_paragraph(world: Simulator, tmp_path: Path) -> None:
    def resumed(*options: str) -> str:
        done = here("explore", "--config", world.file, "--out", tmp_path, "--resume", *options)
        assert done.status == 3, done.out
        return done.paragraph()

    assert "there is no exploration in" in resumed()
    document = {"form": 1, "seed": 7, "edition": "1.0.0", "reading": "", "systems": [], "findings": []}
    (tmp_path / "findings.json").write_text(json.dumps(document), encoding="utf-8")
    assert "drawn from the seed 7, and --seed says 8" in resumed("--seed", "8")
    (tmp_path / "findings.json").write_text(json.dumps({**document, "findings": [{}]}), encoding="utf-8")
    assert "not the document of an exploration" in resumed()


def test_what_is_wrong_is_said_in_one_paragraph(tmp_path: Path) -> None:
    config = tmp_path / "second.toml"
    config.write_text('[second_provider]\nbase_url = "http://localhost:9/STU3/1/x"\n', encoding="utf-8")
    neither = uec("explore", "--config", config, "--out", tmp_path)
    assert neither.status == 3 and "explore tests a provider or a registry" in neither.paragraph()
    assert uec("explore", "--slots", "2").status == 3
