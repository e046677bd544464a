"""What a run did not come to is NOT-RUN, and a level that may be higher is a lower bound."""

from __future__ import annotations

from uec_booking.harness.judging import levels
from uec_booking.harness.judging import verdicts as v
from uec_booking.harness.judging.judge import judge
from uec_booking.harness.judging.observations import MET, NOT_MET, VALUE, Observation, Run
from uec_booking.reports import page, words

from .runs import CATALOGUE, record, run, seen

DONE, MISSED = "f/x.feature::Done", "f/x.feature::Missed"
SUITE = {DONE: ("PRV-BOOK-01",), MISSED: ("PRV-BOOK-01", "PRV-CAN-01", "PRV-CAN-14", "CON-BOOK-01")}


def _cut_off(**facts: object) -> Run:
    return run(record(DONE, [seen("PRV-BOOK-01", MET)], ["PRV-BOOK-01"]), suite=SUITE, **facts)


def _verdicts(given: Run) -> dict[str, str]:
    return {requirement.id: requirement.verdict for requirement in judge(given, CATALOGUE).requirements}


def test_what_an_interrupted_run_did_not_come_to_is_not_run() -> None:
    judged = judge(_cut_off(broken="The run was interrupted.", broken_status=2), CATALOGUE)
    found = {requirement.id: requirement for requirement in judged.requirements}
    assert found["PRV-CAN-01"].verdict == v.NOT_RUN
    assert found["PRV-CAN-01"].reason == "1 scenario that decides it did not run: the run ended before them"
    assert found["PRV-BOOK-01"].verdict == v.PASS
    assert found["PRV-BOOK-01"].reason == "1 scenario that decides it did not run"
    assert found["CON-BOOK-01"].verdict == v.NOT_APPLICABLE
    # Checked on every exchange, and nothing of it came up before the end.
    assert found["RES-SLOT-01"].verdict == v.NOT_RUN
    assert judged.not_run == (MISSED,)
    assert "not run" in judged.open_points()


def test_a_part_names_what_it_left_out_and_nothing_else() -> None:
    verdicts = _verdicts(_cut_off(partial=True))
    assert {name for name, verdict in verdicts.items() if verdict == v.NOT_RUN} == {"PRV-CAN-01", "PRV-CAN-14"}
    assert verdicts.keys() == {"PRV-BOOK-01", "PRV-CAN-01", "PRV-CAN-14"}


def test_a_whole_run_has_nothing_that_did_not_run() -> None:
    both = (record(name, [seen(tag, MET) for tag in tags], tags) for name, tags in SUITE.items())
    assert v.NOT_RUN not in _verdicts(run(*both, suite=SUITE)).values()


def test_a_run_that_lost_scenarios_is_not_conformant() -> None:
    """Also where its last line says that it went to its end."""
    judged = judge(_cut_off(), CATALOGUE)
    assert (judged.verdict, judged.exit_status) == (v.RUN_INCONCLUSIVE, v.EXIT_INCONCLUSIVE)


def test_a_failure_stays_one() -> None:
    failed = run(
        record(DONE, [seen("PRV-BOOK-01", NOT_MET)], ["PRV-BOOK-01"]), suite=SUITE, broken="x", broken_status=2
    )
    assert judge(failed, CATALOGUE).exit_status == v.EXIT_NOT_CONFORMANT


def _cancelled(who: str, value: str) -> Observation:
    return seen("PRV-CAN-14", VALUE, where=who, value=value, situation="cancel-by-others")


def test_the_level_of_a_part_is_at_least_that() -> None:
    booker = _cancelled("by the organisation that booked", levels.CANCELLED)
    part = run(record(DONE, [booker], ["PRV-CAN-14"]), suite=SUITE, partial=True)
    assert levels.may_be_higher(part, 2)
    assert not levels.may_be_higher(part, 4)
    assert not levels.may_be_higher(part, None)
    refused = _cancelled("by another 111 organisation", levels.REFUSED)
    assert not levels.may_be_higher(run(record(DONE, [booker, refused], []), suite=SUITE, partial=True), 2)
    assert not levels.may_be_higher(run(record(DONE, [booker], []), record(MISSED, [], []), suite=SUITE), 2)
    assert words.capability(2, True).startswith("at least level 2: the organisation that booked")
    assert words.capability(2).startswith("2: ")


def test_nothing_failed_is_never_said_beside_open_points() -> None:
    shown = page.render(judge(_cut_off(partial=True), CATALOGUE))
    assert "Nothing failed" not in shown
    assert "No requirement that was tested failed." in shown
    assert "that apply were not tested: see the next section." in shown
