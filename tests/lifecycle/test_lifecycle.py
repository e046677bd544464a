"""The lifecycle learned of the simulator is the standard's; that of a faulty one differs where the fault is."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from ..foreign import generous_provider, minimal_provider
from ..support.foreign_runs import part, settings
from ..support.program import Done, uec
from ..support.simulator_client import Simulator
from ..support.wsgi_serving import Making, serving

pytestmark = pytest.mark.slow

#: The fault, and the answers by which it shows: in which state of the standard, to what, and what it breaks.
FAULTS = {
    "double-booking": {("booked", "book the slot", "done", "PRV-BOOK-10")},
    "cancel-without-if-match": {("booked", "cancel it without a version", "done", "PRV-CAN-09")},
    "cancel-of-any-version": {("booked", "cancel it from a version it does not have", "done", "PRV-CAN-08")},
    "cancelled-vanishes": {("cancelled", "read the appointment", "not there", "PRV-GET-13")},
    "shows-taken-as-free": {("booked", "search for the slot", "offered", "PRV-BOOK-03")},
}
HOUSES: dict[str, tuple[Making, str, str, str]] = {
    "minimal": (partial(minimal_provider.make_app, edition="0.1.15"), minimal_provider.SERVICE, "", "0.1.15"),
    "generous": (
        generous_provider.make_app,
        generous_provider.SERVICE,
        'capabilities = ["appointment-search", "xml"]',
        "1.0.0",
    ),
}


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


def learned(out: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((out / "lifecycle.json").read_text(encoding="utf-8"))
    return found


def lifecycle(world: Simulator, out: Path, *options: str) -> Done:
    return uec("lifecycle", "--config", world.file, "--out", out, *options)


def test_that_of_the_simulator_is_the_standards_each_time(
    world: Simulator, faults: Callable[..., None], tmp_path: Path
) -> None:
    for seed in ("1", "2"):
        done = lifecycle(world, tmp_path / seed, "--seed", seed)
        assert done.status == 0, done.out + done.err
        assert "3 states: as the standard has it" in done.out
    first, second = learned(tmp_path / "1"), learned(tmp_path / "2")
    assert first["states"] == second["states"]
    assert [state["means"] for state in first["states"]] == ["free", "booked", "cancelled"]
    assert first["requests"] <= 2000
    assert first["slots"] <= 25
    page = (tmp_path / "1" / "lifecycle.html").read_text(encoding="utf-8")
    assert "As the standard has it" in page
    assert "✗" not in page


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_shows_where_it_is(world: Simulator, faults: Callable[..., None], tmp_path: Path, fault: str) -> None:
    faults(fault)
    done = lifecycle(world, tmp_path)
    assert done.status == 1, done.out + done.err
    found = learned(tmp_path)
    means = {state["name"]: state["means"] for state in found["states"]}
    differences = {
        (means[one["state"]], one["input"], one["output"], one["requirement"]) for one in found["differences"]
    }
    assert FAULTS[fault] <= differences
    assert {one[3] for one in differences} == {one[3] for one in FAULTS[fault]}
    assert "✗ " in (tmp_path / "lifecycle.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("house", HOUSES)
def test_that_of_a_good_system_of_another_house_is_the_standards(house: str, tmp_path: Path) -> None:
    making, service, claims, edition = HOUSES[house]
    with serving(making, tmp_path, path="/STU3/1/other") as served:
        config = settings(tmp_path, part("provider", served, {"later": service}), head=claims)
        done = uec("lifecycle", "--config", config, "--edition", edition, "--out", tmp_path / "out")
    assert done.status == 0, done.out + done.err


def test_what_is_spent_is_told(world: Simulator, faults: Callable[..., None], tmp_path: Path) -> None:
    done = lifecycle(world, tmp_path, "--requests", "20")
    assert done.status == 2, done.out + done.err
    assert "Nothing was learned: 20 requests were sent, and no more are allowed" in done.out
    assert "Not learned" in (tmp_path / "lifecycle.html").read_text(encoding="utf-8")
    assert not (tmp_path / "booked.jsonl").exists()
