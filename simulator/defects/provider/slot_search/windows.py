"""Defects of slot searches that show at the edges: of a day, of a window, of a list."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from ....fault_making import breaks, interaction, provider, rewriting, warned, with_body
from ....provider.query import SlotQuery
from ....provider.records import ProviderRecords
from ....provider.resources import ProviderResources
from ....provider.rules import ProviderRules
from ....provider.stored import SlotRow
from ....refusals import Rejected
from ....seams import Fault
from ...building_blocks import Parameters, bounds_of_start

_MINUTE = 60


def _bounds(lower: Callable[[int], int], upper: Callable[[int], int]) -> Callable[..., Any]:
    """Searches have other bounds than were asked for; the upper one is the first second that is out."""

    def slot_query(original: Any, parameters: Any, now: Any) -> Any:
        query = original(parameters, now)
        earliest = None if query.earliest is None else lower(query.earliest)
        return replace(query, earliest=earliest, before=None if query.before is None else upper(query.before))

    return slot_query


def _same(second: int) -> int:
    return second


_DAY = 24 * 3600


def _inclusive(value: str) -> str:
    return value.replace("gt", "ge", 1).replace("lt", "le", 1) if value[:2] in ("gt", "lt") else value


def _rolled_over(value: str) -> str:
    return re.sub(r"-(02)-(30|31)|-(04|06|09|11)-(31)", lambda m: f"-{int(m[1] or m[3]) + 1:02}-01", value)


def _known_prefix(value: str) -> str:
    return f"ge{value[2:]}" if re.match(r"(?!eq|ge|gt|le|lt|sa|eb)[a-z]{2}\d", value) else value


@breaks("PRV-SRCH-03", ProviderRules.slot_query)
def first_status_counts(original: Callable[..., SlotQuery], parameters: Parameters, *rest: Any) -> SlotQuery:
    """Of several statuses the first one is looked for."""
    return original([(n, v.split(",")[0] if n == "status" else v) for n, v in parameters], *rest)


@breaks("PRV-SRCH-04", ProviderRecords.search_slots)
def searches_end_at_midnight(
    original: Callable[..., list[SlotRow]], tx: Any, diaries: list[str], earliest: int, before: int | None, *rest: Any
) -> list[SlotRow]:
    """A window over midnight shows the slots of its first day."""
    end = (earliest // _DAY + 1) * _DAY
    return original(tx, diaries, earliest, end if before is None else min(before, end), *rest)


@breaks("PRV-SRCH-17", ProviderResources.included)
def includes_of_the_first_diary(
    original: Callable[..., list[dict[str, Any]]], slots: Iterable[SlotRow], *rest: Any
) -> list[dict[str, Any]]:
    """The resources included with slots are those of the first slot's diary."""
    found = list(slots)
    return original([slot for slot in found if slot.diary == found[0].diary], *rest)


def _counts_all(bundle: dict[str, Any]) -> None:
    bundle["total"] = len(bundle.get("entry", []))


@breaks("PRV-SRCH-34", ProviderRules.check_slot)
def offers_beyond_the_horizon(original: Any, booking: Any, slot: SlotRow | None, caller: Any, now: Any) -> SlotRow:
    """Slots later than in 24 hours are offered, and their booking is rejected."""
    found: SlotRow = original(booking, slot, caller, now)
    if found.start > now.timestamp() + _DAY:
        raise Rejected("business-rule", "This cannot be booked so far ahead.", "Appointment.start")
    return found


WINDOWS: tuple[Fault, ...] = (
    provider(
        "bounds-to-the-minute",
        "PRV-SRCH-04",
        "The bounds of a search are widened to whole minutes.",
        ProviderRules.slot_query,
        _bounds(lambda s: s // _MINUTE * _MINUTE, lambda s: -(-s // _MINUTE) * _MINUTE + 1),
    ),
    provider(
        "upper-bound-is-left-out",
        "PRV-SRCH-04",
        "What starts at the upper bound of a search is not found.",
        ProviderRules.slot_query,
        _bounds(_same, lambda second: second - 1),
    ),
    provider(
        "lower-bound-is-left-out",
        "PRV-SRCH-04",
        "What starts at the lower bound of a search is not found.",
        ProviderRules.slot_query,
        _bounds(lambda second: second + 1, _same),
    ),
    # A provider should honour gt and lt, and need not (CF-11).
    warned(
        provider(
            "bounds-of-gt-and-lt-are-included",
            "PRV-SRCH-04",
            "What starts at a bound with gt or lt is found.",
            ProviderRules.slot_query,
            bounds_of_start(_inclusive),
        )
    ),
    provider(
        "days-that-are-none-roll-over",
        "PRV-SRCH-10",
        "The 30th of February is read as the first of March.",
        ProviderRules.slot_query,
        bounds_of_start(_rolled_over),
    ),
    provider(
        "unknown-prefixes-are-ge",
        "PRV-SRCH-10",
        "A bound with a prefix that does not exist is read as a lower bound.",
        ProviderRules.slot_query,
        bounds_of_start(_known_prefix),
    ),
    rewriting(
        "total-counts-includes",
        "RES-BND-01",
        "The total counts what comes along with the slots, too.",
        with_body(_counts_all, lambda q, r: interaction(q) == "slots" and r.status_code < 300),
    ),
)
