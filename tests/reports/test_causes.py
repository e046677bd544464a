"""Causes come first: what only could not be seen hangs below what stood in its way, and one reason is told once."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from lxml import html
from uec_booking.harness.judging.observations import Problem, StepRecord
from uec_booking.harness.judging.verdicts import JudgedRun, RequirementVerdict
from uec_booking.reports.causes import troubles
from uec_booking.reports.page import PageReporter

from .runs import exchange, judged, requirement, run, scenario
from .test_terminal import shown

#: A booking silently cancels the earlier one: a read shows it, and another request brought it about.
_NAME = "The first appointment stands"
_ID = f"workflow/rebook.feature::{_NAME}"


def _answer(id: str, method: str, url: str, status: int) -> dict[str, object]:
    made = exchange(id)
    return {
        **made,
        "request": {**made["request"], "method": method, "url": url},
        "response": {**made["response"], "status": status},
    }


def silent_rebooking(because: str = "WKF-09") -> JudgedRun:
    root = "https://provider.test/STU3/1/utc/Appointment"
    wrong = judged(
        "WKF-09",
        "not met",
        "booked",
        "cancelled",
        scenario=_ID,
        exchanges=("x4",),
        step="the first appointment stands",
    )
    hidden = [
        _open(f"PRV-CAN-0{n}", f"it was cancelled {'before' if n < 3 else 'early'}", because) for n in range(1, 5)
    ]
    steps = (
        StepRecord("When", "the new slot is booked", "passed", 0.1, ("x1", "x2", "x3")),
        StepRecord("Then", "the first appointment stands", "not met", 0.1, ("x4",)),
    )
    exchanges = (
        _answer("x1", "POST", root, 201),
        _answer("x2", "POST", root, 201),
        _answer("x3", "PUT", f"{root}/41", 412),
        _answer("x4", "GET", f"{root}/41%2F_history", 200),
    )
    return run(
        (
            scenario(_NAME, "FAIL", wrong, exchanges=exchanges, steps=steps),
            scenario(
                "Cancelling",
                "INCONCLUSIVE",
                requirements=("PRV-CAN-05",),
                problem=Problem("inconclusive", "no appointment to cancel", because),
            ),
        ),
        (
            *hidden,
            _open("PRV-CAN-05", "no appointment to cancel", because),
            requirement("WKF-09", "FAIL", wrong),
        ),
    )


def _open(name: str, reason: str, because: str) -> RequirementVerdict:
    return replace(requirement(name, "INCONCLUSIVE", reason=reason), because=(because,))


def test_what_could_not_be_seen_hangs_below_its_cause() -> None:
    (trouble,) = troubles(silent_rebooking())
    assert trouble.first.id == "WKF-09"
    assert trouble.hidden == 5
    assert [[one.id for one in alike.requirements] for alike in trouble.below] == [
        ["PRV-CAN-01", "PRV-CAN-02"],
        ["PRV-CAN-03", "PRV-CAN-04"],
        ["PRV-CAN-05"],
    ]


def test_a_cause_that_did_not_fail_hides_nothing() -> None:
    found = troubles(silent_rebooking(because="PRV-BOOK-01"))
    assert [len(trouble.requirements) for trouble in found] == [1, 2, 2, 1]
    assert all(not trouble.below for trouble in found)


def test_causes_of_causes_lead_to_the_first_and_a_ring_loses_nothing() -> None:
    def told(id: str, because: str) -> RequirementVerdict:
        return _open(id, f"no {id}", because)

    chain = run(
        (), (told("A-01", "B-01"), told("B-01", "C-01"), requirement("C-01", "FAIL", judged("C-01", "not met")))
    )
    (trouble,) = troubles(chain)
    assert (trouble.first.id, trouble.hidden) == ("C-01", 2)
    ring = run((), (told("A-01", "B-01"), told("B-01", "A-01")))
    assert {one.id for trouble in troubles(ring) for one in trouble.requirements} == {"A-01", "B-01"}


def test_weight_and_not_the_id_says_what_comes_first() -> None:
    on_the_way = judged("AAA-01", "not met", step="standing")
    looked_for = judged("PRV-CAN-02", "not met", step="it is cancelled")
    found = troubles(
        run(
            (),
            (
                requirement("AAA-01", "FAIL", on_the_way),
                requirement("PRV-CAN-01", "INCONCLUSIVE", reason="no free slot"),
                requirement("PRV-CAN-02", "FAIL", looked_for),
            ),
        )
    )
    assert [trouble.first.id for trouble in found] == ["PRV-CAN-02", "AAA-01", "PRV-CAN-01"]


def test_the_terminal_shows_the_step_before_and_the_requests_that_changed_something(tmp_path: Path) -> None:
    text = shown(silent_rebooking(), tmp_path)
    for label, value in (
        ("step before", "When the new slot is booked"),
        ("step", "Then the first appointment stands"),
        ("after", "x2 POST https://provider.test/STU3/1/utc/Appointment → 201"),
        ("after", "x3 PUT https://provider.test/STU3/1/utc/Appointment/41 → 412"),
        ("exchange", "x4 GET https://provider.test/STU3/1/utc/Appointment/41/_history → 200"),
    ):
        assert re.search(rf"^  {label} +{re.escape(value)}$", text, re.M), label
    assert re.search(r"behind it +2 INCONCLUSIVE \(it was cancelled before\): PRV-CAN-01, PRV-CAN-02$", text, re.M)
    assert "\nINCONCLUSIVE  " not in text


def test_the_page_folds_up_what_hangs_below_and_lays_out_the_cause(tmp_path: Path) -> None:
    PageReporter().run_judged(silent_rebooking(), tmp_path)
    page = html.document_fromstring((tmp_path / "report.html").read_text("utf-8"))
    (entry,) = page.xpath("//main/article")
    (below,) = entry.find_class("below")
    assert below.get("open") is None
    assert "5 more requirements" in below.text_content()
    assert [link.text for link in below.iter("a")][-1] == "PRV-CAN-05"
    laid_out = [found.text_content() for found in entry.xpath(".//details[.//*[@class='halves']]/summary")]
    assert [line.split(" ")[0] for line in laid_out] == ["x2", "x3", "x4"]
    assert "41/_history" in laid_out[2]
    # The address that was sent stays as it was, where it can be tried.
    assert any("41%2F_history" in line.text_content() for line in entry.iter("pre"))


def test_equal_shortfalls_are_shown_once_with_a_count(tmp_path: Path) -> None:
    seen = [judged("PRV-CAN-02", "not met", scenario=f"workflow/rebook.feature::S{n}") for n in range(7)]
    text = shown(run((), (requirement("PRV-CAN-02", "FAIL", *seen),)), tmp_path)
    assert text.count("expected    cancelled") == 1
    assert "(and 6 more)" in text
