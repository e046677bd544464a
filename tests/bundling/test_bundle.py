"""``uec-booking bundle``: what is in a bundle, and what never is."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from ..judging.stored import Command, stored
from .bundles import PATIENT, PERSON, SETTINGS, echoing_run, members, small_run, written
from .conftest import Signed


def test_two_exports_are_the_same_bytes(call: Command, signed: Signed, tmp_path: Path) -> None:
    assert call("bundle", signed.run, "--key", signed.key, "--out", tmp_path / "b.zip").status == 0
    assert (tmp_path / "b.zip").read_bytes() == signed.path.read_bytes()


def test_the_statement_is_a_test_result_of_in_toto(signed: Signed) -> None:
    statement = json.loads(signed.members["statement.json"])
    assert statement["_type"] == "https://in-toto.io/Statement/v1"
    assert statement["predicateType"] == "https://in-toto.io/attestation/test-result/v0.1"
    assert [one["name"] for one in statement["subject"]] == ["manifest.sha256", "run.jsonl"]
    predicate = statement["predicate"]
    assert predicate["result"] == "FAILED" and predicate["passedTests"] == ["PRV-BOOK-01"]
    assert predicate["failedTests"] == ["PRV-BOOK-10", "PRV-CAN-01"]
    assert predicate["configuration"][0]["annotations"] == {}


def test_no_credential_leaves(call: Command, tmp_path: Path) -> None:
    """Those of a form that is known, and those whose value the settings tell."""
    run, out, config = stored(tmp_path / "run", echoing_run()), tmp_path / "b.zip", tmp_path / "settings.toml"
    config.write_text(SETTINGS, encoding="utf-8")
    said = call("bundle", run, "--config", config, "--out", out)
    assert said.status == 0 and "taken out of" in said.words, said
    secret = re.compile(r"(?i)eyJ[\w-]{6}|hunter2|MIIsynthetic|correct-horse")
    found = members(out)
    for name, content in found.items():
        assert not secret.search(content.decode("latin-1").replace("\0", "")), name
    for line in found["run.jsonl"].splitlines():
        for exchange in json.loads(line).get("exchanges", ()):
            if exchange["response"]["body_encoding"]:
                assert exchange["response"]["body"] == "W3JlZGFjdGVkXQ=="
    assert call("verify", out).status == 0


@pytest.mark.parametrize(
    ("body", "url", "encoding"),
    [
        (f'{{"system":"https://fhir.nhs.uk/Id/nhs-number","value":"{PERSON}"}}', "https://p.test/", ""),
        ("<system value='https://fhir.nhs.uk/Id/nhs-number'/><value value='9434765919'/>", "https://p.test/", ""),
        ("{}", f"https://p.test/Slot?patient=https%3A%2F%2Ffhir.nhs.uk%2FId%2Fnhs-number%7C{PERSON}", ""),
        (r'{"div":"Patient:\n401 023 2137, see notes"}', "https://p.test/", ""),
        ("//9QYXRpZW50IDQwMTAyMzIxMzc=", "https://p.test/", "base64"),
    ],
    ids=["json", "xml", "address", "narrative", "encoded"],
)
def test_the_number_of_a_person_stops_the_export(
    call: Command, tmp_path: Path, body: str, url: str, encoding: str
) -> None:
    run = stored(tmp_path / "run", small_run(body, url, encoding))
    said = call("bundle", run, "--out", tmp_path / "b.zip").paragraph()
    place = r"\(line 2, f/x.feature::The slot is taken x12 re(quest url|sponse body)\)"
    assert re.search(f"({PERSON}|9434765919) {place}", said)
    assert "--config" in said and not (tmp_path / "b.zip").exists()


def test_declared_patients_and_ids_of_other_kinds_may_leave(call: Command, tmp_path: Path) -> None:
    """Ids of services and times have ten digits too; a declared patient is one of the settings of the run."""
    body = f'{{"service":"2000100015","issued":1764465005,"x":"NHS number 9990000018","nhs-number":"{PERSON}"}}'
    run, config = stored(tmp_path / "run", small_run(body)), tmp_path / "settings.toml"
    config.write_text(f"{SETTINGS}\n{PATIENT}", encoding="utf-8")
    assert PERSON in call("bundle", run, "--out", tmp_path / "a.zip").paragraph()
    said = call("bundle", run, "--config", config, "--out", tmp_path / "b.zip")
    assert said.status == 0, said


def test_statements_of_persons_are_packed(call: Command, signed: Signed, tmp_path: Path) -> None:
    evidence, out = tmp_path / "evidence.toml", tmp_path / "b.zip"
    entry = 'requirement = "NFR-10"\nwho = "A Tester"\ndate = "2026-01-02"\nstatement = "Seen."'
    evidence.write_text(f"[[statement]]\n{entry}\n", encoding="utf-8")
    assert call("bundle", signed.run, "--evidence", evidence, "--out", out).status == 0
    found = members(out)
    assert json.loads(found["verdicts.json"])["requirements"]["NFR-10"] == "ATTESTED"
    assert b"A Tester" in found["run.jsonl"] and call("verify", out).status == 0


def test_what_cannot_be_packed_is_told(call: Command, signed: Signed, tmp_path: Path) -> None:
    out, junk = tmp_path / "b.zip", tmp_path / "junk.pem"
    junk.write_text("-----BEGIN NOTHING-----", encoding="utf-8")
    assert "ends in .zip" in call("bundle", signed.run, "--out", tmp_path / "b.tar").paragraph()
    assert "There is no stored run" in call("bundle", tmp_path / "none", "--out", out).paragraph()
    assert "is no private key" in call("bundle", signed.run, "--key", junk, "--out", out).paragraph()
    assert "is no private key" in call("bundle", signed.run, "--key", signed.public, "--out", out).paragraph()
    assert "cannot be read" in call("bundle", signed.run, "--key", tmp_path / "none", "--out", out).paragraph()
    wrong = call("bundle", signed.run, "--timestamp", "ftp://tsa.test", "--out", out).paragraph()
    assert "begins with http" in wrong and not out.exists()
    assert "is not overwritten" in call("bundle", signed.run, "--out", signed.path).paragraph()


def test_the_pictures_of_an_attended_run_are_packed_and_verified(call: Command, tmp_path: Path) -> None:
    picture, lost = b"\x89PNG\r\n\x1a\n and more", "0" * 64
    fingerprint = hashlib.sha256(picture).hexdigest()
    told_by = "Ann Tester at 10:00:00 UTC" + "".join(
        f"; picture attended/{one[:16]}.png (SHA-256 {one})" for one in (fingerprint, lost)
    )
    made = small_run()
    first, *rest = made.scenarios
    seen = tuple(replace(one, told_by=told_by) for one in first.observations)
    run = stored(tmp_path / "run", replace(made, scenarios=(replace(first, observations=seen), *rest)))
    (run / "attended").mkdir()
    (run / "attended" / f"{fingerprint[:16]}.png").write_bytes(picture)
    said, path, name = (
        call("bundle", run, "--out", tmp_path / "b.zip"),
        tmp_path / "b.zip",
        f"picture-{fingerprint[:16]}.png",
    )
    assert (
        said.status == 0
        and "1 picture of what was on the screen" in said.words
        and "0000000000000000.png" in said.words
    )
    found = members(path)
    assert found[name] == picture and name in found["manifest.sha256"].decode()
    said = call("verify", path)
    assert (
        said.status == 0 and "picture-0000000000000000.png is named by the recording, and was not there" in said.words
    )
    for changed in ({name: picture + b"!"}, {"picture-aaaaaaaaaaaaaaaa.png": picture}):
        said = call("verify", written(tmp_path / "c.zip", {**found, **changed}))
        assert said.status == 1 and "is no picture that the recording names" in said.words
    (run / "attended" / f"{fingerprint[:16]}.png").write_bytes(b"another")
    assert "is not the one that was added" in call("bundle", run, "--out", tmp_path / "d.zip").paragraph()
