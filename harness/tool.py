"""What this program is: its version, and the commit of the checkout that it runs from."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from functools import cache
from importlib.metadata import version
from pathlib import Path
from types import MappingProxyType

NAME = "uec-booking-conformance"

_ROOT = Path(__file__).resolve().parents[1]
#: Seconds that git may take; a report must not wait for it.
_PATIENCE = 10


@cache
def tool() -> Mapping[str, str]:
    """``name``, ``version`` and, in a checkout, ``commit`` ("+ uncommitted changes" where there are some)."""
    return MappingProxyType({"name": NAME, "version": version(NAME), "commit": _commit()})


def _commit() -> str:
    # Exactly our own folder: a wheel inside somebody's repository is not at that repository's commit.
    if not (_ROOT / ".git").exists():
        return ""
    commit = _git("rev-parse", "HEAD")
    if commit and _git("status", "--porcelain", "--untracked-files=no"):
        commit += " + uncommitted changes"
    return commit


def _git(*arguments: str) -> str:
    """What git says, or nothing where there is no git or it does not know this folder."""
    try:
        done = subprocess.run(
            ["git", "-C", str(_ROOT), *arguments],
            capture_output=True,
            text=True,
            encoding="utf-8",
            errors="replace",
            timeout=_PATIENCE,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""
