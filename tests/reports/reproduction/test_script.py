"""The script that a stored run alone gives: what it sends, what it takes from answers, and that it obeys nobody."""

from __future__ import annotations

import json
import os
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from lxml import html
from uec_booking.harness.judging.observations import StepRecord
from uec_booking.harness.judging.verdicts import JudgedRun
from uec_booking.reports.page import PageReporter
from uec_booking.reports.reproduction.reproduction import attempts, text

from ..runs import HOSTILE, exchange, judged, requirement, run, scenario

ROOT = "https://provider.test/STU3/1/utc"
SYSTEM = {
    "parts": {"provider": {"base_url": ROOT, "asid": "918999198999", "services": {"later": "2000000001"}}},
    "organisations": {"first_111": {"name": "first 111 service", "ods": "X26A1", "asid": "999000000001"}},
}
SLOT = {
    "resourceType": "Slot",
    "id": "5a6bdb0e-slot",
    "status": "free",
    "start": "2026-11-23T10:00:00Z",
    "end": "2026-11-23T10:15:00Z",
}


def sent(id: str, method: str, path: str, status: int, answer: Any, body: Any = None, **headers: str) -> dict[str, Any]:
    """An exchange with these headers of the answer."""
    shown = answer if isinstance(answer, str) else json.dumps(answer)
    request = {
        "method": method,
        "url": f"{ROOT}{path}",
        "headers": [
            ["Authorization", "Bearer [redacted]"],
            ["X-Request-ID", f"request-{id}"],
            ["Ssp-To", "918999198999"],
            ["If-Match", 'W/"7"'] if method == "PUT" else ["Accept", "application/fhir+json"],
        ],
        "body": "" if body is None else json.dumps(body),
        "body_encoding": "",
    }
    told = [[name.replace("_", "-"), value] for name, value in headers.items()]
    response = {"status": status, "reason": "", "headers": told, "body": shown, "body_encoding": ""}
    return exchange(id, request=request, response=response)


def failed(exchanges: tuple[dict[str, Any], ...], **seen: Any) -> JudgedRun:
    """A run in which PRV-CAN-02 was not met in the last of the exchanges."""
    wrong = judged("PRV-CAN-02", "not met", exchanges=(exchanges[-1]["id"],), **seen)
    return run(
        (scenario("Mr Patient cancels", "FAIL", wrong, exchanges=exchanges),),
        (requirement("PRV-CAN-02", "FAIL", wrong),),
        system=SYSTEM,
        options=("--config", "my system.toml"),
    )


def booked_and_cancelled() -> JudgedRun:
    found = {"resourceType": "Bundle", "entry": [{"resource": SLOT}]}
    booking = {
        "resourceType": "Appointment",
        "status": "booked",
        "start": SLOT["start"],
        "slot": [{"reference": f"Slot/{SLOT['id']}"}],
        "created": "2026-11-22T10:00:00Z",
    }
    stands = {**booking, "id": "b0771"}
    where = f"{ROOT}/Appointment/b0771/_history/7"
    return failed(
        (
            sent("x0", "GET", "/metadata", 200, {"resourceType": "CapabilityStatement"}),
            sent("x1", "GET", "/Slot?service=2000000001&start=ge2026-11-22T16%3A00%3A00Z", 200, found),
            sent("x2", "POST", "/Appointment", 201, stands, booking, Location=where, ETag='W/"7"'),
            sent("x3", "PUT", "/Appointment/b0771", 200, stands, {**stands, "status": "cancelled"}),
            sent("x4", "GET", "/Appointment/b0771", 200, stands),
        ),
        where="Appointment.status",
        actual='status "booked"',
    )


def test_what_is_of_the_run_alone_is_taken_from_where_it_comes_from() -> None:
    script = text(booked_and_cancelled(), "PRV-CAN-02")
    for line in (
        "# 4 requests.",  # the metadata have nothing to do with it
        "systems=(--config 'my system.toml')",
        "PROVIDER=${PROVIDER:-https://provider.test/STU3/1/utc}",
        '"${PROVIDER}"\'/Slot?service=\'"$(encoded "${PROVIDER_SERVICE_LATER}")"',
        'start=ge\'"$(encoded "$(moment 21600 Z)")"',
        "read -r slot_start_1;",
        "sent_text 2 <<BODY",
        '"created": "$(moment 0 Z)"',
        '"reference": "Slot/${slot_id_1}"',
        "id_2=$(id_in_location 2)",
        'changed 2 \'[[["status"], "cancelled"]]\' | sent 3',
        "-H 'If-Match: '\"${etag_2}\"",
        '"${PROVIDER}"/Appointment/"$(encoded "${id_2}")"',
        "-H 'Ssp-To: '\"${PROVIDER_ASID}\"",
        "if value 4 status | grep -Eqx -e '\"booked\"'; then",
    ):
        assert line in script, line
    assert "b0771" not in script.partition("# 1.")[2] and "request-x" not in script
    assert subprocess.run(["bash", "-n"], input=script.encode(), check=False, timeout=20).returncode == 0


@pytest.mark.parametrize(
    ("where", "more", "test"),
    [
        ("status", {"situation": "cancel-ok", "value": "200"}, '! among "$(status 1)"'),
        ("ETag", {}, '[ -z "$(header 1 ETag)" ]'),
        ("Appointment.created", {}, "! value 1 created | grep -qvx missing"),
    ],
)
def test_the_test_is_of_the_place_that_the_check_named(where: str, more: dict[str, str], test: str) -> None:
    only = sent("x1", "GET", "/Appointment/41", 200, {"resourceType": "Appointment", "status": "booked"})
    assert f"if {test}" in text(failed((only,), where=where, **more), "PRV-CAN-02")


def test_a_place_that_is_none_gives_no_script() -> None:
    only = sent("x1", "GET", "/Appointment/41", 200, {"resourceType": "Appointment"})
    made = failed((only,), where="the registry")
    assert text(made, "PRV-CAN-02") == ""
    assert attempts(made, "PRV-CAN-02"), "but it can be tried"
    assert attempts(made, "PRV-CAN-03") == []


def test_nothing_that_a_system_sent_is_carried_out_or_moves_the_terminal(tmp_path: Path) -> None:
    tricky = f"'; touch {tmp_path}/pwned; $(touch {tmp_path}/pwned) `touch {tmp_path}/pwned` \\ \" \n# {HOSTILE}"
    answer = {"resourceType": "Appointment", "id": tricky, "status": tricky}
    first = sent(
        "x1", "POST", "/Appointment", 201, answer, {"resourceType": "Appointment", "x": tricky}, Location=tricky
    )
    last = sent("x2", "PUT", f"/Appointment/{tricky}", 200, answer, {**answer, "y": tricky}, ETag=tricky)
    made = failed((first, {**last, "note": tricky}), where="Appointment.created", step=tricky)
    made = replace(made, requirements=(replace(made.requirements[0], text=tricky),), options=("--config", tricky))
    PageReporter().run_judged(made, tmp_path)
    script = (tmp_path / "reproduce" / "PRV-CAN-02.sh").read_bytes()
    assert not {*script} - {0x0A, *range(0x20, 0x7F)} - {*"→…“”–".encode()}, "no character that a terminal obeys"
    environment = {**os.environ, "UEC_BOOKING": "false"}
    done = subprocess.run(["bash"], input=script, env=environment, capture_output=True, check=False, timeout=30)
    assert done.returncode == 2
    assert b"made no token" in done.stderr
    assert not (tmp_path / "pwned").exists()


def test_the_page_marks_the_differing_element_and_leads_to_the_script(tmp_path: Path) -> None:
    wrong = judged(
        "PRV-BOOK-10",
        "not met",
        exchanges=("x2",),
        where="status",
        situation="slot-taken",
        value="201",
        step="it is booked",
    )
    taken = {**sent("x2", "POST", "/Appointment", 201, {}, {"a": 1}), "note": "of a taken slot (to be rejected)"}
    control = {**sent("x3", "POST", "/Appointment", 201, {}, {"a": 1}), "note": "the same without any change"}
    steps = (
        StepRecord("Given", "a taken slot", "passed", 0.1),
        StepRecord("When", "it is booked", "not met", 0.1, ("x2",)),
    )
    made = run(
        (scenario("Mr Patient cancels", "FAIL", wrong, exchanges=(taken, control), steps=steps),),
        (requirement("PRV-BOOK-10", "FAIL", wrong),),
        system=SYSTEM,
    )
    PageReporter().run_judged(made, tmp_path)
    page = html.document_fromstring((tmp_path / "report.html").read_text("utf-8"))
    entry = page.get_element_by_id("fix-prv-book-10")
    told = " ".join(entry.text_content().split())
    for part in (
        "Where the documents contradict each other: CF-02 (HTTP status when the slot is no longer free)",
        "In the answer x2: status 201",
        "The steps before (1) Given a taken slot",
        "The exchange that shows it x2 POST",
        "The control request, which worked x3 POST",
        "reproduce/PRV-BOOK-10.sh",
        "in 1 request:",
        'if ! among "$(status 1)" 409 422; then',
        "uec-booking reproduce PRV-BOOK-10 reports/out",
    ):
        assert part in told, part
    assert [mark.text_content() for mark in entry.iter("mark")] == ["201"]
    assert (tmp_path / "reproduce" / "PRV-BOOK-10.sh").stat().st_mode & 0o100
