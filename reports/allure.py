"""``allure-results/`` and ``allurerc.json``: the judged run for Allure 2 and 3, made from what was stored.

It is written after judging and not while pytest runs, so that a stored run, judged
under another edition, gives its own Allure report. Names of files and ids follow from the
scenarios: the same run gives the same files, and history lines up from run to run.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from allure_commons.model2 import StatusDetails, TestResult
from uec_booking.harness.judging.verdicts import JudgedRun

from .allure_about import write_about
from .allure_config import write_config
from .allure_exchanges import Attachments, Key
from .allure_model import STATUSES, stable_id, write_result
from .allure_results import Results
from .allure_scenarios import Scenarios
from .allure_standing import Standing, apart
from .allure_verdict import verdict_row
from .exchanges import of_run
from .findings import shortfalls
from .reporter import SilentReporter

RESULTS = "allure-results"
#: Where the pages of the run lie as seen from a report that Allure makes in the run's folder.
BESIDE = "../"


class AllureReporter(SilentReporter):
    """Writes ``allure-results/``, and ``allurerc.json`` beside it.

    Links lead to the pages of the same run: a report that Allure makes beside them (in the folder of the run, as
    ``allure generate`` does there) finds them one folder up. Allure 3 by itself shows such links as plain text, as it
    follows none without a scheme; the HTML that is made here has them (``allure_html``).
    """

    def run_judged(self, run: JudgedRun, directory: Path) -> None:
        write_all(run, directory, BESIDE)


def write_all(run: JudgedRun, directory: Path, beside: str) -> None:
    """Results and settings for Allure. ``beside`` leads from the report to the folder of the pages of the run."""
    folder = directory / RESULTS
    folder.mkdir(exist_ok=True)
    for old in [*folder.glob("*-result.json"), *folder.glob("*-attachment.*")]:
        old.unlink()  # else Allure takes the last run's results for retries of this one
    results = Results(run, beside)
    attachments = Attachments(folder, of_run(run), _fell_short(run))
    made = [
        verdict_row(results),
        *Scenarios(results, attachments).all(),
        *Standing(results, attachments).all(),
    ]
    for result in _each_time(made):
        write_result(result, folder)
    write_about(run, folder)
    write_config(run, directory)


def _fell_short(run: JudgedRun) -> set[Key]:
    """The exchanges that are shown whole: all of a scenario that is not green, and those behind standing failures."""
    found = {
        (scenario.record.id, str(exchange["id"]))
        for scenario in run.scenarios
        if STATUSES[scenario.status] != "passed"
        for exchange in scenario.record.exchanges
    }
    for requirement in apart(run):
        for judged in shortfalls(requirement):
            found.update((judged.observation.scenario, id) for id in judged.observation.exchanges)
    return found


def _each_time(results: Iterable[TestResult]) -> Iterable[TestResult]:
    """None hides another of its name: what ran again is shown as a retry, and as flaky if it ended otherwise."""
    by_case: dict[str, list[TestResult]] = {}
    for result in results:
        by_case.setdefault(result.testCaseId, []).append(result)
    for same in by_case.values():
        for number, result in enumerate(same):
            if number:
                result.uuid = stable_id(result.uuid, str(number))
            if len({one.status for one in same}) > 1:
                result.statusDetails = result.statusDetails or StatusDetails()
                result.statusDetails.flaky = True
            yield result
