"""How a stored run lies in its folder: plain while it goes on, compressed when it has ended, where that is worth it.

Everything that reads a stored run does so by what is here, and need not know which of the two is there.
"""

from __future__ import annotations

import gzip
import hashlib
import zlib
from pathlib import Path

from ..errors import SettingsError
from ..text import ended

FILE = "run.jsonl"
#: What it is called when the run has ended and is compressed. Where both are there, the plain one is the run: it was
#: begun after the other one, or its compressing was cut off at the last moment.
COMPRESSED = "run.jsonl.gz"
NAMES = (FILE, COMPRESSED)
#: Shorter runs, those of a part, stay as they are, for whoever wants to look at them with an editor.
_WORTH_IT = 4_000_000
#: Nothing that a run records is longer: what pretends to be is no run.
_LONGEST = 2_000_000_000
_GZIP = ".gz"


def compress(path: Path) -> None:
    """In one step, so that the whole run is there at any time; it stays plain where there is no room for both."""
    if path.stat().st_size <= _WORTH_IT:
        return
    draft = path.with_suffix(".new")
    try:
        # Without the time of the moment: the same run is the same file.
        draft.write_bytes(gzip.compress(path.read_bytes(), compresslevel=6, mtime=0))
        draft.replace(path.with_name(COMPRESSED))
    except OSError:
        draft.unlink(missing_ok=True)
    else:
        path.unlink()


def is_in(folder: Path) -> bool:
    """Whether a stored run lies in ``folder``."""
    return any((folder / name).exists() for name in NAMES)


def sha256_of(folder: Path) -> str:
    """Of the stored run in ``folder``: of its lines, so it is the same before and after they are compressed.

    Raises:
        SettingsError: there is none, or it is damaged.
    """
    return hashlib.sha256(content_of(folder)).hexdigest()


def content_of(folder: Path) -> bytes:
    """The lines of the run stored in ``folder`` (or in a file of it), as far as they were written.

    Raises:
        SettingsError: there is none, or it is damaged; says what and where.
    """
    path = path_in(folder)
    try:
        return _decompressed(path) if path.suffix == _GZIP else path.read_bytes()
    except OSError as problem:
        raise SettingsError(
            f"There is no stored run at {path.absolute()}: {problem.strerror}. "
            "Name the folder that `uec-booking assure --out` wrote."
        ) from None


def path_in(folder: Path) -> Path:
    """The file of the run in a folder; what is no folder is the file itself."""
    if not folder.is_dir():
        return folder
    return next((folder / name for name in NAMES if (folder / name).exists()), folder / FILE)


def beginning(path: Path, length: int) -> bytes:
    """The first bytes of a stored run, plain or compressed; what cannot be read has none."""
    try:
        with gzip.open(path) if path.suffix == _GZIP else path.open("rb") as file:
            return file.read(length)
    except (OSError, EOFError, zlib.error):
        return b""


def _decompressed(path: Path) -> bytes:
    try:
        with gzip.open(path) as file:
            content = file.read(_LONGEST + 1)
    except (EOFError, gzip.BadGzipFile, zlib.error) as problem:
        raise SettingsError(
            f"The stored run {path} is damaged, and cannot be decompressed: {ended(problem)} Take another copy of it."
        ) from None
    if len(content) > _LONGEST:
        raise SettingsError(f"The stored run {path} is longer than any run: more than {_LONGEST:,} bytes.")
    return content
