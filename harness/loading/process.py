"""The process that makes the load: ``python -m uec_booking.harness.loading.process``, with a ``Plan`` on its input.

Locust comes first: it puts gevent's sockets, threads and clocks in the place of Python's, which has to be done before
anything else imports them. For that reason no command imports this module.
"""

from __future__ import annotations

from locust import User, events, task
from locust.env import Environment

# isort: split
import json
import random
import signal
import sys
import time
from argparse import Namespace
from dataclasses import replace
from pathlib import Path
from typing import Any

import gevent
from gevent.event import Event
from locust.runners import MasterRunner, WorkerRunner

from ..actors.consumer import ConsumerSystem
from ..actors.patients import as_declared, synthetic_patient
from ..bookkeeping.booking_log import FILE, BookingLog
from ..errors import is_no_room
from ..http.exchange import Exchange
from ..judging.recorder import Recorder
from .bookings import Bookings
from .encounter import ORGANISATIONS, Encounter, Timed
from .history import History, as_data
from .measured import Counts, measured
from .plan import Plan, Role
from .schedule import Schedule

#: Seconds for which a master waits for its workers, and, when the time is up, for what they tell last.
_PATIENCE, _LAST_WORDS = 120.0, 10.0


class _KeepsNothing(Recorder):
    """The record of a load would fill the memory."""

    def exchange(self, exchange: Exchange, *, checked: bool = True) -> Exchange:
        return exchange


class Load:
    """All that the users of one process share."""

    def __init__(self, plan: Plan) -> None:
        self.settings = plan.settings
        self.plan = plan
        self.part = self.settings.part("provider")
        self.history = History()
        self.counts = Counts()
        self.bookings = Bookings(plan.settings.load.most_bookings)
        #: Set when the plan is known: a worker is told it by its master.
        self.known = Event()
        self.log_path = Path(plan.folder) / FILE

    def told(self, shared: dict[str, Any]) -> None:
        """The share of this process, as the master tells it."""
        self.plan = replace(
            self.plan, users=shared["users"], rate=shared["rate"], think=shared["think"], workers=shared["workers"]
        )
        most = self.settings.load.most_bookings
        self.bookings = Bookings(max(1, min(most, shared["most_bookings"]) // max(1, shared["workers"])))
        self.known.set()

    def interrupted(self) -> None:
        """Somebody has asked for an end."""
        self.counts.ended_early = self.counts.ended_early or "it was interrupted"


class Booker(User):
    """A user of a 111 service, who has one patient after the other."""

    load: Load

    def on_start(self) -> None:
        load = self.load
        load.known.wait()
        self.chance = random.Random()
        self.schedule = Schedule(load.plan.users, load.plan.rate, self.chance)
        log = BookingLog(load.log_path)
        self.consumer = ConsumerSystem(load.settings, self.chance.choice(ORGANISATIONS), _KeepsNothing("load"), log)

    def on_stop(self) -> None:
        self.consumer.close()

    @task
    def encounter(self) -> None:
        load = self.load
        wait, late = self.schedule.next()
        gevent.sleep(wait)
        if not load.plan.rate:
            self._think()
        load.counts.encounters += 1
        lateness = [late]

        def told(timed: Timed) -> None:
            # Only the first request has a moment that was fixed beforehand.
            self._tell(timed, lateness.pop() if lateness else 0.0)

        declared = load.settings.patients
        patient = as_declared(self.chance.choice(declared)) if declared else synthetic_patient(self.chance)
        args = (self.consumer, load.part, patient, self.chance, load.bookings, load.history)
        try:
            Encounter(*args, self._think, told).happens()
        except OSError as problem:
            if not is_no_room(problem):
                raise
            load.counts.ended_early = f"there is no room for the log of bookings ({problem.strerror})"

    def _think(self) -> None:
        gevent.sleep(self.chance.uniform(0.5, 1.5) * self.load.plan.think)

    def _tell(self, timed: Timed, late: float) -> None:
        exchange = timed.exchange
        self.load.counts.taken += timed.taken
        # Where no answer came at all, it is as long as the limits let it be.
        seconds = exchange.seconds if exchange is not None else self.load.settings.limits.total_seconds
        self.environment.events.request.fire(
            request_type="FHIR",
            name=timed.interaction,
            response_time=(seconds + late) * 1000,
            response_length=len(exchange.response.body) if exchange is not None and exchange.response else 0,
            exception=RuntimeError(timed.failure) if timed.failure else None,
            context={},
        )


def main() -> int:
    plan = Plan.from_json(json.load(sys.stdin))
    load = Load(plan)
    Booker.load = load
    options = Namespace(headless=True, enable_rebalancing=False, web_base_path="")
    environment = Environment(user_classes=[Booker], events=events, parsed_options=options)
    # A user whose time is up ends the encounter first, as long as a request may take.
    environment.stop_timeout = plan.settings.limits.total_seconds
    if plan.role == Role.WORKER:
        _as_worker(environment, load)
        return 0
    if plan.role == Role.MASTER:
        _as_master(environment, load)
    else:
        _alone(environment, load)
    document = measured(environment.stats, load.counts)
    document["operations"] = [*load.counts.operations, *map(as_data, load.history.all())]
    document["unsent"] = load.bookings.refused + load.counts.unsent
    Path(plan.measured).write_text(json.dumps(document), encoding="utf-8")
    return 0


def _for_its_time(runner: Any, load: Load) -> None:
    """Let the users go on until the time is up, or until there is a reason to end before."""
    plan = load.plan
    for number in (signal.SIGINT, signal.SIGTERM):
        gevent.signal_handler(number, load.interrupted)
    runner.start(plan.users, spawn_rate=plan.users)
    began = time.monotonic()
    until = began + plan.seconds
    while time.monotonic() < until and not load.counts.ended_early:
        gevent.sleep(0.1)
    load.counts.seconds = round(time.monotonic() - began, 1)
    load.counts.overloaded = bool(runner.cpu_warning_emitted or runner.worker_cpu_warning_emitted)


def _alone(environment: Environment, load: Load) -> None:
    load.known.set()
    runner = environment.create_local_runner()
    _for_its_time(runner, load)
    # Each user ends the encounter that is under way.
    runner.stop()
    runner.quit()


def _as_master(environment: Environment, load: Load) -> None:
    plan = load.plan
    runner: MasterRunner = environment.create_master_runner(plan.host, plan.port)
    over: set[str] = set()

    def taken_in(client_id: str, data: dict[str, Any]) -> None:
        told = data.get("load") or {}
        load.counts.take(told)
        if told.get("over"):
            over.add(client_id)

    environment.events.worker_report.add_listener(taken_in)
    if _come(runner, plan.workers):
        shared = {"users": plan.users, "rate": plan.rate, "think": plan.think, "workers": plan.workers}
        runner.send_message("plan", {**shared, "most_bookings": plan.settings.load.most_bookings})
        _for_its_time(runner, load)
        runner.send_message("over")
        until = time.monotonic() + environment.stop_timeout + _LAST_WORDS
        while len(over) < plan.workers and time.monotonic() < until:
            gevent.sleep(0.1)
        if len(over) < plan.workers:
            load.counts.ended_early = f"{plan.workers - len(over)} of {plan.workers} workers did not tell their end"
    else:
        load.counts.ended_early = f"{runner.worker_count} of {plan.workers} workers came within {_PATIENCE:g} s"
    runner.quit()


def _come(runner: MasterRunner, workers: int) -> bool:
    until = time.monotonic() + _PATIENCE
    while len(runner.clients.ready) < workers and time.monotonic() < until:
        gevent.sleep(0.2)
    return len(runner.clients.ready) >= workers


def _as_worker(environment: Environment, load: Load) -> None:
    # Until it has found its master, there is nothing to be ended in good order.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    runner: WorkerRunner = environment.create_worker_runner(load.plan.host, load.plan.port)
    stopped, told, given_up = Event(), Event(), Event()

    def over(**_: object) -> None:
        runner.stop()
        stopped.set()

    def reported(client_id: str, data: dict[str, Any]) -> None:
        new = load.history.hand_over_the_rest() if stopped.is_set() else load.history.hand_over()
        data["load"] = {**load.counts.hand_over(new, load.bookings), "over": stopped.is_set()}
        if stopped.is_set():
            told.set()

    def interrupted() -> None:
        over()
        told.wait(_LAST_WORDS)
        given_up.set()

    runner.register_message("plan", lambda msg, **_: load.told(msg.data))
    runner.register_message("over", over, concurrent=True)
    environment.events.report_to_master.add_listener(reported)
    for number in (signal.SIGINT, signal.SIGTERM):
        gevent.signal_handler(number, interrupted)
    # Where the master is gone, Locust ends what it has begun here.
    while not (told.is_set() or given_up.is_set()) and len(runner.greenlet):
        gevent.sleep(0.2)
    gevent.sleep(1.0)
    runner.quit()


if __name__ == "__main__":
    sys.exit(main())
