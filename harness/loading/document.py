"""``load.json``: what was asked for and measured, beside the times that were agreed, and what the history shows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..histories.checking import impossible
from .history import from_data
from .plan import Plan

#: The form of the document; it grows when what is there changes its meaning.
FORM = 1
#: The share of the requests for which a target is agreed.
TARGET_SHARE = "p95"


def document(plan: Plan, measured: Mapping[str, Any], notes: list[str]) -> dict[str, Any]:
    """Nothing in it is a verdict, and nothing is secret."""
    settings, part = plan.settings, plan.settings.part("provider")
    found = {name: measured[name] for name in ("seconds", "encounters", "taken", "interactions", "failures")}
    return {
        "form": FORM,
        "system": {"name": part.name, "base_url": part.base_url, "software": part.software, "version": part.version},
        "edition": settings.edition,
        "asked_for": {
            "users": plan.users,
            "rate": plan.rate,
            "minutes": round(plan.seconds / 60, 2),
            "think": plan.think,
            "workers": plan.workers,
            "most_bookings": settings.load.most_bookings,
        },
        **found,
        "targets": [_beside(name, limit, measured) for name, limit in settings.load.targets.items()],
        "history": _history(measured["operations"]),
        "notes": [*_notes(measured), *notes],
    }


def _beside(name: str, limit: float, measured: Mapping[str, Any]) -> dict[str, Any]:
    """A target and what was measured: None where nothing was."""
    seen = measured["interactions"].get(name, {}).get(TARGET_SHARE)
    return {"interaction": name, "share": TARGET_SHARE, "target": limit, "measured": seen}


def _history(data: list[Mapping[str, Any]]) -> dict[str, Any]:
    operations = [from_data(one) for one in data]
    return {
        "operations": len(operations),
        "slots": len({one.slot for one in operations if one.slot}),
        "impossible": [
            {"slot": slot, "operations": [f"{one.client}: {one.in_words()}" for one in shown]}
            for slot, shown in impossible(operations).items()
        ],
    }


def _notes(measured: Mapping[str, Any]) -> list[str]:
    notes = []
    if measured["ended_early"]:
        notes.append(f"It ended before its time: {measured['ended_early']}.")
    if measured["unsent"]:
        notes.append(
            f"{measured['unsent']} bookings were not sent, because load.most_bookings was reached. From then on it was "
            "searches alone: raise it, where so many slots may be taken."
        )
    if measured["overloaded"]:
        notes.append(
            "The processor of the machine that made the load was used up, so the times are longer than the system's. "
            "Ask for less, or for more machines (--master, --worker)."
        )
    return notes
