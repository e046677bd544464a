"""Makes ``pairs.json``, the systems in which every two choices meet (run it as a module).

Covering arrays of strength two, made from the factors in several orders: every pair of choices meets in several
systems, each time in other company. Needed only when the factors change; the library is one for development.
"""

from __future__ import annotations

import json
import random
from itertools import combinations

from allpairspy import AllPairs

from .factors import FACTORS, INCOMPATIBLE
from .pairs import FILE

SYSTEMS = 200


def compatible(chosen: list[str]) -> bool:
    """Whether one system can have all of these choices."""
    present = [name for name in chosen if name]
    return not any((a, b) in INCOMPATIBLE or (b, a) in INCOMPATIBLE for a, b in combinations(present, 2))


def make() -> list[list[str]]:
    """The systems, each as the variants that it has; the same at each call."""
    systems: list[list[str]] = []
    for seed in range(100):
        if len(systems) >= SYSTEMS:
            break
        factors = list(FACTORS.values())
        random.Random(seed).shuffle(factors)
        # Every other array has the simulator's own way more often, so that some systems stay near to it.
        own = [""] * (1 + seed % 2)
        rows = AllPairs([[*own, *variants] for variants in factors], filter_func=compatible)
        systems += [sorted(name for name in row if name) for row in rows]
    return [system for system in systems if len(system) > 1]


if __name__ == "__main__":
    FILE.write_text(json.dumps(make(), indent=0).replace("\n", "").replace("],", "],\n") + "\n", encoding="utf-8")
