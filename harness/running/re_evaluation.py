"""Looking again at what a stored run received, as another edition or reading has it.

Every check that is made on every exchange is made anew, from the stored exchanges, in their order. What the checks of
a scenario observed depends on what its steps were about: it stays as it was seen, and is judged by the edition.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from ..checks.every_exchange import (
    as_sent,
    booked_appointments,
    content,
    registry_content,
    slot_searches,
    standing,
    transport,
    versions,
    within_bundles,
)
from ..http.exchange import Exchange
from ..judging.observations import STANDING, VALUE, Observation, Run, ScenarioRecord, merged
from ..scenario.booked import BookedAppointments

#: What these checks decide by the table of answers. Other values that no tag asks for are of what a scenario rests on.
_VALUES = standing.DECIDES | transport.DECIDES
#: What these checks decide from the state in which a scenario's own bookings should be.
_OF_BOOKED = booked_appointments.DECIDES | as_sent.DECIDES
_ALL = (
    _VALUES
    | _OF_BOOKED
    | content.DECIDES
    | registry_content.DECIDES
    | slot_searches.DECIDES
    | versions.DECIDES
    | within_bundles.DECIDES
)

#: The tag of scenarios in which a provider's own staff act, which no exchange shows.
_STAFF_ACTS = "needs:control"


def looked_at_again(
    run: Run, edition: str, reading: str, progress: Callable[[int, int], None] = lambda done, total: None
) -> Run:
    """The run with what holds of every exchange observed under ``edition`` and ``reading``; its own change nothing.

    ``progress`` is told after each scenario.
    """
    if (edition, reading) == (run.edition, run.reading):
        return run
    return observed_again(run, edition, reading, progress)


def observed_again(
    run: Run, edition: str, reading: str, progress: Callable[[int, int], None] = lambda done, total: None
) -> Run:
    """As ``looked_at_again``, under its own edition and reading too: then it is the same run."""
    records = []
    for number, record in enumerate(run.scenarios, start=1):
        found = _observations(record, edition, reading, run.systems_under_test)
        records.append(replace(record, observations=tuple(merged(list(found)))))
        progress(number, len(run.scenarios))
    return replace(run, scenarios=tuple(records))


def _observations(
    record: ScenarioRecord, edition: str, reading: str, under_test: Mapping[str, str]
) -> Iterator[Observation]:
    """What was seen and stays, then what is found anew.

    An answer too long to be stored whole keeps what was seen of it, and an exchange that was not checked in the run
    is not checked now.
    """
    checked = {id for observation in record.observations if _is_found_anew(observation) for id in observation.exchanges}
    stored = [Exchange.from_json(data) for data in record.exchanges if data["id"] in checked]
    cut = {exchange.id for exchange in stored if exchange.cut}
    kept = set(_OF_BOOKED) if cut or _STAFF_ACTS in record.tags else set()
    for observation in record.observations:
        anew = _is_found_anew(observation) and observation.exchanges and observation.requirement not in kept
        if not anew or cut & set(observation.exchanges):
            yield observation
    check = standing.standing_checks(edition, reading, under_test, BookedAppointments())
    for exchange in stored:
        for observation in check(exchange):
            if exchange.id not in cut and observation.requirement not in kept:
                yield replace(observation, scenario=record.id, step=STANDING)


def _is_found_anew(observation: Observation) -> bool:
    """Whether a check of every exchange observed it, and not one of what a scenario rests on."""
    of_them = observation.step == STANDING and observation.requirement in _ALL
    return of_them and (observation.outcome != VALUE or observation.requirement in _VALUES)
