"""A log of bookings that is damaged or foreign stops no run, and sends a token nowhere."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from uec_booking.harness.bookkeeping.booking_log import FILE
from uec_booking.harness.cleanup.sweep import sweep
from uec_booking.harness.settings import load

from .silent_host import Silent

#: The provider of the settings: a port on which nothing listens, for nothing in these logs is to be asked there.
_BASE = "https://localhost:9/STU3"


def _swept(out: Path) -> list[str]:
    """What is said of the log, as at the beginning of a run and at its end."""
    return sweep(out / FILE, load.from_urls(_BASE, "", services=["1"]))


def _lines(elsewhere: str) -> dict[str, bytes]:
    """Lines that are no use, by what is wrong with them."""
    good = {"system": "provider", "base_url": _BASE, "url": "", "organisation": "first_111"}

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
        "an unknown organisation": entry(organisation="nobody", url=f"{_BASE}/Appointment/1"),
        "an unknown system": entry(system="third_provider", url=f"{_BASE}/Appointment/1"),
    }


def test_lines_that_are_no_use_are_kept_and_told(tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    with Silent() as elsewhere:
        lines = _lines(elsewhere.root)
        # A mark at its beginning, and a torn line at its end.
        content = b"\xef\xbb\xbf" + b"\n".join(lines.values()) + b'\n{"requested": "torn'
        (out / "booked.jsonl").write_bytes(content)
        notes = _swept(out)
        again = _swept(out)
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


@pytest.mark.parametrize("kind", ["folder", "dangling link"])
def test_what_is_no_file_is_put_aside(kind: str, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    place = out / "booked.jsonl"
    if kind == "folder":
        place.mkdir()
        (place / "inside").write_text("kept", encoding="utf-8")
    else:
        place.symlink_to(tmp_path / "nowhere")
    notes = _swept(out)
    assert any("could not be read" in note and "booked-unreadable-1.jsonl" in note for note in notes)
    aside = out / "booked-unreadable-1.jsonl"
    assert aside.is_symlink() or (aside / "inside").read_text(encoding="utf-8") == "kept"
    assert not place.exists()
