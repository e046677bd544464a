"""What a house looks at before it reads a booking: whether each element is of its type."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

_CODED = [{"coding": [{"system": str, "code": str}]}]
_POINT = {"system": str, "value": str, "use": str, "rank": int}
_IDENTIFIER = {"use": str, "system": str, "value": str}
_NAME = {"use": str, "family": str, "given": [str]}
_APPOINTMENT: Mapping[str, Any] = {
    **dict.fromkeys(("status", "description", "start", "end", "created", "language"), str),
    "meta": {"profile": [str]},
    "supportingInformation": [{"reference": str}],
    "slot": [{"reference": str}],
    "participant": [{"status": str, "actor": {"reference": str, "display": str, "identifier": _IDENTIFIER}}],
    "contained": [{"resourceType": str, "id": str}],
}
_CONTAINED: Mapping[str, Mapping[str, Any]] = {
    "Patient": {
        "meta": {"profile": [str]},
        "identifier": [_IDENTIFIER],
        "name": [_NAME],
        "gender": str,
        "birthDate": date,
        "address": [{"use": str, "line": [str], "city": str, "postalCode": str}],
        "telecom": [_POINT],
        "contact": [{"relationship": _CODED, "name": _NAME, "telecom": [_POINT]}],
    },
    "DocumentReference": {
        "meta": {"profile": [str]},
        "identifier": [_IDENTIFIER],
        "status": str,
        "type": _CODED[0],
        "indexed": str,
        "content": [{"attachment": {"contentType": str, "language": str}}],
    },
}


def misshapen(body: Mapping[str, Any]) -> str:
    """The first element that is not of its type, or nothing."""
    found = _wrong(body, _APPOINTMENT, "Appointment")
    for inner in body.get("contained") or [] if not found else []:
        kind = inner.get("resourceType")
        found = found or _wrong(inner, _CONTAINED.get(str(kind), {}), f"Appointment.contained.{kind}")
    return found


def _wrong(value: Any, shape: Any, place: str) -> str:
    if shape is date:
        return "" if _is_date(value) else place
    if isinstance(shape, type):
        return "" if isinstance(value, shape) and value != "" else place
    if isinstance(shape, list):
        if not isinstance(value, list) or not value:
            return place
        return next((found for one in value if (found := _wrong(one, shape[0], place))), "")
    if not isinstance(value, dict) or not value:
        return place
    return next(
        (f for name in shape if name in value if (f := _wrong(value[name], shape[name], f"{place}.{name}"))), ""
    )


def _is_date(value: Any) -> bool:
    try:
        date.fromisoformat(value)
    except (TypeError, ValueError):
        # A year, or a month of one.
        return isinstance(value, str) and len(value) in (4, 7)
    return True
