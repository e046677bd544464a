"""The places where the documents of the standard contradict each other, read from conflicts/*.toml."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from .loading import CatalogueError, read_toml

FOLDER = Path(__file__).parent / "conflicts"

GROUPS: Mapping[str, str] = MappingProxyType(
    {
        "status-codes": "Status codes and errors",
        "search": "Searching for slots",
        "formats-headers": "Formats, headers, versions and transaction ids",
        "ssp": "Headers of the Spine Secure Proxy",
        "cancelling": "Cancelling",
        "content": "The content of resources",
        "token": "Tokens",
        "discovery": "Discovery, service root and times",
        "registry": "The registry, and searching for appointments",
        "workflow": "Workflow, documents and process",
        "old-versions": "Old versions",
    }
)
"""The files of the conflicts with their titles, in order."""

STANCES: Mapping[str, str] = MappingProxyType(
    {
        "edition-strict": "each edition says one thing, which is required when that edition is under test",
        "accept-set": "documents of one edition differ, so each published value is accepted and told apart",
        "attest-only": "it cannot be seen on the wire, so a person states it",
        "ignore": "an evident slip: the sensible reading is followed",
    }
)


@dataclass(frozen=True, slots=True)
class Statement:
    """What one source says. `editions` may also name a place in it, and is empty where neither is known."""

    doc: str
    editions: str
    says: str


@dataclass(frozen=True, slots=True)
class Conflict:
    """One contradiction: who says what, and how it is treated. The treatment prevails over the clauses.

    `situations` are those of the answers table that follow the treatment. A clause that none of them
    decides has its reason in `decided_otherwise`. `levels` holds the levels that the treatment gives to a
    clause: "default", and by range of editions or reading where they differ.
    """

    id: str
    group: str
    title: str
    sources: tuple[Statement, ...]
    stance: str
    treatment: str
    clauses: tuple[str, ...]
    situations: tuple[str, ...] = ()
    levels: Mapping[str, Mapping[str, str]] = field(default_factory=lambda: MappingProxyType({}), hash=False)
    decided_otherwise: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}), hash=False)


@cache
def load() -> Mapping[str, Conflict]:
    """Every conflict by id, in the order of `GROUPS`. Raises CatalogueError."""
    found: dict[str, Conflict] = {}
    for group in GROUPS:
        path = FOLDER / f"{group}.toml"
        for entry in read_toml(path).get("conflict", []):
            conflict = _conflict(path.name, group, entry)
            if conflict.id in found:
                raise CatalogueError(f"{path.name}: {conflict.id}: this id is there twice")
            found[conflict.id] = conflict
    return MappingProxyType(found)


def _conflict(file: str, group: str, entry: dict[str, Any]) -> Conflict:
    name = entry.get("id", "a conflict without id")
    try:
        if entry["stance"] not in STANCES:
            raise ValueError(f"stance {entry['stance']!r}")
        values: dict[str, Any] = {
            key: tuple(value) if isinstance(value, list) else value for key, value in entry.items()
        }
        values["sources"] = tuple(Statement(**source) for source in entry["sources"])
        values["levels"] = MappingProxyType(entry.get("levels", {}))
        values["decided_otherwise"] = MappingProxyType(entry.get("decided_otherwise", {}))
        return Conflict(group=group, **values)
    except (KeyError, TypeError, ValueError) as exc:
        raise CatalogueError(f"{file}: {name}: {exc}") from exc
