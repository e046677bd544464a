"""Output whose reader goes away (``| head``): the rest of it is dropped, and the command goes on to its exit status."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TextIO


class _Output:
    """A stream that writes nowhere once its reader has gone."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def write(self, text: str) -> int:
        try:
            return self._stream.write(text)
        except BrokenPipeError:
            self._drop()
            return len(text)

    def flush(self) -> None:
        try:
            self._stream.flush()
        except BrokenPipeError:
            self._drop()

    def last_flush(self) -> None:
        """Nothing is left for the interpreter to complain of: what cannot be written has been told of before."""
        try:
            self._stream.flush()
        except OSError:
            self._drop()

    def _drop(self) -> None:
        # What is still in the buffer has to go somewhere, or the interpreter complains at its end.
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, self._stream.fileno())
        os.close(nowhere)


@contextmanager
def outlived() -> Iterator[None]:
    """Standard output and error survive their readers for the time of the block."""
    before = sys.stdout, sys.stderr
    outputs = _Output(sys.stdout), _Output(sys.stderr)
    sys.stdout, sys.stderr = outputs
    try:
        yield
    finally:
        sys.stdout, sys.stderr = before
        for output in outputs:
            output.last_flush()
