"""What `.ci/first_hour.py` does where there is no network, but for the installation: no test has a wheelhouse."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from ..support.source import ROOT

SCRIPT = str(ROOT / ".ci/first_hour.py")


def _may_have_a_network_of_its_own() -> bool:
    command = ["unshare", "--user", "--map-root-user", "--net", "ip", "link", "set", "lo", "up"]
    return (
        shutil.which("ip") is not None
        and shutil.which("unshare") is not None
        and not subprocess.run(command, capture_output=True).returncode
    )


@pytest.mark.skipif(not _may_have_a_network_of_its_own(), reason="this machine lets nobody make a network of his own")
def test_a_provider_and_a_consumer_are_tested_without_any_route() -> None:
    parts = ["--only", "PRV-CAN-06", "--only-consumer", "CON-REB-02"]
    environment = Path(sys.executable).parent.parent
    done = subprocess.run(
        [sys.executable, SCRIPT, "--environment", environment, *parts], capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "No route: 192.0.2.1 cannot be reached" in done.stdout
    typed = re.findall(r"^ *[0-9.]+ s  uec-booking (\S+)", done.stdout, re.MULTILINE)
    assert typed == ["--version", "init", "doctor", "assure", "doctor", "assure"]
    assert done.stdout.count("statement.html says: ") == 2


def test_without_a_wheelhouse_it_says_what_is_missing(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, SCRIPT, "--wheelhouse", tmp_path], capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 1
    assert "fill it with `make wheelhouse` where there is a network" in done.stderr
