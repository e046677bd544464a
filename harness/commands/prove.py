"""``uec-booking prove``: measures the faults that the harness detects, and its false alarms."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from uec_booking.standard import requirements

from ..catalogue.selection import chosen
from ..catalogue.traceability import SCENARIO, decision
from ..errors import SettingsError
from ..judging.verdicts import EXIT_CONFORMANT, EXIT_HARNESS, EXIT_INCONCLUSIVE, EXIT_NOT_CONFORMANT, WARN
from ..proving import repeats, setups
from ..proving.journal import Journal, fingerprint
from ..proving.pool import outcomes
from ..proving.proof import Clean, Controls, Proof, Repeatability, defect_result, variant_result, wanted
from ..proving.telling import tell
from ..proving.worker import Job, Outcome
from ..running.local_simulator import known_faults
from ..running.publishing import folder_named
from ..running.reporters import installed
from ..text import ended, say

#: Scenarios that go through every interaction once, and meet an error.
SMOKE = "story-a or (story-wrong and PRV-CAN-09)"
EVERYTHING = "not no-such-tag"

#: Scenarios that a quick proof runs against one system at most, once its fault has had its way.
MOST = 20

#: Every proof has it among its defects: a harness that lets it live is broken.
CANARY = "double-booking"

#: Runs of the clean system: what differs between them differs between any two runs.
CLEAN = ("clean, first run", "clean, second run")

#: Kinds of faults that must be found, counted apart, and what they are called.
DEFECTS = {"defect": "written by hand", "warned": "that earn a warning only", "mechanical": "mechanical"}
VARIANTS = {"variant": "conformant"}

Fault = Mapping[str, Any]
Run = TypeVar("Run", Job, setups.Setup, repeats.Repeat)


def main(arguments: Sequence[str]) -> int:
    """Run the suite against every chosen system; returns 0 where all is as it must be."""
    options = _parser().parse_args(arguments)
    faults = [*known_faults(), *setups.listed()]
    defects = _chosen(faults, DEFECTS, options.defects)
    variants = _chosen(faults, VARIANTS, options.variants)
    if not defects and not variants:
        raise SettingsError("Nothing was selected. `uec-booking simulate --list` shows what there is.")
    canary = [f for f in faults if f["name"] == CANARY]
    known = _detected_before(options.baseline) if options.baseline else None
    anew = setups.of(variants)
    started_anew = {setup.name for setup in anew}
    systems = {fault["name"]: fault for fault in (*canary, *defects, *variants) if fault["name"] not in started_anew}
    expression = _needed(list(systems.values())) if options.quick else EVERYTHING
    whole = frozenset() if options.whole is None else frozenset(f["name"] for f in _whole(defects, options.whole))
    try:
        options.out.mkdir(parents=True, exist_ok=True)
        journal = Journal(
            options.out, fingerprint({"quick": options.quick, "clean": expression, "whole": options.whole})
        )
        patience = 90.0 if options.quick and not whole else 600.0
        _run([Job(name, (), expression) for name in CLEAN], journal, options.workers, 600.0)
        for name in CLEAN:
            if journal.done[name].trouble:
                say(f"The system without any fault could not be tested: {journal.done[name].trouble}")
                return EXIT_HARNESS
        clean = Clean([journal.done[name] for name in CLEAN])
        jobs = [_job(f, clean, options.quick and f["name"] not in whole) for f in systems.values()]
        _run(jobs, journal, options.workers, patience)
        only = SMOKE if options.quick else ""
        _keep(anew, journal, lambda waiting: setups.outcomes(waiting, only))
        again = repeats.repeats(options.repeat)
        _keep(again, journal, lambda waiting: repeats.outcomes(waiting, options.workers))
        whole = whole if options.quick else frozenset(systems)
        proof = _proof(journal, clean, defects, variants, canary, again, whole)
        (options.out / "proof.json").write_text(proof.text(), encoding="utf-8")
        listeners = installed()
        listeners.proof_made(proof.document(), options.out)
    except OSError as problem:
        raise SettingsError(
            f"The folder {options.out} cannot be written: {ended(problem)} Choose another with --out."
        ) from None
    if listeners.trouble():
        say(listeners.trouble())
    tell(proof, {fault["name"]: fault["kind"] for fault in defects}, DEFECTS, options.out)
    return _status(proof, known)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="uec-booking prove",
        description="Run the suite against systems with one known fault each (defects), which must fail, and "
        "against conformant variations (variants), which must not. Writes proof.json and "
        "proof.html. An interrupted proof resumes where it stopped.",
        epilog="exit status: 0 no fault missed, no false alarm · 1 a fault missed, a false alarm, or a flip · "
        "2 a fault was not reached, or a control failed · 4 a run could not be finished",
    )
    add = parser.add_argument
    add("--defects", default=EVERYTHING, metavar="EXPR", help="for instance 'PRV-CAN-*' or 'sample:20'")
    add("--variants", default=EVERYTHING, metavar="EXPR", help="likewise ('not *' for none)")
    add("--quick", action="store_true", help="per system only the scenarios of its requirement, and a few more")
    add(
        "--whole",
        metavar="EXPR",
        help="in a quick proof, run the whole suite against these defects, to count the other verdicts each changes",
    )
    add("-n", dest="workers", type=int, choices=range(1, 17), default=2, metavar="N", help="workers (default 2)")
    add(
        "--repeat",
        type=int,
        choices=range(0, 101),
        default=0,
        metavar="N",
        help="run the whole suite against the clean system N times more, in random orders: no verdict may flip",
    )
    add(
        "--baseline",
        type=Path,
        metavar="FILE",
        help="an earlier proof.json: only the faults detected there must be detected again",
    )
    out = partial(folder_named, "--out")
    add("--out", type=out, default=Path("reports/out/proof"), metavar="DIR", help="where proof.json goes")
    return parser


def _chosen(faults: Sequence[Fault], kinds: Collection[str], expression: str) -> list[Fault]:
    catalogue = requirements.load()

    def words(fault: Fault) -> list[str]:
        entry = catalogue.get(fault["requirement"])
        return [fault["name"], fault["requirement"], fault["part"], *(entry.scal if entry else ())]

    return chosen(expression, [fault for fault in faults if fault["kind"] in kinds], words)


def _whole(defects: Sequence[Fault], expression: str) -> list[Fault]:
    """Of the defects written by hand those that the whole suite is run against; generated ones are alike."""
    return _chosen(defects, {"defect"}, expression)


def _needed(faults: Sequence[Fault]) -> str:
    """The scenarios of which a quick proof must know how they go on the clean system."""
    catalogue = requirements.load()
    names = dict.fromkeys(str(fault[key]) for fault in faults for key in ("requirement", "near") if fault.get(key))
    # What is checked on every exchange is in no tag: which scenarios see it is known when all have run.
    if any(name in catalogue and decision(catalogue[name]).kind != SCENARIO for name in names):
        return EVERYTHING
    return " or ".join([SMOKE, *names])


def _job(fault: Fault, clean: Clean, quick: bool) -> Job:
    """The run against one system."""
    name, requirement = fault["name"], fault["requirement"]
    on = tuple(fault.get("made_of") or (name,))
    if not quick:
        return Job(name, on, EVERYTHING)
    # What is checked in every scenario says little of where the fault is met: some faults say that themselves.
    scenarios = clean.scenarios_for(str(fault.get("near") or requirement))
    if fault["kind"] == "variant":
        return Job(name, on, f"{SMOKE} or {fault.get('near') or requirement}")
    if not scenarios:
        return Job(name, on, SMOKE)
    return Job(name, on, scenarios=scenarios, until=(requirement, wanted(requirement, _earns(fault))), most=MOST)


def _earns(fault: Fault) -> str:
    """The verdict that a defect says it earns; empty where the level of its requirement says that."""
    return WARN if fault["kind"] == "warned" else ""


def _run(jobs: Sequence[Job], journal: Journal, workers: int, patience: float) -> None:
    """Make the runs of warm workers that were not made yet."""
    _keep(jobs, journal, lambda waiting: outcomes(waiting, workers, patience))


def _keep(runs: Sequence[Run], journal: Journal, make: Callable[[Sequence[Run]], Iterable[Outcome]]) -> None:
    """Make the runs that were not made yet and keep their outcomes, telling how it goes on."""
    waiting = [run for run in runs if run.name not in journal.done]
    if len(waiting) < len(runs):
        say(f"{len(runs) - len(waiting)} of {len(runs)} runs were made before; {len(waiting)} to go.")
    started = time.monotonic()
    for number, outcome in enumerate(make(waiting), start=1):
        journal.keep(outcome)
        spent = time.monotonic() - started
        left = round(spent / number * (len(waiting) - number))
        told = outcome.trouble or f"{len(outcome.scenarios)} scenarios in {outcome.seconds:.1f} s"
        say(f"{number:>4}/{len(waiting)} {outcome.name}: {told}; about {left // 60} min {left % 60:02d} s left")
        sys.stdout.flush()


def _proof(
    journal: Journal,
    clean: Clean,
    defects: Sequence[Fault],
    variants: Sequence[Fault],
    canary: Sequence[Fault],
    again: Sequence[repeats.Repeat],
    whole: Collection[str],
) -> Proof:
    results = {
        name: defect_result(
            name, fault["requirement"], journal.done[name], clean, earns=_earns(fault), whole=name in whole
        )
        for fault in (*canary, *defects)
        for name in (str(fault["name"]),)
    }
    names = [*CLEAN, *results, *(fault["name"] for fault in variants), *(run.name for run in again)]
    finished = [journal.done[run.name] for run in again if not journal.done[run.name].trouble]
    return Proof(
        defects=tuple(results[fault["name"]] for fault in defects),
        variants=tuple(variant_result(f["name"], journal.done[f["name"]], clean) for f in variants),
        repeatability=Repeatability(len(finished), repeats.flips(finished)),
        controls=Controls(
            clean_failed=clean.failed,
            canary=canary[0]["name"] if canary else "",
            canary_killed=bool(canary) and results[CANARY].killed,
        ),
        troubles={name: journal.done[name].trouble for name in names if journal.done[name].trouble},
    )


def _detected_before(path: Path) -> frozenset[str]:
    """The defects that an earlier proof detected (`killed` in its file)."""
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        return frozenset(one["name"] for one in document["defects"] if one["killed"])
    except (OSError, ValueError, KeyError, TypeError) as problem:
        raise SettingsError(
            f"The baseline {path} is not a proof.json ({problem}). Name one that `uec-booking prove` wrote."
        ) from None


def _status(proof: Proof, known: frozenset[str] | None) -> int:
    """The exit status; ``known`` are the defects that must be detected, where not all need be."""
    if proof.troubles:
        return EXIT_HARNESS
    if not proof.controls.good:
        return EXIT_INCONCLUSIVE
    missed = [one for one in proof.defects if not one.killed and (known is None or one.name in known)]
    for one in missed if known else ():
        say(f"DETECTED BEFORE AND MISSED NOW: {one.name} ({one.requirement})")
    accused = any(variant.false_alarms for variant in proof.variants)
    if accused or proof.repeatability.flips or any(one.reached for one in missed):
        return EXIT_NOT_CONFORMANT
    return EXIT_INCONCLUSIVE if missed else EXIT_CONFORMANT
