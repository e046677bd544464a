"""proof.html names the faults missed, the false alarms, and every fault by its requirement."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from lxml import html
from uec_booking.reports.proof_page import ProofPageReporter


def defect(name: str, requirement: str, *, killed: bool = True, localised: bool = True) -> dict[str, Any]:
    return {
        "name": name,
        "requirement": requirement,
        "verdict": "FAIL" if localised else "PASS",
        "reached": True,
        "killed": killed,
        "localised": localised,
        "also_failed": [] if localised else ["FMT-15"],
    }


PROOF: dict[str, Any] = {
    "defects": [
        defect("double-booking", "PRV-BOOK-10"),
        defect("lives <b>on</b>", "PRV-BOOK-10", killed=False, localised=False),
        defect("elsewhere", "PRV-CAN-02", localised=False),
    ],
    "variants": [
        {"name": "json-only", "false_alarms": []},
        {"name": "numeric-ids", "false_alarms": ["FMT-15"]},
    ],
    "sensitivity": 0.6667,
    "localisation": 0.5,
    "specificity": 0.5,
    "repeatability": {"runs": 30, "flips": {}},
    "controls": {"clean_failed": [], "canary": "double-booking", "canary_killed": True, "troubles": {}},
}


def rows(page: html.HtmlElement, caption: str) -> list[list[str]]:
    (table,) = [one for one in page.iter("table") if one.findtext("caption").startswith(caption)]
    return [[cell.text_content() for cell in row] for row in table.find("tbody")]


def test_the_page_names_missed_faults_false_alarms_and_every_fault(tmp_path: Path) -> None:
    ProofPageReporter().proof_made(PROOF, tmp_path)
    text = (tmp_path / "proof.html").read_text(encoding="utf-8")
    page = html.document_fromstring(text)
    assert "2 of 3 faults detected; false alarms on 1 of 2 conformant systems" in page.text_content()
    assert [row[0] for row in rows(page, "Missed faults first")] == ["lives <b>on</b>", "elsewhere"]
    assert rows(page, "Conformant systems") == [["numeric-ids", "FMT-15"], ["json-only", "none"]]
    assert len(rows(page, "PRV-BOOK-10: 1 of 2 detected, 1 on it")) == 2
    assert rows(page, "PRV-CAN-02") == [["elsewhere", "PRV-CAN-02", "PASS", "yes", "yes", "NO", "FMT-15"]]
    assert "<b>" not in text


def test_consumers_are_told_apart(tmp_path: Path) -> None:
    controls = {"clean_failed": ["WKF-06"], "canary": "cancels-first", "canary_killed": False}
    proof = {
        **PROOF,
        "defects": [
            *PROOF["defects"],
            {**defect("cancels-first", "CON-REB-02", killed=False, localised=False), "part": "consumer"},
            {**defect("forgets", "CON-CAN-03"), "part": "consumer"},
        ],
        "variants": [*PROOF["variants"], {"name": "asks-for-xml", "false_alarms": [], "part": "consumer"}],
        "controls": {**PROOF["controls"], "consumers": controls},
    }
    ProofPageReporter().proof_made(proof, tmp_path)
    page = html.document_fromstring((tmp_path / "proof.html").read_text(encoding="utf-8"))
    told = zip(page.iter("dt"), page.iter("dd"), strict=True)
    facts = {name.text_content(): value.text_content() for name, value in told}
    assert facts["Written by hand, consumers"] == "1 of 2 detected, 1 on the right requirement"
    assert facts["Conformant consumers"] == "false alarms on 0 of 1"
    assert facts["A consumer without any fault"] == "WKF-06"
    assert facts["Canary of consumers"] == "cancels-first MISSED"
    assert facts["Without any fault"] == "nothing failed"
