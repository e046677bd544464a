"""Directory files for the tests: rows that are right, each with what a test changes."""

from __future__ import annotations

import json
import uuid
from pathlib import Path
from typing import Any

#: Every state that SDS may have a service in, each with a DoS service of its own.
STATES = (
    "found",
    "no-nhsas",
    "no-care-connect",
    "gp-connect-too",
    "several-nhsmhs",
    "no-nhsmhs",
    "no-endpoint",
    "invalid-endpoint",
    "slash-at-the-end",
    "unsafe-characters",
)


def row(number: int, **changes: Any) -> dict[str, Any]:
    """A service that is found and booked."""
    return {
        "id": f"{2_000_100_000 + number}",
        "name": f"Treatment Centre {number}",
        "address": "1 Mill Lane, Millbrook",
        "postcode": "ZZ99 3CZ",
        "asids": [f"{918_999_190_000 + number}"],
        "requires_booking": None,
        "requires_booking_name": "requirebooking",
        "in_sds": "found",
        "root": f"/{2_000_100_000 + number}/STU3/1/booking",
        "slots": "many",
        "cancelling": "anyone",
        "faults": [],
    } | changes


def in_state(state: str) -> dict[str, Any]:
    """The service that is in a state in SDS."""
    number = STATES.index(state) + 1
    root = {"root": f"/{2_000_100_000 + number}/STU3/1/urgent%20care"} if state == "unsafe-characters" else {}
    return row(number, in_sds=state, **root)


def write(folder: Path, *rows: dict[str, Any]) -> Path:
    """A directory file of these rows."""
    path = folder / f"directory-{uuid.uuid4().hex[:8]}.json"
    path.write_text(json.dumps({"directory": 1, "services": list(rows)}), encoding="utf-8")
    return path
