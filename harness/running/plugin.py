"""The pytest plugin: runs scenarios, keeps the record of each, and makes its outcome from the ledger.

A record travels on the test report, so that the process that controls the run gets it
the same way with and without worker processes.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Iterator
from typing import Any

import pytest
from uec_booking.standard import editions

from ..bookkeeping.history import LAST
from ..catalogue.selection import chosen
from ..checks import preconditions
from ..errors import CannotGoOn, SettingsError, SystemAway, is_no_room, why_not_written
from ..http.client import now_text
from ..judging.observations import Problem, ProblemKind, ScenarioRecord
from ..judging.recorder import Recorder
from ..text import clean
from .applicable import check_applicable
from .cover import ATTENDED
from .fixtures import (
    BOOKED,
    RECORDER,
    SCENARIO,
    SESSION,
    SESSION_OF_ITEM,
    consumer_calls,
    consumer_door,
    consumer_recording,
    recorded_calls,
    scenario,
    uec_recorder,
    uec_session,
)
from .items import scenario_id, tags_of, template_of, words_of
from .scenario_record import AFTERWARDS, ENDS_THE_RUN, problem_of, record_of, report_outcome
from .session import RunSession
from .signals import hide_what_is_lost
from .suite import attended

# pytest finds these by their names in this module.
FIXTURES = (
    consumer_calls,
    consumer_door,
    consumer_recording,
    recorded_calls,
    scenario,
    uec_recorder,
    uec_session,
)

#: The report attribute under which a scenario's record travels.
RECORD = "uec_record"
#: The one that says why nothing more can be written.
NO_ROOM = "uec_no_room"

_RECORD: pytest.StashKey[ScenarioRecord] = pytest.StashKey()


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("uec-booking", "conformance with the UEC Booking Standard")
    group.addoption(
        "--uec-config", metavar="FILE", help="settings of the systems under test; the bundled simulator otherwise"
    )
    group.addoption("--provider-url", metavar="URL", default="", help="base URL of the provider under test")
    group.addoption("--registry-url", metavar="URL", default="", help="base URL of the registry under test")
    group.addoption(
        "--service",
        metavar="ID",
        action="append",
        default=[],
        help="DoS service id of that provider, for all purposes or as PURPOSE=ID (repeatable)",
    )
    group.addoption("--edition", choices=editions.EDITIONS, help="edition of the standard to judge by")
    group.addoption("--reading", choices=editions.READINGS, help="stricter reading laid over the edition")
    group.addoption("--only", metavar="EXPR", help="scenarios to run, by tag, requirement or feature")


def pytest_configure(config: pytest.Config) -> None:
    # A run started by the command line brings its session along; plain pytest makes one when a scenario asks.
    given = next((p for p in config.pluginmanager.get_plugins() if isinstance(p, RunSession)), None)
    workerinput = getattr(config, "workerinput", {})
    if given is None and "uec_session" in workerinput:
        given = RunSession.from_text(workerinput["uec_session"])
    if given is not None:
        config.stash[SESSION] = given


def pytest_sessionstart(session: pytest.Session) -> None:
    if SESSION in session.config.stash:
        hide_what_is_lost()
    if session.config.getoption("numprocesses", None) and not hasattr(session.config, "workerinput"):
        from .pytest_session import check_named

        check_named(session.config)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Runs of the command line have lanes; whoever calls pytest says themselves how scenarios are spread."""
    if SESSION not in config.stash:
        return None
    from .lanes import Lanes

    return Lanes(config, log)


@pytest.hookimpl(tryfirst=True)
def pytest_bdd_apply_tag(tag: str, function: Any) -> bool:
    """Tags are requirement ids and conditions; they are read from the feature, not made into pytest marks."""
    return True


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Keep what ``--only`` selects, and put it in another order where one is asked for; some always come last."""
    session = config.stash.get(SESSION, None)
    if session and session.order is not None:
        random.Random(session.order).shuffle(items)
    items.sort(key=lambda item: LAST in tags_of(item))
    if session and (session.done or session.again):
        items[:] = [item for item in items if template_of(item) is not None and _is_left(scenario_id(item), session)]
    expression = (session.only or None) if session else config.getoption("--only")
    if expression is None:
        return
    scenarios = [item for item in items if template_of(item)]
    try:
        kept = chosen(expression, scenarios, _called)
    except SettingsError as problem:
        raise pytest.UsageError(clean(problem)) from None
    dropped = [item for item in items if item not in kept]
    items[:] = kept
    config.hook.pytest_deselected(items=dropped)


def _is_left(scenario: str, session: RunSession) -> bool:
    return scenario in session.again if session.again else scenario not in session.done


def _called(item: pytest.Item) -> set[str]:
    return words_of(item) | ({ATTENDED} if scenario_id(item) in attended() else set())


def pytest_bdd_before_scenario(request: pytest.FixtureRequest) -> None:
    check_applicable(request.node.stash[SESSION_OF_ITEM].settings, tags_of(request.node))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    """Run a scenario, and make its outcome from what the ledger holds."""
    if RECORDER not in item.stash:
        return (yield)
    started, clock = now_text(), time.monotonic()
    problem: Problem | None = None
    failure: Exception | None = None
    try:
        yield
    except Exception as error:
        problem = problem_of(error)
        failure = error if problem.kind == ProblemKind.HARNESS else None
    record = record_of(item, item.stash[RECORDER], started, time.monotonic() - clock, problem)
    item.stash[_RECORD] = record
    if problem is not None and problem.kind in ENDS_THE_RUN:
        item.session.shouldstop = problem.reason
    report_outcome(item.stash[SESSION_OF_ITEM], record, failure)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Any:
    report = yield
    if call.excinfo is not None and is_no_room(call.excinfo.value):
        setattr(report, NO_ROOM, why_not_written(call.excinfo.value))
    elif call.when == "call" and _RECORD in item.stash and (stopped := item.stash[_RECORD].problem) is not None:
        setattr(report, NO_ROOM, stopped.reason if stopped.kind == ProblemKind.NO_ROOM else "")
    if call.when == "call" and _RECORD in item.stash:
        setattr(report, RECORD, item.stash[_RECORD].to_json())
    elif call.when == "setup" and template_of(item) is not None and call.excinfo is not None:
        problem = Problem(ProblemKind.HARNESS, f"setting up failed: {call.excinfo.value}"[:500])
        setattr(report, RECORD, record_of(item, Recorder(scenario_id(item)), now_text(), 0.0, problem).to_json())
    return report


def pytest_bdd_before_step(request: pytest.FixtureRequest, step: Any) -> None:
    request.node.stash[RECORDER].begin_step(step.keyword, step.name)


def pytest_bdd_after_step(request: pytest.FixtureRequest) -> None:
    request.node.stash[RECORDER].end_step()


def pytest_bdd_step_func_lookup_error(request: pytest.FixtureRequest, step: Any) -> None:
    request.node.stash[RECORDER].begin_step(step.keyword, step.name)


def pytest_bdd_after_scenario(request: pytest.FixtureRequest) -> None:
    """What a scenario rested on is recorded when it has ended, also before its time, and what it booked read once more;
    not from a system that went.
    """
    stopped = sys.exception()
    _record_preconditions(request.node, stopped)
    unread = request.node.stash[BOOKED].unread()
    if not unread or isinstance(stopped, SystemAway):
        return
    recorder = request.node.stash[RECORDER]
    if stopped is None:
        recorder.begin_step(AFTERWARDS, "what was booked is read again")
    request.getfixturevalue("scenario").read_again(unread)
    if stopped is None:
        recorder.end_step()


def _record_preconditions(item: pytest.Item, stopped: BaseException | None) -> None:
    """The one place where it is recorded what was due, and failed, of all that the scenario rested on."""
    state, recorder = item.stash.get(SCENARIO, None), item.stash[RECORDER]
    if state is not None and state.named_by_id is not None:
        preconditions.slot_is_named_by_identifier(recorder, state.named_by_id)
    for reason in [*(state.went_without if state else ()), stopped]:
        if isinstance(reason, CannotGoOn) and reason.due is not None:
            preconditions.not_as_due(recorder, reason.due)
