"""The source of the project, read for the tests of its structure."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
PREFIX = "uec_booking"
ROOMS = ("features", "harness", "reports", "simulator", "standard", "steps")


def modules(room: str) -> list[Path]:
    return sorted(p for p in (ROOT / room).rglob("*.py") if not is_output(p))


def is_output(path: Path) -> bool:
    """Whether it is what a run wrote to reports/out or reports/out-rerun, or what npm laid into reports/node."""
    parts = path.relative_to(ROOT).parts
    if "node_modules" in parts:
        return True
    return len(parts) > 2 and parts[0] == "reports" and parts[1].startswith("out")


def imports(path: Path) -> Iterator[str]:
    """The dotted names of ours that a module imports, without the common prefix."""
    package = (PREFIX, *path.relative_to(ROOT).parent.parts)
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else ()
            module = ".".join((*base, *([node.module] if node.module else [])))
            names = [f"{module}.{alias.name}" for alias in node.names]
        else:
            continue
        yield from (name.removeprefix(f"{PREFIX}.") for name in names if name.startswith(f"{PREFIX}."))
