"""The recipes for build servers: the shell of each is run, with stand-ins for what it installs.

What the stand-in of the program is called with is held against the program's own parsers, and what it ends with has to
be what the job ends with.
"""

from __future__ import annotations

import os
import re
import runpy
import shlex
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from ..support.source import ROOT
from .pages import DOCS, blocks

PARSER_OF = runpy.run_path(str(ROOT / "dev" / "reference_pages.py"), run_name="reference_pages")["parser_of"]
RECIPES = {
    block.text.splitlines()[0].split()[1].rpartition("/")[2]: block.text
    for block in blocks(DOCS / "how-to" / "ci.md")
    if block.language in ("yaml", "groovy")
}
#: Makes an environment whose pip installs nothing, and whose program says what it was called with.
_PYTHON = """#!/bin/bash
mkdir -p "$3/bin"
printf '#!/bin/bash\\necho "$@" >> "$LOG.pip"\\n' > "$3/bin/pip"
cat > "$3/bin/uec-booking" <<'END'
#!/bin/bash
printf '%q ' "$@" >> "$LOG"; echo >> "$LOG"
[[ $1 == assure ]] || exit 0
mkdir -p reports/out; touch reports/out/junit.xml reports/out/summary.md
exit "$STATUS"
END
chmod +x "$3/bin/pip" "$3/bin/uec-booking"
"""


@dataclass(frozen=True)
class Job:
    """What a job ended with, and how it called the program."""

    status: int
    calls: list[list[str]]


def _action(step: dict[str, str]) -> str:
    """The shell of our action, with what GitHub would put into its variables."""
    action = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
    values = {f"inputs.{name}": given.get("default", "") for name, given in action["inputs"].items()}
    values |= {f"inputs.{name}": value for name, value in step["with"].items()}
    values["github.action_path"] = "uec-booking"
    assert step["with"].keys() <= action["inputs"].keys()
    [only] = action["runs"]["steps"]
    lines = [f"export {name}={values[value.strip('${} ')]}" for name, value in only["env"].items()]
    return "\n".join([*lines, only["run"]])


def _github(text: str) -> list[str]:
    steps = yaml.safe_load(text)["jobs"]["conformance"]["steps"]
    ours = [step for step in steps if "run" in step or step["uses"].startswith("OWNER/")]
    return [step.get("run") or _action(step) for step in ours]


def _gitlab(text: str) -> list[str]:
    return list(yaml.safe_load(text)["conformance"]["script"])


def _jenkins(text: str) -> list[str]:
    return re.findall(r"(?:sh |script: )'([^']+)'", text)


def _azure(text: str) -> list[str]:
    return [step["bash"] for step in yaml.safe_load(text)["steps"] if "bash" in step and "condition" not in step]


SHELL: dict[str, Callable[[str], list[str]]] = {
    "conformance.yml": _github,
    ".gitlab-ci.yml": _gitlab,
    "Jenkinsfile": _jenkins,
    "azure-pipelines.yml": _azure,
}


def job(recipe: str, folder: Path, status: int) -> Job:
    """Carry out the shell of a recipe, up to the first command that fails, with a run that ends with ``status``."""
    (folder / "python").mkdir(exist_ok=True)
    (folder / "python" / "python3").write_text(_PYTHON, encoding="utf-8")
    (folder / "python" / "python3").chmod(0o755)
    (folder / "uec-booking" / ".ci").mkdir(parents=True, exist_ok=True)
    shutil.copy(ROOT / ".ci" / "conformance.sh", folder / "uec-booking" / ".ci")
    log = folder / "log"
    log.write_text("", encoding="utf-8")
    environment = {
        "PATH": f"{folder / 'python'}{os.pathsep}{os.environ['PATH']}",
        "LOG": str(log),
        "STATUS": str(status),
        "DECIDED": "150",
    }
    ended = 0
    for command in SHELL[recipe](RECIPES[recipe]):
        if not ended:
            ended = subprocess.run(["bash", "-eo", "pipefail", "-c", command], cwd=folder, env=environment).returncode
    return Job(ended, [shlex.split(line) for line in log.read_text(encoding="utf-8").splitlines()])


def test_each_recipe_is_known() -> None:
    assert RECIPES.keys() == SHELL.keys()


@pytest.mark.parametrize("recipe", SHELL)
def test_a_job_ends_as_the_run_does(recipe: str, tmp_path: Path) -> None:
    assert job(recipe, tmp_path, status=5).status == 5
    assert not (tmp_path / "baseline").exists()
    first = job(recipe, tmp_path, status=0)
    assert first.status == 0
    assert (tmp_path / "baseline" / "junit.xml").exists()
    assert not any("--baseline" in call for call in first.calls)

    (tmp_path / "conformance").mkdir()
    (tmp_path / "conformance" / "known.toml").touch()
    doctor, assure = job(recipe, tmp_path, status=0).calls
    for name, *arguments in (doctor, assure):
        options = PARSER_OF(name).parse_args(arguments)
        assert str(options.config) == "conformance/my-system.toml"
    assert (str(options.baseline), str(options.expected_failures)) == ("baseline", "conformance/known.toml")
    assert (options.require_decided, str(options.out)) == (150, "reports/out")


@pytest.mark.parametrize("recipe", SHELL)
def test_a_recipe_keeps_the_reports_and_shows_the_tests(recipe: str) -> None:
    assert re.search(r"(path|paths|publish|artifacts):? .*reports/out", RECIPES[recipe])
    assert "junit.xml" in RECIPES[recipe] or recipe == "conformance.yml"
