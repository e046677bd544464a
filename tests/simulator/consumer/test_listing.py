"""What the desk says of its defects and variants, and of how often one had its way."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

from uec_booking.standard import requirements

from ...support.program import uec
from .playing import Desk, task

PAGE = Path(__file__).parents[3] / "docs" / "consumer-defects.md"


def listed(command: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(uec(command, "--list", "--json").out)
    return found


def test_each_has_a_name_of_its_own_also_beside_those_of_the_simulator() -> None:
    """A proof keeps what it found by the name of the fault."""
    consumers = listed("desk")
    assert {one["part"] for one in consumers} == {"consumer"}
    assert {one["kind"] for one in consumers} >= {"defect", "variant"}
    assert not [one["name"] for one in consumers if one["requirement"] not in requirements.load()]
    assert all(one["summary"] for one in consumers)
    counted = Counter(one["name"] for one in (*consumers, *listed("simulate")))
    assert not [name for name, count in counted.items() if count > 1]


def test_the_page_is_current() -> None:
    assert PAGE.read_text(encoding="utf-8") == uec("desk", "--list", "--markdown").out, (
        "make it anew: python -m uec_booking.simulator.consumer --list --markdown > docs/consumer-defects.md"
    )


def test_it_tells_how_often_a_fault_had_its_way(tmp_path: Path) -> None:
    used = tmp_path / "used.json"
    desk = Desk(tmp_path, "--defect", "cancels-first", "--tell-used", str(used))
    desk.asked(task("", kind="hello"))
    assert json.loads(used.read_text(encoding="utf-8")) == {"cancels-first": 0}
    desk.call(service="2000000001")
    assert json.loads(used.read_text(encoding="utf-8")) == {"cancels-first": 1}
    # One that a fault has ended is started again, and counts on.
    Desk(tmp_path, "--defect", "cancels-first", "--tell-used", str(used)).asked(task("", kind="hello"))
    assert json.loads(used.read_text(encoding="utf-8")) == {"cancels-first": 1}


def test_a_file_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    done = uec("desk", "--tell-used", str(tmp_path / "none" / "used.json"))
    assert done.status == 3 and "--tell-used" in done.err and "Traceback" not in done.err
    (tmp_path / "mine.txt").write_text("a list of mine", encoding="utf-8")
    done = uec("desk", "--tell-used", str(tmp_path / "mine.txt"))
    assert done.status == 3 and "something else" in done.err and "Traceback" not in done.err
