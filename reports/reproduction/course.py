"""How the requests of a scenario followed each other: waits between them, and what was sent at the same moment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from .answers import Exchange

#: Seconds. A shorter pause is the harness's own, and a longer one is made shorter.
_SHORTEST, _LONGEST = 1.0, 65.0


@dataclass(frozen=True, slots=True)
class Turn:
    """When a request was sent: after so many seconds of nothing, and with the others of the same number (0: alone)."""

    wait: int = 0
    at_once: int = 0


ALONE = Turn()


def turns(sent: Sequence[Exchange]) -> Mapping[str, Turn]:
    """The turn of each exchange of ours, by its id."""
    found: dict[str, Turn] = {}
    group, until = 0, 0.0
    before: Exchange | None = None
    for exchange in sent:
        started = _seconds(exchange)
        turn = ALONE
        if before is not None and started < until and _contends(before, exchange):
            if not found[str(before["id"])].at_once:
                group += 1
                found[str(before["id"])] = Turn(found[str(before["id"])].wait, group)
            turn = Turn(0, group)
        elif before is not None and until and started - until >= _SHORTEST:
            turn = Turn(round(min(started - until, _LONGEST)))
        found[str(exchange["id"])] = turn
        until = max(until, started + float(exchange.get("seconds") or 0)) if turn.at_once else _end(exchange, started)
        before = exchange
    return found


def _contends(one: Exchange, other: Exchange) -> bool:
    """What the harness sends at the same moment is the same sort of request to the same system."""
    return (one["request"]["method"], one["system"]) == (other["request"]["method"], other["system"])


def _end(exchange: Exchange, started: float) -> float:
    return started + float(exchange.get("seconds") or 0) if started else 0.0


def _seconds(exchange: Exchange) -> float:
    try:
        return datetime.fromisoformat(str(exchange.get("started", "")).replace("Z", "+00:00")).timestamp()
    except ValueError:
        return 0.0
