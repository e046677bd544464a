"""The tutorials end as they say: their blocks marked ``bash`` run as they stand, against the system that they name."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from ..support.program import World
from .pages import DOCS, blocks

pytestmark = pytest.mark.e2e
_STATUS = re.compile(r"# ends with (\d)$")


def commands(name: str) -> Iterator[tuple[str, int]]:
    """The command lines of a tutorial, and the exit status that each is said to have."""
    for block in blocks(DOCS / "tutorials" / name):
        if block.language == "bash":
            for line in block.lines():
                said = _STATUS.search(line)
                yield line, int(said[1]) if said else 0


def carry_out(name: str, folder: Path) -> str:
    """All of them, one after the other; what they said."""
    output = ""
    for line, status in commands(name):
        done = subprocess.run(["bash", "-c", line], cwd=folder, capture_output=True, text=True, timeout=300)
        assert done.returncode == status, f"{line}\n{done.stdout}{done.stderr}"
        output += done.stdout
    return output


def test_your_provider(tmp_path: Path) -> None:
    with World(tmp_path, "--defect", "cancel-without-if-match") as world:
        world.file.rename(tmp_path / "my-system.toml")
        said = carry_out("provider.md", tmp_path)
    assert "A run is possible." in said
    assert "FAIL  PRV-CAN-09" in said
    assert "The fault shows" in said


def test_your_consumer(tmp_path: Path) -> None:
    """The settings are those of the page, with the line that it puts in place of the other."""
    named, faulty = (block.text for block in blocks(DOCS / "tutorials" / "consumer.md") if block.language == "toml")
    settings, times = re.subn(r"^command = .*\n", lambda _: faulty, named, flags=re.MULTILINE)
    assert times == 1
    tmp_path.joinpath("consumer.toml").write_text(settings, encoding="utf-8")
    said = carry_out("consumer.md", tmp_path)
    assert "FAIL  CON-CAN-03" in said
    assert (tmp_path / "driver.py").read_text(encoding="utf-8").startswith('"""A driver of your consumer')
    assert (tmp_path / "services.txt").read_text(encoding="utf-8").startswith("service ")
