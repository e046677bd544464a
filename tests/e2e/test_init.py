"""The settings file that `init` writes."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from uec_booking.harness.settings import load
from uec_booking.harness.settings.model import ROLES, Limits

from ..support.program import uec


def test_init_writes_settings_that_can_be_read_and_never_over_a_file(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    assert uec("init", path).status == 0
    assert load.load(path).parts.keys() == {"provider"}
    assert not re.search(r"@[A-Z]+", path.read_text(encoding="utf-8"))
    path.write_text("precious\n", encoding="utf-8")
    done = uec("init", path)
    assert done.status == 3
    assert "--force" in done.paragraph()
    assert path.read_text(encoding="utf-8") == "precious\n"
    assert uec("init", path, "--force").status == 0
    assert load.load(path)


def test_each_setting_that_init_explains_is_known(tmp_path: Path) -> None:
    """With every comment that holds a setting made one, the file still reads, and names all there is."""
    path = tmp_path / "all.toml"
    assert uec("init", path).status == 0
    lines = path.read_text(encoding="utf-8").splitlines()
    settings = [line.removeprefix("# ") for line in lines if line.removeprefix("# ")[:1] == "[" or " = " in line]
    (tmp_path / "taken.toml").write_text("\n".join(settings), encoding="utf-8")
    data = tomllib.loads("\n".join(settings))
    assert {*ROLES, "organisations", "patients", "tls", "limits", "control", "reading"} <= data.keys()
    assert {"tap", "tap_certificate", "tap_key", "tap_authority", "oauth", "token"} <= data["registry"].keys()
    assert data["limits"].keys() == vars(Limits()).keys()
    for name in ("authority.pem", "client.pem", "client-key.pem", "tap.pem", "tap-key.pem"):
        (tmp_path / name).touch()
    assert load.load(tmp_path / "taken.toml").parts.keys() == ROLES.keys()
