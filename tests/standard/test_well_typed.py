"""The copy of a resource that holds nothing of another JSON type than FHIR's: the rest is left as it is."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from uec_booking.standard.validation import check_structure, well_typed

from .resources import JUNK, appointment, bundle, places


def test_a_right_resource_is_sound_as_it_is() -> None:
    for resource in (appointment(), bundle()):
        assert well_typed(resource) == without_nulls(resource)


def test_values_of_another_type_are_left_out_and_the_rest_stays() -> None:
    spoilt = {**appointment(), "id": ["8d2c"], "slot": "#s", "participant": ["p", {"status": 5, "actor": {}}]}
    found = well_typed(spoilt)
    assert "id" not in found and "slot" not in found
    assert found["participant"] == [{"actor": {}}]
    assert found["start"] == spoilt["start"]


@pytest.mark.parametrize("junk", [None, "text", 5, [], {}, {"resourceType": 5}, {"resourceType": "Nothing"}])
def test_what_is_no_resource_is_empty(junk: object) -> None:
    assert well_typed(junk) == {}


#: Empty is another fault than of another type.
_EMPTY = ("''", "empty", "an object with nothing in it")
_TYPES = ("text of type", "an object of type", "an array", "a number of type", "true or false", "a resource, as")


@pytest.mark.slow
@given(st.sampled_from(places(bundle())), JUNK)
def test_whatever_is_spoilt_a_sound_resource_has_no_value_of_another_type(place: tuple[Any, ...], junk: object) -> None:
    resource = copy.deepcopy(bundle())
    target: Any = resource
    for part in place[:-1]:
        target = target[part]
    target[place[-1]] = junk
    told = [p for p in check_structure(well_typed(resource)) if "._" not in p.where and p.actual not in _EMPTY]
    # A whole number that is too small or too large has the right type, and a wrong value.
    told = [p for p in told if not (p.expected.startswith("a number of type") and p.actual.lstrip("-").isdigit())]
    assert not [p for p in told if p.expected.startswith(_TYPES)]


def without_nulls(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: item if name.startswith("_") else without_nulls(item) for name, item in value.items()}
    return [without_nulls(one) for one in value if one is not None] if isinstance(value, list) else value
