"""The sentences of the features: which checks the step function of each calls, read from its source.

They are imported when first asked for, so nothing of this may be asked before pytest imports them itself.
"""

from __future__ import annotations

import ast
import inspect
import pkgutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from types import ModuleType

from pytest_bdd.steps import StepFunctionContext, StepNamePrefix, step_function_context_registry

from ..judging.decides import Check, declared_by
from .selection import is_requirement_id


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence: the checks that it calls, with the requirements that it names for each, and its fixtures."""

    context: StepFunctionContext
    calls: tuple[tuple[Check, tuple[str, ...]], ...]
    takes: tuple[str, ...]
    makes: str


@cache
def sentence(kind: str, text: str) -> Sentence:
    """The sentence that a step (given, when, then) is written as.

    Raises:
        KeyError: none matches.
    """
    for one in _sentences():
        if one.context.type in (None, kind) and one.context.parser.is_matching(text):
            return one
    raise KeyError(f"no sentence matches {kind} {text!r}")


@cache
def _sentences() -> tuple[Sentence, ...]:
    package = import_module("uec_booking.steps")
    found = []
    for info in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        module = import_module(info.name)
        nodes = [one for one in ast.walk(tree_of(module)) if isinstance(one, ast.FunctionDef)]
        functions, by_name = {_first_line(one): one for one in nodes}, {one.name: one for one in nodes}
        for name, fixture in vars(module).items():
            if name.startswith(StepNamePrefix.step_def.value):
                context = step_function_context_registry[fixture._get_wrapped_function()]
                node = functions[context.step_func.__code__.co_firstlineno]
                takes = tuple(inspect.signature(context.step_func).parameters)
                found.append(
                    Sentence(context, tuple(_calls(module, node, by_name)), takes, context.target_fixture or "")
                )
    return tuple(found)


def _calls(
    module: ModuleType, function: ast.FunctionDef, by_name: Mapping[str, ast.FunctionDef]
) -> Iterator[tuple[Check, tuple[str, ...]]]:
    """The checks that a function of a module of sentences calls, also through others of its module."""
    for node in ast.walk(function):
        if not isinstance(node, ast.Call):
            continue
        if (check := declared_by(_meant(module, node.func))) is not None:
            texts = [one.value for one in node.args if isinstance(one, ast.Constant) and isinstance(one.value, str)]
            yield check, tuple(filter(is_requirement_id, texts))
        elif isinstance(node.func, ast.Name) and node.func.id in by_name and node.func.id != function.name:
            yield from _calls(module, by_name[node.func.id], by_name)


def _meant(module: ModuleType, node: ast.expr) -> object:
    """What ``accepted`` or ``booked.accepted`` is in a module."""
    if isinstance(node, ast.Name):
        return getattr(module, node.id, None)
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        return getattr(getattr(module, node.value.id, None), node.attr, None)
    return None


def tree_of(module: ModuleType) -> ast.Module:
    """The source of a module, as Python reads it."""
    return ast.parse(inspect.getsource(module))


def _first_line(function: ast.FunctionDef) -> int:
    return min([function.lineno, *(decorator.lineno for decorator in function.decorator_list)])
