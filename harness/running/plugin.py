"""The pytest plugin: runs scenarios, keeps the record of each, and makes its outcome from the ledger.

A record travels on the test report, so that the process that controls the run gets it
the same way with and without worker processes.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from uec_booking.standard import editions, requirements

from ..bookkeeping.booking_log import FILE, BookingLog
from ..bookkeeping.history import LAST, History
from ..catalogue.selection import chosen
from ..checks import preconditions
from ..checks.every_exchange.consumer.standing import consumer_checks
from ..checks.every_exchange.standing import standing_checks
from ..cleanup.sweep import tidy
from ..consumer.doors.door import Door
from ..consumer.recording.reading import Recording, read
from ..errors import CannotGoOn, NotApplicable, SettingsError, SystemAway, ToAttest, is_no_room, why_not_written
from ..http.client import now_text
from ..judging.observations import Problem, ProblemKind, ScenarioRecord
from ..judging.recorder import Recorder
from ..scenario.booked import BookedAppointments
from ..scenario.consumer_calls import ConsumerCalls
from ..scenario.context import Scenario
from ..scenario.recorded_calls import RecordedCalls
from ..scenario.slot_leases import SlotLeases
from ..settings.consumer import CONSUMER, ConsumerUnderTest
from ..text import clean
from .attended import door_of, tell_progress
from .cover import ATTENDED
from .exclusive import ALONE, one_at_a_time, turn
from .items import scenario_id, tags_of, template_of, words_of
from .scenario_record import AFTERWARDS, ENDS_THE_RUN, problem_of, record_of, report_outcome
from .session import RunSession
from .signals import hide_what_is_lost
from .suite import attended

#: The report attribute under which a scenario's record travels.
RECORD = "uec_record"
#: The tag of scenarios that look at a recording, and give no tasks.
RECORDED = "recorded"
#: The one that says why nothing more can be written.
NO_ROOM = "uec_no_room"

_SESSION: pytest.StashKey[RunSession] = pytest.StashKey()
_RECORD: pytest.StashKey[ScenarioRecord] = pytest.StashKey()
_RECORDER: pytest.StashKey[Recorder] = pytest.StashKey()
_BOOKED: pytest.StashKey[BookedAppointments] = pytest.StashKey()
_SCENARIO: pytest.StashKey[Scenario] = pytest.StashKey()
_SESSION_OF_ITEM: pytest.StashKey[RunSession] = pytest.StashKey()


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
        config.stash[_SESSION] = given


def pytest_sessionstart(session: pytest.Session) -> None:
    if _SESSION in session.config.stash:
        hide_what_is_lost()
    if session.config.getoption("numprocesses", None) and not hasattr(session.config, "workerinput"):
        from .pytest_session import check_named

        check_named(session.config)


@pytest.hookimpl(tryfirst=True)
def pytest_bdd_apply_tag(tag: str, function: Any) -> bool:
    """Tags are requirement ids and conditions; they are read from the feature, not made into pytest marks."""
    return True


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Keep what ``--only`` selects, and put it in another order where one is asked for; some always come last."""
    session = config.stash.get(_SESSION, None)
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


@pytest.fixture(scope="session")
def uec_session(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunSession]:
    """The settings and shared places of this run."""
    config = request.config
    session = config.stash.get(_SESSION, None)
    if session is not None:
        yield session
        return
    # Plain pytest: the same engine, with the systems that its own options name, or the bundled world.
    from .pytest_session import plain_session

    # The processes of pytest-xdist have folders in a common one.
    own = tmp_path_factory.getbasetemp()
    common = own.parent if hasattr(config, "workerinput") else own
    with plain_session(config, common / "uec-leases") as made:
        yield made


@pytest.fixture(autouse=True)
def _uec_recorder(request: pytest.FixtureRequest) -> None:
    """Every scenario has its recorder before its first step."""
    if template_of(request.node) is not None:
        session: RunSession = request.getfixturevalue("uec_session")
        request.node.stash[_SESSION_OF_ITEM] = session
        booked = request.node.stash[_BOOKED] = BookedAppointments()
        settings = session.settings
        under_test = settings.systems_under_test()
        seen = settings.surroundings or (settings.consumer and settings.consumer.recording)
        of_consumer = {"of_consumer": consumer_checks(settings)} if seen else {}
        checks = standing_checks(settings.edition, settings.reading, under_test, booked, **of_consumer)
        request.node.stash[_RECORDER] = Recorder(scenario_id(request.node), checks)


@pytest.fixture
def scenario(request: pytest.FixtureRequest, uec_session: RunSession) -> Iterator[Scenario]:
    """What the steps of one scenario share."""
    shared = Path(uec_session.leases)
    leases, booking_log = SlotLeases(shared), BookingLog(Path(uec_session.folder) / FILE)
    with turn(shared, alone=ALONE in tags_of(request.node)):
        recorder, booked = request.node.stash[_RECORDER], request.node.stash[_BOOKED]
        state = Scenario(uec_session.settings, recorder, booked, leases, booking_log, History(shared), random.Random())
        request.node.stash[_SCENARIO] = state
        yield state
        state.close()
        tidied = tidy(booking_log, uec_session.settings)
        state.history.note(state.recorder.scenario, [*state.recorder.exchanges, *tidied])
        leases.give_back()
        state.patients.give_back()


@pytest.fixture(scope="session")
def consumer_door(uec_session: RunSession) -> Iterator[Door]:
    """The door of the consumer under test, open as long as scenarios run."""
    if uec_session.door is not None:
        yield uec_session.door
        return
    settings = uec_session.settings
    assert settings.consumer is not None and settings.surroundings is not None
    door = door_of(settings, Path(uec_session.place or uec_session.folder))
    yield door
    door.close()


@pytest.fixture
def consumer_calls(
    request: pytest.FixtureRequest, uec_session: RunSession, consumer_door: Door
) -> Iterator[ConsumerCalls]:
    """What the steps of a scenario of a consumer under test share. It has one at a time, over all worker processes."""
    shared = Path(uec_session.leases)
    with one_at_a_time(shared):
        recorder = request.node.stash[_RECORDER]
        tell_progress(consumer_door, request.node, len(uec_session.done))
        state = ConsumerCalls(uec_session.settings, recorder, consumer_door, random.Random(), shared)
        try:
            yield state
        finally:
            state.close()


@pytest.fixture(scope="session")
def consumer_recording(uec_session: RunSession) -> Recording:
    """The recording that the consumer under test is judged from."""
    assert uec_session.settings.consumer is not None
    return read(uec_session.settings.consumer)


@pytest.fixture
def recorded_calls(request: pytest.FixtureRequest, consumer_recording: Recording) -> RecordedCalls:
    """What the steps of a scenario of a recorded consumer share."""
    return RecordedCalls(request.node.stash[_RECORDER], consumer_recording.anew())


def pytest_bdd_before_scenario(request: pytest.FixtureRequest) -> None:
    """A scenario that these systems cannot be asked for is not begun: its requirements and its other tags."""
    settings = request.node.stash[_SESSION_OF_ITEM].settings
    catalogue = requirements.load()
    decides = [catalogue[tag] for tag in tags_of(request.node) if tag in catalogue]
    if decides and not any(one.applies_in(settings.edition) for one in decides):
        raise NotApplicable(f"edition {settings.edition} has nothing of what it decides")
    if CONSUMER in tags_of(request.node):
        if settings.consumer is None:
            raise NotApplicable("no consumer is under test")
        _fits_door(settings.consumer, tags_of(request.node))
    elif not settings.under_test():
        raise NotApplicable("no provider or registry is under test")
    for tag in sorted(tags_of(request.node)):
        kind, _, name = tag.partition(":")
        if kind == "claims" and name not in settings.capabilities:
            raise NotApplicable(f"the capability {name!r} is not claimed")
        if kind == "needs" and name == "control" and not any(part.control for part in settings.under_test()):
            raise ToAttest("this run has no control interface with which to bring the situation about")
        if kind == "needs" and name == "tap" and settings.tap is None:
            raise ToAttest(
                "no recording proxy stood between the provider and the registry ([registry] tap in the settings)"
            )


def _fits_door(consumer: ConsumerUnderTest, tagged: set[str]) -> None:
    if consumer.recording is None and RECORDED in tagged:
        raise NotApplicable("no recording of a consumer is judged (consumer.recording in the settings)")
    if consumer.recording is not None and RECORDED not in tagged:
        raise ToAttest(
            "the consumer is judged from a recording: nobody gave it tasks, and what its user saw was not recorded"
        )


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    """Run a scenario, and make its outcome from what the ledger holds."""
    if _RECORDER not in item.stash:
        return (yield)
    started, clock = now_text(), time.monotonic()
    problem: Problem | None = None
    failure: Exception | None = None
    try:
        yield
    except Exception as error:
        problem = problem_of(error)
        failure = error if problem.kind == ProblemKind.HARNESS else None
    record = record_of(item, item.stash[_RECORDER], started, time.monotonic() - clock, problem)
    item.stash[_RECORD] = record
    if problem is not None and problem.kind in ENDS_THE_RUN:
        item.session.shouldstop = problem.reason
    report_outcome(item.stash[_SESSION_OF_ITEM], record, failure)


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
    request.node.stash[_RECORDER].begin_step(step.keyword, step.name)


def pytest_bdd_after_step(request: pytest.FixtureRequest) -> None:
    request.node.stash[_RECORDER].end_step()


def pytest_bdd_step_func_lookup_error(request: pytest.FixtureRequest, step: Any) -> None:
    request.node.stash[_RECORDER].begin_step(step.keyword, step.name)


def pytest_bdd_after_scenario(request: pytest.FixtureRequest) -> None:
    """What a scenario rested on is recorded when it has ended, also before its time, and what it booked read once more;
    not from a system that went.
    """
    stopped = sys.exception()
    _record_preconditions(request.node, stopped)
    unread = request.node.stash[_BOOKED].unread()
    if not unread or isinstance(stopped, SystemAway):
        return
    recorder = request.node.stash[_RECORDER]
    if stopped is None:
        recorder.begin_step(AFTERWARDS, "what was booked is read again")
    request.getfixturevalue("scenario").read_again(unread)
    if stopped is None:
        recorder.end_step()


def _record_preconditions(item: pytest.Item, stopped: BaseException | None) -> None:
    """The one place where it is recorded what was due, and failed, of all that the scenario rested on."""
    state, recorder = item.stash.get(_SCENARIO, None), item.stash[_RECORDER]
    if state is not None and state.named_by_id is not None:
        preconditions.slot_is_named_by_identifier(recorder, state.named_by_id)
    for reason in [*(state.went_without if state else ()), stopped]:
        if isinstance(reason, CannotGoOn) and reason.due is not None:
            preconditions.not_as_due(recorder, reason.due)
