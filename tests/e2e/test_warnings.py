"""Each defect that no clause forbids outright turns its requirement WARN, that one alone, and fails nothing."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from ..support.program import World, assured, results, uec

#: Defect: the requirement that it concerns, and scenarios that meet it.
WARNED = {
    "bounds-of-gt-and-lt-are-included": ("PRV-SRCH-04", "PRV-SRCH-04"),
    "malformed-token-is-information": ("ERR-02", "SEC-22"),
    "number-twice-when-cancelled": ("PRV-GET-14", "story-a"),
    "old-version-is-information": ("ERR-02", "PRV-CAN-08"),
    "registry-told-of-a-patient": ("REG-06", "REG-06"),
    "registry-told-of-an-error": ("REG-11", "REG-11"),
    "registry-told-the-duration": ("REG-06", "REG-06"),
    "second-given-names-are-dropped": ("PRV-BOOK-07", "story-a"),
    "undated": ("FMT-22", "PRV-CAP-01"),
    "unknown-id-is-information": ("ERR-02", "PRV-GET-03"),
    "unknown-slot-is-information": ("ERR-02", "PRV-BOOK-14"),
    "wrong-total-of-pages": ("RES-BND-01", "PRV-SRCH-28"),
    "busy-times-are-hidden": ("PRV-SRCH-07", '"A booking takes its own slot and no other"'),
    "correlation-id-in-small-letters": (
        "PRV-XTI-02",
        '"JSON is sent and requested in every spelling that HTTP allows"',
    ),
}


def _warned(folder: Path) -> set[str]:
    return {r["id"] for r in results(folder)["requirements"] if r["verdict"] == "WARN"}


def test_the_simulator_names_the_same() -> None:
    listed = json.loads(uec("simulate", "--list", "--json").out)
    named = {row["name"]: row["requirement"] for row in listed if row["kind"] == "warned"}
    assert named == {name: requirement for name, (requirement, _) in WARNED.items()}


@pytest.mark.parametrize("name", WARNED)
def test_a_defect_is_warned_of(name: str, with_defect: Callable[[str], World], tmp_path: Path) -> None:
    requirement, only = WARNED[name]
    done = assured("--config", with_defect(name).file, "--only", only, "--out", tmp_path / "out")
    assert done.status == 0, done.out + done.err
    assert _warned(tmp_path / "out") == {requirement}


def test_without_them_nothing_is_warned_of(world: World, tmp_path: Path) -> None:
    only = " or ".join(dict.fromkeys(only for _, only in WARNED.values()))
    done = assured("--config", world.file, "--only", only, "--out", tmp_path / "out")
    assert done.status == 0, done.out + done.err
    assert _warned(tmp_path / "out") == set()


def test_a_service_root_without_a_path_is_warned_of(launch: Callable[..., World], tmp_path: Path) -> None:
    """FMT-17: no defect has an address of its own, so it is a world of its own that strays."""
    done = assured("--config", launch("--at-the-host").file, "--only", "FMT-17", "--out", tmp_path / "out")
    assert done.status == 0, done.out + done.err
    assert _warned(tmp_path / "out") == {"FMT-17"}
