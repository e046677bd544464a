"""The table of answers: well formed, complete, and never more lenient under a reading."""

from __future__ import annotations

import json
import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from uec_booking.standard import answers, requirements
from uec_booking.standard import editions as ed
from uec_booking.standard.answers import ValueClass, classify

SITUATIONS = answers.situations()
CATALOGUE = requirements.load()
STATUSES = [str(status) for status in range(100, 600)]

# Every situation in every edition that knows it.
KNOWN = [(name, edition) for name, entry in SITUATIONS.items() for edition in entry.by_edition]


@pytest.mark.parametrize("file", sorted(path.name for path in answers.FOLDER.glob("*.toml")))
def test_a_file_meets_the_schema(file: str) -> None:
    schema = json.loads((answers.FOLDER.parent / "answers.schema.json").read_text(encoding="utf-8"))
    data = tomllib.loads((answers.FOLDER / file).read_text(encoding="utf-8"))
    faults = [f"{error.json_path}: {error.message}" for error in Draft202012Validator(schema).iter_errors(data)]
    assert faults == []


@given(st.sampled_from(KNOWN), st.sampled_from(ed.READINGS), st.text() | st.sampled_from(STATUSES))
def test_what_nobody_names_is_wrong(known: tuple[str, str], reading: str, value: str) -> None:
    situation, edition = known
    accepted = SITUATIONS[situation].accepted(edition, reading)
    if value not in accepted.right and value not in accepted.tolerated:
        assert classify(situation, value, edition, reading).value_class is ValueClass.WRONG


@given(st.sampled_from(KNOWN), st.sampled_from(ed.READINGS), st.data())
def test_a_reading_never_accepts_what_the_edition_calls_wrong(
    known: tuple[str, str], reading: str, data: st.DataObject
) -> None:
    situation, edition = known
    accepted = SITUATIONS[situation].accepted(edition, reading)
    value = data.draw(st.sampled_from([*accepted.right, *accepted.tolerated]))
    assert classify(situation, value, edition).value_class is not ValueClass.WRONG


def test_no_value_is_right_and_tolerated_at_once() -> None:
    for entry in SITUATIONS.values():
        for accepted in (*entry.by_edition.values(), *entry.by_reading.values()):
            assert not set(accepted.right) & set(accepted.tolerated), entry.id


def test_a_situation_is_known_wherever_its_requirements_hold() -> None:
    gaps = [
        (entry.id, requirement, edition)
        for entry in SITUATIONS.values()
        for requirement in entry.requirements
        for edition in ed.EDITIONS
        if CATALOGUE[requirement].applies_in(edition) and not entry.applies_in(edition)
    ]
    assert gaps == []


def test_a_taken_slot_by_edition() -> None:
    latest = classify("slot-taken", "422", "1.0.0")
    assert latest.value_class is ValueClass.TOLERATED
    assert latest.expected.startswith("409 (right), 422 (tolerated: nhs-booking-api")
    assert latest.source_note.startswith("nhs-booking-api")
    assert latest.conflict == "CF-02"
    assert classify("slot-taken", "422", "0.2.0").value_class is ValueClass.RIGHT
    assert classify("slot-taken", "409", "1.0.0").value_class is ValueClass.RIGHT
    assert classify("slot-taken", "201", "1.0.0").value_class is ValueClass.WRONG


def test_a_missing_token_by_reading() -> None:
    assert classify("token-missing", "401", "1.0.0").value_class is ValueClass.TOLERATED
    assert classify("token-missing", "401", "1.0.0", "scal-2020").value_class is ValueClass.RIGHT
    assert classify("token-missing", "401", "1.0.0", "tkw").value_class is ValueClass.WRONG


def test_what_does_not_exist_is_refused() -> None:
    with pytest.raises(answers.AnswerError, match="unknown situation 'slot-lost'"):
        classify("slot-lost", "404", "1.0.0")
    with pytest.raises(answers.AnswerError, match=r"edition 0\.1\.17 does not know"):
        classify("reused-request-id-book", "409", "0.1.17")
    with pytest.raises(ed.EditionError):
        classify("slot-taken", "409", "2.0.4")
    with pytest.raises(ed.EditionError):
        classify("slot-taken", "409", "1.0.0", "strict")
