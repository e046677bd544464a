"""Resources in which nothing is wrong, and what can be put anywhere into them."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

DIV = '<div xmlns="http://www.w3.org/1999/xhtml">%s</div>'


def appointment() -> dict[str, Any]:
    return {
        "resourceType": "Appointment",
        "id": "8d2c",
        "meta": {"versionId": "1", "profile": ["https://example.org/Appointment"]},
        "text": {"status": "generated", "div": DIV % "<p>Seen at <b>9</b></p>"},
        "contained": [
            {
                "resourceType": "Patient",
                "id": "p",
                "name": [
                    {
                        "given": ["Ann", None],
                        "_given": [None, {"extension": [{"url": "u", "valueCode": "a"}]}],
                    }
                ],
                "gender": "female",
                "_birthDate": {"extension": [{"url": "u", "valueCode": "unknown"}]},
                "telecom": [{"system": "phone", "value": "01632 960001", "rank": 1}],
            },
            {
                "resourceType": "Slot",
                "id": "s",
                "schedule": {"reference": "Schedule/1"},
                "status": "busy",
                "start": "2021-06-01T09:00:00Z",
                "end": "2021-06-01T09:10:00.000+00:00",
            },
        ],
        "status": "booked",
        "start": "2021-06-01T09:00:00Z",
        "end": "2021-06-01T09:10:00Z",
        "created": "2021-06-01T08:00:00+01:00",
        "slot": [{"reference": "#s"}],
        "participant": [{"status": "accepted", "actor": {"reference": "#p"}}],
    }


def bundle(**more: Any) -> dict[str, Any]:
    entry = {
        "fullUrl": "https://example.org/Appointment/8d2c",
        "resource": appointment(),
        "search": {"mode": "match"},
    }
    return {"resourceType": "Bundle", "type": "searchset", "total": 1, "entry": [entry], **more}


def capability() -> dict[str, Any]:
    return {
        "resourceType": "CapabilityStatement",
        "status": "active",
        "date": "2021-06-01",
        "kind": "capability",
        "fhirVersion": "3.0.1",
        "acceptUnknown": "both",
        "format": ["application/fhir+json"],
        "rest": [{"mode": "server", "resource": [{"type": "Slot", "interaction": [{"code": "search-type"}]}]}],
    }


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


def places(value: object, where: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Where there is something in a resource: the keys and numbers that lead to it."""
    found = [where] if where else []
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        found += places(item, (*where, key))
    return found
