"""The rules of the house: who imports whom, what is ordered by topics, and how tests are found and marked."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from uec_booking.standard.topics import in_order

from .conftest import KINDS, MARKS
from .support.source import PREFIX, ROOMS, ROOT, imports, modules

#: Room: what its modules may import of ours, their own room apart. A longer name allows a part only.
MAY_IMPORT: dict[str, tuple[str, ...]] = {
    "standard": (),
    # Names, formats and structure. Never the requirements or the accepted answers: it states its own.
    "simulator": (
        *("standard.names", "standard.codec", "standard.editions", "standard.validation"),
        # The forms of the file in which it is told of the services, and of the tasks of a consumer.
        *("standard.directory", "standard.consumer_contract"),
    ),
    "harness": ("standard",),
    "steps": ("harness", "standard"),
    # What a run says, what the catalogue says of a clause, and how text is made harmless.
    "reports": (
        "standard",
        "harness.judging.levels",
        "harness.judging.observations",
        "harness.judging.verdicts",
        "harness.catalogue.explanation",
        "harness.text",
    ),
    "features": (),
}

#: The rooms that are ordered by topics, the ending of their files, and what they share over all topics.
TOPIC_ROOMS: tuple[tuple[str, str, set[str]], ...] = (
    ("features", ".feature", set()),
    ("steps", ".py", {"words", "negative_tests"}),
    # What holds of every exchange, of a scenario and of the whole run is no topic of its own.
    (
        "harness/checks",
        ".py",
        {"headers", "user_events", "call_records", "negative_tests", "preconditions", "every_exchange", "end_of_run"},
    ),
    # What several topics are made of is a defect of none.
    ("simulator/defects", ".py", {"building_blocks"}),
    ("standard/requirements", ".toml", set()),
)

#: The modules that may name another room in a text, because they start it and do not import it.
MAY_START = {
    "harness/running/local_simulator.py": {"simulator"},
    "harness/running/engine.py": {"steps", "features"},
    "harness/running/suite.py": {"features"},
    "harness/catalogue/traceability.py": {"features"},
    "harness/catalogue/deciding.py": {"features"},
    "harness/catalogue/sentences.py": {"steps"},
}


def _texts(path: Path) -> Iterator[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    yield from (n.value for n in ast.walk(tree) if isinstance(n, ast.Constant) and isinstance(n.value, str))


@pytest.mark.parametrize(("room", "ending", "shared"), TOPIC_ROOMS)
def test_a_room_is_ordered_by_topics(room: str, ending: str, shared: set[str]) -> None:
    """Whoever knows one room knows them all."""
    there = [path.relative_to(ROOT / room).as_posix() for path in (ROOT / room).rglob(f"*{ending}")]
    wrong = []
    for path in sorted(there):
        if path.partition(".")[0].partition("/")[0] in shared or path.endswith("__init__.py"):
            continue
        try:
            in_order(path)
        except ValueError as exc:
            wrong.append(f"{room}: {exc}")
    assert there
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_imports_only_what_it_may(room: str) -> None:
    allowed = (room, *MAY_IMPORT[room])
    wrong = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in modules(room)
        for name in imports(path)
        if not any(name == door or name.startswith(f"{door}.") for door in allowed)
    ]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(("one", "other"), [("registry", "provider"), ("provider", "registry")])
def test_the_systems_of_the_simulator_share_no_inside(one: str, other: str) -> None:
    """What both need is in the simulator's own modules, or in its package ``shared``."""
    wrong = [
        f"{path.relative_to(ROOT)} imports {name}"
        for package in (one, "shared")
        for path in modules("simulator")
        if path.parent == ROOT / "simulator" / package
        for name in imports(path)
        if name == f"simulator.{other}" or name.startswith(f"simulator.{other}.")
    ]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_names_no_other_room_in_a_text(room: str) -> None:
    """An import by name would go around the rule above."""
    wrong = []
    for path in modules(room):
        place = path.relative_to(ROOT).as_posix()
        for text in _texts(path):
            words = text.split(".") if text.startswith(f"{PREFIX}.") and " " not in text else []
            if words and words[1] in ROOMS and words[1] not in {room, *MAY_START.get(place, ())}:
                wrong.append(f"{place} names {text}")
    assert not wrong, "\n".join(wrong)


def test_nothing_of_ours_is_imported_under_its_folder_name() -> None:
    """`import harness` would work in the checkout and nowhere else."""
    wrong = [
        f"{path.relative_to(ROOT)}: {name}"
        for room in ROOMS
        for path in modules(room)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom) and not node.level
            else []
        )
        if name.split(".")[0] in ROOMS
    ]
    assert not wrong, "\n".join(wrong)


def test_conftest_only_registers_the_plugins() -> None:
    tree = ast.parse((ROOT / "conftest.py").read_text(encoding="utf-8"))
    assert [type(node) for node in tree.body] == [ast.Expr, ast.Assign]


# -- the tests themselves ----------------------------------------------------------------


def test_no_test_changes_where_modules_are_found() -> None:
    """Tests are packages: what one needs of another it imports from there."""
    wrong = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in (ROOT / "tests").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and ast.unparse(node) == "sys.path"
    ]
    assert not wrong, "\n".join(wrong)


def test_every_folder_of_tests_has_a_kind_that_is_known() -> None:
    """So that each test has one mark, and is selected by it."""
    folders = {path.relative_to(ROOT / "tests").parts[0] for path in (ROOT / "tests").glob("*/**/test_*.py")}
    assert folders == KINDS.keys()
    options = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["pytest"]["ini_options"]
    assert {line.partition(":")[0] for line in options["markers"]} == MARKS
