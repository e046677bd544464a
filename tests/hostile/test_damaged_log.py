"""A log of bookings that is damaged or foreign stops no run, and sends a token nowhere."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from listening import Silent
from program import World, results, uec

#: One scenario that books nothing.
_BOOKS_NONE = "PRV-SRCH-38"


def _run(world: World, out: Path) -> list[str]:
    """Run one scenario to its good end; the notes of the run."""
    done = uec("assure", "--config", world.file, "--only", _BOOKS_NONE, "--out", out)
    assert done.status == 0, done.out + done.err
    assert "Traceback" not in done.out + done.err
    notes: list[str] = results(out)["notes"]
    return notes


def _lines(world: World, elsewhere: str) -> dict[str, bytes]:
    """Lines that are no use, by what is wrong with them."""
    part = world.config["provider"]
    good = {"system": "provider", "base_url": part["base_url"], "url": "", "organisation": "first_111"}

    def entry(**changes: object) -> bytes:
        return json.dumps({**good, **changes}).encode()

    there = f"{elsewhere}/Appointment/1"
    return {
        "no JSON": b'{"system": "provider", ',
        "no object": b"[1, 2, 3]",
        "deeply nested": b"[" * 100_000,
        "wrong types": entry(url=7, organisation=["first_111"]),
        "an unknown kind": b'{"noted": "yes"}',
        "NUL bytes": b"\x00" * 40,
        "UTF-16": '{"cancelled": "x"}'.encode("utf-16"),
        "another provider": entry(base_url=elsewhere, url=there),
        "an URL elsewhere": entry(url=there),
        "a user name in its URL": entry(url=there.replace("://", "://localhost@")),
        "an unknown organisation": entry(organisation="nobody", url=f"{part['base_url']}/Appointment/1"),
        "an unknown system": entry(system="third_provider", url=f"{part['base_url']}/Appointment/1"),
    }


def test_lines_that_are_no_use_are_kept_and_told(world: World, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    with Silent() as elsewhere:
        lines = _lines(world, elsewhere.root)
        # A mark at its beginning, and a torn line at its end.
        content = b"\xef\xbb\xbf" + b"\n".join(lines.values()) + b'\n{"requested": "torn'
        (out / "booked.jsonl").write_bytes(content)
        notes = _run(world, out)
        again = _run(world, out)
        assert elsewhere.connections == 0
    kept = (out / "booked.jsonl").read_bytes()
    assert [name for name, line in lines.items() if line not in kept] == []
    assert b'{"requested": "torn' in kept
    assert notes == again
    text = "\n".join(notes)
    for words in ("is none that this program wrote", "settings name another provider", "no organisation 'nobody'"):
        assert words in text
    assert "another third_provider" in text
    assert text.count("nothing was sent there") == 2
    # Each of them once, though the log is read at the beginning and at the end.
    assert len(notes) == len(set(notes))


@pytest.mark.parametrize("kind", ["folder", "dangling link"])
def test_what_is_no_file_is_put_aside(kind: str, world: World, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    place = out / "booked.jsonl"
    if kind == "folder":
        place.mkdir()
        (place / "inside").write_text("kept", encoding="utf-8")
    else:
        place.symlink_to(tmp_path / "nowhere")
    notes = _run(world, out)
    assert any("could not be read" in note and "booked-unreadable-1.jsonl" in note for note in notes)
    aside = out / "booked-unreadable-1.jsonl"
    assert aside.is_symlink() or (aside / "inside").read_text(encoding="utf-8") == "kept"
    assert not place.exists()
