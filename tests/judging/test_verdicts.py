"""The verdicts that single cases must have."""

from __future__ import annotations

import pytest
from uec_booking.harness.judging import verdicts as v
from uec_booking.harness.judging.judge import judge
from uec_booking.harness.judging.observations import (
    DOES_NOT_ARISE,
    MET,
    NOT_MET,
    NOT_OBSERVED,
    STANDING,
    Problem,
    Run,
    Statement,
)
from uec_booking.harness.judging.verdicts import JudgedRun, RequirementVerdict
from uec_booking.reports.words import levels

from .runs import CATALOGUE, answered, record, run, seen

S1, S2 = "f/x.feature::One", "f/x.feature::Two"
BOTH = {"provider": "provider", "second_provider": "provider", "registry": "registry"}


def of(judged: JudgedRun, requirement: str) -> RequirementVerdict:
    return next(r for r in judged.requirements if r.id == requirement)


def verdict(given: Run, requirement: str, edition: str = "", reading: str | None = None) -> RequirementVerdict:
    return of(judge(given, CATALOGUE, edition, reading), requirement)


@pytest.mark.parametrize(
    ("edition", "reading", "value", "expected"),
    [
        ("1.0.0", "", "409", v.PASS),
        ("1.0.0", "", "422", v.WARN),
        ("0.2.0", "", "422", v.PASS),
        ("0.2.0", "", "409", v.WARN),
        ("1.0.0", "scal-2020", "422", v.PASS),
        ("1.0.0", "", "201", v.FAIL),
        ("1.0.0", "", "no answer", v.FAIL),
    ],
)
def test_a_value_is_right_tolerated_or_wrong_by_edition_and_reading(
    edition: str, reading: str, value: str, expected: str
) -> None:
    given = run(record(S1, [answered("PRV-BOOK-10", "slot-taken", value)], ["PRV-BOOK-10"]))
    assert verdict(given, "PRV-BOOK-10", edition, reading).verdict == expected


def test_a_tolerated_value_blames_the_standard_and_names_the_source() -> None:
    given = run(record(S1, [answered("PRV-BOOK-10", "slot-taken", "422")], ["PRV-BOOK-10"]))
    found = verdict(given, "PRV-BOOK-10")
    assert found.blame == "standard"
    assert "nhs-booking-api" in found.reason
    assert found.observations[0].conflict == "CF-02"


def test_what_is_seen_of_parts_not_under_test_earns_no_verdict() -> None:
    given = run(record(S1, [seen("PRV-BOOK-01", NOT_MET, system="second_provider")], ["PRV-BOOK-01"]))
    judged = judge(given, CATALOGUE)
    assert of(judged, "PRV-BOOK-01").verdict == v.TO_ATTEST
    assert "second_provider" in of(judged, "PRV-BOOK-01").reason
    assert judged.scenarios[0].status == v.NOT_APPLICABLE


def test_a_run_that_saw_nothing_of_the_systems_under_test_is_not_conformant() -> None:
    given = run(record(S1, [seen("PRV-BOOK-01", MET, system="second_provider")], ["PRV-BOOK-01"]))
    judged = judge(given, CATALOGUE)
    assert (judged.verdict, judged.exit_status) == (v.RUN_INCONCLUSIVE, v.EXIT_INCONCLUSIVE)


def test_a_registry_is_not_held_to_what_binds_providers() -> None:
    given = run(
        record(S1, [seen("ERR-01", NOT_MET, system="registry", step=STANDING), seen("REG-15")], ["REG-15"]),
        systems_under_test=BOTH,
        claims=("registry",),
    )
    assert CATALOGUE["ERR-01"].role == "provider"
    assert verdict(given, "ERR-01").verdict != v.FAIL


def test_what_binds_both_sides_and_was_seen_of_one_still_needs_a_statement_of_the_other() -> None:
    """SEC-36: the certificate of a consumer says nothing of the connection between the proxy and a provider."""
    away = Problem("not-applicable", "no consumer is under test")
    provider_alone = verdict(run(record(S1, [], ["SEC-36"], away)), "SEC-36")
    assert (provider_alone.verdict, provider_alone.reason) == (v.TO_ATTEST, "needs a person's statement")
    shown = record(S1, [seen("SEC-36", system="consumer")], ["SEC-36"])
    both = {"provider": "provider", "registry": "registry", "consumer": "consumer"}
    together = verdict(run(shown, systems_under_test=both), "SEC-36")
    assert (together.verdict, together.reason) == (
        v.TO_ATTEST,
        "needs a person's statement on the side of the provider",
    )
    alone = {"registry": "registry", "consumer": "consumer"}
    assert verdict(run(shown, systems_under_test=alone), "SEC-36").verdict == v.PASS


def test_xml_is_not_applicable_where_it_is_not_claimed_and_open_where_a_reading_demands_it() -> None:
    skipped = Problem("not-applicable", "the capability 'xml' is not claimed")
    given = run(record(S1, [], ["FMT-02"], skipped), record(S2, [seen("PRV-BOOK-01")], ["PRV-BOOK-01"]))
    assert verdict(given, "FMT-02").verdict == v.NOT_APPLICABLE
    demanded = verdict(given, "FMT-02", reading="tkw")
    assert (demanded.verdict, demanded.blame) == (v.INCONCLUSIVE, "settings")
    assert judge(given, CATALOGUE, reading="tkw").exit_status == v.EXIT_INCONCLUSIVE


def test_a_standing_requirement_is_judged_over_all_scenarios_and_colours_none() -> None:
    given = run(
        record(S1, [seen("FMT-07", step=STANDING), seen("PRV-BOOK-01")], ["PRV-BOOK-01"]),
        record(S2, [seen("FMT-07", NOT_MET, step=STANDING), seen("PRV-BOOK-01")], ["PRV-BOOK-01"]),
    )
    judged = judge(given, CATALOGUE)
    assert of(judged, "FMT-07").verdict == v.FAIL
    assert {s.status for s in judged.scenarios} == {v.PASS}
    assert judged.verdict == v.NOT_CONFORMANT


def test_a_standing_requirement_may_also_be_decided_by_a_scenario() -> None:
    given = run(
        record(S1, [seen("ERR-01", step=STANDING)], ["ERR-01"]),
        record(S2, [seen("ERR-01", NOT_MET)], ["ERR-01"]),
    )
    judged = judge(given, CATALOGUE)
    # The first scenario promises to look itself, and did not.
    assert [s.status for s in judged.scenarios] == [v.INCONCLUSIVE, v.FAIL]
    assert of(judged, "ERR-01").verdict == v.FAIL


def test_a_standing_requirement_whose_case_never_came_up_is_not_applicable() -> None:
    given = run(record(S1, [seen("PRV-BOOK-01")], ["PRV-BOOK-01"]))
    assert verdict(given, "RES-PRAC-01").verdict == v.NOT_APPLICABLE


def test_a_scenario_that_never_looked_is_our_fault() -> None:
    given = run(record(S1, [seen("PRV-BOOK-01")], ["PRV-BOOK-01", "PRV-BOOK-07"]))
    found = verdict(given, "PRV-BOOK-07")
    assert (found.verdict, found.blame) == (v.INCONCLUSIVE, "harness")
    assert judge(given, CATALOGUE).scenarios[0].status == v.INCONCLUSIVE


def test_what_could_not_be_seen_once_is_open_though_it_was_met_elsewhere() -> None:
    given = run(
        record(S1, [seen("PRV-BOOK-01")], ["PRV-BOOK-01"]),
        record(S2, [seen("PRV-BOOK-01", NOT_OBSERVED)], ["PRV-BOOK-01"]),
    )
    assert verdict(given, "PRV-BOOK-01").verdict == v.INCONCLUSIVE


def test_a_fail_outweighs_an_error_of_ours_and_a_broken_run() -> None:
    given = run(
        record(S1, [seen("PRV-BOOK-01", NOT_MET)], ["PRV-BOOK-01"]),
        record(S2, [], ["PRV-BOOK-01"], Problem("harness", "it broke")),
        broken="cut off",
        broken_status=2,
    )
    judged = judge(given, CATALOGUE)
    assert of(judged, "PRV-BOOK-01").verdict == v.FAIL
    assert [s.status for s in judged.scenarios] == [v.FAIL, v.ERROR]
    assert (judged.verdict, judged.exit_status, judged.reason) == (v.NOT_CONFORMANT, 1, "cut off")


def test_an_error_of_ours_is_never_blamed_on_the_system() -> None:
    given = run(
        record(S1, [seen("PRV-BOOK-01")], ["PRV-BOOK-01"]),
        record(S2, [], ["PRV-BOOK-01"], Problem("harness", "it broke")),
    )
    found = verdict(given, "PRV-BOOK-01")
    assert (found.verdict, found.blame) == (v.ERROR, "harness")
    assert judge(given, CATALOGUE).exit_status == v.EXIT_HARNESS


@pytest.mark.parametrize(
    "scenario",
    [
        record(S1, [seen("PRV-BOOK-01"), seen("PRV-BOOK-07")], ["PRV-BOOK-01"]),
        record(S1, [seen("PRV-BOOK-01")], ["PRV-BOOK-01", "PRV-NONE-99"]),
        record(S1, [seen("PRV-NONE-99", step=STANDING), seen("PRV-BOOK-01")], ["PRV-BOOK-01"]),
        record(S1, [answered("PRV-BOOK-01", "no-such-situation", "200")], ["PRV-BOOK-01"]),
    ],
    ids=["untagged", "unknown tag", "unknown requirement", "unknown situation"],
)
def test_a_scenario_that_is_wrong_in_itself_is_an_error(scenario: object) -> None:
    judged = judge(run(scenario), CATALOGUE)  # type: ignore[arg-type]
    assert judged.scenarios[0].status == v.ERROR
    assert judged.exit_status == v.EXIT_HARNESS
    untagged = of(judged, "PRV-BOOK-07").verdict
    assert untagged in (v.ERROR, v.TO_ATTEST)  # never PASS by a scenario that is not tagged with it


def test_what_was_met_before_a_scenario_needed_more_means_counts_and_the_rest_is_told() -> None:
    means = Problem("to-attest", "there is no control interface")
    given = run(record(S1, [seen("PRV-GET-13")], ["PRV-GET-13"]), record(S2, [], ["PRV-GET-13", "PRV-SRCH-41"], means))
    assert verdict(given, "PRV-GET-13").verdict == v.PASS
    assert "control interface" in verdict(given, "PRV-GET-13").reason
    assert verdict(given, "PRV-SRCH-41").verdict == v.TO_ATTEST


def test_a_fail_seen_before_a_scenario_ended_for_want_of_means_is_a_fail() -> None:
    means = Problem("to-attest", "there is no control interface")
    given = run(record(S1, [seen("PRV-GET-13", NOT_MET)], ["PRV-GET-13"], means))
    assert judge(given, CATALOGUE).scenarios[0].status == v.FAIL


def test_a_case_that_does_not_arise_is_not_applicable() -> None:
    given = run(record(S1, [seen("PRV-CAN-13", DOES_NOT_ARISE)], ["PRV-CAN-13"]))
    assert verdict(given, "PRV-CAN-13").verdict == v.NOT_APPLICABLE


def test_a_should_that_is_not_met_is_a_warning_and_a_may_is_told() -> None:
    assert CATALOGUE["PRV-BOOK-11"].level == "SHOULD"
    given = run(record(S1, [seen("PRV-BOOK-11", NOT_MET), seen("PRV-CAN-14", NOT_MET)], ["PRV-BOOK-11", "PRV-CAN-14"]))
    warned = verdict(given, "PRV-BOOK-11")
    assert (warned.verdict, warned.blame) == (v.WARN, "system")
    assert verdict(given, "PRV-BOOK-11", reading="scal-2020").verdict == v.FAIL
    assert verdict(given, "PRV-CAN-14").verdict == v.INFO


def test_a_partial_run_is_never_called_conformant_and_lists_only_what_it_is_about() -> None:
    judged = judge(run(record(S1, [seen("PRV-BOOK-01")], ["PRV-BOOK-01"]), partial=True), CATALOGUE)
    assert [r.id for r in judged.requirements] == ["PRV-BOOK-01"]
    assert "conformant" not in judged.verdict
    assert judged.headline().startswith("partial run")
    assert judged.exit_status == v.EXIT_CONFORMANT


def test_the_capability_level_is_that_of_a_provider_under_test_only() -> None:
    cancelled = seen("PRV-CAN-14", where="by any consumer organisation", value="cancelled")
    given = run(record(S1, [cancelled], ["PRV-CAN-14"]))
    assert judge(given, CATALOGUE).capability_level == 4
    alone = run(record(S1, [cancelled], ["PRV-CAN-14"]), systems_under_test={"registry": "registry"})
    assert judge(alone, CATALOGUE).capability_level is None


def test_each_provider_has_a_level_of_its_own_by_its_name() -> None:
    ours = seen("PRV-CAN-14", where="by any consumer organisation", value="cancelled")
    theirs = seen("PRV-CAN-14", where="by another 111 organisation", value="refused", system="second_provider")
    both = {"provider": "provider", "second_provider": "provider"}
    judged = judge(run(record(S1, [ours, theirs], ["PRV-CAN-14"]), systems_under_test=both), CATALOGUE)
    told = [level for _, level in levels(judged)]
    assert len(told) == 2
    assert told[0].startswith("4: ") and told[0].endswith("(provider)")
    assert told[1] == "below level 3 (second_provider)"


def test_what_nothing_decides_yet_is_said_so() -> None:
    from uec_booking.standard import waiting

    given = run(
        record(S1, [seen("PRV-BOOK-01")], ["PRV-BOOK-01"]),
        systems_under_test={**BOTH, "consumer": "consumer"},
        claims=("registry", "appointment-search", "xml"),
    )
    judged = judge(given, CATALOGUE)
    for name in waiting.load():
        found = of(judged, name)
        assert found.verdict in (v.TO_ATTEST, v.INFO, v.NOT_APPLICABLE, v.PASS)
        if found.verdict == v.TO_ATTEST:
            assert found.reason.startswith("nothing in this version decides it")


def test_a_statement_attests_what_is_open_and_overrides_nothing() -> None:
    stated = [
        Statement(name, "A. Tester, Example Ltd", "2026-01-31", "Checked.", link="https://example.org/e")
        for name in ("NFR-10", "PRV-BOOK-01", "PRV-BOOK-07")
    ]
    given = run(
        record(S1, [seen("PRV-BOOK-01", NOT_MET), seen("PRV-BOOK-07")], ["PRV-BOOK-01", "PRV-BOOK-07"]),
        evidence=tuple(stated),
    )
    judged = judge(given, CATALOGUE)
    assert of(judged, "NFR-10").verdict == v.ATTESTED
    assert "A. Tester, Example Ltd, 2026-01-31: Checked. (https://example.org/e)" in of(judged, "NFR-10").reason
    assert of(judged, "PRV-BOOK-01").verdict == v.FAIL
    assert of(judged, "PRV-BOOK-07").verdict == v.PASS
    assert sum("was not used" in note for note in judged.notes) == 2
