"""Having a mutant at work in the modules that are loaded."""

from __future__ import annotations

import ast
import functools
import importlib
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import CodeType, FunctionType, ModuleType

from mutants import Mutant, changes, constant_of

PACKAGE = "uec_booking"


@contextmanager
def at_work(mutant: Mutant) -> Iterator[None]:
    """The change is made in the loaded modules meanwhile.

    Raises:
        LookupError: no loaded function or constant has it.
    """
    tree = next(tree for one, tree in changes(mutant.file, mutant.number) if one == mutant)
    module = importlib.import_module(module_name(mutant.file))
    undo = _replaced_constant(tree, module) if not mutant.within else _replaced_code(tree, module)
    if not undo:
        raise LookupError(f"{mutant.name} is in nothing that is loaded")
    try:
        yield
    finally:
        for one in undo:
            one()


def module_name(file: str) -> str:
    return ".".join((PACKAGE, *Path(file).with_suffix("").parts)).removesuffix(".__init__")


def _replaced_constant(tree: ast.Module, module: ModuleType) -> list[Callable[[], None]]:
    """Set the constant that the tree has otherwise, wherever it was imported; returns what undoes it."""
    undo: list[Callable[[], None]] = []
    mine = ast.parse(Path(str(module.__file__)).read_text(encoding="utf-8")).body
    for before, after in zip(mine, tree.body, strict=True):
        if ast.dump(before) == ast.dump(after):
            continue
        name = constant_of(after)
        old = module.__dict__[name]
        value = eval(compile(ast.Expression(after.value), str(module.__file__), "eval"), module.__dict__)  # type: ignore[attr-defined]
        for holder in [one for key, one in sys.modules.items() if key.startswith(f"{PACKAGE}.")]:
            if holder.__dict__.get(name) is old:
                undo.append(functools.partial(setattr, holder, name, old))
                setattr(holder, name, value)
    return undo


def _replaced_code(tree: ast.Module, module: ModuleType) -> list[Callable[[], None]]:
    """Give the functions of the module the code that they have in the tree; returns what undoes it."""
    undo: list[Callable[[], None]] = []
    codes = {
        (code.co_qualname, code.co_firstlineno): code for code in _codes(compile(tree, str(module.__file__), "exec"))
    }
    for function in _functions(module):
        old = function.__code__
        new = codes.get((old.co_qualname, old.co_firstlineno))
        if new is not None and new != old:
            undo.append(functools.partial(setattr, function, "__code__", old))
            function.__code__ = new
    return undo


def _codes(code: CodeType) -> Iterator[CodeType]:
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield constant
            yield from _codes(constant)


def _functions(module: ModuleType) -> Iterator[FunctionType]:
    """The functions and methods that a module defines, without what decorates them."""
    values = list(module.__dict__.values())
    for value in list(values):
        if isinstance(value, type) and value.__module__ == module.__name__:
            values += value.__dict__.values()
    for value in values:
        found = getattr(value, "fget", None) or getattr(value, "func", None) or getattr(value, "__func__", value)
        while hasattr(found, "__wrapped__"):
            found = found.__wrapped__
        if isinstance(found, FunctionType) and found.__code__.co_filename == module.__file__:
            yield found
