"""Which systems and unit tests run which line of the checks, and which systems to try with a mutant."""

from __future__ import annotations

import ast
import random
import re
import subprocess
import sys
import time
from collections import defaultdict
from dataclasses import replace
from functools import lru_cache, partial
from pathlib import Path

import coverage
from mutant_worker import BETWEEN, traced
from mutants import PLACES, Mutant
from uec_booking.harness.bookkeeping.history import LAST
from uec_booking.harness.catalogue.traceability import tags_of_features
from uec_booking.harness.proving.clean import Clean
from uec_booking.harness.proving.job import Job
from uec_booking.harness.proving.pool import outcomes
from uec_booking.harness.proving.sides import CALLED, CONSUMERS, EVERYTHING, SIDES, Fault, Side, job, side_of
from uec_booking.harness.running.local_simulator import known_faults
from uec_booking.harness.running.suite import scenarios

#: How many scenarios a system is run with, and how many systems a mutant is tried with.
MOST, SYSTEMS = 4, 9


def lines(out: Path, side: Side, minutes: float, workers: int) -> None:
    """Run the clean system of a side, then others until time is up; keep which lines each scenario ran.

    The first round has a fault of each requirement that any breaks, the second another of each, and so on.
    """
    until = time.monotonic() + minutes * 60
    work = partial(traced, data=str(out / "lines"), consumers=side is CONSUMERS)
    clean = Clean(list(outcomes([Job(side.clean[0], (), EVERYTHING)], work, 1, 3600)))
    jobs = [replace(job(side, fault, clean, True), most=MOST) for fault in _in_rounds(side)]
    for number, outcome in enumerate(outcomes(jobs, work, workers, 300), start=1):
        print(f"{number}/{len(jobs)} {outcome.name}: {outcome.seconds:.1f} s {outcome.trouble}", flush=True)
        if time.monotonic() > until:
            break


def _in_rounds(side: Side) -> list[Fault]:
    draw, rounds = random.Random(1), dict[tuple[bool, str], int]()
    faults = [fault for fault in known_faults() if side_of(fault) == side and not fault.get("unclaimed")]
    draw.shuffle(faults)
    # What somebody wrote tells more than what drops or doubles an element.
    faults.sort(key=lambda fault: fault["kind"] == "mechanical")
    numbered = []
    for fault in faults:
        kind = fault["kind"] == "variant", fault["requirement"]
        rounds[kind] = rounds.get(kind, 0) + 1
        numbered.append((rounds[kind], fault))
    return [fault for _, fault in sorted(numbered, key=lambda one: one[0])]


def unit_lines(out: Path) -> None:
    """Run the unit tests that run within pytest's process; keep which lines each test ran."""
    include = ",".join(f"{Path(place).resolve()}/*" for place in PLACES)
    settings = out / "coverage.ini"
    settings.write_text(f"[run]\ndynamic_context = test_function\ninclude = {include}\n", encoding="utf-8")
    measured = [sys.executable, "-m", "coverage", "run", f"--rcfile={settings}", f"--data-file={out / 'units'}"]
    subprocess.run([*measured, "-m", "pytest", "-q", "-m", "unit", "-p", "no:cacheprovider"], check=True)


class Lines:
    """Who runs which line: contexts by file and line."""

    def __init__(self, *files: Path) -> None:
        self._data = coverage.CoverageData(no_disk=True)
        for file in files:
            some = coverage.CoverageData(str(file))
            some.read()
            self._data.update(some)
        self.contexts = {context for context in self._data.measured_contexts() if context}
        self._of: dict[str, dict[int, list[str]]] = {}

    def running(self, mutant: Mutant) -> set[str]:
        """The contexts in which what is changed was run; for a constant, what names it."""
        if mutant.file not in self._of:
            self._of[mutant.file] = self._data.contexts_by_lineno(str(Path(mutant.file).resolve()))
        of = self._of[mutant.file]
        at = range(mutant.first, mutant.last + 1) if mutant.within else _naming(mutant)
        return {context for line in at for context in of.get(line, ()) if context}


def _naming(mutant: Mutant) -> list[int]:
    """The lines that name the constant in which the change is made."""
    text = _text(mutant.file)
    name = next(found for line in reversed(text[: mutant.first]) if (found := re.match(r"[A-Za-z_]\w*", line)))[0]
    return [number for number, line in enumerate(text, start=1) if re.search(rf"\b{name}\b", line)]


@lru_cache
def _text(file: str) -> list[str]:
    return Path(file).read_text(encoding="utf-8").splitlines()


class Systems:
    """The systems that were run for their lines, and which of them to try with a mutant."""

    def __init__(self, out: Path) -> None:
        self._faults = {fault["name"]: fault for fault in known_faults()}
        self._lines = Lines(*sorted(out.glob("lines.*")))
        self._last = {one.id for one in scenarios() if LAST in one.words}
        self._ran: dict[str, list[str]] = defaultdict(list)
        for context in sorted(self._lines.contexts):
            system, _, scenario = context.partition(BETWEEN)
            self._ran[system].append(scenario)

    def for_mutant(self, mutant: Mutant, consumers: bool, draw: random.Random) -> tuple[Job, ...]:
        """In this order: the clean one, those that break what the changed function names, others that run the line."""
        clean, close, others = list[Job](), list[Job](), list[Job]()
        about = _named(mutant)
        for context in sorted(self._lines.running(mutant)):
            system, _, scenario = context.partition(BETWEEN)
            fault = self._faults.get(system)
            if self._is_consumer(system) != consumers:
                continue
            one = self._job(system, scenario)
            (clean if fault is None else close if fault["requirement"] in about else others).append(one)
        for some in (clean, close, others):
            draw.shuffle(some)
        close = [*close[: SYSTEMS // 3], *self._not_run(mutant, about, consumers, draw)][: SYSTEMS * 2 // 3]
        chosen = [*clean[:2], *close]
        return (*chosen, *others[: SYSTEMS - len(chosen)])

    def _not_run(self, mutant: Mutant, about: set[str], consumers: bool, draw: random.Random) -> list[Job]:
        """Faults of which nobody knows which lines they run, in a scenario that runs the function where all is well."""
        first, last = _place(mutant)
        whole = replace(mutant, within=mutant.within or "all", first=first, last=last)
        reached = sorted(
            context.partition(BETWEEN)[2]
            for context in self._lines.running(whole)
            if context.partition(BETWEEN)[0] not in self._faults and self._is_consumer(context) == consumers
        )
        found = []
        for name, fault in self._faults.items():
            if name in self._ran or fault["requirement"] not in about or fault.get("unclaimed"):
                continue
            if (side_of(fault) is CONSUMERS) == consumers and fault["part"] != "setup" and reached:
                near = fault.get("near") or fault["requirement"]
                tagged = sorted({*tags_of_features().get(str(near), ())} & {*reached})
                found.append(self._job(name, draw.choice(tagged or reached)))
        draw.shuffle(found)
        return found

    def _is_consumer(self, context: str) -> bool:
        system = context.partition(BETWEEN)[0]
        fault = self._faults.get(system)
        return (side_of(fault) if fault else next(side for side in SIDES if system in side.clean)) is CONSUMERS

    def _job(self, system: str, scenario: str) -> Job:
        fault = self._faults.get(system, {})
        on = tuple(fault.get("made_of") or (system,)) if fault else ()
        # What looks at a whole run needs one.
        ran = self._ran.get(system) or self._ran[CALLED.clean[0]]
        before = [one for one in sorted(ran, key=lambda one: "book" not in one) if one not in self._last][:MOST]
        chosen = [*before, scenario] if scenario in self._last else [scenario]
        conformant = fault.get("kind") == "variant"
        return Job(f"{system}{BETWEEN}{scenario}", on, scenarios=tuple(chosen), conformant=conformant)


def _place(mutant: Mutant) -> tuple[int, int]:
    """The first and last line of the function, or the class, in which the change is; or of the file."""
    for node in ast.parse("\n".join(_text(mutant.file))).body:
        if mutant.within and getattr(node, "name", "") == mutant.within.partition(".")[0]:
            return node.lineno, node.end_lineno or node.lineno
    return 1, len(_text(mutant.file))


def _named(mutant: Mutant) -> set[str]:
    """The requirements that the changed function names; where it names none, those of the file."""
    text, (first, last) = _text(mutant.file), _place(mutant)
    # With what stands above it: what it declares.
    for some in (text[max(first - 6, 0) : last], text):
        if found := set(re.findall(r"\b[A-Z]{2,4}(?:-[A-Z]+)?-[0-9]{2}\b", "\n".join(some))):
            return found
    return set()
