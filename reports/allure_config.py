"""``allurerc.json``: how Allure 3 shows the run. Allure finds it where it is called, in the folder of the run."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from uec_booking.harness.judging.verdicts import FAIL, PASS, WARN, JudgedRun

from .allure_verdict import OPENING
from .reporter import write_document
from .text import one_line
from .untested import open_points
from .words import levels

FILE = "allurerc.json"
#: Where Allure 3 keeps what earlier runs came to; it stays when the reports of a run are replaced.
HISTORY = "allure-history.jsonl"
REPORT = "allure-report"
_RUNS_KEPT = 20
_BY_STATUS = ["failed", "broken", "unknown", "skipped"]

#: In this order: a test is in the first that takes it. Allure 2 reads them from categories.json.
CATEGORIES = (
    {"name": "Verdict of the run", "matchedStatuses": _BY_STATUS, "messageRegex": rf"^{OPENING}[\s\S]*"},
    {"name": "Not conformant: a MUST not met", "matchedStatuses": ["failed"], "messageRegex": r"^FAIL[\s\S]*"},
    {
        "name": "Inconclusive: could not be observed",
        "matchedStatuses": ["broken"],
        "messageRegex": r"^INCONCLUSIVE[\s\S]*",
    },
    {"name": "The harness broke", "matchedStatuses": ["broken"], "messageRegex": r"^ERROR[\s\S]*"},
    {
        "name": "Warnings: a SHOULD not met, or a tolerated value",
        "matchedStatuses": ["unknown"],
        "messageRegex": r"^WARN[\s\S]*",
    },
    {"name": "For a person to state", "matchedStatuses": ["skipped"], "messageRegex": r"^TO-ATTEST[\s\S]*"},
    {"name": "Optional (MAY): reported, not assessed", "matchedStatuses": ["skipped"], "messageRegex": r"^INFO[\s\S]*"},
    {"name": "Not applicable", "matchedStatuses": ["skipped"], "messageRegex": r"^NOT-APPLICABLE[\s\S]*"},
    {"name": "Not run", "matchedStatuses": ["skipped"], "messageRegex": r"^NOT-RUN[\s\S]*"},
)


def write_config(run: JudgedRun, folder: Path) -> None:
    """Write ``allurerc.json`` into the folder that holds the results."""
    write_document(folder / FILE, json.dumps(_config(run), ensure_ascii=False, indent=1) + "\n")


def _config(run: JudgedRun) -> dict[str, object]:
    roles = sorted(set(run.system.get("under_test", {}).values()))
    about = " · ".join(filter(None, ("UEC Booking", ", ".join(roles), f"edition {run.edition}")))
    return {
        # The verdict stands above the ring of what passed, which is green where nothing failed, however much is open.
        "name": one_line(f"{run.headline()} · {about}"),
        "resultsDir": "./allure-results",
        "output": f"./{REPORT}",
        "historyPath": f"./{HISTORY}",
        "historyLimit": _RUNS_KEPT,
        # Runs of other roles are another environment: their trends are not mixed with these.
        "environment": "-".join(roles) or "default",
        "variables": dict(_facts(run)),
        # They say what the suites and the tree say already.
        "hideLabels": ["framework", "language", "parentSuite", "suite"],
        "categories": {"rules": [{**rule, "groupByMessage": True} for rule in CATEGORIES]},
        "plugins": {
            "awesome": {
                # One file, so that it opens from a disk: from there a browser lets no page load its parts.
                "options": {"singleFile": True, "reportLanguage": "en", "theme": "auto"}
            }
        },
    }


def _facts(run: JudgedRun) -> Iterator[tuple[str, str]]:
    """What stands at the head of the report; short, as Allure cuts what is long."""
    yield "Verdict", run.verdict
    for label, level in levels(run):
        yield label, level.partition(":")[0]
    for label, number in (
        ("Failed", run.counts.get(FAIL, 0)),
        ("Warnings", run.counts.get(WARN, 0)),
        ("Passed", run.counts.get(PASS, 0)),
        ("Not tested", open_points(run)),
    ):
        yield label, f"{number} requirement{'' if number == 1 else 's'}"
