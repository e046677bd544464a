"""Small faults in the source of the checks (mutants), and having one at work in a running process.

mutmut and cosmic-ray write a changed file and start a command for each mutant. What judges the checks here is a run of
scenarios against a system, which takes ten seconds to start and a fraction of one to repeat; so the changed code is put
into functions that are loaded, in a process that stays. That needs the compiled tree, which neither of them gives.

What is not changed: texts that only a reader sees, annotations, decorators and ``DECIDES`` (``tests/traceability``
holds what a check declares against what it does), defaults of parameters, and what a class has besides its methods.
"""

from __future__ import annotations

import ast
import copy
import functools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PLACES = ("harness/checks", "standard/validation")
PACKAGE = "uec_booking"

_COMPARED: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
_REACHED_BY: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
}
#: Calls whose texts are names of something; other texts in a call are words for a reader.
_NAMING = (
    *("get", "header", "startswith", "endswith", "of_type", "bundle_resources"),
    *("removeprefix", "removesuffix", "split"),
)


@dataclass(frozen=True)
class Mutant:
    """A change by its place: in ``file``, the ``number``-th that can be made there; ``what`` tells it."""

    file: str
    number: int
    first: int
    last: int
    within: str
    what: str

    @property
    def name(self) -> str:
        return f"{self.file}:{self.first} #{self.number}"


def mutants_of(file: str) -> list[Mutant]:
    """All changes of a file, in the order of its lines."""
    return [mutant for mutant, _ in changes(file)]


def changes(file: str, wanted: int | None = None) -> Iterator[tuple[Mutant, ast.Module]]:
    """Each change with the changed tree (made only of the one that is wanted, if one is)."""
    text = Path(file).read_text(encoding="utf-8")
    number = 0
    unchanged = ast.parse(text)
    for place, (path, within) in enumerate(_places(unchanged)):
        node = path[-1]
        for nth, (what, _) in enumerate(_made_of(path)):
            if wanted in (None, number):
                tree = unchanged
                if wanted is not None:
                    tree = ast.parse(text)
                    there = list(_places(tree))[place][0]
                    _put(there, list(_made_of(there))[nth][1](there[-1]))
                line = getattr(node, "lineno", 0)
                yield Mutant(file, number, line, getattr(node, "end_lineno", line), within, what), tree
            number += 1


def _places(tree: ast.Module) -> Iterator[tuple[list[ast.AST], str]]:
    """Nodes that may be changed, each at the end of the path that leads to it, with the function it is in."""

    def walk(path: list[ast.AST], within: str) -> Iterator[tuple[list[ast.AST], str]]:
        node = path[-1]
        yield path, within
        for name, value in ast.iter_fields(node):
            if name in ("decorator_list", "annotation", "returns", "defaults", "kw_defaults", "type_params"):
                continue
            for child in value if isinstance(value, list) else [value]:
                if isinstance(child, ast.AST):
                    yield from walk([*path, child], within)

    for statement in tree.body:
        if isinstance(statement, ast.FunctionDef):
            yield from walk([tree, statement], statement.name)
        elif isinstance(statement, ast.ClassDef):
            for method in statement.body:
                if isinstance(method, ast.FunctionDef):
                    yield from walk([tree, statement, method], f"{statement.name}.{method.name}")
        elif constant_of(statement) not in ("", "DECIDES"):
            yield from walk([tree, statement], "")


def constant_of(statement: ast.stmt) -> str:
    """The name of a constant of the module that a statement sets; empty where it sets none."""
    targets = statement.targets if isinstance(statement, ast.Assign) else [getattr(statement, "target", None)]
    first = targets[0]
    a_type = isinstance(getattr(statement, "value", None), (ast.Subscript, ast.Attribute))
    return first.id if isinstance(first, ast.Name) and not a_type else ""


def _made_of(path: list[ast.AST]) -> Iterator[tuple[str, Callable[[Any], ast.AST]]]:
    """What a node can be changed into, each told in words."""
    node, above = path[-1], path[-2]
    told = (
        ast.unparse(node)[:70] if not isinstance(node, (ast.FunctionDef, ast.If, ast.For, ast.While, ast.With)) else ""
    )
    if isinstance(node, ast.Compare):
        for at, operator in enumerate(node.ops):
            for other in _COMPARED[type(operator)]:
                change = functools.partial(_compared, at=at, other=other)
                yield f"`{told}` with {other.__name__} for {type(operator).__name__}", change
    elif isinstance(node, ast.BoolOp):
        swapped = ast.Or if isinstance(node.op, ast.And) else ast.And
        yield f"`{told}` with {swapped.__name__}", lambda n: ast.BoolOp(swapped(), n.values)
        for at in range(len(node.values)):
            yield f"`{told}` without part {at + 1}", functools.partial(_without, at=at)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield f"`{told}` without not", lambda n: n.operand
    elif isinstance(node, ast.BinOp) and type(node.op) in _REACHED_BY and not _is_text(node):
        other_op = _REACHED_BY[type(node.op)]
        yield f"`{told}` with {other_op.__name__}", lambda n: ast.BinOp(n.left, other_op(), n.right)
    elif isinstance(node, ast.Constant):
        yield from _of_constant(node, path, told)
    elif isinstance(node, (ast.Continue, ast.Break)):
        yield f"no {told}", lambda n: ast.Pass()
    elif isinstance(node, ast.Return) and node.value is not None:
        # What returns False or nothing at all does the same with None.
        if not isinstance(node.value, ast.Constant) or node.value.value:
            yield f"`{told}` returns None", lambda n: ast.Return(ast.Constant(None))
    elif isinstance(node, ast.Return):
        yield "no return", lambda n: ast.Pass()
    elif isinstance(node, ast.Expr) and isinstance(node.value, (ast.Call, ast.Yield, ast.YieldFrom)):
        # A generator stays one, though it yields nothing here.
        yield f"no `{told}`", lambda n: ast.If(ast.Constant(False), [n], [])
    if isinstance(node, (ast.If, ast.IfExp, ast.While)) or (isinstance(above, ast.comprehension) and node in above.ifs):
        condition = node if isinstance(above, ast.comprehension) else node.test  # type: ignore[union-attr]
        if isinstance(condition, (ast.Name, ast.Attribute, ast.Call)):
            yield f"not `{ast.unparse(condition)[:70]}`", _negated


def _of_constant(node: ast.Constant, path: list[ast.AST], told: str) -> Iterator[tuple[str, Callable[[Any], ast.AST]]]:
    above = path[-2]
    if isinstance(node.value, bool):
        yield f"{not node.value} for {told}", lambda n: ast.Constant(not n.value)
    elif isinstance(node.value, int):
        yield f"{node.value + 1} for {told}", lambda n: ast.Constant(n.value + 1)
    elif isinstance(node.value, str) and not any(isinstance(one, (ast.JoinedStr, ast.keyword)) for one in path):
        called = above.func if isinstance(above, ast.Call) else None
        naming = called.attr if isinstance(called, ast.Attribute) else called.id if isinstance(called, ast.Name) else ""
        if isinstance(above, (ast.Compare, ast.Subscript, ast.Tuple, ast.List, ast.Set, ast.Dict)) or naming in _NAMING:
            yield f"another text for {told}", lambda n: ast.Constant(n.value + "~")


def _compared(node: ast.Compare, at: int, other: type[ast.cmpop]) -> ast.Compare:
    return ast.Compare(node.left, [*node.ops[:at], other(), *node.ops[at + 1 :]], node.comparators)


def _without(node: ast.BoolOp, at: int) -> ast.AST:
    left = [*node.values[:at], *node.values[at + 1 :]]
    return left[0] if len(left) == 1 else ast.BoolOp(node.op, left)


def _negated(node: ast.AST) -> ast.AST:
    if not isinstance(node, (ast.If, ast.IfExp, ast.While)):
        return ast.UnaryOp(ast.Not(), node)  # type: ignore[arg-type]  # a condition
    changed = copy.copy(node)
    changed.test = ast.UnaryOp(ast.Not(), node.test)
    return changed


def _is_text(node: ast.AST) -> bool:
    return any(isinstance(one, ast.JoinedStr) or isinstance(getattr(one, "value", None), str) for one in ast.walk(node))


def _put(path: list[ast.AST], changed: ast.AST) -> None:
    """Put a node in the place of the last of the path."""
    node, above = path[-1], path[-2]
    ast.fix_missing_locations(ast.copy_location(changed, node))
    for name, value in ast.iter_fields(above):
        if value is node:
            setattr(above, name, changed)
        elif isinstance(value, list) and any(one is node for one in value):
            setattr(above, name, [changed if one is node else one for one in value])
