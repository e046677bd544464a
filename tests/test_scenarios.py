"""No scenario, step or tag is lost: what pytest-bdd lets pass in silence."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from importlib import import_module
from typing import Any

from pytest_bdd.feature import get_features
from pytest_bdd.steps import StepNamePrefix, step_function_context_registry
from uec_booking.harness.catalogue.selection import is_requirement_id
from uec_booking.harness.settings.model import CAPABILITIES
from uec_booking.standard import requirements

from .support.source import PREFIX, ROOT, modules


def _features() -> list[Any]:
    return get_features([str(ROOT / "features")])


def _scenario_steps() -> Iterator[tuple[str, str, str]]:
    """Where, kind (given, when, then) and text of each step, with the example values filled in."""
    for feature in _features():
        for template in feature.scenarios.values():
            examples = [row for table in template.examples for row in table.as_contexts()] or [{}]
            for row in examples:
                for step in template.render(row).steps:
                    yield f"{feature.rel_filename}: {template.name}", step.type, step.name


def _definitions() -> list[Any]:
    found = {}
    for path in modules("steps"):
        module = import_module(
            ".".join((PREFIX, *path.relative_to(ROOT).with_suffix("").parts)).removesuffix(".__init__")
        )
        for name, fixture in vars(module).items():
            if name.startswith(StepNamePrefix.step_def.value):
                context = step_function_context_registry[fixture._get_wrapped_function()]
                found[module.__name__, name] = context
    return list(found.values())


def test_every_scenario_of_a_feature_has_a_name_of_its_own() -> None:
    """pytest-bdd keeps the last of two scenarios of one name, and says nothing."""
    for path in sorted((ROOT / "features").rglob("*.feature")):
        lines = [line.strip() for line in path.read_text(encoding="utf-8").splitlines()]
        names = Counter(
            line.partition(":")[2].strip()
            for line in lines
            if line.startswith(("Scenario:", "Scenario Outline:", "Example:"))
        )
        twice = [name for name, count in names.items() if count > 1]
        assert not twice, f"{path.name}: {twice}"


def test_no_two_features_share_a_name() -> None:
    names = Counter(feature.name for feature in _features())
    assert [name for name, count in names.items() if count > 1] == []


def test_every_feature_file_is_bound_to_pytest() -> None:
    """By one call with its folder."""
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in (ROOT / "features").glob("test_*.py")]
    calls = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Call)]
    bound = sorted(ast.literal_eval(argument) for call in calls for argument in call.args)
    assert bound == sorted(
        {path.relative_to(ROOT / "features").parts[0] for path in ROOT.glob("features/**/*.feature")}
    )


def test_no_step_is_asynchronous() -> None:
    """pytest-bdd calls an `async def` step, gets a coroutine, and takes the step for passed."""
    wrong = [
        f"{path.name}:{node.lineno}"
        for path in modules("steps")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.AsyncFunctionDef)
    ]
    assert not wrong


def test_every_step_has_exactly_one_definition_and_every_definition_a_step() -> None:
    """Of two definitions that match, the one loaded last wins, in silence."""
    definitions = _definitions()
    used: set[int] = set()
    wrong = []
    for where, kind, text in _scenario_steps():
        matching = [d for d in definitions if d.type in (None, kind) and d.parser.is_matching(text)]
        functions = {id(d.step_func): d for d in matching}
        used |= {id(d) for d in matching}
        if len(functions) != 1:
            wrong.append(f"{where}: {len(functions)} definitions match {kind} {text!r}")
    assert not wrong, "\n".join(wrong)
    unused = [d.parser.name for d in definitions if id(d) not in used]
    assert not unused, f"definitions that no scenario uses: {unused}"


def test_every_tag_is_known() -> None:
    """A tag with a slip in it would select nothing and decide nothing."""
    catalogue = requirements.load()
    conditions = {"needs:control", "needs:tap", *(f"claims:{name}" for name in CAPABILITIES)}
    wrong = []
    for feature in _features():
        for template in feature.scenarios.values():
            tables = [tag for table in template.examples for tag in table.tags]
            for tag in (*feature.tags, *template.tags, *tables):
                if is_requirement_id(tag):
                    known = tag in catalogue
                elif ":" in tag:
                    known = tag in conditions
                else:
                    known = tag == tag.lower()
                if not known:
                    wrong.append(f"{feature.rel_filename}: {tag}")
    assert not wrong, "\n".join(wrong)
