"""``uec-booking dispute``: one file with all that there is on a verdict."""

from __future__ import annotations

import base64
import json
import re
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from uec_booking.harness.judging.observations import Run

from ..bundling.bundles import PATIENT, PERSON, SETTINGS
from ..judging.runs import answered, record, run, seen
from ..judging.stored import Command, called, stored
from .runs import HOSTILE, exchange

#: Made up, and shaped like the real things.
TOKEN = "eyJhbGciOiJub25lIn0.eyJpc3MiOiJzeW50aGV0aWMifQ."
KEY = "-----BEGIN PRIVATE KEY-----\nMIIsynthetic\n-----END PRIVATE KEY-----"


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str]) -> Command:
    return called(capsys)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return stored(tmp_path / "run", _run())


def _run() -> Run:
    """A taken slot is booked, by a system that repeats credentials and says hostile things."""
    echo = f"You sent Bearer {TOKEN} and client_secret=hunter2-synthetic\n{KEY}\n````\n# Not a heading\n{HOSTILE}"
    response = {"status": 201, "reason": "OK", "headers": [["X-Echo", TOKEN]], "body": echo, "body_encoding": ""}
    booked = replace(answered("PRV-BOOK-10", "slot-taken", "201"), exchanges=("x12",), check="provider.booking.taken")
    one = record("f/x.feature::The slot is taken", [booked], ["PRV-BOOK-10"])
    met = record("f/x.feature::Booked", [replace(seen("PRV-BOOK-01"), exchanges=("x11",))], ["PRV-BOOK-01"])
    both = (exchange("x11"), exchange("x12", response=response))
    return run(replace(one, exchanges=both), replace(met, exchanges=both[:1]))


def test_a_dispute_holds_clause_reading_check_exchanges_and_versions(
    call: Command, folder: Path, tmp_path: Path
) -> None:
    assert call("dispute", "prv-book-10", folder, "--out", tmp_path / "d.md").status == 0
    page = (tmp_path / "d.md").read_text(encoding="utf-8")
    for told in (
        "# Dispute: PRV-BOOK-10 is FAIL",
        "Judged by edition 1.0.0",
        "### CF-02: HTTP status when the slot is no longer free",
        "book_an_appointment.md",
        "expected:   409 (right)",
        "check:      provider.booking.taken",
        "### x11: PUT → 200",
        "### x12: PUT → 201",
        "run.jsonl, SHA-256",
    ):
        assert told in page, told


def test_credentials_leave_neither_page_nor_zip(call: Command, folder: Path, tmp_path: Path) -> None:
    first, second = tmp_path / "first.zip", tmp_path / "second.zip"
    assert call("dispute", "PRV-BOOK-10", folder, "--out", first).status == 0
    call("dispute", "PRV-BOOK-10", folder, "--out", second)
    assert first.read_bytes() == second.read_bytes()
    with zipfile.ZipFile(first) as archive:
        texts = {name: archive.read(name).decode("utf-8") for name in archive.namelist()}
    assert list(texts) == ["dispute.md", "verdict.json", "exchanges.json"]
    for name, text in texts.items():
        assert not re.search("eyJ|hunter2|MIIsynthetic", text), name
    assert [one["id"] for one in json.loads(texts["exchanges.json"])] == ["x11", "x12"]
    assert json.loads(texts["verdict.json"])["verdict"] == "FAIL"


def test_what_a_system_sent_stays_in_its_block(call: Command, folder: Path, tmp_path: Path) -> None:
    call("dispute", "PRV-BOOK-10", folder, "--out", tmp_path / "d.md")
    page = (tmp_path / "d.md").read_text(encoding="utf-8")
    assert "\x1b" not in page and "\u202e" not in page
    outside, fence = [], ""
    for line in page.splitlines():
        found = re.match(r"`{3,}", line)
        if found and not fence:
            fence = found[0]
        elif line == fence:
            fence = ""
        elif not fence:
            outside.append(line)
    assert not fence and "# Not a heading" not in outside and not any("<script" in line for line in outside)


def test_a_pass_can_be_disputed_too(call: Command, folder: Path, tmp_path: Path) -> None:
    call("dispute", "PRV-BOOK-01", folder, "--out", tmp_path / "d.md")
    page = (tmp_path / "d.md").read_text(encoding="utf-8")
    assert "# Dispute: PRV-BOOK-01 is PASS" in page and "outcome:    met" in page and "### x11" in page


def test_what_cannot_be_disputed_is_told(call: Command, folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "d.md"
    assert "Did you mean PRV-BOOK-10" in call("dispute", "PRV-BOK-10", folder, "--out", out).paragraph()
    part = stored(tmp_path / "part", replace(_run(), partial=True))
    assert "says nothing of PRV-CAN-01" in call("dispute", "PRV-CAN-01", part, "--out", out).paragraph()
    assert "ends in .md or .zip" in call("dispute", "PRV-BOOK-10", folder, "--out", tmp_path / "d.txt").paragraph()
    assert "There is no stored run" in call("dispute", "PRV-BOOK-10", tmp_path / "none").paragraph()
    assert not out.exists()
    out.write_text("mine", encoding="utf-8")
    assert "is not overwritten" in call("dispute", "PRV-BOOK-10", folder, "--out", out).paragraph()
    assert out.read_text(encoding="utf-8") == "mine"


def test_the_number_of_a_person_stops_the_export(call: Command, tmp_path: Path) -> None:
    """In the page and in an encoded body alike; a declared test patient may leave."""
    body = base64.b64encode(f"Patient {PERSON}".encode()).decode("ascii")
    response = {"status": 201, "reason": "OK", "headers": [], "body": body, "body_encoding": "base64"}
    booked = replace(answered("PRV-BOOK-10", "slot-taken", "201"), exchanges=("x12",), check="provider.booking.taken")
    one = record("f/x.feature::The slot is taken", [booked], ["PRV-BOOK-10"])
    folder = stored(tmp_path / "run", run(replace(one, exchanges=(exchange("x12", response=response),))))
    said = call("dispute", "PRV-BOOK-10", folder, "--out", tmp_path / "d.zip")
    assert said.status == 3
    assert PERSON in said.paragraph()
    assert "--config" in said.paragraph()
    assert not (tmp_path / "d.zip").exists()
    config = tmp_path / "settings.toml"
    config.write_text(f"{SETTINGS}\n{PATIENT}", encoding="utf-8")
    assert call("dispute", "PRV-BOOK-10", folder, "--config", config, "--out", tmp_path / "d.zip").status == 0
