"""The profiles: what is right passes, and each fault names its clause, level and place.

`samples/` has a right resource for each profile, `profile_faults.json` the faults: the profile, the place
that is changed, the value put there (none: taken away) and what must be told.
"""

from __future__ import annotations

import copy
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from uec_booking.standard.editions import DEFAULT, EDITIONS, READINGS
from uec_booking.standard.profiles import FOLDER, PROFILES, check_profile
from uec_booking.standard.validation import check_structure

HERE = Path(__file__).parent
FAULTS: list[dict[str, Any]] = json.loads((HERE / "profile_faults.json").read_text(encoding="utf-8"))
TODAY = date(2021, 6, 1)


def right(profile: str) -> dict[str, Any]:
    return json.loads((HERE / "samples" / f"{profile}.json").read_text(encoding="utf-8"))


def change(resource: Any, path: str, **new: object) -> None:
    """Puts `value` at a dotted path, or takes away what is there; numbers are places in an array."""
    *way, last = [int(part) if part.isdigit() else part for part in path.split(".")]
    for part in way:
        resource = resource[part]
    if "value" in new:
        resource[last] = new["value"]
    else:
        del resource[last]


@pytest.mark.parametrize("profile", PROFILES)
def test_what_is_right_passes_in_every_edition_and_reading(profile: str) -> None:
    resource = right(profile)
    assert check_structure(resource) == []
    for edition in EDITIONS:
        if profile == "appointment-request":  # the first edition has a literal reference (CF-32)
            resource["slot"] = [{"reference": "Slot/s" if edition == "0.1.15" else "#s"}]
        if profile == "registry-entry-request":  # and its registry entries have no end (REG-08)
            resource = {key: item for key, item in right(profile).items() if (edition, key) != ("0.1.15", "end")}
        for reading in ("", *READINGS):
            assert check_profile(resource, profile, edition, reading, today=TODAY) == []


@pytest.mark.parametrize("fault", FAULTS, ids=[f"{one['requirement']} {one['where']}" for one in FAULTS])
def test_each_fault_names_its_clause_level_and_place(fault: dict[str, Any]) -> None:
    resource = right(fault["profile"])
    change(resource, fault["at"], **({"value": fault["value"]} if "value" in fault else {}))
    problems = check_profile(resource, fault["profile"], DEFAULT, today=TODAY)
    told = {(one.requirement, one.level, one.where) for one in problems}
    assert (fault["requirement"], fault["level"], fault["where"]) in told
    assert all(one.expected and one.actual for one in problems)


def test_every_clause_in_the_schemas_has_a_fault_that_it_finds() -> None:
    rules = [rule for path in FOLDER.glob("*.json") for rule in json.loads(path.read_text("utf-8"))["allOf"]]
    # The one stands in other editions and readings only, the other needs two changes; they are tested apart.
    untested = {rule["x-requirement"] for rule in rules} - {fault["requirement"] for fault in FAULTS}
    assert untested == {"RES-APT-04", "RES-PAT-10"}


def test_a_fault_that_stands_alone_is_told_once() -> None:
    resource = right("slot")
    del resource["identifier"]
    assert len(check_profile(resource, "slot", DEFAULT)) == 1


def test_the_world_is_open() -> None:
    resource = right("appointment-read")
    resource["contained"].append({"resourceType": "Device", "id": "x"})
    resource["participant"].append({"actor": {"reference": "Location/1"}, "status": "accepted"})
    resource["extension"] = [{"url": "urn:own", "valueCode": "a"}]
    resource["meta"]["profile"].append("https://example.org/own")
    resource["ownElement"] = {"a": 1}
    for profile in ("appointment", "appointment-read"):
        assert check_profile(resource, profile, DEFAULT) == []


def test_a_provider_of_few_resources_passes() -> None:
    bundle = right("slot-bundle")
    bundle["entry"] = bundle["entry"][:1]
    assert check_profile(bundle, "slot-bundle", DEFAULT) == []
    empty = {**bundle, "total": 0}
    del empty["entry"]
    assert check_profile(empty, "slot-bundle", DEFAULT) == []


def test_contacts_may_be_a_third_party_alone_or_the_patient_alone() -> None:
    alone = right("patient-request")
    del alone["contact"]
    assert check_profile(alone, "patient-request", DEFAULT) == []
    other = right("patient-request")
    del other["telecom"]
    other["contact"][0]["telecom"][0]["rank"] = 1
    assert check_profile(other, "patient-request", DEFAULT) == []
    del other["contact"]
    assert {one.requirement for one in check_profile(other, "patient-request", DEFAULT)} == {"RES-PAT-10"}


def test_unknown_profiles_editions_and_readings_are_refused() -> None:
    for arguments in (("slots", DEFAULT, ""), ("slot", "2.0.0", ""), ("slot", DEFAULT, "strict")):
        with pytest.raises(ValueError, match="unknown"):
            check_profile(right("slot"), *arguments)


_JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


def places(value: object, where: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [where] if where else []
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        found += places(item, (*where, key))
    return found


SAMPLES = {profile: right(profile) for profile in PROFILES}
SPOTS = [(profile, place) for profile in PROFILES for place in places(SAMPLES[profile])]


@pytest.mark.slow
@given(st.sampled_from(SPOTS), _JUNK)
def test_junk_anywhere_never_raises(spot: tuple[str, tuple[Any, ...]], junk: object) -> None:
    profile, place = spot
    resource = copy.deepcopy(SAMPLES[profile])
    target: Any = resource
    for part in place[:-1]:
        target = target[part]
    target[place[-1]] = junk
    for one in check_profile(resource, profile, DEFAULT, today=TODAY):
        assert one.where and one.expected and one.requirement and one.level
    assert check_profile(junk, profile, DEFAULT)
