"""What the pages of the console show, as plain values for their templates."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from ..clock import EARLIEST, LATEST, Clock
from ..control.levers import Levers
from ..database import Database
from ..registry.system import RegistrySystem
from ..seams import MECHANICAL, Fault
from ..settings import Settings
from ..world import ProviderProfile, Service
from .desk import desk_of
from .exchanges import BODY_BYTES, Exchange, ExchangeLog
from .interactions import Wording
from .views import day_of, entries, systems


@dataclass(frozen=True)
class Inside:
    """What the console sees of the world that it belongs to."""

    settings: Settings
    database: Database
    clock: Clock
    registry: RegistrySystem
    levers: Levers
    log: ExchangeLog


class Page:
    """The page of the world."""

    def __init__(self, inside: Inside, known: Sequence[Fault], wording: Wording) -> None:
        self._inside = inside
        self._settings = inside.settings
        self._summaries = {fault.name: fault.summary for fault in known}
        # Generated defects are more than a thousand: whoever wants one can still write its name.
        self._suggested = [fault for fault in known if fault.kind != MECHANICAL]
        self._wording = wording

    def values(self, query: Mapping[str, str]) -> dict[str, Any]:
        """All that the page shows; `query` may name the service (``KEY service-id``) and the day of the diaries."""
        chosen = self._chosen(query.get("service", ""))
        with self._inside.database.read() as tx:
            day = day_of(tx, *chosen, self._day(query.get("day", ""))) if chosen else None
            total, shown = entries(tx)
        exchanges = self._inside.log.latest()
        return {
            "settings": self._settings,
            "systems": systems(self._settings),
            "now": f"{self._inside.clock.now():%Y-%m-%d %H:%M:%S}",
            "lines": [self._wording.line(one) for one in exchanges],
            "last": exchanges[0].number if exchanges else 0,
            "chosen": f"{chosen[0].key} {chosen[1].id}" if chosen else "",
            "day": day,
            "entries_total": total,
            "entries": shown,
            "registry_away": self._inside.registry.away.is_set(),
            "faults": self._faults_on(),
            "suggested": self._suggested,
            "desk": desk_of(self._settings),
        }

    def _faults_on(self) -> list[tuple[str, str, int]]:
        found = self._inside.levers.faults()
        return [(name, self._summaries.get(name, ""), found["used"].get(name, 0)) for name in found["on"]]

    def _chosen(self, wanted: str) -> tuple[ProviderProfile, Service] | None:
        offered = [(p, s) for p in self._settings.providers for s in p.services]
        return next(((p, s) for p, s in offered if f"{p.key} {s.id}" == wanted), offered[0] if offered else None)

    def _day(self, wanted: str) -> date:
        try:
            day = date.fromisoformat(wanted)
        except ValueError:
            return self._inside.clock.now().date()
        # The days beside it are shown as links, so they have to be there too.
        return min(max(day, EARLIEST.date()), LATEST.date())


def exchange_page(exchange: Exchange, wording: Wording) -> dict[str, Any]:
    """What the page of one exchange shows."""
    kept = exchange.request
    answer = exchange.answer_text()
    return {
        "line": wording.line(exchange),
        "asked_headers": list(kept.get("headers", {}).items()),
        "asked_body": readable(str(kept.get("body", ""))),
        "answer_headers": exchange.answer_headers,
        "answer_body": readable(answer),
        "cut": exchange.cut or len(answer) >= BODY_BYTES or len(str(kept.get("body", ""))) >= BODY_BYTES,
        "fault": kept.get("fault", ""),
        "is_ldap": kept["system"] == "sds",
        "found": kept.get("found", []),
    }


def readable(body: str) -> str:
    """A body for people: JSON with line breaks; everything else, and what was cut, as it came."""
    try:
        text = json.dumps(json.loads(body), indent=2, ensure_ascii=False)
    except (ValueError, RecursionError):
        return body
    # An escape may name half a character, which no page can have.
    return text.encode("utf-8", "replace").decode()
