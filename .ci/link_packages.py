"""Makes .packages/uec_booking/, in which each package is a link to its folder, and prints where.

harness/ is the package uec_booking.harness: pyproject.toml says so to setuptools, but type checkers and editors look
for a folder of the package's name. mypy and pyright are told of .packages in pyproject.toml; both then find every
module, a new one too. The links are made by `make setup` and not committed: git keeps none on Windows.
"""

from __future__ import annotations

import os
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def link_packages(root: Path = ROOT) -> Path:
    """Make the links that are missing in the checkout ``root``, and return the folder that holds ``uec_booking``."""
    table = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]
    links = root / ".packages"
    for package, folder in table["package-dir"].items():
        link = links.joinpath(*package.split("."))
        if not link.exists():
            link.parent.mkdir(parents=True, exist_ok=True)
            _link(link, root / folder)
    # A package as any other: with namespaces allowed, mypy takes standard/answers/ for standard/answers.py.
    (links / "uec_booking" / "__init__.py").touch()
    return links


def _link(link: Path, folder: Path) -> None:
    if sys.platform == "win32":
        import _winapi

        # Unlike a symbolic link, a junction needs no right of its own.
        _winapi.CreateJunction(str(folder), str(link))
    else:
        # Of a checkout that was moved, the old link is broken.
        link.unlink(missing_ok=True)
        link.symlink_to(os.path.relpath(folder, link.parent))


if __name__ == "__main__":
    print(link_packages())
