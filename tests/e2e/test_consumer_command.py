"""``uec-booking consumer``: the directory to configure a system by, and drivers to begin with."""

from __future__ import annotations

import csv
import io
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from uec_booking.harness.consumer import contract
from uec_booking.standard.consumer_contract import problem_of_answer

from ..support.within import here

INTERPRETERS = {"python": [sys.executable], "node": ["node"], "shell": ["sh"]}


def test_the_directory_is_the_same_in_each_form() -> None:
    table, as_json, as_csv = (here("consumer", "directory", "--format", form).out for form in ("table", "json", "csv"))
    ids = [one["id"] for one in json.loads(as_json)["services"]]
    assert [row["service"] for row in csv.DictReader(io.StringIO(as_csv))] == ids
    assert [line.split()[0] for line in table.splitlines()[1:]] == ids


@pytest.mark.parametrize("language", INTERPRETERS)
@pytest.mark.parametrize("task", [contract.hello(), contract.call(contract.Wanted(contract.NOBODY))])
def test_an_example_answers_as_the_contract_has_it(language: str, task: dict[str, object], tmp_path: Path) -> None:
    needed = [*INTERPRETERS[language], *(["jq"] if language == "shell" else [])]
    missing = [program for program in needed if shutil.which(program) is None]
    if missing:
        pytest.skip(f"{', '.join(missing)} is not installed here")
    example = here("consumer", "example", language).out
    assert len(example.splitlines()) <= 20
    file = tmp_path / ("driver.mjs" if language == "node" else "driver")
    file.write_text(example, encoding="utf-8")
    done = subprocess.run(
        [*INTERPRETERS[language], str(file)],
        input=json.dumps(task).encode(),
        capture_output=True,
        timeout=60,
        check=True,
    )
    assert not problem_of_answer(json.loads(done.stdout))
    answer = contract.answer_to(task, done.stdout)
    assert answer.outcome == ("finished" if task["kind"] == "hello" else "could-not")
