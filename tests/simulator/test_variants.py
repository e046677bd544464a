"""Variants together: every two choices that one system can make meet somewhere, and work."""

from __future__ import annotations

import json
import subprocess
import sys
from itertools import combinations

from uec_booking.simulator.variants.factors import FACTORS, INCOMPATIBLE

LISTED = json.loads(
    subprocess.run(
        [sys.executable, "-m", "uec_booking.simulator", "--list", "--json"],
        capture_output=True,
        check=True,
        timeout=60,
    ).stdout
)
TOGETHER = {row["name"]: row["made_of"] for row in LISTED if "made_of" in row}
SINGLE = {row["name"] for row in LISTED if row["kind"] == "variant" and "made_of" not in row}
OF = {variant: factor for factor, variants in FACTORS.items() for variant in variants}


def excluded(one: str, other: str) -> bool:
    return (one, other) in INCOMPATIBLE or (other, one) in INCOMPATIBLE


#: What lacks a capability is a system of its own: its settings differ too.
LACKING = {"no-appointment-search", "knows-no-registry"}


def test_every_single_choice_is_one_of_a_factor() -> None:
    assert set(OF) == SINGLE - LACKING
    assert len(SINGLE) >= 40


def test_there_are_two_hundred_systems_and_none_contradicts_itself() -> None:
    assert len(TOGETHER) >= 200
    for name, made_of in TOGETHER.items():
        assert len({OF[variant] for variant in made_of}) == len(made_of), name
        assert not any(excluded(one, other) for one, other in combinations(made_of, 2)), name


def test_every_two_choices_meet() -> None:
    met = {pair for made_of in TOGETHER.values() for pair in combinations(sorted(made_of), 2)}
    wanted = {
        (one, other) for one, other in combinations(sorted(OF), 2) if OF[one] != OF[other] and not excluded(one, other)
    }
    assert wanted <= met, sorted(wanted - met)[:5]
