"""The scenarios of the suite, read from its features before anything runs: what there is to be selected, and run."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

from pytest_bdd.feature import get_features

from .errors import SettingsError
from .items import identity, tags, words
from .selection import chosen, is_requirement_id

_WORD = re.compile(r'"[^"]*"|[^\s()]+')
_OPERATORS = frozenset({"and", "or", "not"})


@dataclass(frozen=True, slots=True)
class Planned:
    """A scenario of the suite: its id, the requirements that it decides, and what it is called by."""

    id: str
    requirements: tuple[str, ...]
    words: frozenset[str]


@cache
def scenarios() -> tuple[Planned, ...]:
    """All of them, each example of an outline for itself."""
    found = []
    with resources.as_file(resources.files("uec_booking.features")) as folder:
        for feature in get_features([str(folder)]):
            for template in feature.scenarios.values():
                for example in [row for table in template.examples for row in table.as_contexts()] or [None]:
                    tagged = tags(template, example)
                    decides = tuple(sorted(filter(is_requirement_id, tagged)))
                    called = frozenset(words(template, tagged, example))
                    found.append(Planned(identity(template, example or {}), decides, called))
    return tuple(found)


def decided_by() -> Mapping[str, tuple[str, ...]]:
    """The id of each scenario, and the requirements that it decides."""
    return {one.id: one.requirements for one in scenarios()}


def check_selects(expression: str) -> None:
    """Whether an expression of ``--only`` selects anything.

    Raises:
        SettingsError: it cannot be read, or selects nothing; says what is called nearly so.
    """
    if not expression or chosen(expression, scenarios(), lambda one: one.words):
        return
    unknown = [word for word in _WORD.findall(expression) if word.lower() not in _OPERATORS and not _known(word)]
    near = _near(unknown)
    why = (
        f"no scenario has a tag, requirement, feature or name like {', '.join(unknown)}."
        if unknown
        else ("there are scenarios for each word of it, and none for all together.")
    )
    hint = f" Did you mean {' or '.join(near)}?" if near else ""
    raise SettingsError(
        f"Nothing was selected by {expression!r}: {why}{hint} `uec-booking requirements` lists what there is. "
        "Nothing was run, and nothing was written."
    )


def _known(word: str) -> bool:
    return bool(chosen(word, scenarios(), lambda one: one.words))


def _near(unknown: Iterable[str]) -> list[str]:
    """Tags and requirement ids that look like these words."""
    names = sorted({word for one in scenarios() for word in one.words if not re.search(r"\s|::|/", word)})
    by_lower = {name.lower(): name for name in names}
    found: list[str] = []
    for word in unknown:
        found += difflib.get_close_matches(word.strip('"*?').lower(), by_lower, n=3, cutoff=0.6)
    return [by_lower[name] for name in dict.fromkeys(found)][:4]
