"""The Directory of Services of a consumer run: which services there are, each the service of one scenario.

A consumer is configured once: ids, ASIDs and paths are the same in every run, so it may keep what it looked up, and
what it does still leads to the scenario that it is in. ``directory.toml`` beside this module is the list.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from uec_booking.standard import names

_FIRST_ID = 2_000_100_001
_FIRST_ASID = 918_999_190_001
#: Where a system of several services has the service root that the first of them has.
_PATH = "/{id}/STU3/1/booking"
#: A path with something to encode: SDS shows it as it is, and who asks has to encode it (SSP-07).
_UNSAFE_PATH = "/{id}/STU3/1/booking/urgent%20care"


@dataclass(frozen=True, slots=True)
class ServiceRow:
    """One service: what the directories say of it, and what its provider is like.

    ``asids``: of its scheduling endpoints, in order. ``root``: the path of its provider's service root.
    """

    id: str
    name: str
    scenario: str
    asids: tuple[str, ...]
    root: str
    requires_booking: str | None = None
    requires_booking_name: str = names.BOOKING_ONLY_ATTRIBUTE
    in_sds: str = "found"
    slots: str = "many"
    cancelling: str = "anyone"

    @property
    def asid(self) -> str:
        """The ASID that leads to its provider; empty where none or several are given."""
        return self.asids[0] if len(self.asids) == 1 else ""

    def to_json(self) -> dict[str, Any]:
        """As the simulated world is told of it."""
        return {
            "id": self.id,
            "name": self.name,
            "address": f"{int(self.id) % 1000} Example Street, Leeds",
            "postcode": "LS1 4AP",
            "asids": list(self.asids),
            "requires_booking": self.requires_booking,
            "requires_booking_name": self.requires_booking_name,
            "in_sds": self.in_sds,
            "root": self.root,
            "slots": self.slots,
            "cancelling": self.cancelling,
            "faults": [],
        }


@cache
def services() -> Mapping[str, ServiceRow]:
    """All services, by their name."""
    file = resources.files(__package__).joinpath("directory.toml")
    rows = tomllib.loads(file.read_text(encoding="utf-8"))["service"]
    found = [_row(number, row) for number, row in enumerate(rows)]
    return {row.name: row for row in found}


def _row(number: int, row: Mapping[str, Any]) -> ServiceRow:
    identity = str(_FIRST_ID + number)
    endpoints = row.get("endpoints", 1)
    asids = tuple(str(_FIRST_ASID + number + 1000 * further) for further in range(endpoints))
    path = _UNSAFE_PATH if row.get("in_sds") == "unsafe-characters" else _PATH
    kept = {key: value for key, value in row.items() if key != "endpoints"}
    return ServiceRow(id=identity, asids=asids, root=path.format(id=identity), **kept)


def as_json() -> dict[str, Any]:
    """The directory as the simulated world is told it (``standard/directory.schema.json``)."""
    return {"directory": 1, "services": [row.to_json() for row in services().values()]}
