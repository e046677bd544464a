"""Values that only look right."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from uec_booking.standard import profiles
from uec_booking.standard.ecma import Validator, ecma_pattern
from uec_booking.standard.profiles import check_profile
from uec_booking.standard.validation import check_structure


def _patterns(value: Any) -> list[str]:
    if isinstance(value, dict):
        own = [value["pattern"]] if isinstance(value.get("pattern"), str) else []
        return own + [found for inner in value.values() for found in _patterns(inner)]
    return [found for inner in value for found in _patterns(inner)] if isinstance(value, list) else []


def _schema(profile: str) -> Any:
    return json.loads((Path(profiles.FOLDER) / f"{profile}.json").read_text(encoding="utf-8"))


def test_every_pattern_of_the_schemas_is_one_that_is_understood() -> None:
    patterns = {pattern for profile in profiles.PROFILES for pattern in _patterns(_schema(profile))}
    assert patterns, "the schemas have no pattern to look at"
    for pattern in patterns:
        assert ecma_pattern(pattern), pattern


@pytest.mark.parametrize(
    ("pattern", "right", "wrong"),
    [
        ("^[0-9]{10}$", "9990000000", "9990000000\n"),
        (r"^\d+$", "12", "١٢"),
        (r"^\w+$", "abc", "é"),
        (r"^\s$", "\u00a0", "\u001c"),
        (r"^\S$", "a", "\ufeff"),
        (r"^[\s]$", "\u2028", "a"),
        ("^a.b$", "a-b", "a\u2028b"),
        (r"^\$$", "$", "$\n"),
        ("^[$.]$", ".", "a"),
        ("b$", "ab", "ab\n"),
    ],
)
def test_patterns_are_those_of_ecma_262(pattern: str, right: str, wrong: str) -> None:
    assert Validator({"pattern": pattern}).is_valid(right)
    assert not Validator({"pattern": pattern}).is_valid(wrong)


def test_what_would_be_understood_otherwise_is_refused() -> None:
    with pytest.raises(ValueError, match="not understood"):
        ecma_pattern(r"[\Sa]")


@pytest.mark.parametrize("end", ["", "\n"])
def test_a_line_end_behind_an_identifier_is_found(end: str) -> None:
    identifier = {
        "system": "https://tools.ietf.org/html/rfc4122",
        "value": "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee" + end,
    }
    slot = {"resourceType": "Slot", "identifier": [identifier]}
    broken = {problem.requirement for problem in check_profile(slot, "slot", "1.0.0")}
    assert ("RES-SLOT-05" in broken) == bool(end)


@pytest.mark.parametrize(
    ("start", "end", "reversed_"),
    [
        ("2026-02", "2026-01", True),
        ("2026", "2025-12-31", True),
        ("2026-02-10", "2026-02-09", True),
        ("2026-02-10T10:00:00Z", "2026-01", True),
        ("2026-02", "2026-01-30T10:00:00Z", True),
        ("2026-02-10T10:00:00+01:00", "2026-02-10T09:30:00Z", False),
        ("2026-02-10T10:00:00Z", "2026-02-10T10:30:00+01:00", True),
        ("2026-02", "2026", False),
        ("2026-02-10", "2026-02", False),
        ("2026-02-01T00:30:00Z", "2026-01-31", False),
        ("2026-02", "2026-02", False),
        ("9999-12-31T23:59:59Z", "9999-12", False),
        ("0001-01-01T00:00:00Z", "0001-01", False),
    ],
)
def test_a_period_does_not_end_before_it_starts(start: str, end: str, reversed_: bool) -> None:
    name = {"family": "Smith", "period": {"start": start, "end": end}}
    problems = check_structure({"resourceType": "Patient", "name": [name]})
    assert any("per-1" in problem.expected for problem in problems) == reversed_


@pytest.mark.parametrize(("second", "found"), [("59", False), ("60", True), ("61", True)])
def test_stu3_has_no_second_60(second: str, found: bool) -> None:
    meta = {"lastUpdated": f"2016-12-31T23:59:{second}Z"}
    assert bool(check_structure({"resourceType": "Patient", "meta": meta})) == found


@pytest.mark.parametrize("letter", ["\x00", "\x1b", "\ufffe", "\uffff"])
def test_text_that_xml_cannot_hold_is_found(letter: str) -> None:
    def problems(text: str) -> list[str]:
        patient = {"resourceType": "Patient", "name": [{"family": text}], "implicitRules": f"http://{text}.example"}
        return [problem.where for problem in check_structure(patient)]

    assert problems(f"a{letter}") == ["Patient.name[0].family", "Patient.implicitRules"]
    assert problems("a\u00a0") == ["Patient.implicitRules"]
    assert problems("a") == []
