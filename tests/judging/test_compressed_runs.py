"""A long run is compressed at its end; whichever form lies in a folder, the commands read the same of it."""

from __future__ import annotations

import gzip
import json
from dataclasses import replace
from pathlib import Path

import pytest
from uec_booking.harness.errors import SettingsError
from uec_booking.harness.http.client import now_text
from uec_booking.harness.judging import run_file, run_storage
from uec_booking.harness.judging.observations import MET, Observation, Run, ScenarioRecord, StepRecord
from uec_booking.harness.running import publishing

from ..support.within import here

PLAIN, COMPRESSED = run_storage.NAMES


def _stored(folder: Path, bodies: int, *, ended: bool = True) -> Run:
    """A run of the whole suite in ``folder``, with so many bytes of bodies."""
    message = {"headers": [["Content-Type", "text/plain"]], "body": "", "body_encoding": ""}
    exchange = {
        "id": "x1", "system": "provider", "actor": "111", "note": "", "started": now_text(), "seconds": 0.1,
        "request": {**message, "method": "GET", "url": "https://provider.example/Slot"},
        "response": {**message, "body": "0123456789" * (bodies // 10), "status": 200, "reason": "OK"}, "error": "",
    }  # fmt: skip
    seen = Observation("PRV-SRCH-01", MET, "e", "a", exchanges=("x1",), system="provider", step="Then it is so")
    record = ScenarioRecord(
        "provider/x.feature::One", "X", "One", "", (), ("PRV-SRCH-01",), 1.0, now_text(),
        (StepRecord("Then", "it is so", "passed", 0.5, ("x1",)),), (seen,), (exchange,),
    )  # fmt: skip
    run = Run(now_text(), now_text(), "1.0.0", "", {"provider": "provider"}, (), False, suite={record.id: ()})
    folder.mkdir(exist_ok=True)
    writer = run_file.Writer(folder)
    writer.begin(run)
    writer.scenario(record)
    if ended:
        writer.end(run)
    return replace(run, scenarios=(record,))


def test_a_long_run_is_compressed_when_it_has_ended(tmp_path: Path) -> None:
    _stored(tmp_path, 5_000_000, ended=False)
    assert [path.name for path in tmp_path.iterdir()] == [PLAIN]
    assert run_file.read(tmp_path).broken
    run = _stored(tmp_path, 5_000_000)
    assert [path.name for path in tmp_path.iterdir()] == [COMPRESSED]
    assert (tmp_path / COMPRESSED).stat().st_size < 500_000
    read = run_file.read(tmp_path)
    assert (read.broken, [one.id for one in read.scenarios]) == ("", [one.id for one in run.scenarios])
    assert publishing.holds_full_run(tmp_path) and publishing.told_as_kept(tmp_path).startswith("The full run in")
    # Of the lines: whoever decompresses it, and whoever reads the bundle, finds the same hash.
    lines = gzip.decompress((tmp_path / COMPRESSED).read_bytes())
    (tmp_path / "apart").mkdir()
    (tmp_path / "apart" / PLAIN).write_bytes(lines)
    assert run_storage.sha256_of(tmp_path / "apart") == run_storage.sha256_of(tmp_path) == read.sha256


def test_a_short_run_stays_as_it_was_written(tmp_path: Path) -> None:
    _stored(tmp_path, 1_000)
    assert [path.name for path in tmp_path.iterdir()] == [PLAIN]


def test_a_run_that_begins_takes_the_place_of_a_compressed_one(tmp_path: Path) -> None:
    _stored(tmp_path, 5_000_000)
    _stored(tmp_path, 1_000, ended=False)
    assert [path.name for path in tmp_path.iterdir()] == [PLAIN]


def test_where_both_are_there_the_plain_one_is_the_run(tmp_path: Path) -> None:
    """So it is where the program was killed between the last two steps of either."""
    _stored(tmp_path, 5_000_000)
    _stored(tmp_path / "new", 1_000, ended=False)
    (tmp_path / "new" / PLAIN).replace(tmp_path / PLAIN)
    assert run_file.read(tmp_path).broken


def test_the_commands_say_the_same_of_either_form(tmp_path: Path) -> None:
    _stored(tmp_path / "long", 5_000_000)
    (tmp_path / "plain").mkdir()
    (tmp_path / "plain" / PLAIN).write_bytes(run_storage.content_of(tmp_path / "long"))
    judged = [here("judge", tmp_path / name, "--format", "json") for name in ("long", "plain", f"long/{COMPRESSED}")]
    assert len({done.out for done in judged}) == 1
    assert json.loads(judged[0].out)["scenarios"]
    done = here("report", tmp_path / "long", "--report", "page")
    assert COMPRESSED in done.out and f"{PLAIN} " not in done.out
    assert here("compare", tmp_path / "long", tmp_path / "plain").status == 0
    bundle = here("bundle", tmp_path / "long", "--out", tmp_path / "run.zip")
    assert (tmp_path / "run.zip").exists(), bundle.err
    assert here("verify", tmp_path / "run.zip").status in (0, 2)


@pytest.mark.parametrize("damage", ["cut off", "garbage", "a byte"])
def test_a_damaged_file_is_refused_in_a_sentence(damage: str, tmp_path: Path) -> None:
    _stored(tmp_path, 5_000_000)
    path = tmp_path / COMPRESSED
    good = path.read_bytes()
    middle = len(good) // 2
    damaged = {"cut off": good[:middle], "garbage": b"nothing", "a byte": good[:middle] + b"\xff" + good[middle + 1 :]}
    path.write_bytes(damaged[damage])
    with pytest.raises(SettingsError, match="cannot be decompressed"):
        run_file.read(tmp_path)
    assert here("judge", tmp_path).status == 3
    assert publishing.told_as_kept(tmp_path).startswith("What was in")
