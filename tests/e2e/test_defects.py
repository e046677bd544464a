"""Each defect of the workflow makes the story that is about it FAIL, on the requirement that it breaks and no other."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from ..support.program import STORIES, World, assured, failed, results, uec

#: Defect: the requirement that it breaks, and a feature that must tell.
DEFECTS = {
    "cancel-changes-nothing": ("PRV-GET-13", "B"),
    "double-booking": ("PRV-BOOK-10", "When"),
    "keeps-version-on-cancel": ("PRV-CAN-02", "A"),
    "forgets-registry": ("REG-10", "D"),
    "forgets-registry-cancel": ("REG-11", "D"),
    "silent-rebooking": ("WKF-09", "C"),
    "moves-start-on-cancel": ("PRV-CAN-02", "A"),
    "cancelled-vanishes": ("PRV-GET-13", "B"),
}


def test_the_simulator_names_the_same_requirements() -> None:
    listed = json.loads(uec("simulate", "--list", "--json").out)
    named = {row["name"]: row["requirement"] for row in listed if row["kind"] == "defect"}
    assert {name: named.get(name) for name in DEFECTS} == {name: r for name, (r, _) in DEFECTS.items()}


@pytest.mark.parametrize("name", DEFECTS)
def test_a_defect_is_found_where_it_is(name: str, with_defect: Callable[[str], World], tmp_path: Path) -> None:
    requirement, feature = DEFECTS[name]
    world = with_defect(name)
    # What never comes need not be waited for as long as a real registry may take.
    config = world.settings("patient", lambda text: f"{text}\n[limits]\nregistry_seconds = 3\n")
    done = assured("--config", config, "--only", STORIES, "--out", tmp_path / "out")
    assert "Traceback" not in done.out + done.err
    assert done.status == 1, done.out
    assert failed(tmp_path / "out") == {requirement}
    found = results(tmp_path / "out")
    telling = {s["feature"].split(" ")[0] for s in found["scenarios"] if s["status"] == "FAIL"}
    assert feature in telling
    blamed = {r["blame"] for r in found["requirements"] if r["verdict"] == "FAIL"}
    assert blamed == {"system"}


def test_an_update_let_through_without_its_version_is_one_failure(
    with_defect: Callable[[str], World], tmp_path: Path
) -> None:
    """XML is not blamed for an appointment that the update before it has cancelled; the script shows that update."""
    out = tmp_path / "out"
    world = with_defect("cancel-without-if-match")
    done = uec("assure", "--config", world.file, "--only", "PRV-CAN-09", "--out", out)
    assert done.status == 1, done.out + done.err
    verdicts = {r["id"]: r["verdict"] for r in results(out)["requirements"]}
    assert {id for id, verdict in verdicts.items() if verdict in ("FAIL", "WARN")} == {"PRV-CAN-09"}
    assert verdicts["FMT-02"] == verdicts["FMT-04"] == "PASS"
    assert "sent        without the header If-Match (to be rejected)" in done.out
    assert (
        "without the header If-Match (to be rejected); in the run: 200" in (out / "reproduce/PRV-CAN-09.sh").read_text()
    )
