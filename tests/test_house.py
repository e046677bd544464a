"""The rules of the house: who imports whom, that all is packaged, that no scenario is lost in silence."""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pytest
from support.source import PREFIX, ROOMS, ROOT, imports, is_output, modules
from uec_booking.standard.topics import in_order

#: Room: what its modules may import of ours, their own room apart. A longer name allows a part only.
MAY_IMPORT: dict[str, tuple[str, ...]] = {
    "standard": (),
    # Names, formats and structure. Never the requirements or the accepted answers: it states its own.
    "simulator": ("standard.names", "standard.codec", "standard.editions", "standard.validation"),
    "harness": ("standard",),
    "steps": ("harness", "standard"),
    # What a run says, what the catalogue says of a clause, and how text is made harmless.
    "reports": (
        "standard",
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
    ("harness/checks", ".py", {"headers", "negative_tests", "preconditions", "every_exchange", "end_of_run"}),
    # What several topics are made of is a defect of none.
    ("simulator/defects", ".py", {"building_blocks"}),
    ("standard/requirements", ".toml", set()),
)

#: The modules that may name another room in a text, because they start it and do not import it.
MAY_START = {
    "harness/running/local_simulator.py": {"simulator"},
    "harness/running/run.py": {"steps", "features"},
    "harness/running/suite.py": {"features"},
    "harness/catalogue/traceability.py": {"features"},
    "harness/catalogue/deciding.py": {"steps", "features"},
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


# -- packaging ---------------------------------------------------------------------


@pytest.fixture(scope="module")
def setuptools_table() -> dict[str, Any]:
    table: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return table["tool"]["setuptools"]


def test_every_package_is_listed(setuptools_table: dict[str, Any]) -> None:
    there = {".".join((PREFIX, *p.relative_to(ROOT).parent.parts)) for room in ROOMS for p in modules(room)}
    assert there == set(setuptools_table["packages"])


def test_every_data_file_is_listed(setuptools_table: dict[str, Any]) -> None:
    lost = [
        path.relative_to(ROOT).as_posix()
        for room in ROOMS
        for path in (ROOT / room).rglob("*")
        if path.is_file() and _is_data(path) and not _packaged(path, setuptools_table)
    ]
    assert not lost, f"not in package-data: {lost}"


def _is_data(path: Path) -> bool:
    parts = path.relative_to(ROOT).parts
    hidden = any(part.startswith(".") or part == "__pycache__" for part in parts)
    return path.suffix not in (".py", ".pyc") and not hidden and not is_output(path)


def _packaged(path: Path, table: dict[str, Any]) -> bool:
    for package, patterns in table["package-data"].items():
        folder = ROOT.joinpath(*package.split(".")[1:])
        if path.is_relative_to(folder):
            inside = path.relative_to(folder).as_posix()
            if any(fnmatch(inside, p) and inside.count("/") == p.count("/") for p in patterns):
                return True
    return False


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The python of an environment that has our wheel, and the libraries of this one."""
    folder = tmp_path_factory.mktemp("installed")
    source = folder / "source"
    source.mkdir()
    for name in ("pyproject.toml", "README.md"):
        shutil.copy(ROOT / name, source / name)
    for room in ROOMS:
        shutil.copytree(ROOT / room, source / room, ignore=shutil.ignore_patterns("__pycache__", "out", "out-*", ".*"))
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]
    offline = ["--no-index", "--no-deps"]
    _run(*pip, "wheel", *offline, "--no-build-isolation", "--wheel-dir", str(folder), str(source))
    environment = folder / "environment"
    _run(sys.executable, "-m", "venv", "--without-pip", str(environment))
    site = next(environment.glob("lib/python*/site-packages"))
    _run(*pip, "install", *offline, "--target", str(site), *map(str, folder.glob("*.whl")))
    # The libraries, but not the link to this checkout: a .pth inside a folder named so is not read.
    (site / "libraries.pth").write_text(f"{Path(pytest.__file__).parent.parent}\n", encoding="utf-8")
    return environment / "bin" / "python"


def _run(*command: str, cwd: Path | None = None) -> str:
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=240)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_wheel_runs_from_an_empty_folder_elsewhere(installed: Path, tmp_path: Path) -> None:
    where = _run(str(installed), "-c", "import uec_booking.harness as h; print(h.__file__)", cwd=tmp_path)
    assert Path(where.strip()).is_relative_to(installed.parent.parent)
    # What a vendor has in his own repository is nobody's business but his own.
    for name in ("steps", "reports", "harness"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").write_text("raise SystemExit('imported the wrong package')\n")
    (tmp_path / "conftest.py").write_text("raise SystemExit('read a conftest of the user')\n")
    (tmp_path / "pytest.ini").write_text("[pytest]\naddopts = --no-such-option\n")
    out = tmp_path / "out"
    command = "import sys; from uec_booking.harness.cli import main; sys.exit(main())"
    _run(str(installed), "-c", command, "assure", "--only", "story-a", "--out", str(out), cwd=tmp_path)
    assert {"results.json", "junit.xml", "allure-results"} <= {path.name for path in out.iterdir()}


# -- what pytest-bdd lets pass in silence ----------------------------------------------


def _features() -> list[Any]:
    from pytest_bdd.feature import get_features

    return get_features([str(ROOT / "features")])


def _scenario_steps() -> Iterator[tuple[str, str, str]]:
    """Where, kind (given, when, then) and text of each step, with the example values filled in."""
    for feature in _features():
        for template in feature.scenarios.values():
            examples = [row for table in template.examples for row in table.as_contexts()] or [{}]
            for row in examples:
                for step in template.render(row).steps:
                    yield f"{feature.rel_filename}: {template.name}", step.type, step.name


def _definitions() -> list[Any]:
    from importlib import import_module

    from pytest_bdd.steps import StepNamePrefix, step_function_context_registry

    found = {}
    for path in modules("steps"):
        module = import_module(
            ".".join((PREFIX, *path.relative_to(ROOT).with_suffix("").parts)).removesuffix(".__init__")
        )
        for name, fixture in vars(module).items():
            if name.startswith(StepNamePrefix.step_def.value):
                context = step_function_context_registry[fixture._get_wrapped_function()]
                found[module.__name__, name] = context
    return list(found.values())


def test_every_scenario_of_a_feature_has_a_name_of_its_own() -> None:
    """pytest-bdd keeps the last of two scenarios of one name, and says nothing."""
    for path in sorted((ROOT / "features").rglob("*.feature")):
        lines = [line.strip() for line in path.read_text(encoding="utf-8").splitlines()]
        names = Counter(
            line.partition(":")[2].strip()
            for line in lines
            if line.startswith(("Scenario:", "Scenario Outline:", "Example:"))
        )
        twice = [name for name, count in names.items() if count > 1]
        assert not twice, f"{path.name}: {twice}"


def test_no_two_features_share_a_name() -> None:
    names = Counter(feature.name for feature in _features())
    assert [name for name, count in names.items() if count > 1] == []


def test_every_feature_file_is_bound_to_pytest() -> None:
    """By the one call with the whole folder."""
    tree = ast.parse((ROOT / "features/test_features.py").read_text(encoding="utf-8"))
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    assert [ast.literal_eval(argument) for call in calls for argument in call.args] == ["."]


def test_no_step_is_asynchronous() -> None:
    """pytest-bdd calls an `async def` step, gets a coroutine, and takes the step for passed."""
    wrong = [
        f"{path.name}:{node.lineno}"
        for path in modules("steps")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.AsyncFunctionDef)
    ]
    assert not wrong


def test_every_step_has_exactly_one_definition_and_every_definition_a_step() -> None:
    """Of two definitions that match, the one loaded last wins, in silence."""
    definitions = _definitions()
    used: set[int] = set()
    wrong = []
    for where, kind, text in _scenario_steps():
        matching = [d for d in definitions if d.type in (None, kind) and d.parser.is_matching(text)]
        functions = {id(d.step_func): d for d in matching}
        used |= {id(d) for d in matching}
        if len(functions) != 1:
            wrong.append(f"{where}: {len(functions)} definitions match {kind} {text!r}")
    assert not wrong, "\n".join(wrong)
    unused = [d.parser.name for d in definitions if id(d) not in used]
    assert not unused, f"definitions that no scenario uses: {unused}"


def test_every_tag_is_known() -> None:
    """A tag with a slip in it would select nothing and decide nothing."""
    from uec_booking.harness.catalogue.selection import is_requirement_id
    from uec_booking.harness.settings.model import CAPABILITIES
    from uec_booking.standard import requirements

    catalogue = requirements.load()
    conditions = {"needs:control", "needs:tap", *(f"claims:{name}" for name in CAPABILITIES)}
    wrong = []
    for feature in _features():
        for template in feature.scenarios.values():
            tables = [tag for table in template.examples for tag in table.tags]
            for tag in (*feature.tags, *template.tags, *tables):
                if is_requirement_id(tag):
                    known = tag in catalogue
                elif ":" in tag:
                    known = tag in conditions
                else:
                    known = tag == tag.lower()
                if not known:
                    wrong.append(f"{feature.rel_filename}: {tag}")
    assert not wrong, "\n".join(wrong)
