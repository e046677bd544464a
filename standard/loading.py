"""Reading the files of the standard as data, so that an error always names the file."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any


class CatalogueError(ValueError):
    """A file of the standard as data is wrong. The message names the file and the entry."""


def read_toml(path: Path) -> dict[str, Any]:
    """The content of one TOML file. Raises CatalogueError."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as exc:
        raise CatalogueError(f"{path.name}: {exc}") from exc
