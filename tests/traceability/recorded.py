"""What the checks can record, read from their source: to be compared with what they declare.

Requirements are followed from where they are written to the first argument of the recorder's methods: through
constants, loops, and the parameters of the functions between. What comes from elsewhere (an attribute) is not known.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from ..support.source import PREFIX, ROOT, modules

ID = re.compile(r"[A-Z]{2,4}(-[A-Z]+)*-\d\d")
#: The methods of the recorder, by which an observation is made against the requirement that comes first.
RECORDING = {"expect", "expect_answer", "expect_value", "not_observed", "falls_short", "does_not_arise"}


@dataclass
class Recorded:
    """What a function can record: requirements by name, those of its parameters, and those that are not known."""

    names: set[str] = field(default_factory=set)
    parameters: set[str] = field(default_factory=set)
    unknown: bool = False

    def add(self, other: Recorded) -> None:
        self.names |= other.names
        self.parameters |= other.parameters
        self.unknown |= other.unknown


class _Module:
    """A module of the harness: its functions, its constants, and what its names stand for."""

    def __init__(self, name: str, tree: ast.Module, package: tuple[str, ...]) -> None:
        self.name = name
        self.functions = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
        self.constants: dict[str, ast.expr] = {}
        self.imported: dict[str, tuple[str, str]] = {}
        for node in tree.body:
            targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
            if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
                self.constants.update({t.id: node.value for t in targets if isinstance(t, ast.Name)})
            if isinstance(node, ast.ImportFrom):
                base = package[: len(package) - node.level + 1] if node.level else ()
                module = ".".join((*base, *([node.module] if node.module else []))).removeprefix(f"{PREFIX}.")
                self.imported.update({alias.asname or alias.name: (module, alias.name) for alias in node.names})


@cache
def _modules() -> dict[str, _Module]:
    found = {}
    for path in (*modules("harness"), *modules("steps")):
        package = path.relative_to(ROOT).parent.parts
        name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        found[name] = _Module(name, ast.parse(path.read_text(encoding="utf-8")), package)
    return found


def _resolve(module: _Module, node: ast.expr) -> tuple[_Module, str] | None:
    """The module and the name that an expression stands for: ``booked.accepted``, ``last_modified``."""
    if isinstance(node, ast.Name):
        if node.id in module.functions or node.id in module.constants:
            return module, node.id
        home, name = module.imported.get(node.id, ("", ""))
        return (_modules()[home], name) if home in _modules() else None
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        home, name = module.imported.get(node.value.id, ("", ""))
        found = _modules().get(f"{home}.{name}")
        return (found, node.attr) if found else None
    return None


@cache
def recorded(module: str, function: str) -> Recorded:
    """What a function of the harness can record, with all that it calls."""
    return _Reader(_modules()[module], function).read()


@dataclass(frozen=True)
class _Binding:
    """What a local name stands for: an expression, or the part at ``place`` of its items; in a loop, in its lines."""

    value: ast.expr
    place: int | None
    loop: range | None


def _nearest(bindings: list[_Binding], line: int) -> list[_Binding]:
    """Those of the loop around the line, if there is one: two loops may use one name."""
    around = [one for one in bindings if one.loop and line in one.loop]
    return [max(around, key=lambda one: one.loop.start if one.loop else 0)] if around else bindings


class _Reader:
    def __init__(self, module: _Module, function: str) -> None:
        self.module, self.node = module, module.functions[function]
        arguments = self.node.args
        self.parameters = [a.arg for a in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)]
        self.bound = self._bindings()

    def read(self) -> Recorded:
        found = Recorded()
        for call in (n for n in ast.walk(self.node) if isinstance(n, ast.Call)):
            if isinstance(call.func, ast.Attribute) and call.func.attr in RECORDING and call.args:
                found.add(self._meant(call.args[0]))
            elif isinstance(call.func, ast.Name) and call.func.id == "Observation":
                found.add(self._meant(next(k.value for k in call.keywords if k.arg == "requirement")))
            else:
                self._through(call, found)
        return found

    def _through(self, call: ast.Call, found: Recorded) -> None:
        """What a function that is called records, with the arguments that it is given."""
        target = _resolve(self.module, call.func)
        if target is None or target[1] not in target[0].functions or target[1] == self.node.name:
            return
        inner = recorded(target[0].name, target[1])
        found.names |= inner.names
        found.unknown |= inner.unknown
        names = [a.arg for a in target[0].functions[target[1]].args.args]
        given = {**dict(zip(names, call.args, strict=False)), **{k.arg: k.value for k in call.keywords}}
        for parameter in inner.parameters & given.keys():
            found.add(self._meant(given[parameter]))

    def _bindings(self) -> dict[str, list[_Binding]]:
        """What the local names stand for."""
        found: dict[str, list[_Binding]] = {}
        for node in ast.walk(self.node):
            pairs: list[tuple[ast.expr, ast.expr]] = []
            if isinstance(node, ast.For | ast.comprehension):
                pairs = [(node.target, node.iter)]
            elif isinstance(node, ast.Assign):
                pairs = [(target, node.value) for target in node.targets]
            loop = range(node.lineno, (node.end_lineno or 0) + 1) if isinstance(node, ast.For) else None
            for target, value in pairs:
                for place, name in enumerate(target.elts if isinstance(target, ast.Tuple) else [target]):
                    if isinstance(name, ast.Name):
                        at = place if isinstance(target, ast.Tuple) else None
                        found.setdefault(name.id, []).append(_Binding(value, at, loop))
        return found

    def _meant(self, node: ast.expr, place: int | None = None, seen: frozenset[str] = frozenset()) -> Recorded:
        """The requirements that an expression stands for; ``place``: of each item of it, the part there."""
        found = Recorded()
        if isinstance(node, ast.Constant):
            if isinstance(node.value, str) and ID.fullmatch(node.value):
                found.names.add(node.value)
        elif isinstance(node, ast.Tuple | ast.List | ast.Set):
            for item in node.elts:
                parts = item.elts if isinstance(item, ast.Tuple) and place is not None else [item]
                found.add(self._meant(parts[place or 0] if len(parts) > 1 else parts[0], None, seen))
        elif isinstance(node, ast.Dict):
            for part in (node.values if place == 1 else node.keys) if place is not None else [*node.keys]:
                found.add(self._meant(part, None, seen) if part is not None else Recorded())
        elif isinstance(node, ast.IfExp):
            found.add(self._meant(node.body, place, seen))
            found.add(self._meant(node.orelse, place, seen))
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "items":
            found.add(self._meant(node.func.value, place, seen))
        elif isinstance(node, ast.Call) and (target := _resolve(self.module, node.func)) is not None:
            given = [n.value for n in ast.walk(target[0].functions.get(target[1], node)) if isinstance(n, ast.Yield)]
            for value in given:
                part = value.elts[place] if isinstance(value, ast.Tuple) and place is not None else value
                found.add(self._meant(part, None, seen) if part is not None else Recorded())
            found.unknown |= not given
        elif isinstance(node, ast.Name) and node.id in self.bound and node.id not in seen:
            for one in _nearest(self.bound[node.id], node.lineno):
                found.add(self._meant(one.value, one.place, seen | {node.id}))
        elif isinstance(node, ast.Name) and node.id in self.parameters:
            found.parameters.add(node.id)
        elif (target := _resolve(self.module, node)) is not None and target[1] in target[0].constants:
            found.add(self._constant(*target, place))
        else:
            found.unknown = True
        return found

    def _constant(self, module: _Module, name: str, place: int | None) -> Recorded:
        other: Any = object.__new__(_Reader)
        other.module, other.bound, other.parameters = module, {}, []
        found: Recorded = other._meant(module.constants[name], place)
        return found


def called_by_steps() -> dict[tuple[str, str], list[str]]:
    """The functions of the harness that sentences call, with the step functions that do."""
    found: dict[tuple[str, str], list[str]] = {}
    for name, module in _modules().items():
        for function in module.functions.values() if name.startswith("steps") else ():
            for call in (n for n in ast.walk(function) if isinstance(n, ast.Call)):
                target = _resolve(module, call.func)
                if target and target[1] in target[0].functions and target[0].name.startswith("harness"):
                    found.setdefault((target[0].name, target[1]), []).append(f"{name}.{function.name}")
    return found
