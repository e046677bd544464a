"""``uec-booking prove``: measures the faults that the harness detects, and its false alarms."""

from __future__ import annotations

import argparse
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from uec_booking.standard import requirements

from ..catalogue.selection import chosen
from ..errors import SettingsError
from ..judging.verdicts import EXIT_CONFORMANT, EXIT_HARNESS, EXIT_INCONCLUSIVE, EXIT_NOT_CONFORMANT
from ..proving import repeats, runs, setups
from ..proving.clean import Clean
from ..proving.journal import Journal, fingerprint
from ..proving.proof import NO_CONTROLS, Controls, Proof, Repeatability, defect_result, variant_result
from ..proving.sides import (
    CALLED,
    CONSUMERS,
    EVERYTHING,
    SIDES,
    Fault,
    Side,
    canary_of,
    clean_jobs,
    earns,
    job,
    side_of,
)
from ..proving.telling import tell
from ..running.local_simulator import known_faults
from ..running.publishing import folder_named
from ..running.reporters import installed
from ..text import ended, say
from . import prove_sealed

#: Kinds of faults that must be found.
DEFECTS = ("defect", "warned", "mechanical")
VARIANTS = ("variant",)


@dataclass(frozen=True)
class _Chosen:
    """What a proof is made of: defects, variants, and a canary for each side that has any of them."""

    defects: tuple[Fault, ...]
    variants: tuple[Fault, ...]
    canaries: Mapping[Side, Sequence[Fault]]

    @property
    def sides(self) -> list[Side]:
        return [side for side in SIDES if side in self.canaries]

    def warm(self, side: Side) -> list[Fault]:
        """What warm workers test: all but what has to be started anew."""
        anew = {setup.name for setup in setups.of(self.variants)}
        of_side = [fault for fault in (*self.defects, *self.variants) if side_of(fault) == side]
        by_name = {fault["name"]: fault for fault in (*self.canaries[side], *of_side) if fault["name"] not in anew}
        return list(by_name.values())


def main(arguments: Sequence[str]) -> int:
    """Run the suite against every chosen system; returns 0 where all is as it must be."""
    options = command_line().parse_args(arguments)
    if options.sealed is not None:
        return prove_sealed.main(options)
    selected = _selected(options)
    known = _detected_before(options.baseline) if options.baseline else None
    try:
        options.out.mkdir(parents=True, exist_ok=True)
        proof = _proven(options, selected)
        if proof is None:
            return EXIT_HARNESS
        (options.out / "proof.json").write_text(proof.text(), encoding="utf-8")
        listeners = installed()
        listeners.proof_made(proof.document(), options.out)
    except OSError as problem:
        raise SettingsError(
            f"The folder {options.out} cannot be written: {ended(problem)} Choose another with --out."
        ) from None
    if listeners.trouble():
        say(listeners.trouble())
    tell(proof, {fault["name"]: fault["kind"] for fault in selected.defects}, options.out)
    return _status(proof, known)


def command_line() -> argparse.ArgumentParser:
    """Its options."""
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
    of_consumers = "the same for the reference consumer alone, of which --{0} then selects none"
    add("--consumer-defects", metavar="EXPR", help=of_consumers.format("defects"))
    add("--consumer-variants", metavar="EXPR", help=of_consumers.format("variants"))
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
    add(
        "--sealed",
        type=Path,
        metavar="FILE",
        help="run the faults and variations of an outside author's file instead, each as a proxy before a good "
        "system; --defects and --variants select among them",
    )
    out = partial(folder_named, "--out")
    add("--out", type=out, default=Path("reports/out/proof"), metavar="DIR", help="where proof.json goes")
    return parser


def _selected(options: argparse.Namespace) -> _Chosen:
    faults = [*known_faults(), *setups.listed()]
    defects = _of_kinds(faults, DEFECTS, options.defects, options.consumer_defects)
    variants = _of_kinds(faults, VARIANTS, options.variants, options.consumer_variants)
    if not defects and not variants:
        raise SettingsError(
            "Nothing was selected. `uec-booking simulate --list` shows what there is, and `uec-booking desk --list` "
            "what there is of consumers."
        )
    sides = {side_of(fault) for fault in (*defects, *variants)}
    return _Chosen(tuple(defects), tuple(variants), {side: canary_of(side, faults) for side in sides})


def _of_kinds(
    faults: Sequence[Fault], kinds: Collection[str], expression: str, of_consumers: str | None
) -> list[Fault]:
    """The faults of these kinds that are selected; those of consumers by an expression of their own, if given."""
    if of_consumers is None:
        return _chosen(faults, kinds, expression)
    called = [fault for fault in faults if side_of(fault) == CALLED]
    consumers = [fault for fault in faults if side_of(fault) == CONSUMERS]
    return [*_chosen(called, kinds, expression), *_chosen(consumers, kinds, of_consumers)]


def _chosen(faults: Sequence[Fault], kinds: Collection[str], expression: str) -> list[Fault]:
    catalogue = requirements.load()

    def words(fault: Fault) -> list[str]:
        entry = catalogue.get(fault["requirement"])
        return [fault["name"], fault["requirement"], fault["part"], *(entry.scal if entry else ())]

    return chosen(expression, [fault for fault in faults if fault["kind"] in kinds], words)


def _whole(defects: Sequence[Fault], expression: str) -> list[Fault]:
    """Of the defects written by hand those that the whole suite is run against; generated ones are alike."""
    return _chosen(defects, {"defect"}, expression)


def _proven(options: argparse.Namespace, selected: _Chosen) -> Proof | None:
    """Make all runs; None where a system without any fault could not be tested."""
    quick = options.quick
    warm = {side: selected.warm(side) for side in selected.sides}
    first = {side: clean_jobs(side, warm[side], quick) for side in warm}
    named = (
        frozenset() if options.whole is None else frozenset(f["name"] for f in _whole(selected.defects, options.whole))
    )
    marked = {"quick": quick, "clean": [jobs[0].expression for jobs in first.values()], "whole": options.whole}
    journal = Journal(options.out, fingerprint(marked))
    clean: dict[Side, Clean] = {}
    for side, jobs in first.items():
        runs.run(jobs, side.work, journal, options.workers, 600.0)
        for name in side.clean:
            if journal.done[name].trouble:
                say(f"The system without any fault could not be tested: {journal.done[name].trouble}")
                return None
        clean[side] = Clean([journal.done[name] for name in side.clean])
        against = [job(side, fault, clean[side], quick and fault["name"] not in named) for fault in warm[side]]
        runs.run(against, side.work, journal, options.workers, 90.0 if quick and not named else 600.0)
    only = CALLED.smoke if quick else ""
    runs.keep(setups.of(selected.variants), journal, lambda waiting: setups.outcomes(waiting, only))
    again = repeats.repeats(options.repeat)
    runs.keep(again, journal, lambda waiting: repeats.outcomes(waiting, options.workers))
    whole = named if quick else frozenset(fault["name"] for faults in warm.values() for fault in faults)
    return _proof(journal, selected, clean, again, whole)


def _proof(
    journal: Journal,
    selected: _Chosen,
    clean: Mapping[Side, Clean],
    again: Sequence[repeats.Repeat],
    whole: Collection[str],
) -> Proof:
    done = journal.done
    canaries = [fault for side in clean for fault in selected.canaries[side]]
    results = {
        fault["name"]: defect_result(
            fault, done[fault["name"]], clean[side_of(fault)], earns=earns(fault), whole=fault["name"] in whole
        )
        for fault in (*canaries, *selected.defects)
    }

    def controls(side: Side) -> Controls:
        if side not in clean:
            return NO_CONTROLS
        name = side.canary if selected.canaries[side] else ""
        return Controls(clean[side].failed, name, canary_killed=bool(name) and results[name].killed)

    clean_runs = [name for side in clean for name in side.clean]
    names = [*clean_runs, *results, *(fault["name"] for fault in selected.variants), *(run.name for run in again)]
    finished = [done[run.name] for run in again if not done[run.name].trouble]
    return Proof(
        defects=tuple(results[fault["name"]] for fault in selected.defects),
        variants=tuple(variant_result(f, done[f["name"]], clean[side_of(f)]) for f in selected.variants),
        repeatability=Repeatability(len(finished), repeats.flips(finished)),
        controls=controls(CALLED),
        consumer_controls=controls(CONSUMERS),
        troubles={name: done[name].trouble for name in names if done[name].trouble},
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
    if not proof.controls.good or not proof.consumer_controls.good:
        return EXIT_INCONCLUSIVE
    missed = [one for one in proof.defects if not one.killed and (known is None or one.name in known)]
    for one in missed if known else ():
        say(f"DETECTED BEFORE AND MISSED NOW: {one.name} ({one.requirement})")
    accused = any(variant.false_alarms for variant in proof.variants)
    if accused or proof.repeatability.flips or any(one.reached for one in missed):
        return EXIT_NOT_CONFORMANT
    return EXIT_INCONCLUSIVE if missed else EXIT_CONFORMANT
