"""How much a run will ask of the systems: bookings, slots and exchanges, as they were counted in a real run.

``effort.json`` holds for each scenario what it took against the bundled simulator. It is written from a stored run of
all of the suite; a scenario that is newer than it is not counted:

    python -m uec_booking.harness.running.effort reports/out
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import accumulate
from pathlib import Path
from typing import Any

from uec_booking.standard.roles import CONSUMER, PARTS, ROLES

from ..catalogue.selection import chosen
from ..errors import NotApplicable, ToAttest
from ..http.exchange import Exchange
from ..judging import run_file
from ..judging.observations import ScenarioRecord
from ..settings.model import Exploring, Settings
from .applicable import EXPLORES, check_applicable
from .suite import scenarios

_FILE = "effort.json"


@dataclass(frozen=True)
class Effort:
    """What a run takes. ``slots``: the most that one scenario holds at a time; all are given back.

    ``own_seconds``: what the suite takes beside the exchanges, its waits among it, on the machine of the count.
    ``of_consumer``: scenarios of a consumer under test, which are not counted: it takes over its tasks what it takes.
    """

    scenarios: int
    of_consumer: int
    exchanges: Mapping[str, int]
    bookings: int
    slots: int
    own_seconds: float

    def seconds(self, latency: float) -> float:
        """How long it takes where an exchange takes so many seconds."""
        return self.own_seconds + latency * sum(self.exchanges.values())


def of_run(settings: Settings, only: str = "") -> Effort:
    """The effort of a run of the scenarios that are selected and can be asked of the systems under test."""
    known, tested = counted(), {part.key for part in settings.under_test()}
    selected = chosen(only, scenarios(), lambda one: one.words) if only else scenarios()
    asked = [one for one in selected if one.id in known and _is_asked(settings, one.words)]
    taken = [_scaled(known[one.id], settings) if EXPLORES in one.words else known[one.id] for one in asked]
    parts = [count for one in taken for key, count in one["parts"].items() if key in tested]
    exchanges: Counter[str] = Counter()
    for one in taken:
        exchanges.update({key: count["exchanges"] for key, count in one["parts"].items() if key in tested})
    return Effort(
        scenarios=len(taken),
        of_consumer=sum(CONSUMER.name in one.words and _applies(settings, one.words) for one in selected),
        exchanges=dict(exchanges),
        bookings=sum(count["bookings"] for count in parts),
        slots=max((count["slots"] for count in parts), default=0),
        own_seconds=sum(one["own_seconds"] for one in taken),
    )


def _scaled(taken: Mapping[str, Any], settings: Settings) -> Mapping[str, Any]:
    """What random sequences take, as many as the settings have; no more slots at a time."""
    factor = settings.exploring.requests / Exploring().requests
    parts = {
        key: {name: count if name == "slots" else round(count * factor) for name, count in one.items()}
        for key, one in taken["parts"].items()
    }
    return {"parts": parts, "own_seconds": taken["own_seconds"] * factor}


def _is_asked(settings: Settings, words: frozenset[str]) -> bool:
    return CONSUMER.name not in words and _applies(settings, words)


def _applies(settings: Settings, words: frozenset[str]) -> bool:
    try:
        check_applicable(settings, set(words))
    except (NotApplicable, ToAttest):
        return False
    return True


@cache
def counted() -> Mapping[str, Any]:
    """What each scenario took, by its id."""
    found: dict[str, Any] = json.loads(resources.files(__package__).joinpath(_FILE).read_text(encoding="utf-8"))
    return found


def count(records: Iterable[ScenarioRecord]) -> dict[str, Any]:
    """What the scenarios of a stored run took, in the form of the file; those that asked nothing are left out."""
    return {record.id: _taken(record) for record in records if record.exchanges}


def _taken(record: ScenarioRecord) -> dict[str, Any]:
    exchanges = [Exchange.from_json(one) for one in record.exchanges]
    parts = {}
    for key in PARTS:
        with_it = [exchange for exchange in exchanges if exchange.system == key]
        changes = [_change(exchange) for exchange in with_it if ROLES[PARTS[key]].offers_slots]
        if with_it:
            held = max(accumulate(changes), default=0)
            parts[key] = {"exchanges": len(with_it), "bookings": changes.count(1), "slots": max(held, 0)}
    own = record.seconds - sum(exchange.seconds for exchange in exchanges)
    return {"parts": parts, "own_seconds": round(max(own, 0), 2)}


def _change(exchange: Exchange) -> int:
    """1 for a booking that was made, -1 for one that was cancelled, 0 for any other exchange."""
    if exchange.request.method == "POST" and exchange.status == 201:
        return 1
    cancelled = exchange.request.method == "PUT" and exchange.ok and exchange.resource.get("status") == "cancelled"
    return -1 if cancelled else 0


def main(arguments: list[str]) -> None:
    """Write the file anew from the stored run in a folder."""
    records = run_file.read(Path(arguments[0])).scenarios
    lines = [f"{json.dumps(key)}: {json.dumps(one, sort_keys=True)}" for key, one in sorted(count(records).items())]
    Path(__file__).with_name(_FILE).write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
