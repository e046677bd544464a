"""Judged runs that tell a story, and their pages: two providers and a registry, one deviation, hostile text in all."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from lxml import html
from uec_booking.harness.judging.observations import Problem, StepRecord
from uec_booking.harness.judging.verdicts import JudgedRun
from uec_booking.reports.page import PageReporter
from uec_booking.reports.stories.reporter import StoriesReporter

from .runs import HOSTILE, exchange, judged, requirement, run, scenario

_ROOTS = {"provider": "https://one.test/STU3/1/utc", "second_provider": "https://two.test/STU3/1/ooh"}
_REGISTRY = "https://registry.test/STU3/1"
STORY_D = "D · Mrs Patient reaches another 111 service, which finds the original in the registry"


def sent(id: str, method: str, url: str, status: int, body: object, system: str = "provider", **changes: Any) -> Any:
    request = {"method": method, "url": url, "headers": [], "body": changes.pop("sent", ""), "body_encoding": ""}
    headers = [["Location", changes.pop("location")]] if "location" in changes else []
    response = {"status": status, "reason": "OK", "headers": headers, "body": json.dumps(body), "body_encoding": ""}
    return exchange(id, request=request, response=response, system=system, **changes)


def appointment(status: str, version: str) -> dict[str, object]:
    return {"resourceType": "Appointment", "status": status, "meta": {"versionId": version}}


def story_run() -> JudgedRun:
    """Story D: found in the registry, booked at the second provider, and the cancellation answered as booked."""
    one, two = _ROOTS["provider"], _ROOTS["second_provider"]
    slots = {"resourceType": "Bundle", "entry": [{"resource": {"resourceType": "Slot"}}] * 3}
    found = {"resourceType": "Bundle", "entry": [{"resource": appointment("booked", "1")}]}
    exchanges = (
        sent("x1", "POST", f"{one}/Appointment", 201, appointment("booked", "1"), location=f"{one}/Appointment/41"),
        sent("x2", "GET", f"{_REGISTRY}/Appointment?Appointment.participant.actor", 200, found, "registry"),
        sent("x3", "GET", f"{two}/Slot?start=ge2026", 200, slots, "second_provider"),
        sent(
            *("x4", "POST", f"{two}/Appointment", 201, appointment("booked", "1"), "second_provider"),
            location=f"{two}/Appointment/7",
        ),
        sent("x5", "PUT", f"{one}/Appointment/41", 200, appointment("booked", "2"), sent='{"status":"cancelled"}'),
        sent("x6", "GET", f"{one}/Appointment/41", 200, appointment("cancelled", "2")),
    )
    steps = (
        StepRecord("Given", "Mrs Patient, for whom an original appointment was booked", "passed", 0.1, ("x1",)),
        StepRecord("When", "Mrs Patient calls the second 111 service and is assessed", "passed", 0.0),
        StepRecord("And", "the second 111 service searches the registry", "passed", 0.1, ("x2",)),
        StepRecord("When", "the second 111 service books the slot found", "passed", 0.1, ("x3", "x4")),
        StepRecord("When", "the patient confirms and the second 111 service cancels", "not met", 0.1, ("x5",)),
        StepRecord("Then", "the original appointment now reads as cancelled", "passed", 0.1, ("x6",)),
    )
    name = "The original is found, replaced and cancelled"
    where = f"workflow/rebook.feature::{name}"
    seen = (
        judged("PRV-CAN-02", "not met", "cancelled", "booked", exchanges=("x5",), step=steps[4].name, scenario=where),
        judged("PRV-CAN-01", exchanges=("x5",), scenario=where),
        judged("REG-11", "not observed", "an observation", "no entry", step=steps[5].name, scenario=where),
    )
    ids = ("PRV-CAN-01", "PRV-CAN-02", "REG-11")
    told = scenario(name, "FAIL", *seen, requirements=ids, exchanges=exchanges, steps=steps, feature=STORY_D)
    verdicts = (
        requirement("PRV-CAN-01", "PASS", seen[1]),
        requirement("PRV-CAN-02", "FAIL", seen[0]),
        requirement("REG-11", "INCONCLUSIVE", seen[2]),
    )
    system = {"under_test": {"provider": "provider", "second_provider": "provider"}}
    return run((told,), verdicts, system=system)


_REGISTRY_CHECK = "consumer.registry_check.asks_before_the_reassessment_ends"
_AFRESH = "consumer.rebooking.begins_afresh"


def consumer_run(*, asked: bool = True, by_proxy: bool = False) -> JudgedRun:
    """Story B as a consumer under test plays it: two providers behind one proxy, told apart by their roots alone.

    ``asked``: the registry, which rejects its token, and DoS; else neither of them. ``by_proxy``: the registry as if it
    were a provider, so that the exchange is recorded.
    """
    one, two = (f"https://ssp.test/https://host.test/{service}/STU3/1" for service in ("2000100016", "2000100017"))
    booked, consumer = appointment("booked", "1"), {"system": "consumer", "actor": "the consumer under test"}
    exchanges = (
        sent("x1", "GET", f"{one}/metadata", 200, {"resourceType": "CapabilityStatement"}, **consumer),
        sent("x2", "POST", f"{one}/Appointment", 201, booked, location="https://host.test/x/Appointment/1", **consumer),
        sent("x3", "POST", f"{two}/Appointment", 201, booked, location="https://host.test/y/Appointment/2", **consumer),
        sent("x4", "PUT", f"{one}/Appointment/1", 200, booked, sent='{"status":"cancelled"}', **consumer),
    )
    if by_proxy:
        search = (
            "https://ssp.test/https://host.test/registry/STU3/1/Appointment?Appointment.participant.actor%3APatient"
        )
        found = {"resourceType": "Bundle", "entry": [{"resource": booked}]}
        registry = sent("x9", "GET", f"{search}.identifier=nhs%7C9990000018", 200, found, **consumer)
        exchanges = (*exchanges[:2], registry, *exchanges[2:])
    ids = tuple(one["id"] for one in exchanges)
    steps = (
        StepRecord("Given", 'a caller whom the first 111 service has booked at "Quarry Lane"', "passed", 0.1, ids[:2]),
        StepRecord("When", 'the first 111 service books the caller at "Redcliffe"', "passed", 0.1, ids[2:]),
        StepRecord("Then", "the registry is asked before the re-assessment ends", "not met", 0.0),
        StepRecord("And", "the call begins afresh", "passed" if asked else "not met", 0.0),
    )
    name = "B · The patient calls the same 111 service back"
    where = f"workflow/rebook.feature::{name}"
    first = {"exchanges": ids[2:], "step": steps[2].name, "check": _REGISTRY_CHECK, "scenario": where}
    second = {"exchanges": ids[2:3], "step": steps[3].name, "check": _AFRESH, "scenario": where}
    searched = (
        judged("REG-21", "not met", "a token that the registry takes", "rejected with [401]", **first),
        judged("REG-23", **first),
        judged("WKF-12", **second),
        *([judged("REG-22", "not met", "straight to the registry", "by the proxy", **first)] if by_proxy else []),
    )
    nothing = (
        judged("REG-23", "not met", "a search of the registry", "none", **first),
        judged("REG-21", "not observed", "an observation", "the registry was not asked", **first),
        judged("WKF-12", "not met", "the Directory of Services is searched", "it was not asked", **second),
    )
    seen = searched if asked else nothing
    verdicts = tuple(
        requirement(one.observation.requirement, "PASS" if one.outcome == "met" else "FAIL", one) for one in seen
    )
    return run((scenario(name, "FAIL", *seen, exchanges=exchanges, steps=steps),), verdicts)


def hostile_story_run() -> JudgedRun:
    """Story A of a system that puts hostile text wherever it can, with an address and bodies that are none."""
    bodies = ('{"resourceType":"Appointment","status":["x"],"meta":3}', f'{{"resourceType":"{HOSTILE[:20]}"}}', HOSTILE)
    exchanges = tuple(
        exchange(
            f"x{number}",
            request={**exchange()["request"], "url": f"https://[provider.test/{HOSTILE}/Appointment"},
            response={"status": 200, "reason": HOSTILE, "headers": [["Location", HOSTILE]], "body": body, **_PLAIN},
            actor=HOSTILE,
        )
        for number, body in enumerate((*bodies, '{"a":"' + "=" * 3_000_000 + '"}'))
    )
    ids = tuple(one["id"] for one in exchanges)
    steps = (StepRecord("When", HOSTILE, "not met", 0.1, ids),)
    name = f"Hostile {HOSTILE}"
    where = f"workflow/rebook.feature::{name}"
    wrong = judged(
        *("PRV-CAN-02", "not met", f"=1+1 {HOSTILE}", f"=HYPERLINK({HOSTILE})"),
        exchanges=ids[:1],
        step=HOSTILE,
        scenario=where,
    )
    problem = Problem("inconclusive", f"=cmd|' /C calc'!A0 {HOSTILE}")
    told = scenario(name, "FAIL", wrong, exchanges=exchanges, steps=steps, problem=problem, feature=f"A · {HOSTILE}")
    failed = replace(requirement("PRV-CAN-02", "FAIL", wrong, text=HOSTILE), reason=f"=1+1{HOSTILE}")
    return run((told,), (failed,), reason=HOSTILE, system={HOSTILE: HOSTILE})


_PLAIN = {"body_encoding": ""}


def pages(judged_run: JudgedRun, folder: Path) -> tuple[html.HtmlElement, html.HtmlElement]:
    """The stories and the page of the run, as they lie beside each other."""
    for reporter in (StoriesReporter(), PageReporter()):
        reporter.run_judged(judged_run, folder)
    stories, report = ((folder / name).read_text("utf-8") for name in ("stories.html", "report.html"))
    return html.document_fromstring(stories), html.document_fromstring(report)


def words(found: html.HtmlElement) -> str:
    return " ".join(found.text_content().split())
