"""Defects of the registry's searches."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ....fault_making import breaks, done, in_entries, rewriting, with_body
from ....registry.records import RegistryRecords
from ....registry.rules import RegistryRules
from ....registry.stored import Pointer
from ....seams import Fault


@breaks("REG-16", RegistryRules.not_before)
def registry_shows_past(original: Any, query: Any, now: Any) -> int:
    """A search by patient shows past appointments."""
    return 0


@breaks("REG-15", RegistryRecords.by_patient)
def registry_shows_one(original: Callable[..., list[Pointer]], *arguments: Any) -> list[Pointer]:
    """A search by patient shows one pointer at most."""
    return original(*arguments)[:1]


def _with_more(resource: dict[str, Any]) -> None:
    resource["comment"] = "Chest pain since this morning"


def _with_next_page(bundle: dict[str, Any]) -> None:
    bundle["link"].append({"relation": "next", "url": bundle["link"][0]["url"] + "&page=2"})


ANSWERS: tuple[Fault, ...] = (
    rewriting(
        "registry-pages",
        "REG-15",
        "A search is answered as if there were more pages.",
        with_body(_with_next_page, done("search")),
        "registry",
    ),
    rewriting(
        "registry-shows-more",
        "REG-14",
        "A pointer that is read has a comment.",
        with_body(_with_more, done("read")),
        "registry",
    ),
    rewriting(
        "registry-search-without-url",
        "REG-15",
        "Pointers in a search have no identifier.",
        with_body(in_entries("Appointment", lambda body: body.pop("identifier")), done("search")),
        "registry",
    ),
)
