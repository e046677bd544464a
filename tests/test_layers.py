"""The layers of the harness: its packages import only what lies below them, and no modules import each other."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

from uec_booking.harness.judging.recorder import Recorder

from .support.source import ROOT, imports, modules

#: From the lowest to the highest: each imports only of itself and of those before it.
LAYERS = (
    *(
        "errors",
        "text",
        "tool",
        "fhir",
        "model",
        "settings",
        "http",
        "judging",
        "bookkeeping",
        "histories",
        "actors",
        "consumer",
        "proxy",
        "scenario",
    ),
    *("cleanup", "checks", "catalogue", "running", "exploring", "loading", "lifecycle", "bundling"),
    *("reproducing", "proving", "commands", "cli"),
)
#: A stored run is judged without any system, so judging needs nothing that acts.
OF_JUDGING = {"errors", "text", "tool", "fhir", "http", "judging"}
AT_THE_TOP = 6


def _graph() -> Mapping[str, set[str]]:
    """Each module of the harness, with the modules of the harness that it imports."""
    names = {
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
        for path in modules("harness")
    }
    return {
        name: {
            known
            for full in imports(path)
            for known in [full if full in names else full.rpartition(".")[0]]
            if known in names and known != name
        }
        for name, path in names.items()
    }


def _package(module: str) -> str:
    return module.split(".")[1] if "." in module else module


def test_arrows_point_downwards_only() -> None:
    wrong = [
        f"{module} imports {other}"
        for module, others in _graph().items()
        for other in others
        if module != "harness" and LAYERS.index(_package(other)) > LAYERS.index(_package(module))
    ]
    assert not wrong, "\n".join(wrong)


def test_judging_needs_nothing_that_acts() -> None:
    wrong = [
        f"{module} imports {other}"
        for module, others in _graph().items()
        for other in others
        if _package(module) == "judging" and _package(other) not in OF_JUDGING
    ]
    assert not wrong, "\n".join(wrong)


# -- checks look, and others act -----------------------------------------------------------

#: Whatever imports this, at whatever distance, can send a request.
SENDER = "harness.http.client"

#: Calls by which an object that a check may hold (a consumer, a trial) would send.
SENDING = {
    *("send", "send_twin", "good", "lost", "spent", "read", "book", "cancel", "find_slot", "read_again"),
    *("registered_for_patient", "registered_by_url", "staff_cancel", "staff_touch"),
}


def _imported_from(module: str, graph: Mapping[str, set[str]]) -> Iterator[tuple[str, str]]:
    """Each name that a module of the harness imports from another one of it, with that module."""
    path = ROOT.joinpath(*module.split(".")).with_suffix(".py")
    for node in ast.walk(_tree(path)):
        if isinstance(node, ast.ImportFrom) and node.level:
            above = module.split(".")[: -node.level]
            source = ".".join([*above, node.module] if node.module else above)
            for alias in node.names:
                inner = f"{source}.{alias.name}"
                yield (inner, alias.name) if inner in graph else (source, alias.name)


def _can_send(graph: Mapping[str, set[str]]) -> set[str]:
    found, before = {SENDER}, set()
    while found != before:
        before = set(found)
        found |= {module for module, others in graph.items() if others & found}
    return found


def _checks(graph: Mapping[str, set[str]]) -> list[str]:
    return [name for name in graph if name.startswith("harness.checks.") and not _is_package(name)]


def _is_package(module: str) -> bool:
    return ROOT.joinpath(*module.split(".")).is_dir()


def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def test_checks_import_only_types_and_constants_from_what_can_send() -> None:
    """So a check is a function of what was seen: it can be made again when no system is there."""
    graph = _graph()
    senders = _can_send(graph)
    wrong = [
        f"{module} imports {name} from {source}"
        for module in _checks(graph)
        for source, name in _imported_from(module, graph)
        if source in senders - set(_checks(graph)) and (not name[0].isupper() or name == "Scenario")
    ]
    assert "harness.scenario.context" in senders and len(_checks(graph)) > 20
    assert not wrong, "\n".join(wrong)


def test_checks_call_nothing_that_sends() -> None:
    """A check may be handed a trial or an appointment, whose consumer could send."""
    wrong = [
        f"{module}:{node.lineno} calls {node.func.attr}"
        for module in _checks(_graph())
        for node in ast.walk(_tree(ROOT.joinpath(*module.split(".")).with_suffix(".py")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in SENDING
    ]
    assert not wrong, "\n".join(wrong)


#: The methods of a recorder by which it is said whether a requirement is met.
JUDGING = {
    *("expect", "expect_answer", "expect_value", "expect_due", "fails_due"),
    *("not_observed", "falls_short", "does_not_arise"),
}


def test_what_acts_judges_nothing() -> None:
    """It says what was due by the exception that it raises, and hands over what it saw; checks record it."""
    acting = [name for name in _graph() if _package(name) in ("scenario", "actors") and not _is_package(name)]
    wrong = [
        f"{module}:{node.lineno} has {name}"
        for module in acting
        for node in ast.walk(_tree(ROOT.joinpath(*module.split(".")).with_suffix(".py")))
        for name in [node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")]
        if isinstance(node, ast.Attribute | ast.Name) and name in {*JUDGING, "observations", "Observation", "decides"}
    ]
    assert len(acting) > 20 and all(hasattr(Recorder, name) for name in JUDGING)
    assert not wrong, "\n".join(wrong)


def test_no_modules_import_each_other() -> None:
    try:
        TopologicalSorter(_graph()).prepare()
    except CycleError as found:
        raise AssertionError(" -> ".join(found.args[1])) from None


def test_few_modules_stand_at_the_top() -> None:
    there = [path.name for path in modules("harness") if path.parent == ROOT / "harness"]
    assert len(there) <= AT_THE_TOP, there
