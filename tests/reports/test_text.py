"""Text from a system under test is laid out without being changed, and made harmless."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from uec_booking.harness.text import ended
from uec_booking.reports.text import BODY_LIMIT, clean, one_line, pretty

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)
# Text is shown cleaned, so only plain text comes back the same.
plain = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E))


@pytest.mark.parametrize(
    ("said", "sentence"), [("refused", "refused."), ("Go away.", "Go away."), ('it says "no."', 'it says "no."')]
)
def test_a_sentence_has_one_full_stop(said: str, sentence: str) -> None:
    assert ended(said) == sentence


@pytest.mark.slow
@given(st.dictionaries(plain, values, max_size=5))
def test_json_is_laid_out_without_being_changed(value: dict[str, object]) -> None:
    for indent in (None, 1):
        assert json.loads(pretty(json.dumps(value, indent=indent))) == value


def test_what_a_json_reader_would_lose_stays() -> None:
    assert pretty('{"a":1.50,"a":1e400,"b":[],"c":{}}') == ('{\n  "a": 1.50,\n  "a": 1e400,\n  "b": [],\n  "c": {}\n}')


def test_xml_is_laid_out() -> None:
    shown = pretty('<?xml version="1.0" encoding="UTF-8"?><Slot xmlns="http://hl7.org/fhir"><id value="1"/></Slot>')
    assert shown == '<Slot xmlns="http://hl7.org/fhir">\n  <id value="1"/>\n</Slot>'
    assert etree.fromstring(shown) is not None


@pytest.mark.parametrize(
    "body",
    [
        '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>',
        "<not closed>",
        '{"not": closed',
        "{" * 5_000,
        "[" * 90_000 + "]" * 9_000,
        '{"a": NaN} and more',
        "",
        "plain words",
    ],
)
def test_what_cannot_be_laid_out_is_shown_as_it_came(body: str) -> None:
    assert pretty(body) == body


def test_a_long_body_is_cut_with_a_note() -> None:
    shown = pretty("x" * (BODY_LIMIT + 1_234))
    assert shown.startswith("x" * 100)
    assert shown.endswith("(1,234 more characters)")
    assert len(shown) < BODY_LIMIT + 100


def test_deep_nesting_does_not_grow_without_bound() -> None:
    assert len(pretty("[" * 900 + "]" * 900)) < BODY_LIMIT + 100


@given(st.text(st.characters()))
def test_clean_text_holds_nothing_that_moves_a_cursor_or_breaks_a_document(text: str) -> None:
    shown = clean(text)
    etree.Element("a").text = shown
    shown.encode("utf-8")
    assert not set(shown) & {*map(chr, range(0x7F, 0xA0)), *"\r\x1b\u202e\u2028"}
    assert "\n" not in one_line(text)
    assert len(one_line(text, 20)) <= 20
