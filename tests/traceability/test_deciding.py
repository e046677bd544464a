"""What a check declares is what it records, and the tags of a scenario are what its sentences decide."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from importlib import import_module
from pathlib import Path

import pytest
from uec_booking.harness.catalogue import deciding, traceability
from uec_booking.harness.cli import main
from uec_booking.harness.judging import run_file
from uec_booking.harness.judging.decides import Check, declared_by
from uec_booking.harness.judging.observations import STANDING
from uec_booking.harness.judging.recorder import Recorder

from ..support.source import PREFIX, ROOT, modules
from .recorded import RECORDING, called_by_steps, recorded


@cache
def declared() -> dict[str, tuple[str, str, Check]]:
    """The checks by name, each with its module and function."""
    found = {}
    for path in modules("harness"):
        name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef) and "decides" in {_called(one) for one in node.decorator_list}:
                check = declared_by(getattr(import_module(f"{PREFIX}.{name}"), node.name))
                assert check is not None
                found[check.name] = (name, node.name, check)
    return found


def _called(decorator: ast.expr) -> str:
    return decorator.func.id if isinstance(decorator, ast.Call) and isinstance(decorator.func, ast.Name) else ""


# -- the checks ----------------------------------------------------------------------------


def test_a_check_declares_what_it_can_record_and_nothing_else() -> None:
    wrong = []
    for name, (module, function, check) in declared().items():
        can = recorded(module, function)
        if can.names != check.decides:
            wrong.append(f"{name} declares {sorted(check.decides)} and can record {sorted(can.names)}")
        if bool(can.parameters) != check.named:
            wrong.append(f"{name}: named={check.named}, and its caller names {sorted(can.parameters) or 'nothing'}")
        if can.unknown != bool(check.rows):
            wrong.append(f"{name}: rows={check.rows}, and it {'takes' if can.unknown else 'takes none'} from elsewhere")
    assert not wrong, "\n".join(wrong)


def test_what_records_and_is_called_by_a_sentence_is_declared() -> None:
    known = {(module, function) for module, function, _ in declared().values()}
    wrong = []
    for module, function in called_by_steps():
        can = recorded(module, function)
        if (can.names or can.parameters or can.unknown) and (module, function) not in known:
            wrong.append(f"{module}.{function} records {sorted(can.names)} and lacks @decides")
    assert not wrong, "\n".join(wrong)


def test_sentences_record_nothing_themselves() -> None:
    wrong = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in modules("steps")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and node.attr in RECORDING
    ]
    assert not wrong, f"put it into a check: {wrong}"


def test_a_check_is_found_where_it_says() -> None:
    for module, function, check in declared().values():
        lines = (ROOT / check.file).read_text(encoding="utf-8").splitlines()
        assert lines[check.line - 1].startswith("@decides("), check
        assert any(line.startswith(f"def {function}(") for line in lines[check.line :]), check
        assert module.endswith(check.name.rpartition(".")[0])


def test_what_a_check_records_bears_its_name_unless_a_check_within_it_recorded_it() -> None:
    recorder = Recorder("one")
    recorder.not_observed("FMT-01", "before")
    with recorder.recorded_by("outer"):
        recorder.not_observed("FMT-01", "outer")
        with recorder.recorded_by("inner"):
            recorder.not_observed("FMT-01", "inner")
        recorder.observations.append(replace(recorder.observations[0], step=STANDING, actual="on every exchange"))
    assert [(seen.actual, seen.check) for seen in recorder.observations] == [
        ("before", ""),
        ("outer", "outer"),
        ("inner", "inner"),
        ("on every exchange", ""),
    ]


# -- the scenarios -------------------------------------------------------------------------


def test_the_tags_of_a_scenario_are_what_its_sentences_decide() -> None:
    """A tag that nothing decides is a lie, and what is decided without a tag is hidden."""
    tagged: dict[str, set[str]] = {}
    for requirement, scenarios in traceability.tags_of_features().items():
        for scenario in scenarios:
            tagged.setdefault(scenario, set()).add(requirement)
    wrong = []
    for file, name in deciding.scenarios():
        tags, decided = tagged.get(f"{file}::{name}", set()), deciding.decided_by_scenario(file, name)
        if tags - decided:
            wrong.append(f"{file}: {name}: nothing decides {', '.join(sorted(tags - decided))}")
        if decided - tags:
            wrong.append(f"{file}: {name}: decides {', '.join(sorted(decided - tags))} without the tag")
    assert not wrong, "\n".join(wrong)


def test_each_requirement_leads_to_a_sentence_and_to_a_line() -> None:
    for requirement in traceability.tags_of_features():
        assert deciding.deciding(requirement), requirement
    for requirement in traceability.standing():
        for place in deciding.on_every_exchange(requirement):
            line = (ROOT / place.file).read_text(encoding="utf-8").splitlines()[place.line - 1]
            assert place.function in line, place
        assert deciding.on_every_exchange(requirement), requirement


def test_what_a_row_names_is_decided_by_the_sentence_that_judges_the_rows() -> None:
    (one,) = (d for d in deciding.deciding("PRV-SRCH-13") if "as the table says" in d.sentence)
    assert one.rows and [check.name for check in one.checks] == ["negative_tests.judge_rows"]
    steps = deciding.decided_by_step(one.file, one.name)
    assert next(step.sentence for step in steps if "PRV-SRCH-13" in step.decides) == one.sentence


def test_a_table_of_the_background_counts_only_where_it_is_sent() -> None:
    file = "provider/tokens/rejected.feature"
    unsettled = next(name for name in (n for f, n in deciding.scenarios() if f == file) if "does not settle" in name)
    assert "SEC-21" not in deciding.decided_by_scenario(file, unsettled)
    assert any(one.file == file for one in deciding.deciding("SEC-21"))


# -- a run ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a bundled run of scenarios from all features."""
    folder = tmp_path_factory.mktemp("run")
    program = "import sys; from uec_booking.harness.cli import main; sys.exit(main())"
    command = [sys.executable, "-c", program, "assure", "--only", "sample:20", "--out", str(folder / "out")]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder / "out"


def undeclared(folder: Path) -> Iterator[str]:
    """What a check of a stored run recorded, and neither it nor the step declares."""
    for record in run_file.read(folder).scenarios:
        file = record.id.partition("::")[0]
        steps = {}
        if (file, record.name) in deciding.scenarios():  # an outline has the name of its example
            steps = {step.text: step.decides for step in deciding.decided_by_step(file, record.name)}
        for seen in (one for one in record.observations if one.step != STANDING):
            check = declared()[seen.check][2]
            taken = (check.named or check.rows) and seen.requirement in record.requirements
            if seen.requirement not in check.decides and not taken:
                yield f"{record.id}: {seen.check} records {seen.requirement} and does not declare it"
            if seen.requirement not in steps.get(seen.step, {seen.requirement: ()}):
                yield f"{record.id}: {seen.step!r} decides {seen.requirement}, and the catalogue does not know"


@pytest.mark.e2e
def test_in_a_run_each_check_records_what_it_declares(run: Path) -> None:
    assert not list(undeclared(run))
    checks = {seen.check for record in run_file.read(run).scenarios for seen in record.observations}
    assert len(checks) > 15


@pytest.mark.e2e
def test_a_stored_run_from_before_checks_had_names_can_be_judged(run: Path, tmp_path: Path) -> None:
    lines = []
    for line in run_file.content_of(run).decode("utf-8").splitlines():
        data = json.loads(line)
        for seen in data.get("observations", ()):
            del seen["check"]
        lines.append(json.dumps(data))
    (tmp_path / run_file.FILE).write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert main(["judge", str(tmp_path)]) == 0
