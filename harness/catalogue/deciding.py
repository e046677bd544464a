"""From a requirement to the sentences that ask for it, and to the lines that judge it.

Each sentence of a feature calls checks, and each check declares what it decides (``judging.decides``). Which check a
sentence calls is read from its step function (``sentences``). What a table or a sentence names is decided by the check
that says so.

The sentences are imported when first asked for, so nothing of this may be asked before pytest imports them itself.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib import import_module, resources
from pathlib import Path
from types import ModuleType
from typing import Any, TypeVar

from pytest_bdd.feature import get_features

from .. import checks
from ..judging.decides import Check
from .selection import is_requirement_id
from .sentences import sentence, tree_of
from .traceability import standing_modules

_Item = TypeVar("_Item")
_WORD = re.compile(r"[A-Z]+(?:-[A-Z0-9]+)+")


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a scenario as the feature has it, with what it decides, and by which checks.

    ``rows``: where the rows of a table name a requirement, what these rows are called (their first cell).
    """

    keyword: str
    text: str
    decides: Mapping[str, tuple[Check, ...]]
    rows: Mapping[str, tuple[str, ...]]

    @property
    def sentence(self) -> str:
        return f"{self.keyword} {self.text}"


@dataclass(frozen=True, slots=True)
class Deciding:
    """A sentence that decides a requirement: in which scenario (``file``, ``name``), and by which checks.

    ``rows``: the rows of the table in which it does, by their first cell.
    """

    file: str
    name: str
    sentence: str
    checks: tuple[Check, ...]
    rows: tuple[str, ...] = ()

    def in_words(self) -> str:
        rows = f" ({', '.join(self.rows)})" if self.rows else ""
        return f"“{self.sentence}”{rows}: {', '.join(check.in_words() for check in self.checks)}"

    def to_json(self) -> dict[str, Any]:
        return {
            "file": self.file,
            "scenario": self.name,
            "sentence": self.sentence,
            "rows": list(self.rows),
            "checks": [place_json(check) for check in self.checks],
        }


def place_json(check: Check) -> dict[str, Any]:
    """Where a check stands, as data."""
    return {"name": check.name, "file": check.file, "line": check.line}


def scenarios() -> tuple[tuple[str, str], ...]:
    """The scenarios of all features: file and name, an outline once."""
    return tuple(_scenarios())


def decided_by_step(file: str, name: str) -> tuple[Step, ...]:
    """What each step of a scenario decides, backgrounds included; of an outline, over all its examples.

    Raises:
        KeyError: there is no scenario of that name in the feature file (``provider/booking.feature``).
    """
    return _scenarios()[file, name]


def decided_by_scenario(file: str, name: str) -> frozenset[str]:
    """All that the steps of a scenario decide."""
    return frozenset(one for step in decided_by_step(file, name) for one in step.decides)


def deciding(requirement: str) -> tuple[Deciding, ...]:
    """The sentences that decide a requirement, in the order of the features."""
    return _by_requirement().get(requirement, ())


@cache
def _by_requirement() -> Mapping[str, tuple[Deciding, ...]]:
    found: dict[str, list[Deciding]] = {}
    for (file, name), steps in _scenarios().items():
        for step in steps:
            for requirement, by in step.decides.items():
                one = Deciding(file, name, step.sentence, by, step.rows.get(requirement, ()))
                found.setdefault(requirement, []).append(one)
    return {requirement: tuple(sentences) for requirement, sentences in found.items()}


def checks_of(requirement: str) -> tuple[Check, ...]:
    """The checks that decide a requirement by a sentence, each once."""
    return tuple(dict.fromkeys(check for one in deciding(requirement) for check in one.checks))


@cache
def on_every_exchange(requirement: str) -> tuple[Check, ...]:
    """The functions that look at a requirement on every exchange: those in whose source it is named."""
    found = []
    for name in standing_modules().get(requirement, ()):
        module = import_module(f"{checks.__name__}.{name}")
        file = f"harness/checks/{name.replace('.', '/')}.py"
        places = _naming(requirement, _parts(module))
        found += [Check(f"{name}.{function}", file, line, frozenset({requirement})) for function, line in places]
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _Part:
    """A function of a module, or a constant, with the texts in its source."""

    name: str
    line: int
    is_function: bool
    texts: frozenset[str]


def _naming(requirement: str, parts: Iterable[_Part]) -> list[tuple[str, int]]:
    """The functions of a module that name a requirement, else the constant of the module that does."""
    naming = [part for part in parts if requirement in part.texts]
    found = [(part.name, part.line) for part in naming if part.is_function]
    constants = [(part.name, part.line) for part in naming if not part.is_function]
    # What no other constant names comes to the module from elsewhere: it is declared there at least.
    return found or [one for one in constants if one[0] != "DECIDES"] or constants


@cache
def _parts(module: ModuleType) -> tuple[_Part, ...]:
    """Read once for all requirements: every report of a run asks for each of them."""
    found = []
    for node in tree_of(module).body:
        for inner in node.body if isinstance(node, ast.ClassDef) else [node]:
            if isinstance(inner, ast.FunctionDef):
                found.append(_Part(inner.name, inner.lineno, True, _texts(inner)))
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        names = [target.id for target in targets if isinstance(target, ast.Name)]
        if names:
            found.append(_Part(names[0], node.lineno, False, _texts(node)))
    return tuple(found)


def _texts(node: ast.AST) -> frozenset[str]:
    return frozenset(
        one.value for one in ast.walk(node) if isinstance(one, ast.Constant) and isinstance(one.value, str)
    )


# -- the features ------------------------------------------------------------------------


@cache
def _scenarios() -> Mapping[tuple[str, str], tuple[Step, ...]]:
    found = {}
    with resources.as_file(resources.files("uec_booking.features")) as folder:
        for feature in get_features([str(folder)]):
            file = Path(feature.filename).relative_to(folder).as_posix()
            for template in feature.scenarios.values():
                found[file, template.name] = _steps(template)
    return dict(sorted(found.items(), key=lambda one: one[0][0]))


def _steps(template: Any) -> tuple[Step, ...]:
    rows = [row for table in template.examples for row in table.as_contexts()] or [{}]
    found: list[list[tuple[str, Check, str]]] = [[] for _ in template.steps]
    for row in rows:
        for decided, of_step in zip(found, _decided(template.render(row).steps), strict=True):
            decided += of_step
    return tuple(
        Step(
            step.keyword.strip(),
            step.name,
            _grouped((requirement, by) for requirement, by, _ in decided),
            _grouped((requirement, row) for requirement, _, row in decided if row),
        )
        for step, decided in zip(template.steps, found, strict=True)
    )


def _grouped(pairs: Iterable[tuple[str, _Item]]) -> dict[str, tuple[_Item, ...]]:
    """What goes with each requirement, each once, by requirement."""
    found: dict[str, dict[_Item, None]] = {}
    for requirement, item in pairs:
        found.setdefault(requirement, {})[item] = None
    return {requirement: tuple(items) for requirement, items in sorted(found.items())}


@dataclass(frozen=True, slots=True)
class _Row:
    """A row of a table, by what its first cell calls it, and one requirement that it is about."""

    requirement: str
    answer: str
    name: str


def _decided(steps: Iterable[Any]) -> Iterator[list[tuple[str, Check, str]]]:
    """What each step decides, by which check, and for which row of a table."""
    known = [(step, sentence(step.type, step.name)) for step in steps]
    taken = {name for _, one in known for name in one.takes}
    #: Those that were sent so far.
    rows: list[_Row] = []
    for step, definition in known:
        in_words = [word for word in _WORD.findall(step.name) if is_requirement_id(word)]
        # A table that a background has is sent where a later sentence takes it.
        if step.datatable and (not definition.makes or definition.makes in taken):
            rows += _rows(step.datatable)
        if in_words and not definition.calls:
            rows += [replace(row, requirement=requirement) for requirement in in_words for row in rows]
        of_step = []
        for check, given in definition.calls:
            own = [*check.decides, *((*given, *in_words) if check.named else ())]
            of_step += [(requirement, check, "") for requirement in own]
            of_step += [(row.requirement, check, row.name) for row in rows if check.takes(row.answer)]
        yield of_step


def _rows(datatable: Any) -> list[_Row]:
    head, *lines = ([str(cell.value) for cell in row.cells] for row in datatable.rows)
    found = []
    for line in lines:
        row = dict(zip(head, line, strict=True))
        for requirement in row.get("decides", "").replace(",", " ").split():
            found.append(_Row(requirement, row.get("answer", ""), line[0]))
    return found
