"""Feeds targets with inputs that coverage leads to, each for its share of the time, in a process of its own.

    python -m tests.fuzzing.guided [TARGET ...] [--seconds N] [--work FOLDER]

Needs atheris (`pip install atheris`), which is no library of the project. FOLDER keeps what leads on, so that
the next time goes on from there; an input that breaks a target lies there as `TARGET/broken-…`, and belongs into
`tests/fuzzing/corpus/TARGET` once what it showed is mended.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import resource
import subprocess
import sys
import time
import traceback
from pathlib import Path

from .contract import Target

CORPUS = Path(__file__).with_name("corpus")
#: Beyond this a target has no bound, in MB and in seconds for one input.
_MEMORY, _ONE_INPUT = 1500, 40
_MOST_BROKEN = 50


def main() -> int:
    """Returns 0 where no target was broken."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("targets", nargs="*", metavar="TARGET")
    parser.add_argument("--seconds", type=int, default=3600, metavar="N", help="for all of them together (3600)")
    parser.add_argument("--work", type=Path, default=Path("fuzzing"), metavar="FOLDER")
    parser.add_argument("--one", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        _run_one(options.one, options.seconds, options.work)
        return 0
    from .targets import TARGETS

    names = options.targets or [target.name for target in TARGETS]
    broken = 0
    for name in names:
        command = [sys.executable, "-m", __spec__.name, "--one", name, "--work", str(options.work)]
        done = subprocess.run([*command, "--seconds", str(options.seconds // len(names))], check=False)
        broken += done.returncode != 0
    return 1 if broken else 0


def _run_one(name: str, seconds: int, work: Path) -> None:
    import atheris

    with atheris.instrument_imports(include=["uec_booking"]):
        from .targets import TARGETS
    target = next(one for one in TARGETS if one.name == name)
    folder = work / name
    grown = folder / "grown"
    grown.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(target.seeds):
        (grown / f"seed-{number}").write_bytes(seed)
    words = folder / "words"
    # As libFuzzer reads them: each byte as \xNN.
    written = ("".join(f"\\x{byte:02x}" for byte in word) for word in target.words)
    words.write_text("".join(f'"{word}"\n' for word in written))
    # Server and client take turns: neither waits for the other's five milliseconds.
    sys.setswitchinterval(0.0002)
    session = _Session(target, folder, seconds)
    # It takes no list without words.
    listed = [f"-dict={words}"] if target.words else []
    places = [f"-artifact_prefix={folder}/broken-", *listed, str(grown)]
    kept = CORPUS / name
    bounds = [f"-rss_limit_mb={_MEMORY}", f"-timeout={_ONE_INPUT}", "-max_len=20000", "-verbosity=0"]
    atheris.Setup([name, *bounds, *places, *([str(kept)] if kept.is_dir() else [])], session.feed)
    atheris.Fuzz()


class _Session:
    """Feeds one target until its time is over, and goes on after an input that broke it."""

    def __init__(self, target: Target, folder: Path, seconds: int) -> None:
        self._target = target
        self._folder = folder
        self._began = time.monotonic()
        self._seconds = seconds
        self._count = 0
        self._places: set[str] = set()
        self._early = 0

    def feed(self, data: bytes) -> None:
        """What libFuzzer calls. Ends the process when the time is over: threads of a server would keep it."""
        self._count += 1
        try:
            self._target.feed(data)
        except Exception as error:
            self._keep(data, error)
        if self._count == 1000:
            self._early = _most_memory()
        if time.monotonic() - self._began > self._seconds:
            memory = f"at most {_most_memory()} MB, {self._early} after the first thousand"
            print(f"{self._target.name}: {self._count} inputs, {memory}, {len(self._places)} broken", flush=True)
            os._exit(1 if self._places else 0)

    def _keep(self, data: bytes, error: Exception) -> None:
        """Keep the first input for each place in the code."""
        trace = traceback.format_exc()
        place = hashlib.sha256(repr([*traceback.extract_tb(error.__traceback__)][-1]).encode()).hexdigest()[:8]
        # What a server answers wrongly is all found at one line of ours: there its words tell.
        place += hashlib.sha256("".join(filter(str.isalpha, str(error)))[:120].encode()).hexdigest()[:8]
        if place not in self._places and len(self._places) < _MOST_BROKEN:
            self._places.add(place)
            (self._folder / f"broken-{place}").write_bytes(data)
            (self._folder / f"broken-{place}.txt").write_text(trace, errors="backslashreplace")
            print(f"{self._target.name}: {self._folder / place} {error!r:.300}", flush=True)


def _most_memory() -> int:
    """In MB, of this process so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


if __name__ == "__main__":
    sys.exit(main())
