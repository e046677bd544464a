"""Statements of persons: the evidence file, its template, and what it does to a stored run."""

from __future__ import annotations

import hashlib
import json
import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from uec_booking.harness.judging.judge import judge
from uec_booking.harness.judging.run_file import Writer

from .conftest import Cli
from .runs import CATALOGUE, record, run, seen

#: Each test calls the program.
pytestmark = pytest.mark.e2e


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A stored full run that decides little."""
    made = run(record("f/x.feature::One", [seen("PRV-BOOK-01")], ["PRV-BOOK-01"]))
    writer = Writer(tmp_path)
    writer.begin(made)  # with its scenarios
    writer.end(made)
    return tmp_path


STATED = """
[[statement]]
requirement = "NFR-10"
who = "A. Tester, Example Ltd"
date = 2026-01-31
statement = "Measured over a month."
"""


def test_a_statement_makes_attested_of_to_attest(cli: Cli, folder: Path) -> None:
    (folder / "report.pdf").write_bytes(b"synthetic")
    digest = hashlib.sha256(b"synthetic").hexdigest()
    evidence = folder / "evidence.toml"
    evidence.write_text(f'{STATED}file = "report.pdf"\nsha256 = "{digest}"\n', encoding="utf-8")
    before = json.loads(cli("judge", folder, "--format", "json").stdout)
    after = json.loads(cli("judge", folder, "--evidence", evidence, "--format", "json").stdout)
    assert after["outstanding"] == before["outstanding"] - 1
    assert after["headline"] == f"conformant as tested; {after['outstanding']} statements outstanding"
    stated = next(r for r in after["requirements"] if r["id"] == "NFR-10")
    assert stated["verdict"] == "ATTESTED"
    assert digest in stated["reason"]
    assert before["exit_status"] == after["exit_status"] == 0


def test_a_statement_on_what_was_observed_is_told_as_unused(cli: Cli, folder: Path) -> None:
    evidence = folder / "evidence.toml"
    evidence.write_text(STATED.replace("NFR-10", "PRV-BOOK-01"), encoding="utf-8")
    document = json.loads(cli("judge", folder, "--evidence", evidence, "--format", "json").stdout)
    assert next(r for r in document["requirements"] if r["id"] == "PRV-BOOK-01")["verdict"] == "PASS"
    assert any("PRV-BOOK-01" in note and "not used" in note for note in document["notes"])


@pytest.mark.parametrize(("days", "status"), [(0, 0), (2, 3)])
def test_a_statement_is_of_today_at_the_latest(cli: Cli, folder: Path, days: int, status: int) -> None:
    evidence = folder / "evidence.toml"
    evidence.write_text(STATED.replace("2026-01-31", f"{date.today() + timedelta(days)}"), encoding="utf-8")
    assert cli("judge", folder, "--evidence", evidence).returncode == status


@pytest.mark.parametrize(("second", "told"), [("B. Other, Example Ltd", True), ("a. tester,  Example Ltd", False)])
def test_statements_of_different_people_on_one_requirement_are_noted(
    cli: Cli, folder: Path, second: str, told: bool
) -> None:
    evidence = folder / "evidence.toml"
    evidence.write_text(STATED + STATED.replace("A. Tester, Example Ltd", second), encoding="utf-8")
    document = json.loads(cli("judge", folder, "--evidence", evidence, "--format", "json").stdout)
    assert next(r for r in document["requirements"] if r["id"] == "NFR-10")["verdict"] == "ATTESTED"
    note = f"NFR-10 is stated by A. Tester, Example Ltd, and by {second}: see that their statements agree"
    assert (note in document["notes"]) is told
    assert told or not any("NFR-10" in one for one in document["notes"])


def test_the_template_lists_what_is_outstanding_and_can_be_filled_in(cli: Cli, folder: Path) -> None:
    evidence = folder / "todo.toml"
    done = cli("judge", folder, "--write-evidence", evidence)
    assert done.returncode == 0, done.stderr
    text = evidence.read_text(encoding="utf-8")
    asked = set(re.findall(r'^requirement = "(.*)"$', text, re.M))
    assert asked == {
        r.id
        for r in judge(run(record("f::x", [seen("PRV-BOOK-01")], ["PRV-BOOK-01"])), CATALOGUE).requirements
        if r.verdict == "TO-ATTEST"
    }
    # As it stands it states nothing, and is a right file all the same.
    assert cli("judge", folder, "--evidence", evidence).returncode == 0
    filled = text.replace('who = ""', 'who = "A. Tester"').replace('date = ""', "date = 2026-01-31")
    evidence.write_text(filled.replace('statement = ""', 'statement = "Yes."'), encoding="utf-8")
    document = json.loads(cli("judge", folder, "--evidence", evidence, "--format", "json").stdout)
    assert document["outstanding"] == 0
    assert document["headline"] == "conformant as tested"
    assert cli("judge", folder, "--write-evidence", evidence).returncode == 3  # never overwritten


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[statement]", "not valid TOML"),
        ("x = 1", "something else than statements"),
        ("statement = 1", "something else than statements"),
        (STATED.replace("NFR-10", "NFR-99"), "no such requirement"),
        (STATED.replace("NFR-10", "PRV-GET-08"), "State it of PRV-GET-01"),
        (STATED.replace("who", "whom"), "'whom' is not known"),
        (STATED.replace('who = "A. Tester, Example Ltd"', ""), "who is missing"),
        (STATED.replace("A. Tester, Example Ltd", " "), "who says nothing"),
        (STATED.replace("2026-01-31", '"last week"'), "Write it as 2026-01-31"),
        (STATED.replace("2026-01-31", "2999-01-31"), "date is 2999-01-31, and today is 2"),
        (STATED + 'link = "somewhere"', "link is not an address"),
        (STATED + 'link = "http://["', "link is not an address"),
        (STATED + 'file = "gone.pdf"', "cannot be read"),
        (STATED + 'file = "evidence.toml"', "has no hash"),
        (STATED + f'file = "evidence.toml"\nsha256 = "{"0" * 64}"', "not the one that was hashed"),
        (STATED + 'sha256 = "00"', "no file"),
    ],
)
def test_a_wrong_evidence_file_is_told_in_one_paragraph(cli: Cli, folder: Path, text: str, said: str) -> None:
    evidence = folder / "evidence.toml"
    evidence.write_text(text, encoding="utf-8")
    done = cli("judge", folder, "--evidence", evidence)
    assert done.returncode == 3
    assert said in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (STATED.encode()[:-5], "not valid TOML"),
        (STATED.encode() + b"[[state", "not valid TOML"),
        (STATED.encode() + b"\0" * 40, "not valid TOML"),
        (STATED.encode() + b'who = "Somebody else"', "not valid TOML"),
        (STATED.encode() + b"sha256 = " + b"9" * 5000, "not valid TOML"),
        (b"x = " + b"[" * 100_000, "not valid TOML"),
        (b"<html><body>Please log in</body></html>", "not valid TOML"),
        (b'{"statement": []}', "not valid TOML"),
        (STATED.encode("utf-16"), "cannot be read"),
        (bytes(range(128, 256)), "cannot be read"),
        (b"[provider]\nbase_url = 'https://localhost/'", "something else than statements"),
        (STATED.encode() + b'file = "a\\u0000b"', "cannot be read"),
        (STATED.encode() + b'file = "."', "cannot be read"),
        (STATED.replace('"NFR-10"', '"NFR\\n10"').encode(), "no such requirement"),
        (STATED.replace('"NFR-10"', '["NFR-10"]').encode(), "requirement says nothing"),
    ],
    ids=lambda value: ascii(value)[-30:],
)
def test_a_damaged_or_foreign_evidence_file_is_told_in_one_paragraph(
    cli: Cli, folder: Path, content: bytes, said: str
) -> None:
    """With the file, the place in it where there is one, and what to do."""
    evidence = folder / "evidence.toml"
    evidence.write_bytes(content)
    done = cli("judge", folder, "--evidence", evidence)
    assert done.returncode == 3, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert said in done.stderr and str(evidence) in done.stderr
    assert any(
        remedy in done.stderr for remedy in ("uec-booking attest", "Write ", "Put it there", "lists all of them")
    )


def test_an_evidence_file_with_a_byte_order_mark_is_read(cli: Cli, folder: Path) -> None:
    evidence = folder / "evidence.toml"
    evidence.write_bytes(b"\xef\xbb\xbf" + STATED.replace("\n", "\r\n").encode())
    assert cli("judge", folder, "--evidence", evidence).returncode == 0


def test_an_evidence_file_that_is_not_there(cli: Cli, folder: Path) -> None:
    done = cli("judge", folder, "--evidence", folder / "none.toml")
    assert done.returncode == 3
    assert "uec-booking attest" in done.stderr


def test_a_run_keeps_the_statements_it_was_made_with(cli: Cli, tmp_path: Path) -> None:
    evidence = tmp_path / "evidence.toml"
    # It is seen in this run, so the statement is not needed; that it is told shows that it was kept.
    evidence.write_text(STATED.replace("NFR-10", "PRV-BOOK-10"), encoding="utf-8")
    only = ("--only", "PRV-BOOK-10 and story-wrong")
    done = cli("assure", *only, "--evidence", evidence, "--out", tmp_path / "run")
    assert done.returncode == 0, done.stdout + done.stderr
    again = json.loads(cli("judge", tmp_path / "run", "--format", "json").stdout)
    assert any("the statement on PRV-BOOK-10 was not used" in note for note in again["notes"])
    assert cli("assure", *only, "--evidence", tmp_path / "none.toml").returncode == 3
