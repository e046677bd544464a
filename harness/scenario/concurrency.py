"""The same thing done by several consumers at the same moment. Never more than ``AT_ONCE`` of them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

from ..actors import calls
from ..actors.appointment_body import booking
from ..actors.patients import Patient
from ..bookkeeping.booking_log import appointment_url
from ..errors import CannotGoOn
from ..http.exchange import Exchange
from ..http.versions import version_tag
from .context import Appointment, Scenario
from .slot_leases import Found

#: More would be a load test, which a provider in use should not get from us.
AT_ONCE = 5
#: Seconds that one who has the slot waits for the others to try.
_PATIENCE = 5.0


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


def contend(scenario: Scenario, found: Found, number: int, times: int) -> list[Exchange]:
    """As many consumers book one slot, so often each; who gets it cancels once the others have tried again.

    So it comes free while others ask for it, and some have asked for certain while it was taken.
    """
    patients = scenario.patients.several(scenario.patient, min(number, AT_ONCE))
    answers: list[Exchange] = []
    tried = [0] * len(patients)
    holding: set[int] = set()
    changed = threading.Condition()

    def job(index: int, patient: Patient) -> Callable[[], Exchange]:
        consumer = scenario.another_consumer("first_111")
        body = booking(patient, found.slot, scenario.settings.edition)

        def keep(answer: Exchange) -> None:
            with changed:
                answers.append(answer)
                changed.notify_all()

        def others_tried() -> None:
            """The request that each was about to send, and one more: that one was sent after we had our answer."""
            with changed:
                holding.add(index)
                goals = [min(count + 2, times) for count in tried]
                changed.notify_all()
                changed.wait_for(
                    lambda: all(one in holding or tried[one] >= goal for one, goal in enumerate(goals)),
                    timeout=_PATIENCE,
                )
                holding.discard(index)

        def asks() -> Exchange:
            for _ in range(times):
                answer = consumer.send(found.part, calls.book(body))
                tried[index] += 1
                keep(answer)
                if answer.ok and answer.resource:
                    others_tried()
                    cancelled = {**answer.resource, "status": "cancelled"}
                    url = appointment_url(answer, found.part.base_url)
                    keep(consumer.send(found.part, calls.cancel(url, cancelled, version_tag(answer))))
            return answer

        return asks

    together([job(index, patient) for index, patient in enumerate(patients)])
    return answers
