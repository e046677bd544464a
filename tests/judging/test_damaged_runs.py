"""A stored run that was cut, edited or damaged: it is read as far as it goes, or rejected in a sentence."""

from __future__ import annotations

import contextlib
import copy
import io
import json
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from uec_booking.harness import cli
from uec_booking.harness.errors import SettingsError
from uec_booking.harness.http.client import now_text
from uec_booking.harness.judging import run_file
from uec_booking.harness.judging.observations import (
    MET,
    VALUE,
    Observation,
    Problem,
    Run,
    ScenarioRecord,
    Statement,
    StepRecord,
)

SLOTS = {"resourceType": "Bundle", "type": "searchset", "total": 0, "entry": []}


def _message(body: str, encoding: str = "", **more: Any) -> dict[str, Any]:
    return {"headers": [["Content-Type", "application/fhir+json"]], "body": body, "body_encoding": encoding, **more}


def _small_run() -> list[dict[str, Any]]:
    """A run with something of everything, as it is stored: a line each."""
    exchange = {
        "id": "x1", "system": "provider", "actor": "111", "note": "", "started": now_text(), "seconds": 0.1,
        "request": _message("", method="GET", url="https://provider.example/Slot?status=free"),
        "response": _message(json.dumps(SLOTS), status=200, reason="OK"), "error": "",
    }  # fmt: skip
    binary = {**exchange, "id": "x2", "response": _message("/w==", "base64", status=500, reason="")}
    seen = Observation("PRV-SRCH-01", MET, "e", "a", exchanges=("x1", "x2"), system="provider", step="Then it is so")
    value = Observation(
        "PRV-BOOK-10", VALUE, "e", "a", system="provider", situation="slot-taken", value="422", step="Then it is so"
    )
    record = ScenarioRecord(
        "provider/x.feature::One", "X", "One", "", ("story-x",), ("PRV-SRCH-01", "PRV-BOOK-10"), 1.0, now_text(),
        (StepRecord("Then", "it is so", "passed", 0.5, ("x1", "x2")),), (seen, value), (exchange, binary),
        Problem("inconclusive", "a reason"),
    )  # fmt: skip
    run = Run(
        now_text(), now_text(), "0.2.0", "", {"provider": "provider"}, ("registry",), False,
        settings={"provider": {"base_url": "https://provider.example"}}, notes=("a note",),
        evidence=(Statement("NFR-10", "A", "2026-01-31", "It is so."),),
        suite={record.id: record.requirements, "provider/x.feature::Two": ("PRV-BOOK-01", "PRV-CAN-14")},
    )  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        writer = run_file.Writer(Path(folder))
        writer.begin(run)
        writer.scenario(record)
        writer.end(run)
        lines = (Path(folder) / run_file.FILE).read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


GOOD = _small_run()


def _places(value: Any, place: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if place:
        yield place
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield from _places(inner, (*place, key))


PLACES = list(_places(GOOD))
_DEEP = "[" * 400 + "]" * 400
#: What stands in the place of something, as text of JSON.
WRONG = [
    "null", "true", "-1", "0", "1e999", "NaN", "Infinity", "9" * 400, "9" * 5000, '""', '"\\ud800"', '"\\u0000"', "[]",
    "{}", _DEEP, '[["a"]]', '{"a": 1}', '"9.9.9"', '"not base64 at all!"', '"=="', '"2026-13-45T00:00:00Z"', '"great"',
    '"http://["', "1e300", "-0.0", '"' + "x" * 5000 + '"',
]  # fmt: skip

_byte_damage = st.tuples(
    st.sampled_from(["cut", "flip", "insert", "drop line", "double line", "swap lines"]),
    st.integers(0, 10**6),
    st.binary(min_size=1, max_size=4),
)


def _replaced(place: tuple[Any, ...], text: str) -> bytes:
    data = copy.deepcopy(GOOD)
    target: Any = data
    for key in place[:-1]:
        target = target[key]
    target[place[-1]] = "@@here@@"
    return b"\n".join(json.dumps(line).replace('"@@here@@"', text).encode() for line in data) + b"\n"


def _without(place: tuple[Any, ...]) -> bytes:
    data = copy.deepcopy(GOOD)
    target: Any = data
    for key in place[:-1]:
        target = target[key]
    del target[place[-1]]
    return _written(data)


def _written(data: list[Any]) -> bytes:
    return b"".join(json.dumps(line).encode() + b"\n" for line in data)


def _damaged(kind: str, at: int, some: bytes) -> bytes:
    content = _written(GOOD)
    lines = content.splitlines(keepends=True)
    place, line = at % len(content), at % len(lines)
    return {
        "cut": content[:place],
        "flip": content[:place] + some + content[place + len(some) :],
        "insert": content[:place] + some + content[place:],
        "drop line": b"".join(lines[:line] + lines[line + 1 :]),
        "double line": b"".join([*lines[: line + 1], *lines[line:]]),
        "swap lines": b"".join([*lines[line:], *lines[:line]]),
    }[kind]


def _said(content: bytes, *command: str) -> tuple[int, str, str]:
    out, err = io.TextIOWrapper(io.BytesIO(), encoding="utf-8"), io.StringIO()
    folder = Path(tempfile.mkdtemp())
    try:
        (folder / run_file.FILE).write_bytes(content)
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            status = cli.main([command[0], str(folder), *command[1:]])
        out.seek(0)
        return status, out.read(), err.getvalue()
    finally:
        shutil.rmtree(folder)


def _holds(content: bytes) -> None:
    """A verdict or a sentence, and the same of both commands."""
    statuses = []
    for command in (("judge",), ("judge", "--edition", "1.0.0"), ("report",)):
        status, out, err = _said(content, *command)
        assert status in (0, 1, 2, 3), (status, err)
        assert "Traceback" not in out + err
        if status == 3:
            assert err.startswith("uec-booking: ") and len(err.strip().splitlines()) == 1, err
        else:
            assert err == "" and out != ""
        statuses.append(status == 3)
    assert len(set(statuses)) == 1


def test_the_small_run_is_good() -> None:
    status, out, _ = _said(_written(GOOD), "judge")
    assert status == 2
    assert "not as it was written" not in out


@pytest.mark.slow
@settings(max_examples=30)
@given(place=st.sampled_from(PLACES), text=st.sampled_from(WRONG))
def test_a_wrong_value_anywhere_is_no_traceback(place: tuple[Any, ...], text: str) -> None:
    _holds(_replaced(place, text))


@pytest.mark.slow
@settings(max_examples=15)
@given(place=st.sampled_from(PLACES))
def test_a_missing_value_anywhere_is_no_traceback(place: tuple[Any, ...]) -> None:
    _holds(_without(place))


@pytest.mark.slow
@settings(max_examples=15)
@given(damage=_byte_damage)
def test_damaged_bytes_are_no_traceback(damage: tuple[str, int, bytes]) -> None:
    _holds(_damaged(*damage))


@pytest.mark.parametrize(
    ("place", "text", "said"),
    [
        ((0, "edition"), '"9.9.9"', "damaged in line 1: there is no edition '9.9.9'"),
        ((2, "reading"), '"mine"', "damaged in line 3: there is no reading 'mine'"),
        ((0, "settings", "provider"), "NaN", "damaged in line 1: it holds a number that is none"),
        ((1, "seconds"), '"long"', "damaged in line 2: seconds: Input should be a valid number"),
        ((1, "observations", 0, "outcome"), '"great"', "damaged in line 2: there is no outcome 'great'"),
        ((1, "steps", 0, "outcome"), '"fine"', "damaged in line 2: there is no outcome 'fine'"),
        ((1, "problem"), '{"kind": "bad luck", "reason": ""}', "damaged in line 2: there is no kind 'bad luck'"),
        ((1, "exchanges", 1, "response", "body"), '"x"', "exchange 'x2' cannot be read"),
        ((1, "exchanges", 0, "request"), "null", "0.request: Input should be a valid dictionary"),
        ((1, "description"), _DEEP, "recursion limit exceeded"),
    ],
)  # fmt: skip
def test_it_is_said_what_is_wrong_and_where(place: tuple[Any, ...], text: str, said: str) -> None:
    for command in ("judge", "report"):
        status, _, err = _said(_replaced(place, text), command)
        assert status == 3
        assert said in err


WHOLE = _written(GOOD)


@pytest.mark.parametrize(
    ("content", "note"),
    [
        (WHOLE[: -len(WHOLE.splitlines()[-1]) // 2], "it ends in the middle of line 3"),
        (WHOLE + b"\n\n", "it has blank lines at its end"),
        (b"\xef\xbb\xbf" + WHOLE, "it begins with a byte order mark"),
        (WHOLE.replace(b"\n", b"\r\n"), "its lines end in CRLF"),
        (WHOLE + b"\0" * 40, "it ends in the middle of line 4"),
    ],
    ids=["half a line", "blank line", "BOM", "CRLF", "zeros"],
)  # fmt: skip
def test_a_torn_run_is_read_up_to_the_tear(content: bytes, note: str) -> None:
    status, out, _ = _said(content, "judge")
    told = " ".join(out.split())
    assert status == 2
    assert f"note: the stored run is not as it was written: {note}" in told
    assert ("cut off" in told) == ("middle of line 3" in note)


def test_every_beginning_of_a_run_is_read(tmp_path: Path) -> None:
    """Wherever its writer was stopped: from the end of its first line on there is something to judge."""
    first = len(WHOLE.splitlines()[0])
    path = tmp_path / run_file.FILE
    for end in range(first + 1, len(WHOLE), 7):
        path.write_bytes(WHOLE[:end])
        assert run_file.read(tmp_path).edition == "0.2.0", end
    path.write_bytes(WHOLE[: first - 1])
    with pytest.raises(SettingsError, match="cut off in its first line"):
        run_file.read(tmp_path)


def test_a_lone_surrogate_is_stored_as_it_is_shown(tmp_path: Path) -> None:
    record = ScenarioRecord("f/x.feature::S", "F", "S \ud800", "", (), (), 0.1, now_text())
    writer = run_file.Writer(tmp_path)
    writer.begin(Run(now_text(), "", "1.0.0", "", {}, (), True))
    writer.scenario(record)
    assert run_file.read(tmp_path).scenarios[0].name == "S \\ud800"
