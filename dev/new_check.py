"""Writes the skeleton of a check: its scenario, its sentence, the check, and a defect that it has to detect.

    .venv/bin/python dev/new_check.py PRV-BOOK-10 --topic provider/booking --sentence "the booking says so" \\
        --check says_so --defect says-nothing

It writes into the checkout that it stands in. What is still to be filled in is marked TODO: in the sentence and the
check as a name that Python does not know, so that `make lint` fails and a run ends with an error of the harness;
everywhere as a word that `tests/traceability/test_filled_in.py` looks for. So a skeleton decides and passes nothing.
"""

from __future__ import annotations

import argparse
import ast
import keyword
import re
import subprocess
import sys
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from uec_booking.harness.catalogue.selection import is_requirement_id
from uec_booking.standard import requirements
from uec_booking.standard.roles import CONSUMER
from uec_booking.standard.topics import TOPICS, in_order

ROOT = Path(__file__).resolve().parents[1]

#: What is tested, so that a check can be written for it.
_ROLES = ("workflow", "provider", "registry")

#: What is written to, by the name that ``--file`` has for it.
_ROOMS = {
    "features": ("features", ".feature"),
    "steps": ("steps", ".py"),
    "checks": ("harness/checks", ".py"),
    "defects": ("simulator/defects", ".py"),
    "requirements": ("standard/requirements", ".toml"),
}

_SCENARIO = """
  @{id}
  Scenario: TODO one line that a clinician can read aloud ({check})
    # TODO what goes before: Given, When.
    Then {sentence}
"""

_STEP = """

@then("{sentence}")
def _{check}(scenario: Scenario) -> None:
    # What sends, waits or reads back stands in harness/scenario/, and hands over what was seen.
    {module}.{check}(scenario.recorder, TODO)
"""

_CHECK = '''

@decides("{id}")
def {check}(recorder: Recorder, exchange: Exchange) -> None:
    """{id}: {text}

    TODO what is expected, and where the documents leave it open.
    """
    recorder.expect("{id}", TODO, expected=TODO, actual=TODO, of=exchange, where=TODO)
'''

_DEFECT = '''

@breaks("{id}")
def {defect}(request: Request, response: Response) -> None:
    """TODO what is wrong, in one line"""
    # TODO change the answer; or name the method that it stands in for (see simulator/defects/__init__.py).
'''

_REQUIREMENT = """
[[requirement]]
id = "{id}"
text = "{text}"
sources = [{{ doc = "TODO", page = "TODO", editions = "all" }}]
"""


class CannotBe(Exception):
    """What was asked for cannot be written: one paragraph that says why, and what to do."""


@dataclass(frozen=True)
class Wanted:
    """What is to be written; ``files`` names the files where a topic is a folder: all, or ``features=NAME``."""

    id: str
    topic: str
    sentence: str
    check: str
    defect: str
    files: Sequence[str] = ()
    text: str = ""

    def file(self, room: str) -> str:
        """The file that is named in a room, for itself or for all; empty where none is."""
        named = {of: name for of, _, name in (one.rpartition("=") for one in self.files)}
        return named.get(room, named.get("", ""))

    @property
    def function(self) -> str:
        """The defect as the name of its function."""
        return self.defect.replace("-", "_")


def new_check(wanted: Wanted) -> Mapping[Path, str]:
    """Write the skeleton, and return the files that it is in, each with a remark where it is new.

    They are four, or five where the requirement is new.

    Raises:
        CannotBe: something of it is unknown, malformed or there already. Nothing was written.
    """
    text = _text_of_requirement(wanted)
    _check_names(wanted)
    feature, step, check, defect = (_place(wanted, room) for room in ("features", "steps", "checks", "defects"))
    _refuse_second(f"def {wanted.check}(", [check])
    _refuse_second(f"def _{wanted.check}(", [step])
    _refuse_second(f"def {wanted.function}(", (ROOT / "simulator/defects").rglob("*.py"))
    _refuse_second(f'"{wanted.defect}"', (ROOT / "simulator").rglob("*.py"))
    _refuse_second(f"{wanted.sentence}\n", (ROOT / "features").rglob("*.feature"))
    _refuse_second(f'"{wanted.sentence}"', (ROOT / "steps").rglob("*.py"))
    package = ".".join(("uec_booking", *check.relative_to(ROOT).parts[:-1]))
    _refuse_second_meaning(step, package, check.stem)
    words = {
        "id": wanted.id,
        "sentence": wanted.sentence,
        "check": wanted.check,
        "module": check.stem,
        "defect": wanted.function,
        "text": textwrap.shorten(text, 100, placeholder=" …"),
    }
    entries = [] if wanted.id in requirements.load() else [_place(wanted, "requirements")]
    written = {path: _remark(path) for path in (*entries, feature, step, check, defect)}
    for entry in entries:
        _append(entry, "", _REQUIREMENT.format(**{**words, "text": text}), "# TODO what these are about.\n\n[usual]\n")
    title = f"Feature: TODO what it is about ({wanted.check})\n"
    _append(feature, "", _SCENARIO.format(**words), title)
    _append(step, _imports_of_step(package, check.stem), _STEP.format(**words), '"""TODO what they are about."""\n')
    above = "." * len(check.relative_to(ROOT / "harness").parts)
    _append(check, _imports_of_check(above), _CHECK.format(**words), '"""TODO what is expected of what."""\n')
    above = "." * len(defect.relative_to(ROOT / "simulator").parts)
    _append(defect, _imports_of_defect(above), _DEFECT.format(**words), '"""TODO what is wrong in them."""\n')
    _tidy([step, check, defect])
    return written


def _remark(path: Path) -> str:
    """What to say of a file that is not there yet: that it is new, and which there are beside it."""
    others = sorted(one.stem for one in path.parent.glob(f"*{path.suffix}") if not one.stem.startswith("__"))
    if path.exists() or not others:
        return "" if path.exists() else " (new)"
    return f" (new; there are {', '.join(others)})"


def _text_of_requirement(wanted: Wanted) -> str:
    known = requirements.load().get(wanted.id)
    if known is None:
        if not is_requirement_id(wanted.id) or not wanted.text:
            raise CannotBe(
                f"The catalogue has no requirement {wanted.id}. `uec-booking requirements` lists what there is; one "
                "that is new comes with its text (--text), and needs an id like PRV-BOOK-35."
            )
        return wanted.text.replace('"', "'")
    if wanted.text:
        raise CannotBe(f"The catalogue has {wanted.id} already, with its text. Leave --text out.")
    if known.merged_into:
        raise CannotBe(f"{wanted.id} is merged into {known.merged_into}, which decides it too. Name that one.")
    if known.bound is CONSUMER or known.draft or known.is_national:
        raise CannotBe(
            f"{wanted.id} is never judged here: it binds a consumer or a national system, or is a draft. Only what "
            "providers and registries have to do can be checked."
        )
    return known.text


def _check_names(wanted: Wanted) -> None:
    if not wanted.check.isidentifier() or keyword.iskeyword(wanted.check) or wanted.check != wanted.check.lower():
        raise CannotBe(f"{wanted.check!r} cannot be the name of a check. Write it as a function: keeps_its_version.")
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", wanted.defect) or not wanted.function.isidentifier():
        raise CannotBe(f"{wanted.defect!r} cannot be the name of a defect. Write it in words with dashes: forgets-it.")
    if not wanted.sentence or re.search(r'["\\{}<>\n]', wanted.sentence):
        raise CannotBe("The sentence is one line of plain words; put {who:Organisation} and the like in afterwards.")
    for one in wanted.files:
        room, equals, name = one.rpartition("=")
        if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
            raise CannotBe(f"{name!r} cannot be the name of a file here. Write it as a module, without its ending.")
        if equals and room not in _ROOMS:
            raise CannotBe(f"{room!r} has no files of a topic. There are: {', '.join(_ROOMS)}.")


def _place(wanted: Wanted, name: str) -> Path:
    """The file of the topic in a room: the topic's own, or one in its folder."""
    room, ending = _ROOMS[name]
    role, _, topic = wanted.topic.partition("/")
    if role not in _ROLES or topic not in (TOPICS[role] or ("",)):
        known = [f"{one}/{topic}" if topic else one for one in _ROLES for topic in (TOPICS[one] or ("",))]
        raise CannotBe(f"{wanted.topic!r} is no topic that is tested here. There are: {', '.join(known)}.")
    if room == "harness/checks" and topic == "end_of_run":
        # What holds of the whole run is ordered the other way round there.
        return ROOT / room / topic / f"{role}{ending}"
    place = ROOT / room / wanted.topic
    own = place.with_name(place.name + ending)
    found = place / f"{wanted.file(name) or wanted.check}{ending}" if place.is_dir() and not own.is_file() else own
    in_order(found.relative_to(ROOT / room).as_posix())
    return found


def _refuse_second(text: str, files: Iterable[Path]) -> None:
    for path in files:
        if path.is_file() and text in path.read_text(encoding="utf-8"):
            what = text.strip().removeprefix("def ").rstrip("(")
            raise CannotBe(f"{path.relative_to(ROOT)} has {what} already. Choose another name or sentence.")


def _refuse_second_meaning(step: Path, package: str, module: str) -> None:
    """The sentences name a check by its module, which must be nothing else there."""
    tree = ast.parse(step.read_text(encoding="utf-8") if step.exists() else "")
    others = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module != package]
    for node in others:
        if module in [alias.asname or alias.name for alias in node.names]:
            raise CannotBe(
                f"{step.relative_to(ROOT)} has a {module} from {node.module} already, so the module of the check "
                "needs another name: give it with --file checks=NAME."
            )


def _append(path: Path, imports: str, text: str, head: str) -> None:
    """Append to a file; a new one begins with its head, a module with the usual import."""
    if path.exists():
        before = path.read_text(encoding="utf-8")
    else:
        path.parent.mkdir(exist_ok=True)
        before = head + ("\nfrom __future__ import annotations\n" if path.suffix == ".py" else "")
    first = "from __future__ import annotations\n"
    if imports:
        before = before.replace(first, f"{first}\n{imports}", 1)
    path.write_text(before.rstrip("\n") + "\n" + text, encoding="utf-8")


def _imports_of_step(package: str, module: str) -> str:
    return (
        "from pytest_bdd import then\n"
        f"from {package} import {module}\n"
        "from uec_booking.harness.scenario.context import Scenario\n"
    )


def _imports_of_check(above: str) -> str:
    return (
        f"from {above}http.exchange import Exchange\n"
        f"from {above}judging.decides import decides\n"
        f"from {above}judging.recorder import Recorder\n"
    )


def _imports_of_defect(above: str) -> str:
    return f"from flask import Request, Response\nfrom {above}fault_making import breaks\n"


def _tidy(modules: Sequence[Path]) -> None:
    """Put the imports in order, each once."""
    for command in (("check", "--quiet", "--fix", "--select", "I"), ("format", "--quiet")):
        subprocess.run([sys.executable, "-m", "ruff", *command, *map(str, modules)], cwd=ROOT, check=True, timeout=60)


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the skeleton and say where; 0, or 3 where it cannot be, with one paragraph that says why."""
    parser = argparse.ArgumentParser(
        prog="dev/new_check.py", description="Write the skeleton of a scenario, its sentence, its check and its defect."
    )
    add = parser.add_argument
    add("id", metavar="ID", help="the requirement that the check decides and the defect breaks")
    add("--topic", required=True, metavar="ROLE/TOPIC", help="as in features/: provider/booking")
    add("--sentence", required=True, help='what the scenario says then: "the booking says so"')
    add("--check", required=True, metavar="NAME", help="the function: says_so")
    add("--defect", required=True, metavar="NAME", help="the defect: says-nothing")
    add(
        "--file",
        dest="files",
        action="append",
        default=[],
        metavar="[ROOM=]NAME",
        help=f"the file, where the topic is a folder (else as the check); of one room: {', '.join(_ROOMS)}; repeatable",
    )
    add("--text", default="", help="what a requirement asks that the catalogue does not have yet")
    try:
        written = new_check(Wanted(**vars(parser.parse_args(arguments))))
    except CannotBe as problem:
        print(textwrap.fill(str(problem), 100), file=sys.stderr)
        return 3
    print("Written; what is to be filled in is marked TODO:")
    for path, remark in written.items():
        print(f"  {path.relative_to(ROOT)}{remark}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
