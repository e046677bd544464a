"""``uec-booking verify``: whatever was done to a bundle is found, and what does harm is rejected."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from uec_booking.harness.bundling.archive import LARGEST_UNPACKED, MOST_MEMBERS
from uec_booking.harness.bundling.making import ABOVE_MANIFEST, manifest

from ..judging.stored import Command, stored
from .bundles import echoing_run, members, raw_zip, written
from .conftest import Signed

Members = dict[str, bytes]
MEMBERS = (
    *("README.txt", "manifest.sha256", "public-key.pem", "report.html", "results.json", "run.jsonl"),
    *("statement.dsse.json", "statement.json", "verdicts.json"),
)


def test_a_bundle_is_verified_and_judged_again(call: Command, signed: Signed) -> None:
    said = call("verify", signed.path, "--key", signed.public)
    assert said.status == 0 and "WRONG" not in said.out, said
    assert "It is signed with the key" in said.words
    assert "Judged again, the recording gives the same verdicts: not conformant" in said.words
    assert sorted(signed.members) == sorted(MEMBERS)


def test_without_a_key_it_is_told_that_nobody_is_vouched_for(call: Command, signed: Signed, tmp_path: Path) -> None:
    said = call("verify", signed.path)
    assert said.status == 0 and "Whose key that is, the bundle cannot say" in said.words
    call("bundle", signed.run, "--out", tmp_path / "b.zip")
    said = call("verify", tmp_path / "b.zip")
    assert said.status == 0 and "It is not signed" in said.words
    assert call("verify", tmp_path / "b.zip", "--key", signed.public).status == 1


def test_another_key_is_found_out(call: Command, signed: Signed) -> None:
    said = call("verify", signed.path, "--key", signed.other_public)
    assert said.status == 1 and "It is not signed with the key" in said.words


@pytest.mark.parametrize("name", MEMBERS)
def test_one_byte_changed_is_found(call: Command, signed: Signed, tmp_path: Path, name: str) -> None:
    content = bytearray(signed.members[name])
    content[len(content) // 2] ^= 1
    path = written(tmp_path / "b.zip", {**signed.members, name: bytes(content)})
    said = call("verify", path, "--key", signed.public)
    assert said.status == 1 and "is NOT verified" in said.words and name.partition(".")[0] in said.words


@pytest.mark.parametrize("name", MEMBERS)
def test_a_member_that_is_missing_is_found(call: Command, signed: Signed, tmp_path: Path, name: str) -> None:
    left = {one: content for one, content in signed.members.items() if one != name}
    said = call("verify", written(tmp_path / "b.zip", left), "--key", signed.public)
    assert said.status == 1 and name in said.words


def _verdict_changed(found: Members) -> None:
    told = json.loads(found["verdicts.json"])
    told["requirements"]["PRV-BOOK-10"] = "PASS"
    found["verdicts.json"] = json.dumps(told, indent=1).encode() + b"\n"


def _recording_changed(found: Members) -> None:
    found["run.jsonl"] = found["run.jsonl"].replace(b'"not met"', b'"met"')


def _swapped(found: Members) -> None:
    found["report.html"], found["results.json"] = found["results.json"], found["report.html"]


def _added(found: Members) -> None:
    found["more.html"] = b"<p>All is well.</p>"


def _stamp_of_nothing(found: Members) -> None:
    found["statement.tsr"] = b"none"


def _signed_twice(found: Members) -> None:
    envelope = json.loads(found["statement.dsse.json"])
    envelope["signatures"] *= 2
    found["statement.dsse.json"] = json.dumps(envelope).encode()


CHANGES = (_verdict_changed, _recording_changed, _swapped, _added, _stamp_of_nothing, _signed_twice)


@pytest.mark.parametrize("anew", [False, True], ids=["as it was", "manifest anew"])
@pytest.mark.parametrize("change", CHANGES)
def test_what_is_changed_is_found(
    call: Command, signed: Signed, tmp_path: Path, change: Callable[[Members], None], anew: bool
) -> None:
    """With a manifest that fits too: it is not the one that was signed."""
    found = dict(signed.members)
    change(found)
    if anew:
        found["manifest.sha256"] = manifest({n: c for n, c in found.items() if n not in ABOVE_MANIFEST})
    said = call("verify", written(tmp_path / "b.zip", found), "--key", signed.public)
    assert said.status == 1 and "WRONG" in said.out, said


def test_documents_of_another_run_are_found(call: Command, signed: Signed, tmp_path: Path) -> None:
    """Each is right by itself, and they do not belong together."""
    run = stored(tmp_path / "run", echoing_run())
    call("bundle", run, "--key", signed.key, "--out", tmp_path / "other.zip")
    found = {**members(tmp_path / "other.zip"), "report.html": signed.members["report.html"]}
    said = call("verify", written(tmp_path / "b.zip", found), "--key", signed.public)
    assert said.status == 1
    assert "report.html is not what the recording gives" in said.words


def test_a_bundle_of_another_version_is_judged_all_the_same(call: Command, signed: Signed, tmp_path: Path) -> None:
    """Its verdicts have to be the same; its pages may look otherwise."""
    found = {name: content for name, content in signed.members.items() if name in MEMBERS[:1] + MEMBERS[3:6]}
    told = json.loads(signed.members["verdicts.json"])
    told["origin"]["tool"]["version"] = "0.0.1"
    found["verdicts.json"] = json.dumps(told, indent=1).encode() + b"\n"
    found["report.html"] = b"<p>The page of an earlier version.</p>"
    found["manifest.sha256"] = manifest(found)
    statement = json.loads(signed.members["statement.json"])
    statement["subject"][0]["digest"]["sha256"] = hashlib.sha256(found["manifest.sha256"]).hexdigest()
    found["statement.json"] = json.dumps(statement, indent=1).encode() + b"\n"
    said = call("verify", written(tmp_path / "b.zip", found))
    assert said.status == 0 and "made by another version (0.0.1" in said.words, said
    _verdict_changed(found)
    assert call("verify", written(tmp_path / "b.zip", found)).status == 1


def _info(name: str, mode: int = 0o644, method: int = zipfile.ZIP_DEFLATED) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.external_attr = mode << 16
    info.compress_type = method
    return info


HARMFUL = {
    "parent": (raw_zip([(_info("../evil"), b"x")]), "with the name"),
    "absolute": (raw_zip([(_info("/etc/evil"), b"x")]), "with the name"),
    "backslash": (raw_zip([(_info("..\\evil"), b"x")]), "with the name"),
    "folder": (raw_zip([(_info("a/b"), b"x")]), "with the name"),
    "escape": (raw_zip([(_info("a\x1b[2J"), b"x")]), "with the name"),
    "link": (raw_zip([(_info("run.jsonl", 0o120777), b"/etc/passwd")]), "is no plain file"),
    "bzip2": (raw_zip([(_info("run.jsonl", method=zipfile.ZIP_BZIP2), b"x")]), "is no plain file"),
    "many": (raw_zip([(_info(f"m{n}"), b"") for n in range(MOST_MEMBERS + 1)]), "at most"),
    "text": (b"none at all", "is no zip"),
    "empty": (b"", "is no zip"),
}


@pytest.mark.parametrize("kind", HARMFUL)
def test_what_does_harm_is_refused(call: Command, tmp_path: Path, kind: str) -> None:
    content, why = HARMFUL[kind]
    (tmp_path / "b.zip").write_bytes(content)
    said = call("verify", tmp_path / "b.zip")
    assert said.status == 1 and why in said.words and "\x1b" not in said.out, said
    assert [path.name for path in tmp_path.iterdir()] == ["b.zip"]


def test_a_bomb_is_not_unpacked(call: Command, signed: Signed, tmp_path: Path) -> None:
    """One that says how large it is, and one that says that it is small."""
    content = bytearray(raw_zip([(_info("run.jsonl"), bytes(30_000_000))]))
    central = content.rindex(b"PK\x01\x02")
    for size, place in ((1000, "small"), (LARGEST_UNPACKED + 1, "large")):
        content[central + 24 : central + 28] = size.to_bytes(4, "little")
        (tmp_path / f"{place}.zip").write_bytes(content)
        said = call("verify", tmp_path / f"{place}.zip")
        assert said.status == 1 and ("damaged" in said.words) == (place == "small"), said
        assert ("larger than a bundle may be" in said.words) == (place == "large")


def test_a_member_twice_and_bytes_around_the_zip_are_refused(call: Command, signed: Signed, tmp_path: Path) -> None:
    with pytest.warns(UserWarning, match="Duplicate"):
        twice = raw_zip([(_info("run.jsonl"), b"x"), (_info("run.jsonl"), b"y")])
    for content in (
        twice,
        b"x" + signed.path.read_bytes(),
        signed.path.read_bytes() + b"x",
        signed.path.read_bytes()[:-9],
    ):
        (tmp_path / "b.zip").write_bytes(content)
        assert call("verify", tmp_path / "b.zip").status == 1


def test_what_is_not_there_is_told(call: Command, signed: Signed, tmp_path: Path) -> None:
    assert "There is no bundle at" in call("verify", tmp_path / "none.zip").paragraph()
    assert "is no public Ed25519 key" in call("verify", signed.path, "--key", signed.key).paragraph()
