"""Where a run keeps its documents, and how reports get there: all at once, and never beside those of another run.

Reporters write into a folder of their own beside the place. What a reporter has finished is moved in whole; of one
that fails nothing is.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ..errors import SettingsError
from ..judging import run_storage

#: Where the runs of a part go when the folder holds a full run.
PARTIAL = "partial"
#: What staging folders begin with; one that is left over was left by a run that was killed.
_STAGING = ".unfinished-"
#: The one by which reports without their stored run beside them are known as ours: the last that goes.
_RESULTS = "results.json"
#: What our own reporters write; what others write is known once they have written it.
DOCUMENTS = (
    *("report.html", "reproduce", "stories.html", "junit.xml", "statement.html", "statement.pdf", "summary.md", "scal"),
    *("allure-results", "allurerc.json", "allure-report"),
    *("exchanges.har", "results.sarif", "ctrf-report.json", "earl.jsonld"),
    *("fhir-test-report.json", "fhir-test-script.json"),
    _RESULTS,
)
#: Where the traceback goes when the harness itself fails.
ERROR_FILE = "harness-error.txt"
#: How what we write begins, as far as it is alike in all versions; one of the two is in every folder with reports.
_OURS = {
    **dict.fromkeys(run_storage.NAMES, re.compile(r'\ufeff?\s*\{\s*"kind"\s*:\s*"run"\s*,\s*"format"\s*:')),
    _RESULTS: re.compile(r'\ufeff?\s*\{\s*"schema_version"\s*:\s*"[^"]*"\s*,\s*"verdict"\s*:'),
}


def folder_named(option: str, text: str) -> Path:
    """The folder that the text of an option like ``--out`` names.

    Raises:
        SettingsError: there is no text, which would be the folder of the moment.
    """
    if not text.strip():
        raise SettingsError(
            f"{option} is empty: is it a variable that is not set? Name a folder, or leave the option out. "
            "Nothing was written."
        )
    return Path(text)


def check_ours(folder: Path, *more: str) -> None:
    """Whether documents may be written into a folder, further ones by their names: nothing of somebody else's is there.

    Raises:
        SettingsError: the folder holds none of our runs or results, and a document by the name of one of ours.
    """
    ours = [*DOCUMENTS, *more] if _holds_ours(folder) else []
    ours = [name for name in ours if name not in run_storage.NAMES or _begins_as_ours(folder / name)]
    theirs = [name for name in (*DOCUMENTS, *more) if name not in ours and _is_there(folder / name)]
    if theirs:
        raise SettingsError(
            f"{folder} holds {', '.join(theirs)}, and no run of this program that wrote it: the reports would take "
            "the place of somebody else's. Choose another folder with --out, or move what is there away. Nothing was "
            "run, and nothing was written."
        )


def _holds_ours(folder: Path) -> bool:
    return any(_begins_as_ours(folder / name) for name in _OURS)


def _begins_as_ours(path: Path) -> bool:
    return bool(_OURS[path.name].match(run_storage.beginning(path, 300).decode("utf-8", "replace")))


def _is_there(path: Path) -> bool:
    """Whether there is something to lose: not an empty file, as a run leaves that is killed as it begins."""
    try:
        if path.is_symlink():
            return True
        return any(path.iterdir()) if path.is_dir() else path.exists() and path.stat().st_size > 0
    except OSError:
        return True


def told_as_kept(out: Path) -> str:
    """What is in ``out`` beside which a part is put, in words: no more than its stored run shows."""
    lines = _lines_of(out)
    first, last = (_object(line) for line in (lines[0], lines[-1])) if lines else ({}, {})
    if first.get("partial") is not False:
        return f"What was in {out} is as it was"
    if last.get("kind") != "end" or last.get("broken"):
        return f"The run of the whole suite in {out}, which did not come to its end, is as it was"
    return f"The full run in {out} is as it was"


def _lines_of(out: Path) -> list[bytes]:
    """Of the stored run in ``out``, if that can be read and is one of ours."""
    if not any(_begins_as_ours(out / name) for name in run_storage.NAMES):
        return []
    try:
        return run_storage.content_of(out).splitlines()
    except SettingsError:
        return []


def _object(line: bytes) -> dict[str, Any]:
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def place_for(out: Path, partial: bool) -> Path:
    """The folder for the documents of a run: ``out``, or beside the full run in it, which no part overwrites."""
    return out / PARTIAL if partial and holds_full_run(out) else out


def holds_full_run(folder: Path) -> bool:
    """Whether a stored run or results of the whole suite are there, finished or not."""
    return any(_is_full(folder / name, name in run_storage.NAMES) for name in _OURS)


def _is_full(path: Path, first_line: bool) -> bool:
    """Whether a document of ours does not say that it is of a part; what cannot be read further counts as full."""
    if not _begins_as_ours(path):
        return False
    try:
        content = run_storage.content_of(path).partition(b"\n")[0] if first_line else path.read_bytes()
        document = json.loads(content.decode("utf-8-sig"))
    except (SettingsError, OSError, ValueError, RecursionError):
        return True
    return not (isinstance(document, dict) and document.get("partial") is True)


def clear(folder: Path, *more: str) -> None:
    """Take away the reports of the run before, and further documents by their names.

    Raises:
        OSError: they cannot be taken away.
    """
    for name in (*DOCUMENTS, *more):
        _remove(folder / name)


def clear_unfinished(folder: Path) -> None:
    """Take away what a run of ours left that was killed while its reports were written.

    Raises:
        OSError: it cannot be taken away.
    """
    # Named as tempfile names them: where no run of ours is, and by another name, it is somebody else's.
    for old in folder.glob(f"{_STAGING}{8 * '?'}") if _holds_ours(folder) else ():
        _remove(old)


@contextmanager
def staging(folder: Path) -> Iterator[Path]:
    """A folder beside, on the same file system, that is gone after the block.

    Raises:
        OSError: it cannot be made.
    """
    with tempfile.TemporaryDirectory(prefix=_STAGING, dir=folder) as place:
        yield Path(place)


def put_in_place(finished: Path, folder: Path) -> None:
    """Move all that ``finished`` holds into ``folder``, each document in one move over the one before.

    Raises:
        OSError: it cannot be moved.
    """
    for document in sorted(finished.iterdir()):
        target = folder / document.name
        if document.is_dir() or target.is_dir():
            # A folder cannot be moved over another one: the old one steps aside first.
            with staging(folder) as aside:
                if target.exists():
                    os.replace(target, aside / target.name)
                os.replace(document, target)
        else:
            os.replace(document, target)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
