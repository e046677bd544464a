"""The layers of the harness: its packages import only what lies below them, and no modules import each other."""

from __future__ import annotations

from collections.abc import Mapping
from graphlib import CycleError, TopologicalSorter

from support.source import ROOT, imports, modules

#: From the lowest to the highest: each imports only of itself and of those before it.
LAYERS = (
    *("errors", "text", "tool", "fhir", "settings", "http", "judging", "bookkeeping", "actors", "proxy", "scenario"),
    *("cleanup", "checks", "catalogue", "running", "proving", "commands", "cli"),
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


def test_no_modules_import_each_other() -> None:
    try:
        TopologicalSorter(_graph()).prepare()
    except CycleError as found:
        raise AssertionError(" -> ".join(found.args[1])) from None


def test_few_modules_stand_at_the_top() -> None:
    there = [path.name for path in modules("harness") if path.parent == ROOT / "harness"]
    assert len(there) <= AT_THE_TOP, there
