"""Stored runs: ``run.jsonl`` holds settings (without secrets), exchanges and observations.

The first line is the run, then a line for each scenario as it ended, and a last line with
how the run ended; so a run that crashed can still be read, up to where it was cut off.
How it lies in its folder, plain or compressed: see ``run_storage``.
"""

from __future__ import annotations

import codecs
import hashlib
import json
import re
from dataclasses import asdict, replace
from io import RawIOBase
from pathlib import Path
from typing import Any

from pydantic_core import from_json

from ..errors import SettingsError
from ..text import ended
from . import run_storage
from .observations import Run, ScenarioRecord
from .run_lines import FORMAT, RunLine, plain, read_line
from .run_storage import COMPRESSED, FILE, content_of

_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_CUT_OFF = "The run was cut off before its end."


class Writer:
    """Writes a run as it goes on.

    Raises:
        OSError: the folder cannot be written, or has no room.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE

    def begin(self, run: Run) -> None:
        """Write the first line, and the scenarios that are taken over from before, in the place of what was there."""
        draft = self._path.with_suffix(".new")
        lines = [{"kind": "run", "format": FORMAT, **_facts(run)}]
        lines += [{"kind": "scenario", **record.to_json()} for record in run.scenarios]
        draft.write_bytes(b"".join(_as_json(line).encode("ascii") + b"\n" for line in lines))
        draft.replace(self._path)
        self._path.with_name(COMPRESSED).unlink(missing_ok=True)

    def scenario(self, record: ScenarioRecord) -> None:
        self._line({"kind": "scenario", **record.to_json()})

    def end(self, run: Run) -> None:
        # What the suite holds is in the first line.
        self._line({"kind": "end", "format": FORMAT, **_facts(replace(run, suite={}))})
        run_storage.compress(self._path)

    def _line(self, data: dict[str, Any]) -> None:
        line = _as_json(data).encode("ascii") + b"\n"
        with self._path.open("ab", buffering=0) as file:
            before = file.tell()
            try:
                _write_all(file, line)
            except OSError:
                # Room may be made, and what is stored then would be read as the rest of this line.
                file.truncate(before)
                raise


def _write_all(file: RawIOBase, content: bytes) -> None:
    while content:
        content = content[file.write(content) or 0 :]


def _facts(run: Run) -> dict[str, Any]:
    facts = asdict(replace(run, scenarios=()))
    del facts["sha256"]  # no file can hold its own
    return facts


def _as_json(data: dict[str, Any]) -> str:
    """One line of ASCII. A lone surrogate, which strict readers reject, is written as it is shown: ``\\ud800``."""
    text = json.dumps(data, ensure_ascii=False)
    if _LONE_SURROGATE.search(text):
        data = json.loads(_LONE_SURROGATE.sub(lambda found: f"\\\\u{ord(found[0]):04x}", text))
    return json.dumps(data, ensure_ascii=True)


def as_stored(value: Any) -> Any:
    """A value as it comes back from a stored run: tuples are lists there."""
    return json.loads(json.dumps(value))


def read(folder: Path) -> Run:
    """The run stored in ``folder`` (or in a file of it), as far as it was written.

    Raises:
        SettingsError: there is none, or it is damaged; says what and where.
    """
    content = content_of(folder)
    run = _Stored(run_storage.path_in(folder), content).run()
    return replace(run, sha256=hashlib.sha256(content).hexdigest())


class _Stored:
    """The content of a run.jsonl, and what was found out about it."""

    def __init__(self, path: Path, content: bytes) -> None:
        self._path = path
        self._notes: list[str] = []
        if content.startswith(codecs.BOM_UTF8):
            content = content.removeprefix(codecs.BOM_UTF8)
            self._notes.append("it begins with a byte order mark")
        if b"\r\n" in content:
            self._notes.append("its lines end in CRLF")
        self._lines = [line.strip(b"\r \t") for line in content.split(b"\n")]
        while self._lines and not self._lines[-1]:
            self._lines.pop()
        if content.endswith(b"\n\n") or content.endswith(b"\n\r\n"):
            self._notes.append("it has blank lines at its end")

    def run(self) -> Run:
        first: Run | None = None
        last: Run | None = None
        records: dict[str, ScenarioRecord] = {}
        for number, line in enumerate(self._lines, start=1):
            if not line:
                self._notes.append(f"line {number} is blank")
                continue
            try:
                found = read_line(line.decode("utf-8"))
                self._in_order(found, first, last, records)
            except ValueError as problem:
                if number == len(self._lines) and _torn(line):
                    self._notes.append(f"it ends in the middle of line {number}, and was read up to there")
                    break
                raise SettingsError(
                    f"The stored run {self._path} is damaged in line {number}: {ended(problem)}"
                ) from None
            if not isinstance(found, RunLine):
                records[found.id] = ScenarioRecord(**plain(found))
            elif found.kind == "run":
                first = Run(**plain(found))
            else:
                last = Run(**plain(found))
        if first is None:
            raise SettingsError(
                f"The stored run {self._path} is empty, or cut off in its first line: nothing of it can be judged. "
                "Run `uec-booking assure` again."
            )
        return self._put_together(first, last, records)

    def _in_order(self, found: Any, first: Run | None, last: Run | None, records: dict[str, ScenarioRecord]) -> None:
        """Raises ValueError for a line that has no business where it is."""
        if last is not None:
            raise ValueError("there is more behind the end of the run")
        begins = isinstance(found, RunLine) and found.kind == "run"
        if begins != (first is None):
            raise ValueError("the run begins twice" if begins else "the first line of the run is missing before it")
        if not isinstance(found, RunLine) and found.id in records:
            raise ValueError(f"the scenario {found.id!r} is there twice")

    def _put_together(self, first: Run, last: Run | None, records: dict[str, ScenarioRecord]) -> Run:
        run = replace(last or first, scenarios=tuple(records.values()), suite=first.suite)
        if last is None:
            run = replace(run, broken=_CUT_OFF, broken_status=2)
        if self._notes:
            run = replace(run, notes=(*run.notes, f"the stored run is not as it was written: {'; '.join(self._notes)}"))
        return run


def _torn(line: bytes) -> bool:
    """Whether a line that cannot be read is the beginning of one: its writer, or a copy of it, was cut off."""
    text = line.decode("utf-8", errors="replace").rstrip("\0\ufffd")
    if not text:
        return True
    if not text.startswith("{"):
        return False
    return _is_json(text, partly=True) and not _is_json(text, partly=False)


def _is_json(text: str, *, partly: bool) -> bool:
    try:
        from_json(text, allow_partial="trailing-strings" if partly else False)
    except ValueError as problem:
        return partly and "EOF while parsing" in str(problem)
    return True
