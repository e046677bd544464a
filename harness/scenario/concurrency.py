"""The same thing done by several consumers at the same moment. Never more than ``AT_ONCE`` of them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

from ..actors import calls
from ..actors.appointment_body import booking
from ..actors.patients import Patient
from ..errors import CannotGoOn
from ..http.exchange import Exchange
from ..http.versions import version_tag
from .context import Appointment, Scenario
from .slot_leases import Found

#: More would be a load test, which a provider in use should not get from us.
AT_ONCE = 5


def together(jobs: Sequence[Callable[[], Exchange]]) -> list[Exchange]:
    """Run the jobs at the same moment; what one of them raises is raised here."""
    barrier = threading.Barrier(len(jobs))
    answers: list[Exchange | None] = [None] * len(jobs)
    problems: list[BaseException] = []

    def run(index: int) -> None:
        try:
            barrier.wait(timeout=30)
            answers[index] = jobs[index]()
        except BaseException as problem:
            problems.append(problem)

    threads = [threading.Thread(target=run, args=(index,), daemon=True) for index in range(len(jobs))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if problems:
        raise problems[0]
    return [answer for answer in answers if answer is not None]


def book_at_once(scenario: Scenario, found: Found, number: int) -> list[Exchange]:
    """As many consumers book the same slot, each for a patient of its own."""

    def job(patient: Patient) -> Callable[[], Exchange]:
        consumer = scenario.another_consumer("first_111")
        body = booking(patient, found.slot, scenario.settings.edition)
        return lambda: consumer.send(found.part, calls.book(body))

    # Of declared test patients there may be fewer.
    patients = scenario.patients.several(scenario.patient, min(number, AT_ONCE))
    return together([job(patient) for patient in patients])


def cancel_at_once(scenario: Scenario, appointment: Appointment) -> list[Exchange]:
    """Two consumers of the booking organisation cancel from the version that both have read."""
    if scenario.read(appointment).status != 200 or appointment.read is None:
        raise CannotGoOn("the appointment could not be read", because="PRV-GET-01")
    tag = version_tag(appointment.read)
    body = {**appointment.seen, "status": "cancelled"}

    def job() -> Callable[[], Exchange]:
        consumer = scenario.another_consumer(appointment.consumer.organisation.key)
        return lambda: consumer.send(appointment.part, calls.cancel(appointment.url, body, tag))

    return together([job(), job()])
