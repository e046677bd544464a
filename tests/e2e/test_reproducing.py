"""A failure becomes a script: it fails on the faulty system and passes on the clean one, and leaves nothing booked."""

from __future__ import annotations

import base64
import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from ..judging.stored import called
from ..support.program import PROGRAM, World, uec


def ran(script: Path, world: World) -> int:
    """The status of a script that is run against a world."""
    part = world.config["provider"]
    services = {f"PROVIDER_SERVICE_{purpose.upper()}": id for purpose, id in part["services"].items()}
    environment = {**os.environ, **services, "CONFIG": str(world.file), "PROVIDER": part["base_url"]}
    environment["UEC_BOOKING"] = PROGRAM
    done = subprocess.run(["bash", str(script)], env=environment, capture_output=True, timeout=120, check=False)
    return done.returncode


def test_a_script_fails_on_the_faulty_system_and_passes_on_the_clean_one(
    launch: Callable[..., World], world: World, tmp_path: Path
) -> None:
    faulty = launch("--defect", "no-etag-on-book")
    out, reduced = tmp_path / "out", tmp_path / "reduced.sh"
    assert uec("assure", "--config", faulty.file, "--only", "PRV-BOOK-05", "--out", out).status == 1
    free = faulty.free_slots(), world.free_slots()
    from_run = out / "reproduce" / "PRV-BOOK-05.sh"
    assert (ran(from_run, faulty), ran(from_run, world)) == (1, 0)

    done = uec("reproduce", "PRV-BOOK-05", out, "--config", faulty.file, "--out", reduced)
    assert done.status == 0, done.out + done.err
    assert "# 2 requests." in reduced.read_text(encoding="utf-8")
    assert (ran(reduced, faulty), ran(reduced, world)) == (1, 0)
    assert (faulty.free_slots(), world.free_slots()) == free, "what was booked is cancelled"

    assert "is no failure of this run" in uec("reproduce", "PRV-BOOK-01", out).paragraph()
    assert "is not overwritten" in uec("reproduce", "prv-book-05", out, "--out", reduced).paragraph()


def test_a_token_is_printed_for_calls_by_hand(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    call = called(capsys)
    settings = tmp_path / "my.toml"
    settings.write_text('[provider]\nbase_url = "https://p.test/a"\n[tls]\nca = "a \\"ca\\".pem"\n', encoding="utf-8")
    (tmp_path / 'a "ca".pem').write_text("", encoding="utf-8")
    system = ("--config", settings, "patient/appointment.read")

    def claims(token: str) -> dict[str, object]:
        payload = token.split(".")[1]
        found: dict[str, object] = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        return found

    good = claims(call("token", *system).out.strip())
    assert (good["aud"], good["requested_scope"]) == ("https://p.test/a", "patient/appointment.read")
    odd = call("token", *system, "--change", "a token without reason_for_request").out.strip()
    assert "reason_for_request" in good and "reason_for_request" not in claims(odd)
    lines = call("token", *system, "--curl").out.splitlines()
    assert lines[0].startswith('header = "Authorization: Bearer ey')
    assert lines[1] == f'cacert = "{tmp_path}/a \\"ca\\".pem"'
    assert "Did you mean" in call("token", *system, "--change", "a token of one prt").paragraph()
    assert "--part" in call("token", *system, "--part", "registry").paragraph()
    assert "--organisation" in call("token", *system, "--organisation", "nobody").paragraph()
    assert "--provider URL" in call("token", "patient/appointment.read").paragraph()
