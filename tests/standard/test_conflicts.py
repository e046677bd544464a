"""The 78 conflicts: complete, tied to clauses and answers both ways, and prevailing over their clauses."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from uec_booking.reports import conflicts as page
from uec_booking.standard import answers, conflicts, requirements
from uec_booking.standard.conflicts import Conflict

CONFLICTS = conflicts.load()
SITUATIONS = answers.situations()
CATALOGUE = requirements.load()
REPOSITORY = Path(__file__).parents[2]

each_conflict = pytest.mark.parametrize("conflict", CONFLICTS.values(), ids=list(CONFLICTS))


def test_all_78_conflicts_are_there() -> None:
    assert sorted(CONFLICTS) == [f"CF-{n:02}" for n in range(1, 79)]


@pytest.mark.parametrize("group", conflicts.GROUPS)
def test_a_file_meets_the_schema(group: str) -> None:
    schema = json.loads((conflicts.FOLDER.parent / "conflicts.schema.json").read_text(encoding="utf-8"))
    data = tomllib.loads((conflicts.FOLDER / f"{group}.toml").read_text(encoding="utf-8"))
    faults = [f"{error.json_path}: {error.message}" for error in Draft202012Validator(schema).iter_errors(data)]
    assert faults == []


@each_conflict
def test_conflict_and_clauses_name_each_other(conflict: Conflict) -> None:
    naming = {requirement.id for requirement in CATALOGUE.values() if conflict.id in requirement.conflicts}
    assert set(conflict.clauses) == naming


def test_no_clause_and_no_answer_names_an_unknown_conflict() -> None:
    named = {name for requirement in CATALOGUE.values() for name in requirement.conflicts}
    named |= {entry.conflict for entry in SITUATIONS.values() if entry.conflict}
    assert named <= set(CONFLICTS)


@each_conflict
def test_conflict_and_situations_name_each_other(conflict: Conflict) -> None:
    naming = {entry.id for entry in SITUATIONS.values() if entry.conflict == conflict.id}
    assert set(conflict.situations) == naming


@each_conflict
def test_each_clause_is_decided_by_the_answers_or_says_why_not(conflict: Conflict) -> None:
    if not conflict.situations:
        assert not conflict.decided_otherwise
        return
    decided = {name for situation in conflict.situations for name in SITUATIONS[situation].requirements}
    assert decided <= set(conflict.clauses), "a situation decides a clause that does not name its conflict"
    assert set(conflict.clauses) == decided | set(conflict.decided_otherwise)
    assert not decided & set(conflict.decided_otherwise)


@each_conflict
def test_the_clauses_have_the_levels_of_the_treatment(conflict: Conflict) -> None:
    for name, levels in conflict.levels.items():
        assert name in conflict.clauses
        requirement = CATALOGUE[name]
        stated = dict(requirement.levels) | {"default": requirement.level}
        stated.pop(requirements.API_PAGES_ALONE, None)
        assert stated == levels, name


@each_conflict
def test_what_can_only_be_attested_is_no_automatic_must(conflict: Conflict) -> None:
    if conflict.stance == "attest-only":
        automatic = [name for name in conflict.clauses if CATALOGUE[name].how != "evidence"]
        assert [name for name in automatic if CATALOGUE[name].level == "MUST"] == []


def test_no_clause_asks_for_a_refusal_that_its_answers_call_wrong() -> None:
    accepted: dict[str, set[str]] = {}
    for entry in SITUATIONS.values():
        values = {value for answer in entry.by_edition.values() for value in (*answer.right, *answer.tolerated)}
        if not values & {"200", "201"} and all(value.isdigit() and len(value) == 3 for value in values):
            for name in entry.requirements:
                accepted.setdefault(name, set()).update(values)
    contradictions = [
        (name, status)
        for name, values in accepted.items()
        for status in re.findall(r"\b4\d\d\b", CATALOGUE[name].text)
        if status not in values
    ]
    assert contradictions == []


def test_the_page_for_authors_is_current() -> None:
    written = (REPOSITORY / "docs" / "conflicts.md").read_text(encoding="utf-8")
    assert written == page.render(), "run: python -m uec_booking.reports.conflicts > docs/conflicts.md"
