"""Defects of slots that are found otherwise than they are, or were before."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Request, Response

from ....fault_making import breaks, done, provider, rewriting, with_body
from ....provider.records import ProviderRecords
from ....provider.resources import ProviderResources
from ....seams import Fault


@breaks("PRV-SRCH-41", ProviderRecords.release_slot)
def hides_released_slots(original: Any, *arguments: Any) -> None:
    """A time that is released stays hidden.

    No effect.
    """


@breaks("PRV-SRCH-15", ProviderResources.included)
def something_with_nothing(original: Any, slots: Any, includes: Any, service: str) -> list[Any]:
    """An empty result holds the Organization."""
    found = original(slots, includes, service)
    return found if slots else [original.__self__.organization()]


@breaks("DOS-07", ProviderResources.service_of)
def another_service_is_named(original: Any, diary: Any, searched: str) -> Any:
    """Schedules name another service than was searched for.

    The last service that the diary serves, or any other of the provider.
    """
    services = original.__self__.provider.services
    return next((each for each in reversed(services) if each.id != searched), services[0])


def _not_bookable_again() -> Callable[..., bool]:
    """A slot that was freed is free for searches, and has its booking still."""
    had: set[tuple[str, str]] = set()

    def claim_slot(original: Any, tx: Any, slot_id: str) -> bool:
        key = (original.__self__.provider.key, slot_id)
        claimed: bool = key not in had and original(tx, slot_id)
        if claimed:
            had.add(key)
        return claimed

    return claim_slot


def _slots_gone(bundle: dict[str, Any]) -> None:
    kept = [entry for entry in bundle.get("entry", []) if entry["resource"]["resourceType"] != "Slot"]
    bundle["entry"], bundle["total"] = kept, 0
    if not kept:
        del bundle["entry"]


def _with_includes(request: Request, response: Response) -> bool:
    return done("slots")(request, response) and any(name.startswith("_include") for name in request.args)


@breaks("PRV-SRCH-38")
def echoes_what_it_ignored(request: Request, response: Response) -> None:
    """The self link echoes what was ignored."""
    with_body(lambda bundle: bundle["link"][0].update(url=request.url), done("slots"))(request, response)


READ_CONSISTENCY: tuple[Fault, ...] = (
    provider(
        "freed-slots-cannot-be-booked",
        "PRV-SRCH-34",
        "The slot of a cancelled appointment is offered, and its booking rejected as taken.",
        ProviderRecords.claim_slot,
        _not_bookable_again(),
    ),
    rewriting(
        "includes-push-out-slots",
        "PRV-SRCH-23",
        "With includes there are no slots.",
        with_body(_slots_gone, _with_includes),
    ),
)
