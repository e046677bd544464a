"""What users did with slots, kept from the moment that it is sent: what is broken off may have been done."""

from __future__ import annotations

import time
import uuid
from collections.abc import Mapping
from dataclasses import asdict, replace
from math import inf
from typing import Any

from ..actors.appointment_body import Slot
from ..histories.operations import Came, Kind, Operation
from ..histories.recorded import operations
from ..http.exchange import Exchange


class History:
    """The operations of one process, by names that no other process gives."""

    def __init__(self) -> None:
        self._process = uuid.uuid4().hex[:8]
        self._patients = 0
        self._operations: dict[str, Operation] = {}
        self._handed_over: set[str] = set()

    def name_of_another(self) -> str:
        """Another patient's name, which is not theirs."""
        self._patients += 1
        return f"patient {self._process}-{self._patients}"

    def sent(self, kind: Kind, client: str, slot: Slot, appointment: str, version: str, request_id: str) -> str:
        """Note what is about to be sent; its name. Until it is answered, it may have been done or not."""
        name = f"{self._process}-{len(self._operations) + 1}"
        self._operations[name] = Operation(
            kind,
            Came.LOST,
            client,
            time.time(),
            inf,
            slot=slot.identifier if kind == Kind.BOOK else "",
            appointment=appointment,
            version=version,
            request_id=request_id,
            exchange=name,
        )
        return name

    def answered(self, name: str, exchange: Exchange, base_url: str, slot: Slot) -> None:
        """Note what came of it. Its times are those of the whole call, the making of its connection included."""
        before = self._operations[name]
        seen = operations([exchange], base_url, slot.identifier)[0]
        if seen.came != Came.LOST:
            self._operations[name] = replace(
                seen, client=before.client, began=before.began, ended=time.time(), exchange=name
            )

    def all(self) -> list[Operation]:
        return list(self._operations.values())

    def hand_over(self) -> list[dict[str, Any]]:
        """What was answered since the last time, to be sent elsewhere."""
        new = [one for name, one in self._operations.items() if name not in self._handed_over and one.came != Came.LOST]
        self._handed_over |= {one.exchange for one in new}
        return [as_data(one) for one in new]

    def hand_over_the_rest(self) -> list[dict[str, Any]]:
        """At the end: what was never answered, too."""
        rest = [as_data(one) for name, one in self._operations.items() if name not in self._handed_over]
        self._handed_over |= self._operations.keys()
        return rest


def as_data(operation: Operation) -> dict[str, Any]:
    """An operation as JSON has it, where no number is infinite."""
    return {**asdict(operation), "ended": None if operation.ended == inf else operation.ended}


def from_data(data: Mapping[str, Any]) -> Operation:
    """As ``as_data`` wrote it."""
    ended = inf if data["ended"] is None else float(data["ended"])
    return Operation(**{**data, "kind": Kind(data["kind"]), "came": Came(data["came"]), "ended": ended})
