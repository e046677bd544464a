"""The settings file that `init` writes."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from uec_booking.harness.settings import load
from uec_booking.harness.settings.model import ROLES, Limits

from ..support.within import here


def test_init_writes_settings_that_can_be_read_and_never_over_a_file(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    assert here("init", path).status == 0
    assert load.load(path).parts.keys() == {"provider"}
    assert not re.search(r"@[A-Z]+", path.read_text(encoding="utf-8"))
    path.write_text("precious\n", encoding="utf-8")
    done = here("init", path)
    assert done.status == 3
    assert "--force" in done.paragraph()
    assert path.read_text(encoding="utf-8") == "precious\n"
    assert here("init", path, "--force").status == 0
    assert load.load(path)


#: The settings that name the door of a consumer: it has one of them.
DOORS = ("command", "webhook", "door", "recording")


@pytest.mark.parametrize("door", DOORS)
def test_each_setting_that_init_explains_is_known(door: str, tmp_path: Path) -> None:
    """With every comment that holds a setting made one, the file still reads, and names all there is."""
    path = tmp_path / "all.toml"
    assert here("init", path).status == 0
    lines = [line.removeprefix("# ") for line in path.read_text(encoding="utf-8").splitlines()]
    settings = [line for line in lines if line[:1] == "[" or " = " in line]
    assert {line.split(" = ")[0] for line in settings} >= set(DOORS)
    # A command alone can be one that keeps running.
    others = {*DOORS, "keeps_running"} - {door} - ({"keeps_running"} if door == "command" else set())
    settings = [line for line in settings if line.split(" = ")[0] not in others]
    (tmp_path / "taken.toml").write_text("\n".join(settings), encoding="utf-8")
    data = tomllib.loads("\n".join(settings))
    assert {*ROLES, "organisations", "patients", "tls", "limits", "control", "reading"} <= data.keys()
    assert {"tap", "tap_certificate", "tap_key", "tap_authority", "oauth", "token"} <= data["registry"].keys()
    assert data["limits"].keys() == vars(Limits()).keys()
    files = ("authority.pem", "client.pem", "client-key.pem", "ca.pem", "tap.pem", "tap-key.pem", "recording.jsonl")
    for name in files:
        (tmp_path / name).touch()
    assert load.load(tmp_path / "taken.toml").parts.keys() == ROLES.keys()
