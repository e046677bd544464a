"""Reading the file of an outside author: its entries, and what says that they were not changed since."""

from __future__ import annotations

import hashlib
import sys
import traceback
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

from uec_booking.standard import conflicts, requirements

from ...errors import SettingsError
from . import kit
from .kit import Entry

#: What the kit is imported as by an author, who has a copy of it beside the file.
_KIT = "kit"


def read(path: Path) -> tuple[Entry, ...]:
    """The entries of a file; those of one name are numbered.

    The file is carried out, and may import others of its folder.

    Raises:
        SettingsError: it is not there, cannot be carried out, enters nothing, or names what the standard does not have.
    """
    if not path.is_file():
        raise SettingsError(f"--sealed {path}: there is no such file. Name the Python file of faults.")
    _carry_out(path)
    entries = _by_different_names(kit.ENTRIES)
    if not entries:
        raise SettingsError(
            f"--sealed {path}: it enters nothing. Write functions with @fault or @variation of the kit."
        )
    _check(path, entries)
    return entries


def digests(path: Path) -> dict[str, str]:
    """The SHA-256 of the file, which has been read, and of what it imported of its folder, by the path there."""
    folder = path.resolve().parent
    files = {Path(file).resolve() for module in list(sys.modules.values()) if (file := getattr(module, "__file__", ""))}
    return {
        file.relative_to(folder).as_posix(): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in sorted(files)
        if file.is_relative_to(folder) and file != Path(kit.__file__).resolve()
    }


def _carry_out(path: Path) -> None:
    folder = str(path.resolve().parent)
    kit.ENTRIES.clear()
    sys.modules[_KIT] = kit
    sys.path.insert(0, folder)
    try:
        spec = spec_from_file_location(f"sealed_{path.stem}", path.resolve())
        if spec is None or spec.loader is None:
            raise SettingsError(f"--sealed {path}: it is no Python file (*.py).")
        module = module_from_spec(spec)
        sys.modules[spec.name] = module
        spec.loader.exec_module(module)
    except Exception as problem:
        if isinstance(problem, SettingsError):
            raise
        raise SettingsError(f"--sealed {path} cannot be imported: {_where(problem, path)}") from None
    finally:
        # What is imported only when a function runs is found too, but stands in nobody's way.
        sys.path.remove(folder)
        sys.path.append(folder)


def _where(problem: Exception, path: Path) -> str:
    """What went wrong, and in which line of the author's files."""
    folder = str(path.resolve().parent)
    own = [frame for frame in traceback.extract_tb(problem.__traceback__) if frame.filename.startswith(folder)]
    if isinstance(problem, SyntaxError):
        return f"{problem.msg} ({Path(problem.filename or str(path)).name}, line {problem.lineno})"
    place = f" ({Path(own[-1].filename).name}, line {own[-1].lineno})" if own else ""
    return f"{type(problem).__name__}: {problem}{place}"


def _by_different_names(entries: Sequence[Entry]) -> tuple[Entry, ...]:
    met: Counter[str] = Counter()
    found = []
    for entry in entries:
        met[entry.name] += 1
        number = met[entry.name]
        found.append(entry if number == 1 else replace(entry, name=f"{entry.name}-{number}"))
    return tuple(found)


def unknown(entry: Entry) -> list[str]:
    """What an entry names that is no requirement, nor, for a variation, a contradiction."""
    known: Mapping[str, object] = requirements.load()
    allowed = {*known, *(conflicts.load() if entry.allowed else ())}
    return [name for name in entry.clauses if name not in allowed]


def _check(path: Path, entries: Sequence[Entry]) -> None:
    """Whether each fault names requirements. On those of a variation nothing rests: unknown ones are told of."""
    faults = [entry for entry in entries if not entry.allowed]
    wrong = [f"{entry.name} names {', '.join(unknown(entry))}" for entry in faults if unknown(entry)]
    wrong += [f"{entry.name} names no requirement" for entry in entries if not entry.clauses]
    if wrong:
        raise SettingsError(
            f"--sealed {path}: {'; '.join(wrong)}. `uec-booking requirements` lists the ids that there are."
        )
