"""Writes a file that a command makes for its user, and never over another."""

from __future__ import annotations

from pathlib import Path

from ..errors import SettingsError, why_not_written


def write_new(path: Path, content: bytes) -> None:
    """Raises SettingsError where the file is there already or cannot be written."""
    try:
        with path.open("xb") as file:
            file.write(content)
    except FileExistsError:
        raise SettingsError(f"{path} exists and is not overwritten. Choose another name with --out.") from None
    except OSError as problem:
        raise SettingsError(
            f"{path} cannot be written: {why_not_written(problem)}. Choose another with --out."
        ) from None
