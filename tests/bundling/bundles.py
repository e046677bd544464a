"""A stored run whose provider repeats what it should not, and the commands around its bundle."""

from __future__ import annotations

import base64
import io
import shutil
import subprocess
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from uec_booking.harness.bundling.archive import zipped
from uec_booking.harness.judging.observations import NOT_MET, Run, ScenarioRecord

from ..judging.runs import answered, record, run, seen
from ..reports.runs import exchange

#: Made up, and shaped like the real things.
TOKEN = "eyJhbGciOiJub25lIn0.eyJpc3MiOiJzeW50aGV0aWMifQ."
PEM = "-----BEGIN PRIVATE KEY-----\nMIIsynthetic\n-----END PRIVATE KEY-----"
#: The check digit is right, and the range is one from which numbers are given out: no synthetic one would be refused.
PERSON = "4010232137"


def small_run(body: str = "{}", url: str = "https://provider.test/Appointment", encoding: str = "") -> Run:
    """A taken slot is booked, and another; what the provider says to the first is ``body``."""
    response = {"status": 201, "reason": "OK", "headers": [["X-Echo", TOKEN]], "body": body, "body_encoding": encoding}
    request = {**exchange()["request"], "url": url}
    booked = replace(answered("PRV-BOOK-10", "slot-taken", "201"), exchanges=("x12",))
    one = record("f/x.feature::The slot is taken", [booked], ["PRV-BOOK-10"])
    both_seen = [seen("PRV-BOOK-01"), seen("PRV-CAN-01", NOT_MET)]
    met = record("f/x.feature::Booked", both_seen, ["PRV-BOOK-01", "PRV-CAN-01"])
    both = (exchange("x11"), exchange("x12", request=request, response=response))
    return run(replace(one, exchanges=both), replace(met, exchanges=both[:1]))


def echoing_run() -> Run:
    """The provider repeats credentials in every place that it can write to."""
    echo = f'You sent Bearer {TOKEN} and "client_secret" : "hunter2-synthetic"\n{PEM}\nseen: correct-horse-battery'
    hidden = base64.b64encode(f"\xff {echo}".encode("utf-16")).decode("ascii")
    plain, wide = small_run(echo, f"https://provider.test/a?access_token={TOKEN}"), small_run(hidden, encoding="base64")
    again = tuple(_again(one) for one in wide.scenarios)
    return replace(plain, scenarios=(*plain.scenarios, *again), notes=(f"The provider said {TOKEN}.",))


def _again(record: ScenarioRecord) -> ScenarioRecord:
    id = f"{record.id} again"
    observations = tuple(replace(one, scenario=id, actual=TOKEN) for one in record.observations)
    return replace(record, id=id, observations=observations)


def members(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def written(path: Path, found: Mapping[str, bytes]) -> Path:
    path.write_bytes(zipped(found))
    return path


def raw_zip(entries: list[tuple[zipfile.ZipInfo | str, bytes]]) -> bytes:
    """A zip as somebody else may write it."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, member in entries:
            archive.writestr(name, member)
    return content.getvalue()


def openssl(*arguments: object, cwd: Path | None = None) -> subprocess.CompletedProcess[bytes]:
    """What openssl says; the test is skipped where there is none."""
    program = shutil.which("openssl")
    if program is None:
        pytest.skip("openssl is not installed: nothing to verify a bundle with but ourselves")
    return subprocess.run([program, *map(str, arguments)], capture_output=True, timeout=60, cwd=cwd)


def succeeded(*arguments: object, cwd: Path | None = None) -> bytes:
    said = openssl(*arguments, cwd=cwd)
    assert said.returncode == 0, said.stderr
    return said.stdout


#: A settings file without test patients, and a patient that it may declare.
SETTINGS = """
[provider]
base_url = "https://provider.test/STU3/1/booking"
[provider.services]
within_2_hours = "2000000001"
later = "2000000001"
[registry]
base_url = "https://registry.test/STU3/1"
[registry.oauth]
token_url = "https://login.test/token"
client_id = "us"
client_secret = "correct-horse-battery"
"""
PATIENT = f"""
[[patients]]
nhs_number = "{PERSON}"
family = "Test"
given = "Ann"
gender = "female"
birth_date = "1980-01-01"
"""
