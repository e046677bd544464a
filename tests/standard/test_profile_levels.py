"""The schemas say what the catalogue and the table of answers say, in every edition and reading."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from uec_booking.standard import answers, requirements
from uec_booking.standard.editions import EDITIONS, READINGS, in_range
from uec_booking.standard.profiles import FOLDER, PROFILES, check_profile

SAMPLES = Path(__file__).parent / "samples"
ABSENT = object()
CODING = "identifier.0.extension.0.valueCodeableConcept.coding.0.code"
CONTENT = "content.0.attachment.language"
ACTORS = {
    "service": ["HealthcareService/1"],
    "location": ["Location/1"],
    "none": ["Practitioner/1"],
    "several": ["HealthcareService/1", "HealthcareService/2"],
}
HOME = {"use": "home", "postalCode": "LS1 4AP"}

# How each value of a situation looks: profile, requirement, place in the sample, and what stands there.
LOOKS: dict[str, tuple[str, str, str, dict[str, Any]]] = {
    "slot-status": (
        *("slot", "RES-SLOT-04", "status"),
        {name: name for name in ("free", "busy", "busy-unavailable", "busy-tentative", "entered-in-error", "open")},
    ),
    "slot-identifier": ("slot", "RES-SLOT-05", "identifier", {"absent": ABSENT}),
    "schedule-identifier": ("schedule", "RES-SCH-01", "identifier", {"absent": ABSENT}),
    "schedule-reference-form": (
        *("slot", "RES-SLOT-02", "schedule.reference"),
        {"relative": "Schedule/1", "absolute": "https://example.org/Schedule/1", "another": "urn:uuid:1"},
    ),
    "schedule-service-actor": (
        *("schedule", "RES-SCH-02", "actor"),
        {name: [{"reference": one} for one in actors] for name, actors in ACTORS.items()},
    ),
    "nhs-number-verification": (
        *("patient-request", "RES-PAT-04", CODING),
        {code: code for code in ("01", "02", "08", "09")},
    ),
    "patient-address-count": (
        *("patient-request", "RES-PAT-09", "address"),
        {"one": [HOME], "several": [HOME, {"use": "work"}], "none": ABSENT},
    ),
    "created-in-request": ("appointment-request", "RES-APT-04", "created", {"absent": ABSENT}),
    "request-status": (
        *("appointment-request", "CON-BOOK-03", "status"),
        {"booked": "booked", "proposed": "proposed"},
    ),
    "slot-reference-form": (
        *("appointment-request", "RES-APT-05", "slot"),
        {"contained": [{"reference": "#s"}], "literal": [{"reference": "Slot/s"}]},
    ),
    "appointment-language": (
        *("appointment-request", "RES-APT-10", "language"),
        {"absent": ABSENT, "en": "en", "en-GB": "en-GB", "fr": "fr"},
    ),
    "document-language": (
        *("document-reference-request", "RES-DOC-05", CONTENT),
        {"en": "en", "en-GB": "en-GB", "fr": "fr"},
    ),
}


def sample(profile: str, path: str, value: object) -> dict[str, Any]:
    resource = json.loads((SAMPLES / f"{profile}.json").read_text(encoding="utf-8"))
    *way, last = [int(part) if part.isdigit() else part for part in path.split(".")]
    target: Any = resource
    for part in way:
        target = target[part]
    if value is ABSENT:
        del target[last]
    else:
        target[last] = value
    return resource


@pytest.mark.parametrize("reading", ["", *READINGS])
@pytest.mark.parametrize("situation", LOOKS)
def test_the_schemas_judge_as_the_table_of_answers(situation: str, reading: str) -> None:
    profile, requirement, path, looks = LOOKS[situation]
    catalogue = requirements.load()[requirement]
    for edition in filter(catalogue.applies_in, EDITIONS):
        for value, look in looks.items():
            found = check_profile(sample(profile, path, look), profile, edition, reading)
            levels = {one.level for one in found if one.requirement == requirement}
            told = answers.classify(situation, value, edition, reading).value_class
            if told is answers.ValueClass.RIGHT:
                assert levels == set(), (edition, value)
            elif told is answers.ValueClass.TOLERATED:
                assert levels == {"SHOULD"}, (edition, value)
            else:
                assert catalogue.level_in(edition, reading) in levels, (edition, value)


@pytest.mark.parametrize("profile", PROFILES)
def test_the_rules_are_well_formed_and_never_stricter_than_the_catalogue(profile: str) -> None:
    schema = json.loads((FOLDER / f"{profile}.json").read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    for rule in schema["allOf"]:
        words = {key for key in rule if key.startswith("x-")}
        optional = {"x-level", "x-levels", "x-editions", "x-readings"}
        assert {"x-requirement", "x-expected"} <= words <= {"x-requirement", "x-expected"} | optional
        catalogue = requirements.load()[rule["x-requirement"]]
        if rule.get("required") == ["resourceType"]:
            continue
        for edition in EDITIONS:
            if not in_range(edition, rule.get("x-editions", "all")):
                continue
            assert catalogue.applies_in(edition), (rule["x-requirement"], edition)
            for reading in rule.get("x-readings", ["", *READINGS]):
                ours, most = level_of(rule, edition, reading), catalogue.level_in(edition, reading)
                order = requirements.LEVELS.index
                assert order(ours) <= order(most), (rule["x-requirement"], edition, reading)


def level_of(rule: dict[str, Any], edition: str, reading: str) -> str:
    levels = rule.get("x-levels", {})
    ranged = [level for key, level in levels.items() if key not in READINGS and in_range(edition, key)]
    return levels.get(reading) or (ranged or [rule.get("x-level", "MUST")])[0]
