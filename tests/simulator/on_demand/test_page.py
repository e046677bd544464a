"""What docs/simulator.md says: its blocks run as they are printed, and its tables leave nothing out."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from uec_booking.simulator.on_demand.faults import BODIES, KINDS, PROVIDER_CALLS, REGISTRY_CALLS
from uec_booking.simulator.reports.provider import KINDS as REPORTS

from ...support.simulator_client import Simulator
from ...support.source import ROOT

PAGE = (ROOT / "docs" / "simulator.md").read_text(encoding="utf-8")


def test_the_blocks_run_as_they_are_printed(tmp_path: Path, launch: Callable[..., Simulator]) -> None:
    if not shutil.which("curl") or not shutil.which("bash"):
        pytest.skip("needs curl and bash")
    world = launch()
    script = "\n".join(re.findall(r"```bash\n(.*?)```", PAGE, re.DOTALL))
    script = script.replace("https://localhost:8099/control", world.config["control"]["url"])
    script = script.replace("sim.toml", world.file.name).replace("sim-ca.pem", world.config["tls"]["ca"])
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert '"do": "cut-after"' in done.stdout and '"report": "rep-prov-04"' in done.stdout
    assert (tmp_path / "rep-prov-03.csv").read_text().startswith("provider,diary,services,day,slots,booked")


def test_the_tables_leave_nothing_out() -> None:
    named = set(re.findall(r"`([a-z-]+)`", PAGE))
    assert {*KINDS, *BODIES, *PROVIDER_CALLS, *REGISTRY_CALLS} - named == {"outcome"}
    assert set(re.findall(r"^\| (rep-prov-[0-9]+)", PAGE, re.MULTILINE)) == REPORTS.keys()
