"""Directory files: what is read, what is listed, and what is wrong said in a sentence."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from ...support.source import ROOT
from ..test_start import simulate
from .rows import STATES, in_state, row, write

SCHEMA = json.loads((ROOT / "standard" / "directory.schema.json").read_text(encoding="utf-8"))


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(SCHEMA)


def test_the_built_in_directory_keeps_the_schema_and_can_be_read_again(tmp_path: Path) -> None:
    listed = simulate(tmp_path, "--list-directory", "--json")
    assert listed.returncode == 0, listed.stderr
    Draft202012Validator(SCHEMA).validate(json.loads(listed.stdout))
    (tmp_path / "again.json").write_text(listed.stdout, encoding="utf-8")
    again = simulate(tmp_path, "--list-directory", "--json", "--directory", "again.json")
    assert again.stdout == listed.stdout


def test_a_directory_is_listed_for_people(tmp_path: Path) -> None:
    rows = [*map(in_state, STATES), row(21, asids=[]), row(22, requires_booking="true")]
    listed = simulate(tmp_path, "--list-directory", "--directory", str(write(tmp_path, *rows)))
    heads, *lines = listed.stdout.splitlines()
    assert heads.split()[:2] == ["DoS", "id"] and len(lines) == len(rows)
    assert all(state in line for state, line in zip(STATES, lines, strict=False))
    assert "requirebooking=true" in lines[-1]


SERVICE = row(1)
WRONG: dict[str, tuple[Any, str]] = {
    "no object": ([], "the whole file"),
    "no services": ({"directory": 1, "services": []}, "services: "),
    "another version": ({"directory": 2, "services": [SERVICE]}, "directory: 1 was expected"),
    "an unknown member": ([SERVICE | {"colour": "red"}], "services[0]: Additional properties"),
    "a missing member": ([{k: v for k, v in SERVICE.items() if k != "root"}], "'root' is a required property"),
    "an id with a line end": ([row(1, id="2000100001\n")], "services[0].id"),
    "a name with a control character": ([row(1, name="A\u0000B")], "services[0].name"),
    "an ASID that is none": ([row(1, asids=["12"])], "services[0].asids[0]"),
    "an unknown state": ([row(1), row(2, in_sds="lost")], "services[1].in_sds: 'lost' is not one of"),
    "a root with a slash at its end": ([row(1, root="/a/")], "services[0].root"),
    "a root with a blank": ([row(1, root="/a b")], "services[0].root"),
    "an id twice": ([row(1), row(2, id="2000100001")], "services[1].id: 2000100001 is the id of another"),
    "a root of the world's own": ([row(1, root="/control/STU3")], "services[0].root: the path /control is the world's"),
    "a root that is DoS": ([row(1, root="/dos")], "services[0].root: the path /dos is the world's"),
    "a root within another": ([row(1, root="/a"), row(2, root="/a-b"), row(3, root="/a/b")], "/a/b lies within /a;"),
    "a root with dots": ([row(1, root="/a/../b")], "a step of the path is . or .."),
    "a root with an escaped slash": ([row(1, root="/a%2Fb")], "has an escape of a character that no path may show"),
    "a root with an escaped line end": ([row(1, root="/a%0Ab")], "has an escape of a character that no path"),
    "nothing unsafe to show": ([row(1, in_sds="unsafe-characters")], "like /2000100001/STU3/1/booking/urgent%20care"),
    "one system of two minds": ([row(1), row(2, root=SERVICE["root"], cancelling="booker")], "services[1].cancelling"),
    "an ASID of two systems": ([row(1), row(2, asids=SERVICE["asids"])], "services[1].asids: 918999190001 is an ASID"),
    "an ASID of a consumer": ([row(1, asids=["918999198101"])], "is the ASID of Northmoor 111 Service in this world"),
}  # fmt: skip


@pytest.mark.parametrize("what", WRONG)
def test_what_is_wrong_is_said_with_its_place(tmp_path: Path, what: str) -> None:
    document, words = WRONG[what]
    if isinstance(document, list) and document:
        document = {"directory": 1, "services": document}
    path = tmp_path / "directory.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    _says(simulate(tmp_path, "--port", "0", "--directory", "directory.json"), "directory.json", words)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"{", "is not JSON"),
        (b"\xff\xfe\xfd", "is not JSON"),
        (b"[" * 100_000, "is not JSON"),
        (b'{"directory": 1, "directory": 1, "services": []}', "the member 'directory' occurs twice"),
        (b" " * 4_000_001, "has more than 4000000 bytes"),
    ],
)
def test_what_is_no_json_is_said(tmp_path: Path, content: bytes, words: str) -> None:
    (tmp_path / "directory.json").write_bytes(content)
    _says(simulate(tmp_path, "--list-directory", "--directory", "directory.json"), words)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--directory", "absent.json"), "absent.json cannot be read: No such file or directory; name a file"),
        (("--directory", "."), "cannot be read: Is a directory"),
        (("--sds-port", "70000"), "--sds-port 70000 is no port"),
        (("--sds-ldif", "absent/sds.ldif"), "--sds-ldif absent/sds.ldif: the folder does not exist"),
        (("--write-addresses", "."), "--write-addresses . is a folder; name a file"),
    ],
)
def test_options_that_cannot_be_are_said(tmp_path: Path, options: tuple[str, ...], words: str) -> None:
    _says(simulate(tmp_path, "--port", "0", *options), words)


def test_the_built_in_systems_and_a_directory_are_not_mixed(tmp_path: Path) -> None:
    path = write(tmp_path, row(1))
    _says(simulate(tmp_path, "--at-the-host", "--directory", str(path)), "leave it out, or leave --directory out")


def _says(done: Any, *words: str) -> None:
    assert done.returncode == 3, done.stderr
    assert all(word in done.stderr for word in words), done.stderr
    assert "Traceback" not in done.stderr and done.stdout == ""
    assert len(done.stderr.strip().splitlines()) == 1
