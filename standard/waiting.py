"""The requirements that nothing in this version decides yet: one explicit list, which only shrinks.

A test compares the list (`not_yet.toml`) with what is really undecided, both ways.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

from .loading import CatalogueError, read_toml

FILE = Path(__file__).parent / "not_yet.toml"


@dataclass(frozen=True, slots=True)
class Group:
    """Requirements that wait for the same thing. `reason` is in words, for reports."""

    name: str
    reason: str
    requirements: tuple[str, ...]


@cache
def groups() -> tuple[Group, ...]:
    """The list as it is written. Raises CatalogueError, which names the group."""
    found = []
    for name, entry in read_toml(FILE).items():
        try:
            found.append(Group(name, str(entry["reason"]), tuple(entry["requirements"])))
        except (KeyError, TypeError) as exc:
            raise CatalogueError(f"{FILE.name}: {name}: {exc}") from exc
    return tuple(found)


@cache
def load() -> Mapping[str, str]:
    """The reason of each requirement on the list. Raises CatalogueError, also if one stands there twice."""
    reasons: dict[str, str] = {}
    for group in groups():
        for requirement in group.requirements:
            if requirement in reasons:
                raise CatalogueError(f"{FILE.name}: {requirement} stands there twice")
            reasons[requirement] = group.reason
    return MappingProxyType(reasons)
