"""The scenarios of the suite, read from its features before anything runs: what there is to be selected, and run."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources

from pytest_bdd.feature import get_features
from uec_booking.standard import requirements
from uec_booking.standard.roles import CONSUMER

from ..catalogue.selection import chosen, is_requirement_id, names
from ..catalogue.traceability import ATTESTATION, STANDING, decision
from ..errors import SettingsError
from .cover import ATTENDED, calls_in, within_a_session
from .items import identity, tags, words

_WORD = re.compile(r'"[^"]*"|[^\s()]+')
_OPERATORS = frozenset({"and", "or", "not"})
#: Scenarios with exchanges of the kind that each family of requirements speaks of; any story has some of the others.
_BRINGING: Mapping[str, str] = {
    "PRV-SRCH": "PRV-SRCH-*",
    "PRV-GET": "PRV-GET-*",
    "RES-SLOT": "PRV-SRCH-*",
    "RES-SCH": "PRV-SRCH-*",
    "RES-HCS": "PRV-SRCH-*",
    "RES-PRAC": "PRV-SRCH-*",
    "RES-ORG": "PRV-SRCH-*",
    "ERR": "ERR-*",
    "SEC-31": "SEC-*",
}
_ANY_STORY = "story-b"


@dataclass(frozen=True, slots=True)
class Planned:
    """A scenario of the suite: its id, the requirements that it decides, and what it is called by."""

    id: str
    requirements: tuple[str, ...]
    words: frozenset[str]
    #: How many calls to 111 a consumer takes in it.
    calls: int = 0


@cache
def scenarios() -> tuple[Planned, ...]:
    """All of them, each example of an outline for itself; those that fit into a session of a person are called so."""
    found = _scenarios()
    attended = within_a_session(found)
    return tuple(replace(one, words=one.words | {ATTENDED}) if one.id in attended else one for one in found)


def attended() -> frozenset[str]:
    """The ids of the scenarios that fit into a session of a person."""
    return frozenset(one.id for one in scenarios() if ATTENDED in one.words)


def _scenarios() -> tuple[Planned, ...]:
    found = []
    with resources.as_file(resources.files("uec_booking.features")) as folder:
        for feature in get_features([str(folder)]):
            for template in feature.scenarios.values():
                examples: list[dict[str, str] | None] = [
                    row for table in template.examples for row in table.as_contexts()
                ]
                for example in examples or [None]:
                    tagged = tags(template, example)
                    decides = tuple(sorted(filter(is_requirement_id, tagged)))
                    called = frozenset(words(template, tagged, example))
                    calls = calls_in(step.name for step in template.steps)
                    found.append(Planned(identity(template, example or {}), decides, called, calls))
    return tuple(found)


def decided_by() -> Mapping[str, tuple[str, ...]]:
    """The id of each scenario, and the requirements that it decides."""
    return {one.id: one.requirements for one in scenarios()}


def check_selects(expression: str | None, option: str = "--only") -> None:
    """Whether the expression of an option selects anything; None, where the option is not there, selects all.

    Raises:
        SettingsError: it is empty, cannot be read, or selects nothing; says what is called nearly so.
    """
    if expression is None:
        return
    if not expression.strip():
        raise SettingsError(
            f"{option} is empty: is it a variable that is not set? Write what to run, for instance "
            f"{option} 'PRV-CAN-*', or leave the option out to run everything. Nothing was run, and nothing was "
            "written."
        )
    if chosen(expression, scenarios(), lambda one: one.words):
        return
    told = _told_of_unknown(expression, "no scenario has a tag, requirement, feature or name like")
    told = told or ["there are scenarios for each word of it, and none for all together."]
    raise SettingsError(
        f"Nothing was selected by {expression!r}: {' '.join(told)} `uec-booking requirements` lists what there is. "
        "Nothing was run, and nothing was written."
    )


def selects_consumers(expression: str) -> bool:
    """Whether an expression of ``--only`` selects scenarios of a consumer under test; empty selects all."""
    return not expression or any(
        CONSUMER.name in one.words for one in chosen(expression, scenarios(), lambda one: one.words)
    )


def unheeded(expression: str) -> list[str]:
    """A note for what no scenario is called by, in an expression that selects others; none if all words say something.

    Raises:
        SettingsError: it cannot be read.
    """
    if any(names(expression, one.words) for one in scenarios()):
        return []
    return [f"--only: {told}" for told in _told_of_unknown(expression, "nothing is called")]


def _told_of_unknown(expression: str, nothing: str) -> list[str]:
    """Sentences on the words of an expression that select nothing by themselves; ``nothing`` begins one of them."""
    words = dict.fromkeys(word for word in _WORD.findall(expression) if word.lower() not in _OPERATORS)
    unknown = [word for word in words if not _known(word)]
    elsewhere = [word for word in unknown if word.strip('"').upper() in requirements.load()]
    strange = [word for word in unknown if word not in elsewhere]
    told = [decided_elsewhere(word.strip('"').upper()) for word in elsewhere]
    if strange:
        near = _near(strange)
        hint = f" Did you mean {' or '.join(near)}?" if near else ""
        told.append(f"{nothing} {', '.join(strange)}.{hint}")
    return told


def decided_elsewhere(requirement: str) -> str:
    """What decides a requirement that no scenario is tagged with, and how to come to that, in words."""
    entry = requirements.load()[requirement]
    if entry.merged_into:
        return f"{requirement} was merged into {entry.merged_into}: ask for that."
    decided = decision(entry)
    if decided.kind == STANDING:
        return (
            f"{requirement} has no scenario of its own, it is checked on every exchange of a run. Run all, or a part "
            f"with such exchanges, for instance --only {_bringing(requirement)!r}; what was seen of it stands in the "
            "reports of any run."
        )
    if decided.kind == ATTESTATION:
        return (
            f"no run decides {requirement}, a person's statement does ({decided.why}). "
            f"`uec-booking attest DIR --id {requirement}` asks for it, where DIR holds a stored run, and writes the "
            "evidence file; hand that to assure or judge with --evidence FILE."
        )
    return f"nothing in this version decides {requirement} ({decided.why})."


def _bringing(requirement: str) -> str:
    """An expression for scenarios with exchanges that a check on every exchange speaks of."""
    if requirements.load()[requirement].bound is CONSUMER:
        return CONSUMER.name
    return next((part for family, part in _BRINGING.items() if requirement.startswith(family)), _ANY_STORY)


def _known(word: str) -> bool:
    return bool(chosen(word, scenarios(), lambda one: one.words))


def _near(unknown: Iterable[str]) -> list[str]:
    """Tags and requirement ids that look like these words."""
    called = {word for one in scenarios() for word in one.words if not re.search(r"\s|::|/", word)}
    names = sorted(called | requirements.load().keys())
    by_lower = {name.lower(): name for name in names}
    found: list[str] = []
    for word in unknown:
        found += difflib.get_close_matches(word.strip('"*?').lower(), by_lower, n=3, cutoff=0.6)
    return [by_lower[name] for name in dict.fromkeys(found)][:4]
