"""The real plugin on small features: whatever is taken away from a check, nothing passes unseen.

Each case changes one thing in a scenario that passes. All of them run in one pytest, because
starting it costs more than they do.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from xml.etree import ElementTree

import pytest

pytest_plugins = ["pytester"]
pytestmark = pytest.mark.e2e

FEATURE = """\
Feature: A small check

  @PRV-CAP-01 @PRV-CAP-02
  Scenario: The statement
    When the statement is asked for
    Then it is answered
    And it has a status
"""

STEPS = """\
from pytest_bdd import scenarios, then, when
from uec_booking.harness.actors import calls
from uec_booking.harness.errors import CannotGoOn, NotApplicable, ToAttest

scenarios("NAME.feature")


@when("the statement is asked for")
def _ask(scenario):
    part = scenario.part("provider")
    scenario.last = scenario.consumer("first_111").send(part, calls.metadata())


@then("it is answered")
def _answered(scenario):
    seen = scenario.answer()
    scenario.recorder.expect("PRV-CAP-01", seen.status == 200, expected="200", actual=seen.summary(), of=seen)


@then("it has a status")
def _status(scenario):
    seen = scenario.answer()
    there = seen.resource.get("status") == "active"
    scenario.recorder.expect("PRV-CAP-02", there, expected="active", actual="another", of=seen)
"""

SECOND = '    scenario.recorder.expect("PRV-CAP-02", there, expected="active", actual="another", of=seen)\n'


#: Case: feature, steps, and the outcome and words that pytest must have for it.
CASES: dict[str, tuple[str, str, str, str]] = {
    "as_it_is": (FEATURE, STEPS, "passed", ""),
    "expectation_removed": (
        FEATURE,
        STEPS.replace(SECOND, ""),
        "failed",
        "INCONCLUSIVE: not observed: PRV-CAP-02",
    ),
    "step_removed": (
        FEATURE.replace("    And it has a status\n", ""),
        STEPS,
        "failed",
        "INCONCLUSIVE: not observed: PRV-CAP-02",
    ),
    "tag_removed": (
        FEATURE.replace(" @PRV-CAP-02", ""),
        STEPS,
        "failed",
        "ERROR: observed PRV-CAP-02 without being tagged with it",
    ),
    "expectation_added": (
        FEATURE,
        STEPS + SECOND.replace("PRV-CAP-02", "PRV-CAP-03"),
        "failed",
        "ERROR: observed PRV-CAP-03 without being tagged with it",
    ),
    "unknown_tag": (
        FEATURE.replace("@PRV-CAP-01", "@PRV-CAP-01 @PRV-CAP-99"),
        STEPS,
        "failed",
        "ERROR: tagged with PRV-CAP-99",
    ),
    "exception": (FEATURE, STEPS.replace(SECOND, '    raise KeyError("ours")\n'), "failed", "KeyError: 'ours'"),
    "step_nobody_wrote": (
        FEATURE.replace("it has a status", "it has a certain something"),
        STEPS,
        "failed",
        "StepDefinitionNotFoundError",
    ),
    "not_met": (FEATURE, STEPS.replace("== 200", "== 201"), "failed", "FAIL: not met: PRV-CAP-01"),
    "precondition_missing": (
        FEATURE,
        STEPS.replace(SECOND, '    raise CannotGoOn("there is no diary")\n'),
        "failed",
        "INCONCLUSIVE: there is no diary",
    ),
    "not_claimed": (
        FEATURE.replace("@PRV-CAP-01", "@claims:xml @PRV-CAP-01"),
        STEPS,
        "skipped",
        "NOT-APPLICABLE: the capability 'xml' is not claimed",
    ),
    "no_means": (FEATURE.replace("@PRV-CAP-01", "@needs:control @PRV-CAP-01"), STEPS, "skipped", "TO-ATTEST: "),
}


def _slots() -> dict[str, Any]:
    """Free slots soon and later, so that the run is begun at all."""
    entries = []
    for hours in (1, 8, 14):
        start = datetime.now(UTC) + timedelta(hours=hours)
        entries.append(
            {
                "resource": {
                    "resourceType": "Slot",
                    "id": f"slot-{hours}",
                    "status": "free",
                    "start": start.isoformat(timespec="seconds"),
                    "end": (start + timedelta(minutes=15)).isoformat(timespec="seconds"),
                }
            }
        )
    return {"resourceType": "Bundle", "type": "searchset", "total": len(entries), "entry": entries}


class _Provider(BaseHTTPRequestHandler):
    """Has free slots, and answers everything else with a statement."""

    def do_GET(self) -> None:
        statement = {"resourceType": "CapabilityStatement", "status": "active"}
        body = json.dumps(_slots() if "/Slot" in self.path else statement).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/fhir+json;charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def provider() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Provider)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}/provider"
    server.shutdown()
    thread.join(timeout=10)
    server.server_close()


def test_nothing_passes_unseen_and_nothing_of_ours_is_blamed_on_the_system(
    pytester: pytest.Pytester, provider: str
) -> None:
    parts = [f'[{key}]\nbase_url = "{provider}"\n' for key in ("provider", "second_provider", "registry")]
    services = [f'[{key}.services]\nlater = "1"\n' for key in ("provider", "second_provider")]
    pytester.makefile(".toml", settings='capabilities = ["registry"]\n' + "".join(parts + services))
    pytester.makeconftest('pytest_plugins = ["uec_booking.harness.running.plugin"]')
    for name, (feature, steps, _, _) in CASES.items():
        pytester.makefile(".feature", **{name: feature})
        pytester.makepyfile(**{f"test_{name}": steps.replace("NAME", name)})
    pytester.runpytest_subprocess("--uec-config=settings.toml", "--junit-xml=out.xml", "-p", "no:cacheprovider")

    seen: dict[str, tuple[str, str]] = {}
    for case in ElementTree.parse(pytester.path / "out.xml").iter("testcase"):  # noqa: S314 - pytest wrote it
        failure, skipped = case.find("failure"), case.find("skipped")
        told = failure if failure is not None else skipped
        outcome = "passed" if told is None else "failed" if failure is not None else "skipped"
        text = "" if told is None else f"{told.get('message')} {told.text}"
        seen[str(case.get("classname")).removeprefix("test_")] = (outcome, text)

    assert {name: seen[name][0] for name in CASES} == {name: case[2] for name, case in CASES.items()}
    assert [name for name, case in CASES.items() if case[3] not in seen[name][1]] == []
    assert [name for name, (_, text) in seen.items() if "FAIL:" in text] == ["not_met"]
