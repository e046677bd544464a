"""The XML form: what is rejected, what is kept, and that nothing but CodecError comes out."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from fhir.resources.STU3 import get_fhir_model_class
from hypothesis import given
from hypothesis import strategies as st
from uec_booking.standard.codec import CodecError, parse_json, parse_xml, to_json, to_xml
from uec_booking.standard.codec.layout import layout_of
from uec_booking.standard.codec.make_layout import LAYOUT_FILE, render

SAMPLES = Path(__file__).parent / "samples"
NS = 'xmlns="http://hl7.org/fhir"'
DIV = '<div xmlns="http://www.w3.org/1999/xhtml">%s</div>'


def slot(inner: str, attributes: str = NS) -> bytes:
    return f"<Slot {attributes}>{inner}</Slot>".encode()


@pytest.mark.parametrize(
    ("body", "why", "where"),
    [
        (b"", "not well-formed", ""),
        (b"<Slot", "not well-formed", ""),
        (slot("<id value='a'/><id value='b'/>"), "must not repeat", "Slot.id"),
        (slot("<status value='free'/><id value='a'/>"), "id is out of order", "Slot.id"),
        (slot("<end value='x'/><start value='x'/>"), "start is out of order", "Slot.start"),
        (slot("<id value='a'/>", ""), "namespace", "Slot"),
        (slot("<id value='a'/>", 'xmlns="http://hl7.org/FHIR"'), "namespace", "Slot"),
        (slot("<id xmlns='urn:other' value='a'/>"), "namespace", "Slot.id"),
        (b"<Slots xmlns='http://hl7.org/fhir'/>", "not a STU3 resource type", "Slots"),
        (b"<HumanName xmlns='http://hl7.org/fhir'/>", "not a STU3 resource type", "HumanName"),
        (b"<DomainResource xmlns='http://hl7.org/fhir'/>", "not a STU3 resource type", "DomainResource"),
        (slot("<colour value='red'/>"), "not an element of Slot", "Slot.colour"),
        (slot("<status value='free' colour='red'/>"), "unknown attribute", "Slot.status"),
        (slot("<status value='free'/>", f"{NS} id='a'"), "unknown attribute", "Slot"),
        (slot("text<id value='a'/>"), "text 'text'", "Slot"),
        (slot("<id value='a'/>tail"), "text 'tail'", "Slot"),
        (slot("<status>free</status>"), "text 'free'", "Slot.status"),
        (slot("<status value=''/>"), "must not be empty", "Slot.status"),
        (slot("<status/>"), "must have a value", "Slot.status"),
        (slot("<schedule/>"), "must not be empty", "Slot.schedule"),
        (slot("<overbooked value='True'/>"), "true or false", "Slot.overbooked"),
        (slot("<contained/>"), "exactly one resource", "Slot.contained[0]"),
        (slot("<contained><Slot/><Slot/></contained>"), "exactly one resource", "Slot.contained[0]"),
        (slot("<contained><Nonsense/></contained>"), "not a STU3 resource", "Slot.contained[0]"),
        (
            slot("<contained><Appointment><priority value='x'/></Appointment></contained>"),
            "unsignedInt",
            "Slot.contained[0].priority",
        ),
        (
            slot("<extension url='u'><valueCode value='a'/><valueString value='b'/></extension>"),
            "out of order|only one",
            "Slot.extension[0].valueString",
        ),
        (
            slot("<extension url='u'><valueDecimal value='1e5'/></extension>"),
            "type decimal",
            "Slot.extension[0].valueDecimal",
        ),
        (
            slot(f"<text><status value='empty'/>{DIV % '<i xmlns=%r>x</i>' % 'urn:x'}</text>"),
            "nothing but XHTML",
            "Slot.text.div",
        ),
        (slot("<text><status value='empty'/><div>x</div></text>"), "namespace", "Slot.text.div"),
        (b"<!DOCTYPE Slot [<!ENTITY a 'b'>]><Slot xmlns='http://hl7.org/fhir'/>", "DOCTYPE", ""),
        (slot("<comment value='&lol;'/>"), "not well-formed", ""),
        (slot("<comment value='\x01'/>"), "not well-formed", ""),
        (b"<?xml version='1.0' encoding='ISO-8859-1'?>" + slot(""), "ISO-8859-1", ""),
        (slot("<comment value='é'/>").decode().encode("latin-1"), "not UTF-8", ""),
        (slot("<comment value='é'/>").decode().encode("utf-16"), "not UTF-8", ""),
        (b"<Slot xmlns='http://hl7.org/fhir'>" + b"<a>" * 70 + b"</a>" * 70 + b"</Slot>", "levels deep", ""),
        (b"<a>" * 100_000 + b"</a>" * 100_000, "levels deep|not well-formed", ""),
    ],
    ids=lambda value: repr(value)[:50],
)
def test_xml_that_is_not_fhir_is_refused_with_its_place(body: bytes, why: str, where: str) -> None:
    with pytest.raises(CodecError, match=why) as caught:
        parse_xml(body)
    assert caught.value.where == where


def test_namespace_prefixes_comments_and_schema_locations_are_accepted() -> None:
    body = (
        b"<?xml version='1.0'?><!-- a slot --><f:Slot xmlns:f='http://hl7.org/fhir'"
        b" xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance'"
        b" xsi:schemaLocation='http://hl7.org/fhir a.xsd'>"
        b"<f:text><f:status value='generated'/>"
        b"<h:div xmlns:h='http://www.w3.org/1999/xhtml'><h:b>x</h:b></h:div></f:text>"
        b"<!-- free --><f:status value='free'/><?go on?></f:Slot>"
    )
    assert parse_xml(body) == {
        "resourceType": "Slot",
        "text": {"status": "generated", "div": DIV % "<b>x</b>"},
        "status": "free",
    }


def test_unknown_elements_are_passed_over_on_request_and_nothing_else_is() -> None:
    body = slot("<colour value='red'/><x:y xmlns:x='urn:x'>text</x:y><status value='free' hue='5'><odd/></status>")
    assert parse_xml(body, lenient_unknown=True) == {"resourceType": "Slot", "status": "free"}
    with pytest.raises(CodecError, match="namespace"):
        parse_xml(slot("<status xmlns='' value='free'/>"), lenient_unknown=True)
    with pytest.raises(CodecError, match="out of order"):
        parse_xml(slot("<start value='x'/><id value='a'/>"), lenient_unknown=True)
    assert to_xml({"resourceType": "Slot", "colour": 1, "status": "free"}, lenient_unknown=True).endswith(
        b'<status value="free"/></Slot>'
    )


RICH = {
    "resourceType": "Appointment",
    "id": "1",
    "text": {"status": "generated", "div": DIV % "Zoë &lt;3 <br/>&amp;<!-- c -->"},
    "contained": [
        {
            "resourceType": "Patient",
            "id": "p",
            "name": [{"given": ["Ann", None], "_given": [None, {"id": "g", "extension": [{"url": "u"}]}]}],
            "_birthDate": {"extension": [{"url": "u", "valueCode": "unknown"}]},
            "telecom": [{"id": "t", "system": "phone", "value": "1\n2\t3", "rank": 1}],
        }
    ],
    "status": "booked",
    "start": "2021-06-01T09:00:00.000+01:00",
    "participant": [{"status": "accepted", "actor": {"reference": "#p"}}],
}


def test_a_rich_resource_survives_both_ways() -> None:
    resource = {**RICH, "extension": [{"url": "u", "valueDecimal": Decimal("1.50")}]}
    assert parse_xml(to_xml(resource)) == resource
    assert parse_json(to_json(parse_xml(to_xml(resource)))) == resource
    assert b'<valueDecimal value="1.50"/>' in to_xml(resource)


@pytest.mark.parametrize(
    ("change", "why", "where"),
    [
        ({"resourceType": None}, "not a STU3 resource type", "resourceType"),
        ({"resourceType": "Nonsense"}, "not a STU3 resource type", "resourceType"),
        ({"colour": "red"}, "not an element", "Appointment.colour"),
        ({"_participant": {}}, "not an element", "Appointment._participant"),
        ({"status": 5}, "type code", "Appointment.status"),
        ({"status": ["booked"]}, "type code", "Appointment.status"),
        ({"status": ""}, "type code", "Appointment.status"),
        ({"status": None}, "must have a value", "Appointment.status"),
        ({"status": "a\x00b"}, "XML cannot hold", "Appointment.status"),
        ({"priority": "10"}, "type unsignedInt", "Appointment.priority"),
        ({"priority": True}, "type unsignedInt", "Appointment.priority"),
        ({"priority": 2**31}, "type unsignedInt", "Appointment.priority"),
        ({"participant": []}, "array with content", "Appointment.participant"),
        ({"participant": {}}, "array with content", "Appointment.participant"),
        ({"participant": [{}]}, "object with content", "Appointment.participant[0]"),
        ({"participant": ["x"]}, "object with content", "Appointment.participant[0]"),
        ({"contained": ["x"]}, "object with content", "Appointment.contained[0]"),
        ({"contained": [{"id": "x"}]}, "not a STU3 resource", "Appointment.contained[0]"),
        (
            {"meta": {"profile": ["a"], "_profile": [None, {"id": "b"}]}},
            "1 values beside 2",
            "Appointment.meta.profile",
        ),
        (
            {"extension": [{"url": "u", "valueCode": "a", "valueString": "b"}]},
            "only one",
            "Appointment.extension[0].valueString",
        ),
        ({"text": {"div": "<div>x</div>"}}, "XHTML", "Appointment.text.div"),
        ({"text": {"div": "plain"}}, "not well-formed", "Appointment.text.div"),
        ({"text": {"div": "<!DOCTYPE x><div/>"}}, "DOCTYPE", "Appointment.text.div"),
        ({"text": {"div": DIV % "&nbsp;"}}, "not well-formed", "Appointment.text.div"),
    ],
    ids=lambda value: repr(value)[:50],
)
def test_what_xml_cannot_hold_is_refused_with_its_place(change: dict[str, object], why: str, where: str) -> None:
    with pytest.raises(CodecError, match=why) as caught:
        to_xml({"resourceType": "Appointment", **change})
    assert caught.value.where == where


@pytest.mark.slow
def test_the_table_is_what_fhir_resources_says_and_is_closed() -> None:
    assert LAYOUT_FILE.read_text(encoding="utf-8") == render(), "run python -m uec_booking.standard.codec.make_layout"
    for name in ("Appointment", "Bundle", "CapabilityStatement", "Patient"):
        layout = layout_of(name)
        assert layout
        assert all(e.primitive or layout_of(e.type) for e in layout.elements.values())


@pytest.mark.parametrize("sample", sorted(SAMPLES.glob("*.json")), ids=lambda path: path.stem)
def test_another_reader_finds_in_our_xml_what_was_put_in(sample: Path) -> None:
    resource = parse_json(sample.read_bytes())
    model = get_fhir_model_class(resource["resourceType"])
    written = to_xml(resource)
    assert model.model_validate_xml(written) == model.model_validate(resource)
    assert parse_xml(written) == resource


_PIECES = st.sampled_from(
    (
        *(
            b"<Slot xmlns='http://hl7.org/fhir'>",
            b"</Slot>",
            b"<id value='",
            b"'/>",
            b"<contained>",
            b"</contained>",
        ),
        *(
            b"<div xmlns='http://www.w3.org/1999/xhtml'>",
            b"</div>",
            b"<text>",
            b"</text>",
            b"<![CDATA[",
            b"]]>",
        ),
        *(
            b"<extension url='a'>",
            b"</extension>",
            b"<valueDecimal value='",
            b"<x:y ",
            b"xml:lang='en'",
            b"<?a?>",
        ),
        *(b"&#0;", b"<!--", b"-->"),
    )
)


@given(st.lists(_PIECES | st.binary(max_size=8), max_size=20).map(b"".join), st.booleans())
def test_any_bytes_give_a_resource_or_a_codec_error(data: bytes, lenient: bool) -> None:
    try:
        resource = parse_xml(data, lenient_unknown=lenient)
    except CodecError as error:
        assert error.message
    else:
        assert parse_xml(to_xml(resource)) == resource


_NAMES = st.sampled_from(["id", "_id", "text", "div", "status", "_status", "contained", "extension", "url", "name"])
_JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.decimals() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(_NAMES | st.text(max_size=3), inner, max_size=3)
        | st.dictionaries(_NAMES, inner, max_size=3).map(lambda value: {"resourceType": "Patient", **value})
    ),
    max_leaves=10,
)


@pytest.mark.slow
@given(st.dictionaries(_NAMES, _JUNK, max_size=4), st.booleans())
def test_any_object_is_written_or_gives_a_codec_error(value: dict[str, object], lenient: bool) -> None:
    try:
        written = to_xml({"resourceType": "Patient", **value}, lenient_unknown=lenient)
    except CodecError as error:
        assert error.message
    else:
        assert parse_xml(written)["resourceType"] == "Patient"
