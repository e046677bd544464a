"""Fails at the i-th change to a file: what Python is about to write, to rename, to make or to remove is counted."""

from __future__ import annotations

import builtins
import errno
import io
import os
import signal
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import Any

_WRITE = os.write


class FileMode(StrEnum):
    """How it fails."""

    COUNT = "count"
    #: The process ends before the change, when half of it is written, or when it is made.
    KILLED_BEFORE = "killed-before"
    KILLED_WITHIN = "killed-within"
    KILLED_AFTER = "killed-after"
    #: There is room for half of it; then for nothing more, or for all that comes later.
    FULL = "full"
    FULL_ONCE = "full-once"


class FilePoints:
    """Counts the changes to what lies in ``folder``, notes each, and fails at number ``at``."""

    def __init__(self, mode: FileMode, at: int, notes: Path, folder: Path) -> None:
        self._mode = mode
        self._at = at
        self._count = 0
        self._folder = str(folder)
        self._notes = os.open(notes, os.O_CREAT | os.O_APPEND | os.O_WRONLY)
        self._watched: set[int] = set()

    def install(self) -> None:
        """Stand in the way of all of Python's files in this process."""
        opened, closed = os.open, os.close

        def open_(path: Any, flags: int, *rest: Any, **more: Any) -> int:
            handle = opened(path, flags, *rest, **more)
            self._watched.discard(handle)
            if str(path).startswith(self._folder) and flags & (os.O_WRONLY | os.O_RDWR):
                self._watched.add(handle)
            return handle

        def close(handle: int) -> None:
            self._watched.discard(handle)
            closed(handle)

        os.open, os.close = open_, close
        os.write = lambda handle, data: self._written(handle, data, _WRITE)
        for name in ("replace", "rename", "unlink"):
            setattr(os, name, self._changing(name, getattr(os, name)))
        builtins.open = io.open = self._opener(io.open)  # type: ignore[assignment]

    def _opener(self, plain: Callable[..., Any]) -> Callable[..., Any]:
        points = self

        class Raw(io.FileIO):
            def write(self, data: Any) -> int:
                points._watched.add(self.fileno())
                return points._written(self.fileno(), bytes(data), lambda _, part: io.FileIO.write(self, part))

        def open_(
            file: Any,
            mode: str = "r",
            buffering: int = -1,
            encoding: str | None = None,
            errors: str | None = None,
            newline: str | None = None,
            *rest: Any,
            **more: Any,
        ) -> Any:
            ours = file in self._watched if isinstance(file, int) else str(file).startswith(self._folder)
            if not ours or not set(mode) & set("wax+"):
                return plain(file, mode, buffering, encoding, errors, newline, *rest, **more)
            raw = Raw(file, mode.replace("b", "").replace("t", ""))
            if buffering == 0:
                return raw
            buffered = io.BufferedWriter(raw)
            return buffered if "b" in mode else io.TextIOWrapper(buffered, encoding, errors, newline)

        return open_

    def _written(self, handle: int, data: bytes, write: Callable[[int, bytes], int]) -> int:
        if handle not in self._watched:
            return write(handle, data)
        due = self._due("write")
        if due and self._mode in (FileMode.FULL, FileMode.FULL_ONCE) and self._count > self._at:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        if not due:
            return write(handle, data)
        self._kill(FileMode.KILLED_BEFORE)
        if self._mode == FileMode.KILLED_AFTER:
            write(handle, data)
        half = 0 if self._mode == FileMode.KILLED_AFTER else write(handle, data[: len(data) // 2])
        self._kill(FileMode.KILLED_WITHIN, FileMode.KILLED_AFTER)
        return half

    def _changing(self, name: str, change: Callable[..., None]) -> Callable[..., None]:
        def changed(path: Any, *rest: Any, **more: Any) -> None:
            due = str(path).startswith(self._folder) and self._due(name)
            if due:
                self._kill(FileMode.KILLED_BEFORE)
            change(path, *rest, **more)
            if due:
                self._kill(FileMode.KILLED_WITHIN, FileMode.KILLED_AFTER)

        return changed

    def _due(self, what: str) -> bool:
        self._count += 1
        # What is full says so at the next write: the first one is only shorter than it was to be.
        last = {FileMode.FULL: 10**9, FileMode.FULL_ONCE: self._at + 1}.get(self._mode, self._at)
        due = self._mode != FileMode.COUNT and self._at <= self._count <= last
        _WRITE(self._notes, f"{self._count} {what}{' FAILED' if due else ''}\n".encode())
        return due

    def _kill(self, *modes: FileMode) -> None:
        if self._mode in modes:
            os.kill(os.getpid(), signal.SIGKILL)
