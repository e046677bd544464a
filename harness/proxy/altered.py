"""What the Spine Secure Proxy makes of the answer to a slot search, when a scenario asks: providers differ in these."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from uec_booking.standard.codec import CodecError, parse_json, parse_xml, to_json, to_xml

from ..http.exchange import Received

_Entries = list[dict[str, Any]]

#: What no consumer asks for: another resource in a Bundle that was searched with includes.
_UNASKED: dict[str, Any] = {
    "fullUrl": "urn:uuid:4b7a2c0e-6d0f-4b5e-9d0a-2f6f7f0c9f11",
    "resource": {
        "resourceType": "Basic",
        "id": "unasked-for",
        "code": {"text": "What the provider adds of its own accord"},
    },
    "search": {"mode": "include"},
}


def _slots_only(entries: _Entries) -> _Entries:
    return [entry for entry in entries if entry.get("resource", {}).get("resourceType") == "Slot"]


def _and_more(entries: _Entries) -> _Entries:
    return [_UNASKED, *entries]


ALTERED: Mapping[str, Callable[[_Entries], _Entries]] = {
    "leaving slots only": _slots_only,
    "adding resources": _and_more,
}


def altered(kind: str, received: Received) -> Received:
    """The answer with other entries in its Bundle; one that is no Bundle is passed on as it is."""
    xml = "xml" in received.media_type
    try:
        bundle = (parse_xml if xml else parse_json)(received.body)
    except CodecError:
        return received
    if received.status != 200 or bundle.get("resourceType") != "Bundle":
        return received
    entries = ALTERED[kind](bundle.get("entry", []))
    kept = {key: value for key, value in bundle.items() if key != "entry"} | ({"entry": entries} if entries else {})
    headers = tuple((name, value) for name, value in received.headers if name.lower() != "content-encoding")
    return replace(received, headers=headers, body=(to_xml if xml else to_json)(kept), wire_body=b"")
