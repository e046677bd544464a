"""Fills a folder with all that an installation without a network needs: our wheel, and hashed wheels of the lock.

    python .ci/wheelhouse.py FOLDER [options of `pip download`, for another Python or platform]

Of the lock only what the program needs to run is taken, not what its tests need. Beside the wheels lies a lock of them.
"""

from __future__ import annotations

import hashlib
import re
import subprocess
import sys
from importlib.metadata import distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

NAME = "uec-booking-conformance"
ROOT = Path(__file__).resolve().parents[1]


def needed() -> set[str]:
    """The names of all that the program needs to run, as it is installed here."""
    found: set[str] = set()
    left = [(NAME, frozenset[str]())]
    while left:
        name, extras = left.pop()
        for text in distribution(name).requires or ():
            requirement = Requirement(text)
            wanted = requirement.marker is None or any(
                requirement.marker.evaluate({"extra": extra}) for extra in extras or {""}
            )
            key = canonicalize_name(requirement.name)
            if wanted and key not in found:
                found.add(key)
                left.append((key, frozenset(requirement.extras)))
    return found


def locked(names: set[str]) -> str:
    """The entries of the lock for these names."""
    entries = re.split(r"^(?=[A-Za-z])", (ROOT / "requirements.lock").read_text(encoding="utf-8"), flags=re.MULTILINE)
    kept = [entry for entry in entries if canonicalize_name(re.split(r"[=\[ ]", entry, maxsplit=1)[0]) in names]
    return "".join(kept)


def main(folder: Path, options: list[str]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.whl"):
        old.unlink()
    lock = folder / "requirements.lock"
    lock.write_text(locked(needed()), encoding="utf-8")
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    fetch = ["download", "--no-deps", "--only-binary=:all:", "--require-hashes", "--requirement", str(lock)]
    subprocess.run([*pip, *fetch, "--dest", str(folder), *options], check=True)
    ours = ["wheel", "--no-index", "--no-deps", "--no-build-isolation", "--wheel-dir", str(folder), str(ROOT)]
    subprocess.run([*pip, *ours], check=True)
    wheel = next(folder.glob(f"{NAME.replace('-', '_')}-*.whl"))
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    with lock.open("a", encoding="utf-8") as file:
        file.write(f"{NAME}=={wheel.name.split('-')[1]} \\\n    --hash=sha256:{digest}\n")
    print(f"{folder} holds {len(list(folder.glob('*.whl')))} wheels. Where there is no network:")
    print(f"  python -m pip install --no-index --find-links {folder} --require-hashes -r {lock}")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
