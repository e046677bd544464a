"""The JSON form: what is rejected, what is kept, and that nothing but CodecError comes out."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from uec_booking.standard.codec import MAX_BYTES, CodecError, parse_json, to_json


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"", "not JSON"),
        (b"{", "not JSON"),
        (b'{"a": 1,}', "not JSON"),
        (b"[]", "an array"),
        (b"null", "null"),
        (b'"text"', "text"),
        (b"12", "a number"),
        (b'{"status": "free", "status": "busy"}', "'status' is given twice"),
        (b'{"contained": [{"id": "a", "id": "b"}]}', "'id' is given twice"),
        (b'{"a": NaN}', "NaN"),
        (b'{"a": -Infinity}', "-Infinity"),
        (b'{"a": 1e9999999999}', "not a decimal"),
        (b'{"a": 1' + b"0" * 5000 + b"}", "beyond reason"),
        (b'{"a": "\xff"}', "not UTF-8"),
        ('{"a": "é"}'.encode("utf-16"), "not UTF-8"),
        (b'\xef\xbb\xbf{"a": 1}', "byte order mark"),
        (b'{"a": "\\ud800"}', "surrogate"),
        (b'{"\\ud800": "a"}', "surrogate"),
        (b'{"a":' * 65 + b"1" + b"}" * 65, "levels deep"),
        (b'{"a":' * 100_000 + b"1" + b"}" * 100_000, "levels deep"),
        (b" " * (MAX_BYTES + 1), "bytes"),
    ],
    ids=lambda value: repr(value)[:40],
)
def test_a_body_that_is_not_a_resource_in_json_is_refused(body: bytes, why: str) -> None:
    with pytest.raises(CodecError, match=why):
        parse_json(body)


def test_sixty_four_levels_are_accepted() -> None:
    assert parse_json(b'{"a":' * 64 + b"1" + b"}" * 64)


def test_digits_and_spelling_of_values_are_kept() -> None:
    body = '{"value":1.500,"big":100000000000000000000.10,"start":"2021-06-01T09:00:00.0+01:00","name":"Zoë"}'
    resource = parse_json(body.encode())
    assert resource["value"] == Decimal("1.500")
    assert to_json(resource).decode() == body


def test_the_place_of_a_fault_is_told() -> None:
    with pytest.raises(CodecError) as caught:
        parse_json(b'{"resourceType": "Patient", "name": [{"given": ["\\udc00"]}]}')
    assert caught.value.where == "Patient.name[0].given[0]"


@pytest.mark.parametrize(
    "resource",
    [
        {"a": float("nan")},
        {"a": float("inf")},
        {"a": object()},
        {1: "a"},
        {"a": {"b": {True: 1}}},
        {"a": "\ud800"},
    ],
    ids=["nan", "infinity", "object", "number as name", "boolean as name", "surrogate"],
)
def test_what_json_cannot_hold_is_not_written(resource: dict[str, object]) -> None:
    with pytest.raises(CodecError):
        to_json(resource)


def test_a_circle_is_not_written() -> None:
    circle: dict[str, object] = {}
    circle["contained"] = [circle]
    with pytest.raises(CodecError, match="levels deep"):
        to_json(circle)


@given(st.binary() | st.text().map(str.encode))
def test_any_bytes_give_an_object_or_a_codec_error(data: bytes) -> None:
    try:
        assert isinstance(parse_json(data), dict)
    except CodecError as error:
        assert error.message


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.decimals() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@pytest.mark.slow
@given(st.dictionaries(st.text(), _VALUES, max_size=4))
def test_what_is_written_is_read_back(value: dict[str, object]) -> None:
    try:
        written = to_json(value)
    except CodecError:
        return
    json.loads(written)
    try:
        resource = parse_json(written)
        assert parse_json(to_json(resource)) == resource
    except CodecError as error:
        assert (
            "number" in error.message or "decimal" in error.message
        )  # a number that Python holds and FHIR has no use for
