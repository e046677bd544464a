"""``docs/assurance.md``: how much the suite detects, how much it misses, and how well that is known.

``python -m uec_booking.reports.assurance --update`` writes it anew from ``docs/proof.json``, ``docs/sealed`` and
``docs/explored.json``.
"""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from .statement.proof_figures import NOT_LOOKED_FOR, figures, in_words

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "assurance.md"
PROOF = ROOT / "docs" / "proof.json"
SEALED = ROOT / "docs" / "sealed"
EXPLORED = ROOT / "docs" / "explored.json"

#: Rounds before there were sealed ones: their authors had read the checks, and looked for what these do not look at.
EARLIER = (("the first author, who had read the checks", 33, 227), ("others, later", 138, 171))

#: What can have become of a fault that was run and not detected.
UNDETECTED = frozenset({"missed", "never showed"})

Entry = Mapping[str, Any]


@dataclass(frozen=True)
class Estimate:
    """By Chapman's estimator: how many kinds of faults there are, of which two authors found ``first`` and ``second``.

    ``both`` are those that each of them found.
    """

    first: int
    second: int
    both: int

    @property
    def known(self) -> int:
        return self.first + self.second - self.both

    @property
    def total(self) -> float:
        return (self.first + 1) * (self.second + 1) / (self.both + 1) - 1

    @property
    def bounds(self) -> tuple[float, float]:
        """95 %, by the normal approximation; never fewer than are known."""
        n1, n2, m = self.first, self.second, self.both
        variance = (n1 + 1) * (n2 + 1) * (n1 - m) * (n2 - m) / ((m + 1) ** 2 * (m + 2))
        half = 1.959964 * math.sqrt(variance)
        return max(float(self.known), self.total - half), max(float(self.known), self.total + half)


def kind_of(entry: Entry) -> str:
    """What makes two faults one kind: the requirement broken first, and what is changed most often."""
    changes: Mapping[str, int] = entry["changes"]
    most = max(sorted(changes), key=lambda name: changes[name])
    return f"{entry['clauses'][0]}: {most.partition(': ')[2]}"


def estimate(first: Iterable[Entry], second: Iterable[Entry]) -> Estimate:
    """The estimate from the faults of two authors. What never showed has no kind and is left out."""
    return _estimate(*({kind_of(entry) for entry in entries if entry["changes"]} for entries in (first, second)))


def estimate_of_undetected(first: Iterable[Entry], second: Iterable[Entry]) -> Estimate:
    """The same for the requirements first named by what was not detected: what never showed has no kind."""
    return _estimate(
        *(
            {str(entry["clauses"][0]) for entry in entries if entry["became"] in UNDETECTED}
            for entries in (first, second)
        )
    )


def _estimate(one: Set[str], other: Set[str]) -> Estimate:
    return Estimate(len(one), len(other), len(one & other))


def page() -> str:
    """The text of the page."""
    rounds = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted(SEALED.glob("*.json"))}
    environment = Environment(
        loader=PackageLoader("uec_booking.reports"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,  # Markdown: ``cell`` is what escapes
    )
    environment.filters |= {"cell": _cell, "rate": _rate, "estimated": _estimated}
    return environment.get_template("assurance.md.j2").render(
        proof=in_words(figures(PROOF.read_bytes())),
        earlier=[(who, found, of, found / of) for who, found, of in EARLIER],
        rounds=rounds,
        pairs=_pairs(rounds),
        not_looked_for=NOT_LOOKED_FOR,
        explored=_explored(json.loads(EXPLORED.read_text(encoding="utf-8"))),
    )


def _explored(data: Mapping[str, Any]) -> dict[str, Any]:
    """What random sequences have found of the faults that no scenario did, by round."""
    rounds = []
    for number, one in enumerate(data["rounds"], 1):
        unseen = [f for f in data["faults"] if f["round"] == number and f["became"] in UNDETECTED and f["explored"]]
        found = sum(bool(fault["explored"]["findings"]) for fault in unseen)
        rounds.append((number, one["date"], found, len(unseen)))
    return {"seconds": data["seconds"], "rounds": rounds, "good": data.get("good")}


@dataclass(frozen=True)
class Pair:
    """Two rounds, and what is estimated from them: of all faults, and of those not detected.

    The latter is None where the two met another suite each: what was mended between them the second could not miss.
    """

    first: str
    second: str
    tried: Estimate
    undetected: Estimate | None


def _pairs(rounds: Mapping[str, Mapping[str, Any]]) -> list[Pair]:
    """Each two of the rounds."""
    return [_pair(one, other, rounds) for one, other in combinations(rounds, 2)]


def _pair(one: str, other: str, rounds: Mapping[str, Mapping[str, Any]]) -> Pair:
    both = [rounds[one], rounds[other]]
    # Of consumers only one author may have written: what the other did not try says nothing.
    roles = set.intersection(*({entry["role"] for entry in each["faults"]} for each in both))
    tried = [[entry for entry in each["faults"] if entry["role"] in roles] for each in both]
    same = both[0]["suite"]["commit"] == both[1]["suite"]["commit"]
    return Pair(one, other, estimate(*tried), estimate_of_undetected(*tried) if same else None)


def _cell(text: str) -> str:
    """For a cell of a table: one line, in which nothing has a meaning for Markdown or HTML."""
    line = " ".join(str(text).split())
    for sign in "\\`*_|[]<>":
        line = line.replace(sign, f"\\{sign}")
    return line


def _estimated(one: Estimate) -> str:
    """Cells of the table: what each found, both, what there is, and what neither has tried."""
    low, high = one.bounds
    there_are = f"{one.total:.0f} ({low:.0f} to {high:.0f})"
    return f"{one.first} | {one.second} | {one.both} | {there_are} | {one.total - one.known:.0f}"


def _rate(counted: Mapping[str, Any], rate: str = "rate", bounds: str = "bounds") -> str:
    if counted[rate] is None:
        return "–"
    low, high = counted[bounds]
    return f"{counted[rate]:.1%} ({low:.1%} to {high:.1%})"


def main(arguments: Sequence[str]) -> int:
    """Print the page, or write it."""
    if "--update" in arguments:
        PAGE.write_text(page(), encoding="utf-8")
    else:
        print(page(), end="")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
