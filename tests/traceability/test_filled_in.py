"""Nothing is left of a skeleton (``dev/new_check.py``): what is to be filled in is marked TODO."""

from __future__ import annotations

from ..support.source import ROOMS, ROOT, is_output

MARK = "TODO"


def test_nothing_is_left_to_fill_in() -> None:
    left = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()}"
        for room in ROOMS
        for path in sorted((ROOT / room).rglob("*"))
        if path.suffix in (".py", ".feature", ".toml") and not is_output(path)
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if MARK in line
    ]
    assert not left, "\n".join(["to be filled in:", *left])
