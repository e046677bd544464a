"""A run that is looked at again is what it would be if every check of every exchange were made anew.

Under its own edition that is the run itself; under another one only the answers in which the two differ are looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from uec_booking.harness.checks.every_exchange import (
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
from uec_booking.harness.http.exchange import Exchange
from uec_booking.harness.judging.observations import STANDING, VALUE, Observation, Run, ScenarioRecord, merged
from uec_booking.harness.judging.run_file import read
from uec_booking.harness.running.re_evaluation import looked_at_again
from uec_booking.harness.scenario.booked import BookedAppointments

from ..support.program import World, assured

#: Systems with several defects each, of those that checks of every exchange find, and what else they may be asked.
SYSTEMS: dict[str, tuple[str, ...]] = {
    "none": (),
    "of headers and errors": ("no-cache-control", "no-charset", "outcome-without-id", "etag-of-another-version"),
    "of content": ("patient-takes-part-twice", "two-slots-of-one-identifier", "includes-forget-the-time"),
    "of what editions ask otherwise": (
        *("slot-without-identifier", "schedule-without-service", "appointment-of-no-profile"),
        *("read-without-contained-slot", "no-created"),
    ),
    "of HTTP": ("answers-break-off",),
    "of what was booked": ("cancellations-fade", "no-etag-on-book"),
}

#: Those that editions see otherwise.
SEEN_OTHERWISE = {"of content", "of what editions ask otherwise"}

ASKED = "story-a or PRV-SRCH-16 or PRV-BOOK-10"

#: What these checks decide by the table of answers. Other values that no tag asks for are of what a scenario rests on.
_VALUES = standing.DECIDES | transport.DECIDES
#: What these checks decide from the state in which a scenario's own bookings should be.
_OF_BOOKED = booked_appointments.DECIDES | as_sent.DECIDES
#: What else a profile asks, in some edition or reading: each is named with the fault only.
_OF_PROFILES = frozenset({"PRV-BOOK-27", "PRV-GET-14", "PRV-SRCH-25"})
_ALL = (
    _VALUES
    | _OF_BOOKED
    | _OF_PROFILES
    | content.DECIDES
    | registry_content.DECIDES
    | slot_searches.DECIDES
    | versions.DECIDES
    | within_bundles.DECIDES
)

#: What these checks decide from how an answer ended on the wire.
_OF_WIRE = frozenset({"FMT-22"})

#: The tag of scenarios in which a provider's own staff act, which no exchange shows.
_STAFF_ACTS = "needs:control"
#: That of random sequences: what has become of their bookings is held against the model, not against these checks.
_EXPLORES = "explores"


def all_anew(run: Run, edition: str, reading: str) -> Run:
    """The run with every check of every exchange made anew, from the stored exchanges in their order."""
    records = [
        replace(record, observations=tuple(merged(list(_observations(record, edition, reading, run)))))
        for record in run.scenarios
    ]
    return replace(run, scenarios=tuple(records))


def _observations(record: ScenarioRecord, edition: str, reading: str, run: Run) -> Iterator[Observation]:
    """What was seen and stays, then what is found anew; an answer too long to be stored whole keeps what was seen."""
    checked = {id for observation in record.observations if _is_found_anew(observation) for id in observation.exchanges}
    stored = [Exchange.from_json(data) for data in record.exchanges if data["id"] in checked]
    cut = {exchange.id for exchange in stored if exchange.cut}
    kept = _not_comparable(record)
    for observation in record.observations:
        anew = _is_found_anew(observation) and observation.exchanges and observation.requirement not in kept
        if not anew:
            yield observation
        elif left := tuple(id for id in observation.exchanges if id in cut):
            yield replace(observation, exchanges=left)
    check = standing.standing_checks(edition, reading, run.systems_under_test, BookedAppointments())
    for exchange in stored:
        for observation in check(exchange):
            if exchange.id not in cut and observation.requirement not in kept:
                yield replace(observation, scenario=record.id, step=STANDING)


def _not_comparable(record: ScenarioRecord) -> frozenset[str]:
    """Clauses that cannot be decided anew here from what was stored.

    That is the state of the bookings where it does not follow, and how an answer ended that never came whole.
    """
    exchanges = [Exchange.from_json(data) for data in record.exchanges]
    of_booked = any(one.cut for one in exchanges) or bool({_STAFF_ACTS, _EXPLORES} & set(record.tags))
    of_wire = any(one.response is None for one in exchanges)
    return (_OF_BOOKED if of_booked else frozenset()) | (_OF_WIRE if of_wire else frozenset())


def _is_found_anew(observation: Observation) -> bool:
    """Whether a check of every exchange observed it, and not one of what a scenario rests on."""
    of_them = observation.step == STANDING and observation.requirement in _ALL
    return of_them and (observation.outcome != VALUE or observation.requirement in _VALUES)


def _seen(record: ScenarioRecord) -> set[tuple[tuple[str, ...], frozenset[str]]]:
    but = _not_comparable(record)
    return {(one.sameness(), frozenset(one.exchanges)) for one in record.observations if one.requirement not in but}


@pytest.mark.parametrize("name", SYSTEMS)
def test_what_is_looked_at_again_is_what_all_checks_would_find(
    name: str, launch: Callable[..., World], tmp_path: Path
) -> None:
    world = launch(*(word for defect in SYSTEMS[name] for word in ("--defect", defect)))
    config = world.settings("patient", lambda text: f"{text}\n[limits]\nregistry_seconds = 3\n")
    assured("--config", config, "--only", ASKED, "--out", tmp_path / "out")
    run = read(tmp_path / "out")
    own = {record.id: _seen(record) for record in run.scenarios}
    differ = 0
    for edition, reading in ((run.edition, run.reading), ("0.1.15", ""), ("0.1.17", ""), ("0.2.0", "scal-2020")):
        again, anew = looked_at_again(run, edition, reading), all_anew(run, edition, reading)
        for fast, whole in zip(again.scenarios, anew.scenarios, strict=True):
            assert _seen(fast) == _seen(whole), (edition, reading, fast.id)
            differ += _seen(fast) != own[fast.id]
        if (edition, reading) == (run.edition, run.reading):
            assert not differ
            assert [_seen(record) for record in anew.scenarios] == list(own.values())
    assert differ or name not in SEEN_OTHERWISE
    standing_ones = [one for record in run.scenarios for one in record.observations if one.step == STANDING]
    assert len({one.requirement for one in standing_ones}) > 20
