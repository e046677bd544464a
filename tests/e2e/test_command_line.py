"""A wrong command line ends with one paragraph, of `uec-booking` and of plain pytest alike."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from ..support.program import World
from ..support.source import ROOT
from ..support.within import here


@pytest.mark.parametrize(
    "arguments",
    [
        ("assure", "--only", "a and"),
        ("assure", "--service", "1"),
        ("assure", "--provider", "https://localhost:1/x", "--config", "x.toml"),
        ("assure", "--provider", "not an address"),
        ("assure", "--provider", "http://localhost:1/x", "--service", "soon=1"),
    ],
    ids=" ".join,
)
def test_a_wrong_command_line(arguments: tuple[str, ...], tmp_path: Path) -> None:
    done = here(*arguments, cwd=tmp_path)
    assert done.status == 3
    done.paragraph()


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        ("", ("--only is empty", "leave the option out")),
        (" ", ("--only is empty",)),
        ('"', ("cannot be read", "nothing between the quotation marks")),
        ('PRV-CAN-01 or ""', ("cannot be read", "nothing between the quotation marks")),
        ("(" * 5000 + "story-a" + ")" * 5000, ("cannot be read: nested too deeply",)),
        ("not " * 2000 + "story-a", ("cannot be read: nested too deeply",)),
    ],
    ids=["empty", "a blank", "a quotation mark", "empty quotation marks", "parentheses", "not"],
)
def test_an_expression_that_says_nothing_never_runs_everything(
    expression: str, words: tuple[str, ...], tmp_path: Path
) -> None:
    done = here("assure", "--only", expression, "--out", tmp_path / "out")
    said = done.paragraph()
    assert done.status == 3, said
    assert [word for word in words if word not in said] == [], said
    assert len(said) < 600
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("expression", ["", '"', "a and"])
def test_plain_pytest_refuses_such_an_expression_too(expression: str) -> None:
    command = [sys.executable, "-m", "pytest", str(ROOT / "features"), "-q", "-p", "no:cacheprovider"]
    done = subprocess.run(
        [*command, "--only", expression], capture_output=True, text=True, encoding="utf-8", cwd=ROOT, timeout=240
    )
    assert done.returncode == 4, done.stdout + done.stderr
    assert "cannot be read" in done.stdout + done.stderr
    assert "INTERNALERROR" not in done.stdout + done.stderr


def test_plain_pytest_tells_wrong_settings_once_and_shares_the_slots(world: World, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "pytest", str(ROOT / "features"), "-q", "-n", "2", "-p", "no:cacheprovider"]

    def run(*options: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*command, *options], capture_output=True, text=True, encoding="utf-8", cwd=ROOT, timeout=240
        )

    wrong = tmp_path / "wrong.toml"
    wrong.write_text('edition = "9"\n', encoding="utf-8")
    done = run("--uec-config", str(wrong))
    assert done.returncode == 4
    # pytest itself repeats the line that it ends with.
    assert (done.stdout + done.stderr).count("'9' is not known") == 2
    good = run("--uec-config", str(world.file), "--only", "story-a or story-b")
    assert good.returncode == 0, good.stdout + good.stderr
