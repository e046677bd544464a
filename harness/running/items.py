"""What pytest-bdd knows of a collected item: its scenario, its tags, and the names by which it is asked for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pytest_bdd.scenario import scenario_wrapper_template_registry
from uec_booking.standard import requirements
from uec_booking.standard.topics import TOPICS


def template_of(item: pytest.Item) -> Any:
    """The scenario as pytest-bdd has parsed it; None for an item that is no scenario."""
    function: Any = getattr(item, "obj", None)
    return scenario_wrapper_template_registry.get(function)


def tags_of(item: pytest.Item) -> set[str]:
    """The tags of its scenario, feature, rule and the table of its example; none for what is no scenario."""
    template = template_of(item)
    return set() if template is None else tags(template, _example_of(item))


def scenario_id(item: pytest.Item) -> str:
    """The id of a scenario in every report: feature file, name, and the values of its example."""
    return identity(template_of(item), _example_of(item) or {})


def words_of(item: pytest.Item) -> set[str]:
    """What a scenario is called by in expressions: its tags, requirements and their SCAL ids, names, file."""
    return words(template_of(item), tags_of(item), _example_of(item))


def _example_of(item: pytest.Item) -> Any:
    example = getattr(item, "callspec", None)
    return example.params.get("_pytest_bdd_example") if example else None


def tags(template: Any, example: Any) -> set[str]:
    """The tags of a scenario, with those of the table that holds the example."""
    found = set(template.tags) | set(template.feature.tags)
    if template.rule is not None:
        found |= set(template.rule.tags)
    for table in template.examples:
        if example is not None and example in list(table.as_contexts()):
            found |= set(table.tags)
    return found


def identity(template: Any, example: Any) -> str:
    """The id of a scenario, with the values of the example in its name, or behind it."""
    name = template.name
    for key, value in example.items():
        name = name.replace(f"<{key}>", value)
    unused = [value for key, value in example.items() if f"<{key}>" not in template.name]
    return f"{_feature_id(template)}::{name}" + (f" ({', '.join(unused)})" if unused else "")


def words(template: Any, tagged: set[str], example: Any) -> set[str]:
    """What a scenario with these tags is called by."""
    catalogue = requirements.load()
    scal = {name for tag in tagged if tag in catalogue for name in catalogue[tag].scal}
    names = (template.feature.name, _feature_id(template), template.name, identity(template, example or {}))
    return {*tagged, *scal, *names}


def _feature_id(template: Any) -> str:
    """The feature file relative to features/, as ``workflow/b_same_111_service.feature``."""
    path = Path(template.feature.filename)
    role = next((folder for folder in path.parents if folder.name in TOPICS), path.parent)
    return path.relative_to(role.parent).as_posix()
