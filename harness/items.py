"""What pytest-bdd knows of a collected item: its scenario, its tags, and the names by which it is asked for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pytest_bdd.scenario import scenario_wrapper_template_registry
from uec_booking.standard import requirements


def template_of(item: pytest.Item) -> Any:
    """The scenario as pytest-bdd has parsed it; None for an item that is no scenario."""
    return scenario_wrapper_template_registry.get(getattr(item, "obj", None))


def tags_of(item: pytest.Item) -> set[str]:
    """The tags of its scenario, feature, rule and the table of its example; none for what is no scenario."""
    template = template_of(item)
    if template is None:
        return set()
    example = getattr(item, "callspec", None)
    chosen = example.params.get("_pytest_bdd_example") if example else None
    tags = set(template.tags) | set(template.feature.tags)
    if template.rule is not None:
        tags |= set(template.rule.tags)
    for table in template.examples:
        if chosen is not None and chosen in list(table.as_contexts()):
            tags |= set(table.tags)
    return tags


def _feature_id(item: pytest.Item) -> str:
    """The feature file relative to features/, as ``workflow/b_same_111_service.feature``."""
    path = Path(template_of(item).feature.filename)
    return f"{path.parent.name}/{path.name}"


def scenario_id(item: pytest.Item) -> str:
    """The id of a scenario in every report: feature file, name, and the values of its example."""
    template = template_of(item)
    example = getattr(item, "callspec", None)
    values = example.params.get("_pytest_bdd_example", {}) if example else {}
    name = template.name
    for key, value in values.items():
        name = name.replace(f"<{key}>", value)
    unused = [value for key, value in values.items() if f"<{key}>" not in template.name]
    return f"{_feature_id(item)}::{name}" + (f" ({', '.join(unused)})" if unused else "")


def words_of(item: pytest.Item) -> set[str]:
    """What a scenario is called by in expressions: its tags, requirements and their SCAL ids, names, file."""
    template, tags = template_of(item), tags_of(item)
    catalogue = requirements.load()
    scal = {name for tag in tags if tag in catalogue for name in catalogue[tag].scal}
    return {*tags, *scal, template.feature.name, _feature_id(item), template.name, scenario_id(item)}
