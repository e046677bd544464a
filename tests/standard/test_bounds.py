"""What comes in is bounded, and read in a time that grows with its length and no faster."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

import pytest
from uec_booking.standard.codec import CodecError, parse_json, parse_xml
from uec_booking.standard.codec.errors import MAX_ATTRIBUTES, MAX_NAME, MAX_NODES
from uec_booking.standard.validation import check_structure, well_typed

NAMESPACE = 'xmlns="http://hl7.org/fhir"'


def _busy(work: Callable[[], object]) -> float:
    began = time.thread_time()
    work()
    return time.thread_time() - began


def _with_attributes(count: int) -> bytes:
    attributes = " ".join(f'a{i}="{i}"' for i in range(count))
    return f"<Slot {NAMESPACE} {attributes}/>".encode()


@pytest.mark.parametrize("count", [14_000, 170_000], ids=["165-kB", "2.3-MB"])
def test_many_attributes_are_refused_before_they_are_compared(count: int) -> None:
    data = _with_attributes(count)

    def read() -> None:
        with pytest.raises(CodecError, match=f"more than {MAX_ATTRIBUTES}"):
            parse_xml(data)

    assert _busy(read) < 3


def test_many_namespaces_are_refused_too() -> None:
    prefixes = " ".join(f'xmlns:p{i}="urn:{i}"' for i in range(20_000))
    with pytest.raises(CodecError, match="attributes"):
        parse_xml(f"<Slot {NAMESPACE} {prefixes}/>".encode())


def test_a_few_attributes_are_read() -> None:
    prefixes = " ".join(f'xmlns:p{i}="urn:{i}"' for i in range(20))
    assert parse_xml(f'<Slot {NAMESPACE} {prefixes}><id value="1"/></Slot>'.encode())["id"] == "1"


def _entries(count: int) -> dict[str, Any]:
    slot = {"resourceType": "Slot", "id": "1"}
    return {"resourceType": "Bundle", "type": "searchset", "entry": [{"resource": slot}] * count}


def test_a_result_of_a_hundred_thousand_slots_is_refused_soon() -> None:
    entry = "<entry><resource><Slot/></resource></entry>"
    xml = f'<Bundle {NAMESPACE}><type value="searchset"/>{entry * 100_000}</Bundle>'.encode()
    written = json.dumps(_entries(100_000)).encode()

    def read() -> None:
        with pytest.raises(CodecError, match=f"more than {MAX_NODES} elements"):
            parse_xml(xml)
        with pytest.raises(CodecError, match=f"more than {MAX_NODES} values"):
            parse_json(written)

    assert _busy(read) < 6


def test_a_result_of_ten_thousand_slots_is_read_and_checked() -> None:
    data = json.dumps(_entries(10_000)).encode()

    def read() -> None:
        resource = parse_json(data)
        assert len(well_typed(resource)["entry"]) == 10_000
        assert check_structure(resource)

    assert _busy(read) < 10


def test_a_name_beyond_reason_is_refused() -> None:
    assert parse_json(b'{"%b":1}' % (b"a" * MAX_NAME))
    with pytest.raises(CodecError, match="a name of"):
        parse_json(b'{"%b":[1,2]}' % (b"a" * (MAX_NAME + 1)))


@pytest.mark.parametrize(
    "element",
    [
        {"language": "a " * 1_000_000},
        {"photo": [{"contentType": "image/png", "data": "AAAA " * 800_000 + "!"}]},
        {"photo": [{"contentType": "image/png", "data": "AAAA" * 1_000_000}]},
        {"meta": {"profile": ["urn:oid:1" + ".1" * 1_000_000 + "!"]}},
        {"name": [{"family": "a\n" * 1_000_000}]},
        {"birthDate": "1" * 4_000_000},
        {"id": "-" * 4_000_000},
    ],
    ids=lambda element: next(iter(element)),
)
def test_long_texts_are_checked_in_linear_time(element: dict[str, Any]) -> None:
    assert _busy(lambda: check_structure({"resourceType": "Patient", **element})) < 5
