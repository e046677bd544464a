"""Where a run keeps its documents, and how reports get there: all at once, and never beside those of another run.

Reporters write into a folder of their own beside the place. What a reporter has finished is moved in whole; of one
that fails nothing is.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ..judging import run_file

#: Where the runs of a part go when the folder holds a full run.
PARTIAL = "partial"
#: What staging folders begin with; one that is left over was left by a run that was killed.
_STAGING = ".unfinished-"
#: What our own reporters write; what others write is known once they have written it.
DOCUMENTS = ("report.html", "results.json", "junit.xml", "allure-results", "statement.html")


def place_for(out: Path, partial: bool) -> Path:
    """The folder for the documents of a run: ``out``, or beside the full run in it, which no part overwrites."""
    return out / PARTIAL if partial and holds_full_run(out) else out


def holds_full_run(folder: Path) -> bool:
    """Whether a stored run or results of the whole suite are there, finished or not."""
    return _is_full(folder / run_file.FILE, first_line=True) or _is_full(folder / "results.json", first_line=False)


def _is_full(path: Path, first_line: bool) -> bool:
    """Whether a document is there and does not say that it is of a part; what cannot be read counts as full."""
    if not path.is_file():
        return False
    try:
        with path.open(encoding="utf-8-sig") as file:
            document = json.loads(file.readline() if first_line else file.read())
    except (OSError, ValueError, RecursionError):
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
    """Take away what a run left that was killed while its reports were written.

    Raises:
        OSError: it cannot be taken away.
    """
    for old in folder.glob(f"{_STAGING}*"):
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
