"""Wrong settings: each ends with one paragraph that says what to change, and no traceback."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from ..support.program import World, uec
from ..support.within import here
from .wrong_settings import WRONG


@pytest.mark.parametrize("name", WRONG)
def test_wrong_settings_end_with_what_to_change(name: str, world: World, tmp_path: Path) -> None:
    change, words = WRONG[name]
    folder = tmp_path / "settings"
    shutil.copytree(world.folder, folder)
    config = world.settings(f"wrong-{name.replace(' ', '-')}", change(world))
    done = here("assure", "--config", config, "--out", tmp_path / "out")
    said = done.paragraph()
    assert done.status == 3, said
    assert [word for word in words if word not in said] == [], said
    assert not (tmp_path / "out" / "results.json").exists()


def test_there_is_no_such_file(tmp_path: Path) -> None:
    done = uec("assure", "--config", tmp_path / "absent.toml")
    assert done.status == 3
    assert "uec-booking init" in done.paragraph()


def test_the_reports_cannot_be_written(world: World, tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file\n", encoding="utf-8")
    done = here("assure", "--config", world.file, "--out", tmp_path / "out")
    assert done.status == 3
    assert "--out" in done.paragraph()
