"""The roles are data: one table says what sets them apart, and nobody compares their names."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest
from uec_booking.standard import requirements, roles

from ..support.source import ROOT, modules

_TABLE = ROOT / "standard/roles.py"
_NAMES = {*roles.ROLES, *roles.PARTS, roles.ANY}


def _compared(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """The line and the name of each role or part that a comparison or a pattern has as a text."""
    for node in ast.walk(tree):
        sides: list[ast.expr] = []
        if isinstance(node, ast.Compare):
            sides = [node.left, *node.comparators]
        elif isinstance(node, ast.MatchValue):
            sides = [node.value]
        for side in sides:
            for one in side.elts if isinstance(side, ast.Tuple | ast.List | ast.Set) else [side]:
                if isinstance(one, ast.Constant) and one.value in _NAMES:
                    yield one.lineno, one.value


@pytest.mark.parametrize("room", ["harness", "reports", "standard", "steps"])
def test_no_role_is_compared_outside_the_table(room: str) -> None:
    wrong = [
        f"{path.relative_to(ROOT)}:{line} compares {name!r}: ask standard/roles.py"
        for path in modules(room)
        if path != _TABLE
        for line, name in _compared(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(
    "text",
    [
        'part.role == "registry"',
        '"provider" != role',
        'key in ("second_provider", "x")',
        'match role:\n    case "consumer":\n        pass',
    ],
)
def test_a_comparison_would_be_found(text: str) -> None:
    assert list(_compared(ast.parse(text)))


def test_every_requirement_binds_somebody_in_the_table() -> None:
    for requirement in requirements.load().values():
        assert requirement.role in roles.BOUND, requirement.id


def test_a_role_is_bound_by_its_own_requirements_and_by_those_for_all() -> None:
    for role in roles.ROLES.values():
        assert [name for name in roles.BOUND if role.is_bound_by(name)] == [role.name, roles.ANY]
