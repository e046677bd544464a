"""Judging is a pure function with properties that hold for every run, generated over the real catalogue."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from uec_booking.harness.judging import verdicts as v
from uec_booking.harness.judging.judge import judge
from uec_booking.harness.judging.observations import Observation, Run
from uec_booking.reports.results import render
from uec_booking.standard import editions

from .runs import CATALOGUE, observations, record, runs

pytestmark = pytest.mark.slow

FEW = settings(max_examples=120, deadline=None)


def verdicts(run: Run, edition: str = "", reading: str | None = None) -> dict[str, str]:
    return {r.id: r.verdict for r in judge(run, CATALOGUE, edition, reading).requirements}


@FEW
@given(runs(), st.randoms(use_true_random=False))
def test_the_order_of_scenarios_and_observations_does_not_matter(run: Run, chance: random.Random) -> None:
    def shuffled(items: tuple) -> tuple:
        return tuple(chance.sample(items, len(items)))

    other = replace(
        run,
        scenarios=shuffled(
            tuple(
                replace(s, observations=shuffled(s.observations), requirements=shuffled(s.requirements))
                for s in run.scenarios
            )
        ),
    )
    first, second = judge(run, CATALOGUE), judge(other, CATALOGUE)
    assert [(r.id, r.verdict, r.blame, r.reason) for r in first.requirements] == [
        (r.id, r.verdict, r.blame, r.reason) for r in second.requirements
    ]
    assert (first.verdict, first.exit_status, first.capability_level, first.counts) == (
        second.verdict,
        second.exit_status,
        second.capability_level,
        second.counts,
    )
    assert {s.record.id: (s.status, s.reason) for s in first.scenarios} == {
        s.record.id: (s.status, s.reason) for s in second.scenarios
    }


@FEW
@given(runs(), observations(), st.integers(0, 3))
def test_adding_an_observation_never_takes_a_fail_away(run: Run, extra: Observation, place: int) -> None:
    """A FAIL stays one, or hangs below another that says why."""
    before = judge(run, CATALOGUE)
    scenarios = list(run.scenarios)
    if place < len(scenarios):
        grown = replace(scenarios[place], observations=(*scenarios[place].observations, extra))
        scenarios[place] = grown
    else:
        scenarios.append(record("f/x.feature::Another", [extra], [extra.requirement]))
    after = judge(replace(run, scenarios=tuple(scenarios)), CATALOGUE)
    found = {r.id: r for r in after.requirements}
    for failed in (found[r.id] for r in before.requirements if r.verdict == v.FAIL):
        causes = {j.because for j in failed.observations if j.because}
        assert failed.verdict == v.FAIL or any(found[cause].verdict == v.FAIL for cause in causes if cause in found)
    if before.verdict == v.NOT_CONFORMANT and any(r.verdict == v.FAIL for r in before.requirements):
        assert after.verdict == v.NOT_CONFORMANT


@FEW
@given(runs())
def test_nothing_passes_that_was_not_observed(run: Run) -> None:
    for requirement in judge(run, CATALOGUE).requirements:
        if requirement.verdict == v.PASS:
            outcomes = {j.outcome for j in requirement.observations}
            assert "met" in outcomes
            assert not outcomes & {"not met", "not observed"}


@FEW
@given(runs())
def test_conformant_means_that_something_passed_and_nothing_is_open(run: Run) -> None:
    judged = judge(run, CATALOGUE)
    statuses = {r.verdict for r in judged.requirements} | {s.status for s in judged.scenarios}
    if judged.exit_status == v.EXIT_CONFORMANT:
        assert not statuses & {v.FAIL, v.ERROR, v.INCONCLUSIVE}
        assert statuses & {v.PASS, v.WARN}
        assert judged.verdict == (v.PARTIAL if run.partial else v.CONFORMANT)
    if v.FAIL in statuses:
        assert judged.exit_status == v.EXIT_NOT_CONFORMANT


@FEW
@given(runs(), st.sampled_from(editions.EDITIONS), st.sampled_from(editions.READINGS))
def test_a_reading_is_never_more_lenient_than_its_edition(run: Run, edition: str, reading: str) -> None:
    without, under = verdicts(run, edition, ""), verdicts(run, edition, reading)
    assert all(under[name] == v.FAIL for name, verdict in without.items() if verdict == v.FAIL)


@FEW
@given(runs(), st.sampled_from(editions.EDITIONS), st.sampled_from(["", *editions.READINGS]))
def test_judging_twice_gives_the_same_bytes(run: Run, edition: str, reading: str) -> None:
    first = render(judge(run, CATALOGUE, edition, reading))
    assert first == render(judge(run, CATALOGUE, edition, reading))


@FEW
@given(runs())
def test_only_a_system_of_the_role_is_judged(run: Run) -> None:
    roles = {*run.systems_under_test.values(), "any"}
    for requirement in judge(run, CATALOGUE).requirements:
        if requirement.verdict in (v.PASS, v.FAIL, v.WARN):
            assert requirement.role in roles
            for judged in requirement.observations:
                system = judged.observation.system
                assert (
                    not system
                    or run.systems_under_test[system] in (requirement.role, "any")
                    or (requirement.role == "any")
                )
