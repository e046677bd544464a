"""What decides each requirement: scenarios, a check on every exchange, a person's statement, or nothing yet.

Read from where it is really decided: the tags of the features, and what the modules of
``checks`` declare (``DECIDES``). ``python -m uec_booking.harness.catalogue.traceability --update``
brings ``standard/not_yet.toml`` up to date, and refuses to make it longer.
"""

from __future__ import annotations

import pkgutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import import_module, resources
from pathlib import Path
from typing import Any

from gherkin.parser import Parser
from uec_booking.standard import requirements as catalogue
from uec_booking.standard import waiting
from uec_booking.standard.editions import NO_EDITION
from uec_booking.standard.levels import MAY
from uec_booking.standard.requirements import How, Requirement
from uec_booking.standard.roles import CONSUMER

from .. import checks
from ..judging.needs import lacking
from .selection import is_requirement_id


class Kind(StrEnum):
    """The sort of thing that decides a requirement."""

    SCENARIO = "scenario"
    STANDING = "standing"
    ATTESTATION = "attestation"
    NOT_YET = "not-yet"


# The short names, under which they are written everywhere.
SCENARIO, STANDING, ATTESTATION, NOT_YET = Kind.SCENARIO, Kind.STANDING, Kind.ATTESTATION, Kind.NOT_YET
KINDS = tuple(Kind)

#: Why an undecided requirement waits, by the group of ``not_yet.toml`` that it belongs to.
REASONS: Mapping[str, str] = {
    "consumers": "a consumer has to be under test, and this version tests providers and registries",
    "registry": "the suite of the Appointment Registry comes with the part on the registry",
    "provider": "the provider suite does not reach it yet",
    "optional": "a MAY, told only when it is seen, and no scenario looks for it yet",
}


@dataclass(frozen=True, slots=True)
class Decision:
    """What decides one requirement. ``scenarios`` are ids as in reports; ``why`` is in words."""

    kind: Kind
    scenarios: tuple[str, ...] = ()
    standing: bool = False
    why: str = ""

    def to_json(self) -> dict[str, Any]:
        data: dict[str, Any] = {"kind": self.kind}
        if self.scenarios:
            data["scenarios"] = list(self.scenarios)
        if self.standing:
            data["standing"] = True
        if self.why:
            data["why"] = self.why
        return data

    def in_words(self) -> str:
        if self.kind == SCENARIO:
            count = len(self.scenarios)
            words = f"{count} scenario{'' if count == 1 else 's'}"
            return words + (", and every exchange" if self.standing else "")
        return "every exchange" if self.kind == STANDING else self.kind


@cache
def _features() -> Mapping[str, Mapping[str, Any]]:
    """Each feature as Gherkin parses it, by its file (``workflow/b_same_111_service.feature``), in order."""
    root = resources.files("uec_booking.features")
    with resources.as_file(root) as folder:
        return {
            path.relative_to(folder).as_posix(): Parser().parse(path.read_text(encoding="utf-8")).get("feature") or {}
            for path in sorted(folder.rglob("*.feature"))
        }


@cache
def tags_of_features() -> Mapping[str, tuple[str, ...]]:
    """The scenarios that carry each requirement as a tag, in the order of the features."""
    found: dict[str, list[str]] = {}
    for file, feature in _features().items():
        for scenario, tags in _scenarios(feature, frozenset()):
            for tag in sorted(filter(is_requirement_id, tags)):
                found.setdefault(tag, []).append(f"{file}::{scenario}")
    return {tag: tuple(dict.fromkeys(scenarios)) for tag, scenarios in found.items()}


def feature_name(file: str) -> str:
    """What the feature in a file is called."""
    return str(_features()[file].get("name", file))


def _scenarios(node: Mapping[str, Any], above: frozenset[str]) -> list[tuple[str, frozenset[str]]]:
    """Every scenario below a feature or a rule, with its tags and those that it inherits."""
    tags = above | _tags(node)
    found = []
    for child in node.get("children", []):
        if "rule" in child:
            found += _scenarios(child["rule"], tags)
        elif "scenario" in child:
            scenario = child["scenario"]
            own = tags | _tags(scenario)
            for table in scenario.get("examples", []):
                own |= _tags(table)
            found.append((scenario["name"], own))
    return found


def _tags(node: Mapping[str, Any]) -> frozenset[str]:
    return frozenset(tag["name"].removeprefix("@") for tag in node.get("tags", []))


@cache
def standing_modules() -> Mapping[str, tuple[str, ...]]:
    """The modules below ``checks`` that declare each requirement as one that they check on every exchange."""
    found: dict[str, list[str]] = {}
    prefix = f"{checks.__name__}."
    for module in pkgutil.walk_packages(checks.__path__, prefix):
        for name in getattr(import_module(module.name), "DECIDES", frozenset()):
            found.setdefault(name, []).append(module.name.removeprefix(prefix))
    return {name: tuple(modules) for name, modules in found.items()}


def standing() -> frozenset[str]:
    """The requirements that are checked on every exchange."""
    return frozenset(standing_modules())


def decision(requirement: Requirement) -> Decision:
    """What decides a requirement. One that was merged is decided by the one that it was merged into."""
    if requirement.merged_into:
        return decision(catalogue.load()[requirement.merged_into])
    scenarios = tags_of_features().get(requirement.id, ())
    always = requirement.id in standing()
    if scenarios:
        return Decision(SCENARIO, scenarios, always)
    if always:
        return Decision(STANDING, (), True)
    if requirement.draft or requirement.is_national or requirement.editions == NO_EDITION:
        return Decision(ATTESTATION, why=_never_judged(requirement))
    if requirement.how == How.EVIDENCE:
        return Decision(ATTESTATION, why="needs a person's statement")
    if requirement.needs:
        return Decision(ATTESTATION, why=lacking(requirement))
    return Decision(NOT_YET, why=REASONS[group_of(requirement)])


def _never_judged(requirement: Requirement) -> str:
    if requirement.is_national:
        return "binds a national system, which no run tests"
    return "a draft of the standard, judged in no edition"


def group_of(requirement: Requirement) -> str:
    """What an undecided requirement waits for: a key of ``REASONS``."""
    if requirement.bound is CONSUMER:
        return "consumers"
    if requirement.how == How.DRIVING_REGISTRY:
        return "registry"
    return "optional" if requirement.level == MAY else "provider"


def undecided() -> dict[str, list[str]]:
    """The requirements that nothing decides, by what they wait for, in the order of the catalogue."""
    found: dict[str, list[str]] = {group: [] for group in REASONS}
    for requirement in catalogue.load().values():
        if decision(requirement).kind == NOT_YET and not requirement.merged_into:
            found[group_of(requirement)].append(requirement.id)
    return {group: members for group, members in found.items() if members}


def not_yet_toml() -> str:
    """``not_yet.toml`` as it should be."""
    lines = [
        "# The requirements that nothing in this version decides yet. The list only shrinks: a test compares",
        "# it with what is really undecided. Write it anew with",
        "# `python -m uec_booking.harness.catalogue.traceability --update`.",
    ]
    for group, members in undecided().items():
        lines += ["", f"[{group}]", f'reason = "{REASONS[group]}"', "requirements = ["]
        lines += [f'    "{member}",' for member in members]
        lines.append("]")
    return "\n".join(lines) + "\n"


def main(arguments: list[str]) -> int:
    """Print the list as it should be, or write it. Returns 1 if it would have become longer."""
    if "--update" not in arguments:
        print(not_yet_toml(), end="")
        return 0
    listed = set(waiting.load()) if waiting.FILE.exists() else set(catalogue.load())
    added = sorted({name for members in undecided().values() for name in members} - listed)
    if added:
        print(f"Nothing decides these any more, and the list only shrinks: {', '.join(added)}", file=sys.stderr)
        return 1
    Path(waiting.FILE).write_text(not_yet_toml(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
