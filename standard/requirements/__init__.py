"""The catalogue: every clause of the standard as a numbered requirement, read from the files of this folder."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from .. import editions as ed
from ..levels import LEVELS, Level
from ..loading import CatalogueError, read_toml
from ..roles import CONSUMER, ROLES, Role
from ..topics import in_order

API_PAGES_ALONE = "nhs-booking-api"
"""A key of `Requirement.levels`: the level if the API pages are read alone. Told, never judged by."""

FOLDER = Path(__file__).parent


class How(StrEnum):
    """How a requirement can be decided: by driving a system, by observing a consumer, or by what a person states."""

    DRIVING_PROVIDER = "driving-provider"
    DRIVING_REGISTRY = "driving-registry"
    OBSERVING_CONSUMER = "observing-consumer"
    EVIDENCE = "evidence"


@dataclass(frozen=True, slots=True)
class Source:
    """Where a clause was published. `editions` counts in the document's own numbers (API pages: API ones)."""

    doc: str
    page: str
    editions: str


@dataclass(frozen=True, slots=True)
class Requirement:
    """One clause. The meaning of each field is in requirements.schema.json."""

    id: str
    role: str
    interaction: str
    level: Level
    text: str
    how: How
    sources: tuple[Source, ...]
    editions: str = ed.EVERY_EDITION
    levels: Mapping[str, Level] = field(default_factory=lambda: MappingProxyType({}), hash=False)
    scal: tuple[str, ...] = ()
    tkw: tuple[str, ...] = ()
    conflicts: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    scope: str = ""
    standing: bool = False
    optional: str = ""
    draft: bool = False
    ability: bool = False
    merged_into: str = ""
    note: str = ""

    @property
    def is_national(self) -> bool:
        """Whether it binds a national system, which is never under test."""
        return self.scope == "national"

    @property
    def bound(self) -> Role | None:
        """Who has to be under test for it to be judged; nobody in particular where it binds everybody.

        What shows only at consumers needs one of them.
        """
        return CONSUMER if self.how == How.OBSERVING_CONSUMER else ROLES.get(self.role)

    def applies_in(self, edition: str) -> bool:
        """Whether the edition has this clause. Raises EditionError for an unknown edition."""
        return ed.in_range(edition, self.editions)

    def level_in(self, edition: str, reading: str = "") -> Level:
        """MUST, SHOULD or MAY under an edition and, laid over it, a reading.

        A reading only ever raises the level. Raises EditionError for an unknown edition or reading.
        """
        ed.check_reading(reading)
        level = self.level
        for key, other in self.levels.items():
            if key not in ed.READINGS and key != API_PAGES_ALONE and ed.in_range(edition, key):
                level = other
        read = self.levels.get(reading, level)
        return max(level, read, key=LEVELS.index)


def areas() -> tuple[str, ...]:
    """The files of the catalogue in the order of their topics, as ``provider/slot_search/query``."""
    found = (path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*.toml"))
    return tuple(name.removesuffix(".toml") for name in sorted(found, key=in_order))


@cache
def load() -> Mapping[str, Requirement]:
    """The whole catalogue by id, in file order. Raises CatalogueError."""
    found: dict[str, Requirement] = {}
    for area in areas():
        path = FOLDER / f"{area}.toml"
        for requirement in read_area(path):
            if requirement.id in found:
                raise CatalogueError(f"{path.name}: {requirement.id}: this id is there twice")
            found[requirement.id] = requirement
    for requirement in found.values():
        if requirement.merged_into and requirement.merged_into not in found:
            raise CatalogueError(f"{requirement.id}: merged into {requirement.merged_into}, which is unknown")
    return MappingProxyType(found)


def read_area(path: Path) -> list[Requirement]:
    """The requirements of one file. Raises CatalogueError, which names the file and the requirement."""
    data = read_toml(path)
    usual = data.get("usual", {})
    return [_requirement(path.name, usual | entry) for entry in data.get("requirement", [])]


def _requirement(file: str, entry: dict[str, Any]) -> Requirement:
    name = entry.get("id", "a requirement without id")
    unknown = entry.keys() - _FIELDS
    if unknown:
        raise CatalogueError(f"{file}: {name}: unknown field {sorted(unknown)[0]!r}")
    try:
        values: dict[str, Any] = {
            key: tuple(value) if isinstance(value, list) else value for key, value in entry.items()
        }
        values["sources"] = tuple(Source(**source) for source in entry["sources"])
        values["level"], values["how"] = Level(entry["level"]), How(entry["how"])
        values["levels"] = MappingProxyType({key: Level(level) for key, level in entry.get("levels", {}).items()})
        requirement = Requirement(**values)
        ed.editions_in(requirement.editions)
        for key in requirement.levels.keys() - {*ed.READINGS, API_PAGES_ALONE}:
            ed.editions_in(key)
    except (KeyError, TypeError, ValueError) as exc:
        raise CatalogueError(f"{file}: {name}: {exc}") from exc
    return requirement


_FIELDS = frozenset(each.name for each in fields(Requirement))
