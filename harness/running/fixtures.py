"""What pytest gives to scenarios: the settings of the run, the recorder, and what the steps of a scenario share."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from ..bookkeeping.booking_log import FILE, BookingLog
from ..bookkeeping.history import History
from ..checks.every_exchange.consumer.standing import consumer_checks
from ..checks.every_exchange.standing import standing_checks
from ..cleanup.sweep import tidy
from ..consumer.doors.door import Door
from ..consumer.recording.reading import Recording, read
from ..judging.recorder import Recorder
from ..scenario.booked import BookedAppointments
from ..scenario.consumer_calls import ConsumerCalls
from ..scenario.context import Scenario
from ..scenario.recorded_calls import RecordedCalls
from ..scenario.slot_leases import SlotLeases
from .attended import door_of, leave, tell_progress
from .exclusive import ALONE, one_at_a_time, turn
from .items import scenario_id, tags_of, template_of
from .session import RunSession

#: Of the run its session; of a scenario what is kept with its item while it runs.
SESSION: pytest.StashKey[RunSession] = pytest.StashKey()
RECORDER: pytest.StashKey[Recorder] = pytest.StashKey()
BOOKED: pytest.StashKey[BookedAppointments] = pytest.StashKey()
SCENARIO: pytest.StashKey[Scenario] = pytest.StashKey()
SESSION_OF_ITEM: pytest.StashKey[RunSession] = pytest.StashKey()


@pytest.fixture(scope="session")
def uec_session(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunSession]:
    """The settings and shared places of this run."""
    config = request.config
    session = config.stash.get(SESSION, None)
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
def uec_recorder(request: pytest.FixtureRequest) -> None:
    """Every scenario has its recorder before its first step."""
    if template_of(request.node) is not None:
        session: RunSession = request.getfixturevalue("uec_session")
        request.node.stash[SESSION_OF_ITEM] = session
        booked = request.node.stash[BOOKED] = BookedAppointments()
        settings = session.settings
        under_test = settings.systems_under_test()
        seen = settings.surroundings or (settings.consumer and settings.consumer.recording)
        of_consumer = {"of_consumer": consumer_checks(settings)} if seen else {}
        checks = standing_checks(settings.edition, settings.reading, under_test, booked, **of_consumer)
        request.node.stash[RECORDER] = Recorder(scenario_id(request.node), checks)


@pytest.fixture
def scenario(request: pytest.FixtureRequest, uec_session: RunSession) -> Iterator[Scenario]:
    """What the steps of one scenario share."""
    shared = Path(uec_session.leases)
    leases, booking_log = SlotLeases(shared), BookingLog(Path(uec_session.folder) / FILE)
    with turn(shared, alone=ALONE in tags_of(request.node)):
        recorder, booked = request.node.stash[RECORDER], request.node.stash[BOOKED]
        state = Scenario(uec_session.settings, recorder, booked, leases, booking_log, History(shared), random.Random())
        request.node.stash[SCENARIO] = state
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
    leave(door, uec_session)


@pytest.fixture
def consumer_calls(
    request: pytest.FixtureRequest, uec_session: RunSession, consumer_door: Door
) -> Iterator[ConsumerCalls]:
    """What the steps of a scenario of a consumer under test share. It has one at a time, over all worker processes."""
    shared = Path(uec_session.leases)
    with one_at_a_time(shared):
        recorder = request.node.stash[RECORDER]
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
    return RecordedCalls(request.node.stash[RECORDER], consumer_recording.anew())
