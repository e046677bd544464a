"""``uec-booking attest``: asks for the statements that are outstanding, and writes the evidence file."""

from __future__ import annotations

import hashlib
import json
import os
import pty
import subprocess
import sys
import threading
import tomllib
from pathlib import Path

import pytest

from ..support.program import PROGRAM
from .stored import Command, called, of, stored


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str]) -> Command:
    return called(capsys)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A stored run that leaves a lot to be stated."""
    return stored(tmp_path / "run", of({"PRV-BOOK-01": "met"}))


def _statements(path: Path) -> list[dict[str, object]]:
    found: list[dict[str, object]] = tomllib.loads(path.read_text(encoding="utf-8"))["statement"]
    return found


def test_statements_are_taken_by_options(call: Command, folder: Path, tmp_path: Path) -> None:
    evidence, proof = tmp_path / "evidence.toml", tmp_path / "proofs" / "report.pdf"
    proof.parent.mkdir()
    proof.write_bytes(b"synthetic")
    said = ("--who", "A. Tester", "--date", "2026-01-31", "--statement", 'We do "that" 😀 \x7f')
    given = ("attest", folder, "--evidence", evidence)
    assert call(*given, "--id", "NFR-10", "--id", "NFR-11", *said, "--proof", proof).status == 0
    done = call(*given, "--id", "NFR-12", *said, "--proof", "https://example.test/x")
    assert f"Next: uec-booking report {folder} --evidence {evidence}" in done.words
    first, _, third = _statements(evidence)
    assert first["file"] == "proofs/report.pdf" and first["sha256"] == hashlib.sha256(b"synthetic").hexdigest()
    assert first["statement"] == 'We do "that" 😀 \\x7f' and third["link"] == "https://example.test/x"
    document = json.loads(call("judge", folder, "--evidence", evidence, "--format", "json").out)
    stated = {one["id"] for one in document["requirements"] if one["verdict"] == "ATTESTED"}
    assert stated == {"NFR-10", "NFR-11", "NFR-12"}


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--id", "NFR-1"), "Did you mean NFR-01"),
        (("--id", "PRV-BOOK-01"), "needs no statement: its verdict is PASS"),
        (("--statement", "Yes"), "goes with --id and --who"),
        (("--id", "NFR-10", "--who", "A", "--statement", " "), "statement says nothing"),
        (("--id", "NFR-10", "--who", "A", "--statement", "Yes", "--date", "2999-01-01"), "in the future"),
        (("--id", "NFR-10", "--who", "A", "--statement", "Yes", "--proof", "none.pdf"), "is no link"),
        ((), "there is none"),
    ],
)
def test_what_is_wrong_is_told_and_nothing_is_written(
    call: Command, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, options: tuple[str, ...], said: str
) -> None:
    with open(os.devnull, encoding="utf-8") as nobody:
        monkeypatch.setattr(sys, "stdin", nobody)
        told = call("attest", folder, "--evidence", tmp_path / "evidence.toml", *options).paragraph()
    assert said in told and not (tmp_path / "evidence.toml").exists()


def test_blank_entries_are_skipped_and_what_is_there_stays(call: Command, folder: Path, tmp_path: Path) -> None:
    evidence = tmp_path / "evidence.toml"
    call("judge", folder, "--write-evidence", evidence)
    blank = evidence.read_text(encoding="utf-8")
    # Somebody puts name and date everywhere, and states one.
    signed = blank.replace('who = ""', 'who = "A. Tester"').replace('date = ""', 'date = "2026-01-31"')
    evidence.write_text(signed.replace('statement = ""', 'statement = "Yes."', 1), encoding="utf-8")
    before = json.loads(call("judge", folder, "--format", "json").out)["outstanding"]
    after = json.loads(call("judge", folder, "--evidence", evidence, "--format", "json").out)["outstanding"]
    assert after == before - 1
    call("attest", folder, "--evidence", evidence, "--id", "NFR-10", "--who", "B", "--statement", "Yes")
    assert evidence.read_text(encoding="utf-8").startswith(
        signed.replace('statement = ""', 'statement = "Yes."', 1)[:-1]
    )
    assert len(_statements(evidence)) == before + 1
    # Half an entry is a mistake, and not blank.
    evidence.write_text(signed.replace('link = ""', 'link = "https://example.test/"', 1), encoding="utf-8")
    assert "statement says nothing" in call("judge", folder, "--evidence", evidence).paragraph()


def test_a_terminal_is_asked_one_by_one(folder: Path, tmp_path: Path) -> None:
    evidence = tmp_path / "evidence.toml"
    ours, theirs = pty.openpty()
    with os.fdopen(ours, "r+b", buffering=0) as terminal:
        program = subprocess.Popen(
            [PROGRAM, "attest", str(folder), "--evidence", str(evidence)], stdin=theirs, stdout=theirs, stderr=theirs
        )
        os.close(theirs)
        patience = threading.Timer(120, program.kill)
        patience.start()
        heard = b""
        for question, answer in (
            (b"Who states them", "A. Tester, Example Ltd"),
            (b"Statement: ", ""),
            (b"Statement: ", "It was measured."),
            (b"Proof", "none.pdf"),
            (b"Once more, please.", ""),
            (b"Statement: ", "q"),
            (b"outstanding.", None),
        ):
            while question not in heard:
                heard += terminal.read(1_000)
            heard = heard.partition(question)[2]
            if answer is not None:
                terminal.write(f"{answer}\n".encode())
        status = program.wait()
        patience.cancel()
    (stated,) = _statements(evidence)
    assert status == 0 and stated["who"] == "A. Tester, Example Ltd" and stated["statement"] == "It was measured."
