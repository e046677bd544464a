"""Variations in how the registry is asked."""

from __future__ import annotations

from typing import Any

from ..flow.existing import Existing
from ..wire.answers import Answer
from ..wire.registry import RegistryClient
from .making import allows, part


@allows("REG-23", RegistryClient.appointments_of)
def asks_the_registry_twice(original: Any, encounter: Any, number: str) -> Any:
    """The registry is asked twice, where it answers."""
    original(encounter, number)
    return original(encounter, number)


@allows("REG-23", Existing.with_details)
def asks_the_registry_after_the_assessment_too(original: Any, encounter: Any, known: Any) -> Any:
    """Where the registry knew of appointments it is asked again when the assessment has ended."""
    if any(one.from_registry for one in known):
        part(original).in_registry(encounter)
    return original(encounter, known)


@allows("REG-21", RegistryClient.bearer)
def keeps_registry_tokens(original: Any, encounter: Any) -> str:
    """The token of the registry is kept for its hour."""
    kept: dict[str, str] = vars(part(original)).setdefault("kept_tokens", {})
    if encounter.identity.key not in kept:
        kept[encounter.identity.key] = original(encounter)
    return kept[encounter.identity.key]


@allows("REG-26", RegistryClient.search)
def asks_the_registry_again_and_again(original: Any, encounter: Any, number: str) -> Answer:
    """A search of the registry that met 500 is sent up to four times (REG-26)."""
    answer: Answer = original(encounter, number)
    for _ in range(3):
        if answer.status == 500:
            answer = original(encounter, number)
    return answer


@allows("REG-26", RegistryClient.search)
def gives_the_registry_up_at_once(original: Any, encounter: Any, number: str) -> Answer:
    """A search of the registry that met 500 is not sent again."""
    kept: dict[str, Answer] = vars(encounter).setdefault("registry_said", {})
    if number not in kept:
        kept[number] = original(encounter, number)
    return kept[number]
