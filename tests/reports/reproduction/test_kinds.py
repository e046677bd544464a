"""Scripts of what is not plain JSON, one request after the other: XML, the registry, the same moment, and time."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from lxml import html
from uec_booking.harness.judging.observations import StepRecord
from uec_booking.harness.reproducing.places import NOT_TRIED, Place
from uec_booking.harness.settings import load
from uec_booking.reports.page import PageReporter
from uec_booking.reports.reproduction import reading
from uec_booking.reports.reproduction.differences import paths_of
from uec_booking.reports.reproduction.reproduction import Attempt, attempts
from uec_booking.reports.reproduction.texts import here_document

from ..runs import judged, requirement, run, scenario
from .test_script import ROOT, SLOT, SYSTEM, sent

REGISTRY = "https://registry.test/STU3/1"
BOTH = {**SYSTEM, "parts": {**SYSTEM["parts"], "registry": {"base_url": REGISTRY}}, "limits": {"registry_seconds": 3}}
BOOKING = {"resourceType": "Appointment", "status": "booked", "slot": [{"reference": f"Slot/{SLOT['id']}"}]}
FOUND = {"resourceType": "Bundle", "entry": [{"resource": SLOT}]}
IN_XML = (
    '<Appointment xmlns="http://hl7.org/fhir"><id value="b0771-411"/><status value="booked"/>'
    '<contained><Patient><name><given value="Ann"/><given value="Lee &amp; Co"/></name></Patient></contained>'
    '<slot><reference value="Slot/5a6bdb0e-slot"/></slot></Appointment>'
)


def tried(exchanges: Sequence[dict[str, Any]], id: str, *shown_by: str) -> list[Attempt]:
    """The attempts for a run in which a requirement was not met in these exchanges."""
    wrong = judged(id, "not met", exchanges=shown_by, where="at the recording proxy")
    made = run(
        (scenario("Mr Patient cancels", "FAIL", wrong, exchanges=tuple(exchanges)),),
        (requirement(id, "FAIL", wrong),),
        system=BOTH,
    )
    return attempts(made, id)


def script_of(attempt: Attempt) -> str:
    text = attempt.script(attempt.every, None)
    assert subprocess.run(["bash", "-n"], input=text.encode(), check=False, timeout=20).returncode == 0
    return text


def booked(id: str = "x2", **changes: Any) -> dict[str, Any]:
    location = f"{ROOT}/Appointment/b0771-411"
    return {
        **sent(id, "POST", "/Appointment", 201, {**BOOKING, "id": "b0771-411"}, BOOKING, Location=location),
        **changes,
    }


def test_what_a_provider_tells_a_registry_is_looked_for_there() -> None:
    told = {**sent("x3", "POST", "/Appointment", 201, {}), "actor": "a provider", "system": "registry, at the proxy"}
    (attempt,) = tried([sent("x1", "GET", "/Slot", 200, FOUND), booked(), told], "REG-06", "x3")
    assert attempt.targets == ("x2-registry",)
    script = script_of(attempt)
    for line in (
        "REGISTRY=${REGISTRY:-https://registry.test/STU3/1}",
        "REGISTRY_SECONDS=${REGISTRY_SECONDS:-3}",
        'sleep "$REGISTRY_SECONDS"',
        "request 3 registry patient/appointment.read first_111 '' GET",
        '/Appointment?identifier=urn%3Aietf%3Arfc%3A3986%7C\'"$(encoded "${PROVIDER}")"%2FAppointment%2F"',
    ):
        assert line in script, line
    assert tried([told], "REG-13", "x3") == [], "what no search of the registry shows has no script"


def test_what_was_sent_at_the_same_moment_is_sent_so_again() -> None:
    at = [f"2026-11-22T10:00:0{second}Z" for second in ("1.100", "1.101", "4.000")]
    two = [booked("x2", started=at[0], seconds=0.5), booked("x3", started=at[1], seconds=0.4)]
    search = {**sent("x1", "GET", "/Slot", 200, FOUND), "started": "2026-11-22T10:00:00Z", "seconds": 1.0}
    later = {**sent("x4", "GET", "/Slot", 200, FOUND), "started": at[2]}
    quick, patient = tried([search, *two, later], "PRV-BOOK-02", "x2", "x3", "x4")
    script = script_of(quick)
    assert script.count('.sent.body" &') == 2 and "wait  # until" in script and "\nsleep" not in script
    assert script.index("\nwait") < script.index("answered 2") < script.index("answered 3")
    assert "\nsleep 2\n" in script_of(patient)
    assert "It waits 2 seconds" in script_of(patient)


def test_what_was_sent_in_xml_is_sent_so_with_the_values_of_the_moment() -> None:
    changed = IN_XML.replace("booked", "cancelled")
    first = sent("x1", "POST", "/Appointment", 201, IN_XML, Location=f"{ROOT}/Appointment/b0771-411")
    last = sent("x2", "PUT", "/Appointment/b0771-411", 200, changed)
    last["request"]["body"] = changed
    (attempt,) = tried([first, last], "PRV-CAN-02", "x2")
    assert '<id value="${id_1}"/><status value="cancelled"/>' in script_of(attempt)


def test_json_and_xml_are_read_alike(tmp_path: Path) -> None:
    in_xml = paths_of(reading.resource_of(IN_XML.encode()))
    patient = {"resourceType": "Patient", "name": {"given": ["Ann", "Lee & Co"]}}
    in_json = {**BOOKING, "id": "b0771-411", "contained": [patient]}
    assert in_xml == paths_of(in_json)
    assert in_xml["contained(Patient).name.given"] == ['"Ann"', '"Lee & Co"']
    file = tmp_path / "1.body"
    for text, value in (
        (IN_XML, '"booked"'),
        (json.dumps(in_json), '"booked"'),
        ('{"status": "a", "status": "b"}', '"a"'),
        ("<html>", "unreadable"),
        ('<!DOCTYPE a [<!ENTITY b "c">]><a><status value="&b;"/></a>', "unreadable"),
        ("[" * 100_000, "unreadable"),
    ):
        file.write_text(text, encoding="utf-8")
        # As a script calls it: with nothing but the standard library.
        words = [sys.executable, "-I", "-S", reading.__file__, "value", str(file), "status"]
        done = subprocess.run(words, capture_output=True, text=True, check=True, timeout=20)
        assert done.stdout == value, text[:80]


TWICE = {"resourceType": "Bundle", "entry": [{"resource": SLOT}, {"resource": {**SLOT, "start": ["a", "a"]}}]}


@pytest.mark.parametrize(
    ("answer", "headers", "where", "actual", "words", "command"),
    [
        (
            TWICE,
            {},
            "Bundle.entry[1].resource.start",
            '"a", "a"',
            "entry.resource(Slot).start in the answer to request 1 is a list",
            "value 1 'entry.resource(Slot).start[]' | grep -qvx missing",
        ),
        (
            FOUND,
            {"Last-Modified": "Thu, 01 Jan 1970 00:00:00 GMT"},
            "Last-Modified",
            "Thu, 01 Jan 1970 00:00:00 GMT",
            "the header Last-Modified of the answer to request 1 is of the form Thu, 01 Jan 1970 00:00:00 GMT",
            "header 1 Last-Modified | grep -Eqx -e 'Thu, 01 Jan 1970 00:00:00 GMT'",
        ),
    ],
    ids=["an element that comes twice", "a date of another day"],
)
def test_the_stored_run_alone_tells(
    answer: dict[str, Any], headers: dict[str, str], where: str, actual: str, words: str, command: str
) -> None:
    """Also where the same answer was right in another respect: only what is right in all of them tells no fault."""
    shown = {**sent("x1", "GET", "/Slot", 200, answer, **headers), "started": "2026-11-22T10:00:00Z"}
    wrong = judged("RES-ANY-01", "not met", "one", actual, exchanges=("x1",), where=where)
    met = judged("RES-ANY-01", "met", exchanges=("x1",))
    made = run(
        (scenario("Mr Patient cancels", "FAIL", wrong, met, exchanges=(shown,)),),
        (requirement("RES-ANY-01", "FAIL", wrong, met),),
        system=BOTH,
    )
    (attempt,) = attempts(made, "RES-ANY-01")
    (condition,) = attempt.told_at_once()
    assert condition.in_words({"x1": 1}) == words
    assert condition.in_shell({"x1": 1}) == command


@pytest.mark.parametrize("role", ["consumer", "provider"])
def test_the_page_says_why_there_is_no_script(role: str, tmp_path: Path) -> None:
    wrong = judged("CON-CAN-08", "not met")
    steps = (
        StepRecord("Given", "a caller", "passed", 0.1),
        StepRecord("When", "the caller rings", "passed", 0.1),
        StepRecord("And", "lets it go", "passed", 0.1),
        StepRecord("Then", "the original is cancelled", "not met", 0.1),
    )
    made = run(
        (scenario("Mr Patient cancels", "FAIL", wrong, exchanges=(), steps=steps),),
        (replace(requirement("CON-CAN-08", "FAIL", wrong), role=role),),
    )
    PageReporter().run_judged(made, tmp_path)
    page = html.document_fromstring((tmp_path / "report.html").read_text("utf-8"))
    told = " ".join(page.get_element_by_id("fix-con-can-08").text_content().split())
    why = "the consumer calls, and is not called" if role == "consumer" else "in no answer to a request of ours"
    assert f"No script can show this: {why}" in told or f"it was seen {why}" in told
    assert ("the caller rings lets it go" in told) == (role == "consumer")
    assert not (tmp_path / "reproduce").exists()


def test_a_script_that_is_tried_finds_its_tokens_made(tmp_path: Path) -> None:
    (attempt,) = tried([sent("x1", "GET", "/Slot", 200, FOUND), booked()], "PRV-BOOK-05", "x2")
    nowhere = "https://localhost:9/STU3/1"
    place = Place(load.from_urls(nowhere, ""), {"PROVIDER": nowhere, "UEC_BOOKING": "false"}, tmp_path)
    assert place.run(script_of(attempt), tmp_path / "kept") == NOT_TRIED
    made = {path.name for path in tmp_path.glob("sign-*")}
    assert {
        "sign-provider_organization_slot_read_first_111_",
        "sign-provider_patient_appointment_write_first_111_",
        "sign-provider_patient_appointment_read_first_111_",
    } == made
    assert (tmp_path / "kept" / "1.status").read_text("ascii") == "000", "it was sent, and nobody was there"


def test_a_body_is_sent_as_it_was_and_nothing_of_it_is_carried_out(tmp_path: Path) -> None:
    tricky = f"{{$(touch {tmp_path}/pwned) `touch {tmp_path}/pwned` \\ \\\\ \\$ $HOME \"a\" 'b' !! BODY\n BODY\\\n}}"
    lines = here_document((tricky,), {}, "BODY")
    done = subprocess.run(
        ["bash"], input=f"cat <<BODY\n{lines}\nBODY\n", capture_output=True, text=True, check=True, timeout=20
    )
    assert done.stdout == tricky + "\n"
    assert not (tmp_path / "pwned").exists()
    for impossible in ("a\nBODY\nb", "ends\n", "caf\u00e9", "\x1b[2J"):
        assert here_document((impossible,), {}, "BODY") == ""
