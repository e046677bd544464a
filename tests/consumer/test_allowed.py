"""What a conformant consumer may do is not held against it, and what is like it and not allowed still is."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from uec_booking.harness.checks.consumer import discovery, error_handling
from uec_booking.harness.checks.every_exchange.consumer.observer import Observer
from uec_booking.harness.checks.every_exchange.consumer.patients import patient
from uec_booking.harness.checks.every_exchange.consumer.transactions import Transactions
from uec_booking.harness.checks.every_exchange.consumer.updates import Updates
from uec_booking.harness.checks.user_events import is_before
from uec_booking.harness.consumer import directory
from uec_booking.harness.consumer.contract import Answer, Event, Outcome, Wanted, answer_to, hello
from uec_booking.harness.consumer.requests import ProviderCall
from uec_booking.harness.consumer.surroundings import Lookup
from uec_booking.harness.judging.observations import MET, NOT_MET, TOLERATED, Observation
from uec_booking.harness.judging.recorder import Recorder
from uec_booking.harness.scenario.call_taken import CallTaken
from uec_booking.standard import editions, names

from .sent import ROOTS, sent

NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)
URL = f"/{ROOTS[0]}/Appointment/7"
READ: dict[str, Any] = {
    "resourceType": "Appointment",
    "id": "7",
    "meta": {"versionId": "2", "profile": [names.PROFILES["Appointment"]]},
    "text": {"status": "generated", "div": "<div/>"},
    "contained": [{"resourceType": "Patient", "id": "p"}, {"resourceType": "Slot", "id": "s"}],
    "status": "booked",
    "comment": "a note",
}


def outcomes(seen: Iterable[Observation], requirement: str) -> list[str]:
    return [one.outcome for one in seen if one.requirement == requirement]


def read(path: str = "", version: str = "2") -> ProviderCall:
    resource = {**READ, "meta": {"versionId": version}} if path else READ
    return sent(URL + path, answer=json.dumps(resource).encode())


def update(body: dict[str, Any], *, status: int = 200, id_: str = "a", version: str = "2") -> ProviderCall:
    headers = {"Content-Type": "application/fhir+json", "If-Match": f'W/"{version}"', names.REQUEST_ID: id_}
    return sent(URL, method="PUT", headers=headers, body=json.dumps(body).encode(), status=status)


def seen_of(*calls: ProviderCall) -> list[Observation]:
    updates = Updates(editions.DEFAULT)
    return [one for call in calls for one in updates.check(call)]


# -- cancelling --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"meta": {"versionId": "1"}}, id="other meta"),
        pytest.param({"meta": None}, id="no meta"),
        pytest.param({"text": None}, id="no narrative"),
        pytest.param({"contained": READ["contained"][::-1]}, id="contained in another order"),
    ],
)
def test_meta_text_and_the_order_of_contained_resources_are_free(changes: dict[str, Any]) -> None:
    body = {name: value for name, value in {**READ, "status": "cancelled", **changes}.items() if value is not None}
    seen = seen_of(read(), update(body))
    assert outcomes(seen, "CON-CAN-02") == outcomes(seen, "CON-CAN-05") == [MET]


@pytest.mark.parametrize(
    ("changes", "requirement"),
    [({"comment": "another"}, "CON-CAN-02"), ({"comment": None}, "CON-CAN-05"), ({"priority": 1}, "CON-CAN-02")],
)
def test_whatever_else_is_changed_or_lost_is_told(changes: dict[str, Any], requirement: str) -> None:
    body = {name: value for name, value in {**READ, "status": "cancelled", **changes}.items() if value is not None}
    assert outcomes(seen_of(read(), update(body)), requirement) == [NOT_MET]


def test_an_update_without_id_is_told_as_a_warning() -> None:
    body = {name: value for name, value in READ.items() if name != "id"} | {"status": "cancelled"}
    seen = seen_of(read(), update(body))
    assert (outcomes(seen, "CON-CAN-02"), outcomes(seen, "CON-CAN-05")) == ([TOLERATED], [MET])


def test_a_version_that_is_read_besides_is_not_the_one_to_name() -> None:
    seen = seen_of(read(), read("/_history/1", version="1"), update({**READ, "status": "cancelled"}))
    assert outcomes(seen, "CON-CAN-01") == outcomes(seen, "CON-CAN-03") == [MET]


def test_reading_the_current_version_by_its_number_is_reading_the_current_appointment() -> None:
    seen = seen_of(read("/_history/2"), update({**READ, "status": "cancelled"}))
    assert outcomes(seen, "CON-CAN-01") == [MET]


def test_reading_an_older_version_alone_is_not() -> None:
    seen = seen_of(read("/_history/1", version="1"), update({**READ, "status": "cancelled"}, version="1", status=409))
    assert outcomes(seen, "CON-CAN-01") == [NOT_MET]


@pytest.mark.parametrize(
    ("status", "again", "told"), [(504, "a", [MET]), (500, "a", [MET]), (504, "b", []), (403, "a", [])]
)
def test_what_is_sent_again_under_its_id_needs_no_second_read(status: int, again: str, told: list[str]) -> None:
    """With another id, and after a rejection, it is another requirement that is not met."""
    body = {**READ, "status": "cancelled"}
    seen = seen_of(read(), update(body, status=status), update(body, id_=again))
    assert outcomes(seen, "CON-CAN-01") == [MET, *told]


# -- bodies ------------------------------------------------------------------------------


@pytest.mark.parametrize(("body", "outcome"), [(b"{}", MET), (b'{"a": "\xe9"}', NOT_MET)])
def test_a_packed_body_is_read_as_what_it_holds(body: bytes, outcome: str) -> None:
    headers = {"Content-Type": "application/fhir+json;charset=utf-8", "Content-Encoding": "gzip"}
    call = sent(f"/{ROOTS[0]}/Appointment", method="POST", headers=headers, body=gzip.compress(body))
    assert call.content == body
    assert outcomes(Transactions(editions.DEFAULT).check(call), "FMT-08") == [outcome]


def test_a_body_that_is_not_packed_as_it_says_is_left_as_it_came() -> None:
    call = sent(f"/{ROOTS[0]}/Appointment", method="POST", headers={"Content-Encoding": "gzip"}, body=b"{}")
    assert (call.content, call.sent_resource) == (b"{}", {})


@pytest.mark.parametrize(
    ("name", "outcome"),
    [({"text": "Mrs N"}, MET), ({"family": "N"}, MET), ({"given": ["Nat"]}, MET), ({"text": " "}, NOT_MET)],
)
def test_a_third_party_is_called_somehow(name: dict[str, Any], outcome: str) -> None:
    telecom = [{"system": "phone", "value": "(0113) 496 0001", "rank": 1}]
    contact = {"relationship": [{"text": "neighbour"}], "name": name, "telecom": telecom}
    seen = list(patient(Observer(read()), [{"id": "p", "contact": [contact]}], editions.DEFAULT))
    assert outcomes(seen, "RES-PAT-11") == [outcome]
    assert outcomes(seen, "RES-PAT-15") == [MET]


# -- what is lost ------------------------------------------------------------------------


def booking(id_: str, status: int) -> ProviderCall:
    body = json.dumps({"resourceType": "Appointment", "start": "2026-11-29T13:00:00Z"}).encode()
    headers = {names.REQUEST_ID: id_, "Content-Type": "application/fhir+json;charset=utf-8"}
    return sent(f"/{ROOTS[0]}/Appointment", method="POST", headers=headers, body=body, status=status)


def look(*starts: str, status: int = 200) -> ProviderCall:
    entries = [{"resource": {"resourceType": "Appointment", "start": one, "status": "booked"}} for one in starts]
    answer = json.dumps({"resourceType": "Bundle", "entry": entries}).encode()
    headers = {names.REQUEST_ID: "look"}
    return sent(f"/{ROOTS[0]}/Appointment?identifier=x", headers=headers, answer=answer, status=status)


@pytest.mark.parametrize(
    ("calls", "outcome"),
    [
        pytest.param([booking("a", 504), booking("a", 201)], MET, id="again"),
        pytest.param([booking("a", 504)], MET, id="not again"),
        pytest.param([booking("a", 504), booking("b", 201)], NOT_MET, id="under another id"),
        pytest.param([booking("a", 504), look(), booking("b", 201)], MET, id="anew, as there was none"),
        pytest.param([booking("a", 504), look("2026-11-30T13:00:00Z"), booking("b", 201)], MET, id="none at that time"),
        pytest.param([booking("a", 504), look("2026-11-29T14:00:00+01:00"), booking("b", 201)], NOT_MET, id="there"),
        pytest.param([booking("a", 504), look(status=500), booking("b", 201)], NOT_MET, id="could not be seen"),
    ],
)
def test_a_booking_made_anew_is_no_retry(calls: list[ProviderCall], outcome: str) -> None:
    recorder = Recorder("one")
    error_handling.retries_with_the_same_id(recorder, taken(*calls))
    assert outcomes(recorder.observations, "CON-XTI-02") == [outcome]
    transactions = Transactions(editions.DEFAULT)
    seen = [one for call in calls for one in transactions.check(call)]
    assert (NOT_MET in outcomes(seen, "CON-XTI-02")) == (outcome == NOT_MET)


# -- look-ups ----------------------------------------------------------------------------


def taken(*requests: ProviderCall, lookups: tuple[Lookup, ...] = (), outcome: Outcome = Outcome.FINISHED) -> CallTaken:
    told = (Event(NOW, "user-told"),)
    wanted = Wanted(caller=None)  # type: ignore[arg-type]
    return CallTaken("booking", wanted, Answer(outcome, "", told), requests, lookups)


def looked_up(number: int, asid: str, key: str) -> tuple[Lookup, Lookup]:
    first = Lookup(number, "sds", f"(&(objectClass=nhsAs)(uniqueidentifier={asid}))", key)
    return first, Lookup(number + 1, "sds", f"(&(nhsMhsSvcIA=x)(nhsMhsPartyKey={key}))")


def test_look_ups_of_other_services_are_not_held_against_one() -> None:
    rows = {one.id: one for one in directory.services().values()}
    row = next(one for one in rows.values() if len(one.asids) > 1)
    other = next(one for one in rows.values() if one.asid)
    recorder = Recorder("one")
    server = Lookup(1, "sds", "(objectClass=*)")
    discovery.halts_with_an_error(recorder, taken(lookups=(server, *looked_up(2, other.asid, "A-1"))), row)
    assert outcomes(recorder.observations, "DOS-03") == [MET]
    discovery.halts_with_an_error(recorder, taken(lookups=looked_up(2, row.asids[0], "A-2")), row)
    assert outcomes(recorder.observations, "DOS-03") == [MET, NOT_MET]


def test_both_steps_are_those_for_the_service() -> None:
    row, other = (one for one, _ in zip((r for r in directory.services().values() if r.asid), range(2), strict=False))
    recorder = Recorder("one")
    lookups = (*looked_up(1, other.asid, "A-1"), *looked_up(3, row.asid, "A-2"))
    discovery.looks_up_in_two_steps(recorder, taken(lookups=lookups), row)
    assert {one.outcome for one in recorder.observations} == {MET}


# -- events ------------------------------------------------------------------------------


def arrived(seconds: float) -> ProviderCall:
    call = sent(URL)
    object.__setattr__(call.exchange, "started", (NOW + timedelta(seconds=seconds)).isoformat())
    return call


def event(at: str) -> Event:
    task = hello()
    told = {"at": at, "what": "patient-confirmed", "about": [{"url": "", "start": "", "service": "1"}], "text": ""}
    answer = {"contract": 1, "task": task["task"], "outcome": "finished", "why": "", "events": [told]}
    return answer_to(task, json.dumps(answer).encode()).events[0]


@pytest.mark.parametrize(
    ("at", "seconds", "before"),
    [
        ("2026-11-29T12:00:01.100Z", 1.2, True),
        ("2026-11-29T12:00:01.300Z", 1.2, False),
        # Rounded up from what was less than half a second before.
        ("2026-11-29T12:00:01Z", 0.6, True),
        ("2026-11-29T13:00:01+01:00", 0.6, True),
        ("2026-11-29T12:00:01Z", 0.4, False),
    ],
)
def test_an_event_is_as_exact_as_it_is_told(at: str, seconds: float, before: bool) -> None:
    assert is_before(event(at), arrived(seconds)) is before


def test_an_event_that_names_no_address_is_about_none() -> None:
    assert event("2026-11-29T12:00:01Z").about == ()


@pytest.mark.parametrize("skew", [-7200.0, -2.0, 0.0, 0.25, 2.0, 7200.0])
def test_times_are_taken_by_our_clock(skew: float) -> None:
    """The last event happens as the answer is given, the first as the task comes."""
    real = [NOW + timedelta(seconds=number) for number in range(3)]
    told = tuple(Event(at + timedelta(seconds=skew), "user-told") for at in real)
    answer = Answer(Outcome.FINISHED, "", told).by_our_clock(real[0], real[-1])
    assert [one.at for one in answer.events] == real


def test_times_within_the_task_are_left_as_they_are() -> None:
    told = (Event(NOW, "user-told"),)
    answer = Answer(Outcome.FINISHED, "", told)
    assert answer.by_our_clock(NOW - timedelta(seconds=1), NOW + timedelta(seconds=1)) is answer
