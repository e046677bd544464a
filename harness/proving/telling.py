"""What a proof showed, in the terminal: the matrix, missed faults first, and the rates."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from ..settings.consumer import CONSUMER
from ..text import WIDTH, say
from .proof import Controls, Proof

#: Above this many defects only those that need a look are shown; proof.json has them all.
LONG = 200


#: What defects of each kind are called. Those of consumers are counted apart.
CALLED = {"defect": "written by hand", "warned": "that earn a warning only", "mechanical": "mechanical"}


def tell(proof: Proof, kinds: Mapping[str, str], folder: Path) -> None:
    """``kinds`` are those of the defects."""
    _matrix(proof)
    print("-" * WIDTH)
    groups = [(kind, of_consumers) for of_consumers in (False, True) for kind in CALLED]
    for kind, of_consumers in groups:
        of_kind = [one for one in proof.defects if kinds[one.name] == kind and (one.part == CONSUMER) == of_consumers]
        words = f"{CALLED[kind]}, consumers" if of_consumers else CALLED[kind]
        if of_kind:
            detected, localised = sum(one.killed for one in of_kind), sum(one.localised for one in of_kind)
            say(
                f"{words}: {detected} of {len(of_kind)} detected ({detected / len(of_kind):.1%}), {localised} localised"
            )
    document = proof.document()
    for name in ("sensitivity", "localisation", "specificity"):
        if document[name] is not None:
            low, high = document["bounds"][name]
            say(f"{name} {document[name]:.1%} (95 % bounds {low:.1%} to {high:.1%})")
    causes = document["causes"]
    if causes["runs"]:
        say(
            f"one cause, one failure: of {causes['runs']} faults that the whole suite was run against, each changed "
            f"{causes['median']:g} verdicts besides its own at the median, {causes['most']} at most"
        )
    if proof.repeatability.runs:
        say(f"repeated {proof.repeatability.runs} times in random orders: {len(proof.repeatability.flips)} flips")
    for flipped, said in proof.repeatability.flips.items():
        say(f"FLIPPED: {flipped} was {', '.join(said)}")
    _controls(proof.controls, "the clean system")
    _controls(proof.consumer_controls, "the clean consumer")
    for run, why in proof.troubles.items():
        say(f"not finished: {run}: {why}")
    say(f"proof.json and proof.html are in {folder}")


def _controls(controls: Controls, clean: str) -> None:
    if controls.clean_failed:
        say(f"CONTROL FAILED: {clean} does not meet {', '.join(controls.clean_failed)}")
    if controls.canary and not controls.canary_killed:
        say(f"CONTROL FAILED: the canary {controls.canary} was missed")


def _matrix(proof: Proof) -> None:
    say()
    say(f"{'defect':<32} {'requirement':<13} {'reached':<8}{'detected':<9}{'localised':<10}also failed")
    print("-" * WIDTH)
    rows = sorted(proof.defects, key=lambda d: (d.killed, d.localised, d.name))
    if len(rows) > LONG:
        rows = [one for one in rows if not one.localised]
        say(f"({len(proof.defects) - len(rows)} more were reached, detected and localised)")
    for one in rows:
        marks = f"{_mark(one.reached):<8}{_mark(one.killed):<9}{_mark(one.localised):<10}"
        also = ", ".join(one.also_failed)
        say(f"{one.name:<32} {one.requirement:<13} {marks}{also}", hanging=" " * 74)
    for variant in proof.variants:
        alarms = ", ".join(variant.false_alarms)
        say(f"variant {variant.name}: {'false alarms: ' + alarms if alarms else 'no false alarm'}")


def _mark(value: bool) -> str:
    return "yes" if value else "NO"
