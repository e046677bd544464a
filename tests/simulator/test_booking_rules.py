"""What a provider checks before it books or cancels, and what a rejection leaves behind: nothing."""

from __future__ import annotations

import copy
import random
from collections.abc import Callable
from typing import Any

import pytest

from ..support.simulator_client import LOCAL_PATIENT_MARK, Simulator, booking, nhs_number

Change = Callable[[dict[str, Any]], Any]


def contained(body: dict[str, Any], kind: str) -> dict[str, Any]:
    """The contained resource of a type."""
    return next(r for r in body["contained"] if r["resourceType"] == kind)


def patient(body: dict[str, Any]) -> dict[str, Any]:
    """The contained patient."""
    return contained(body, "Patient")


BREACHES: dict[str, tuple[int, Change]] = {
    "another resource": (400, lambda b: b.update(resourceType="Patient")),
    "an id": (422, lambda b: b.update(id="mine")),
    "status proposed": (422, lambda b: b.update(status="proposed")),
    "an unknown status": (422, lambda b: b.update(status="bocked")),
    "no description": (422, lambda b: b.pop("description")),
    "no start": (422, lambda b: b.pop("start")),
    "no end": (422, lambda b: b.pop("end")),
    "no participant": (422, lambda b: b.update(participant=[])),
    "no slot": (422, lambda b: b.pop("slot")),
    "no document": (422, lambda b: (b.pop("supportingInformation"), b["contained"].pop(0))),
    "a dangling slot": (422, lambda b: b["slot"][0].update(reference="#nowhere")),
    "a dangling patient": (422, lambda b: b["participant"][0]["actor"].update(reference="#nobody")),
    "an instant without offset": (422, lambda b: b.update(start=b["start"][:19])),
    "an epoch for an instant": (422, lambda b: b.update(start=1750000000)),
    "an end before the start": (422, lambda b: b.update(start=b["end"], end=b["start"])),
    "another end": (422, lambda b: b.update(end=b["end"].replace(":00+", ":01+"))),
    "another schedule": (
        422,
        lambda b: contained(b, "Slot")["schedule"].update(reference="Schedule/other"),
    ),
    "an unknown slot": (
        422,
        lambda b: contained(b, "Slot")["identifier"][0].update(value="5b1d1b7e-0000-4000-8000-000000000000"),
    ),
    "a wrong check digit": (422, lambda b: patient(b)["identifier"][0].update(value="9990000001")),
    "nine digits": (422, lambda b: patient(b)["identifier"][0].update(value="999000000")),
    "two NHS numbers": (422, lambda b: b["participant"][0]["actor"]["identifier"].update(value=nhs_number())),
    "two names": (422, lambda b: patient(b)["name"].append(patient(b)["name"][0])),
    "no family name": (422, lambda b: patient(b)["name"][0].pop("family")),
    "no gender": (422, lambda b: patient(b).pop("gender")),
    "an unknown gender": (422, lambda b: patient(b).update(gender="fem")),
    "no birth date": (422, lambda b: patient(b).pop("birthDate")),
    "no address": (422, lambda b: patient(b).pop("address")),
    "two ranks 1": (422, lambda b: patient(b)["telecom"].append({**patient(b)["telecom"][0], "use": "home"})),
    "no rank 1": (422, lambda b: patient(b)["telecom"][0].update(rank=2)),
    "no rank": (422, lambda b: patient(b)["telecom"][0].pop("rank")),
}


@pytest.mark.parametrize("name", BREACHES)
def test_a_breach_is_refused_and_the_slot_stays_free(world: Simulator, name: str) -> None:
    status, change = BREACHES[name]
    consumer = world.consumer()
    slot = random.choice(consumer.bookable(40))
    body = copy.deepcopy(booking(slot, consumer.patient))
    change(body)
    answer = consumer.book(body)
    assert answer.status_code == status, answer.text
    assert answer.json()["issue"][0]["diagnostics"]
    # The positive twin: without the change the same slot is booked.
    assert consumer.book(booking(slot, consumer.patient)).status_code == 201


@pytest.mark.parametrize("raw", [b"", b"{", b"[]", b'{"resourceType":"Appointment","status":"a","status":"b"}'])
def test_what_cannot_be_parsed_is_malformed(world: Simulator, raw: bytes) -> None:
    assert world.consumer().book(raw).status_code == 400
    assert world.consumer().book(b"[" * 100_000).status_code == 400


def test_a_body_beyond_a_megabyte_is_not_read(world: Simulator) -> None:
    assert world.consumer().book(b" " * 1_100_000).status_code == 413


def test_a_patient_without_nhs_number_gets_an_identifier_of_the_provider_s(world: Simulator) -> None:
    consumer = world.consumer()
    body = booking(random.choice(consumer.bookable()), consumer.patient)
    patient(body).pop("identifier")
    body["participant"][0]["actor"].pop("identifier")
    booked = consumer.book(body)
    assert booked.status_code == 201, booked.text
    [identifier] = patient(booked.json())["identifier"]
    assert LOCAL_PATIENT_MARK in identifier["system"]
    token = f"{identifier['system']}|{identifier['value']}"
    found = consumer.send("GET", "/Appointment", "patient/appointment.read", params={"patient.identifier": token})
    assert [e["resource"]["id"] for e in found.json()["entry"]] == [booked.json()["id"]]


@pytest.mark.parametrize("third_party_only", [True, False])
def test_contacts_of_third_parties_are_accepted(world: Simulator, third_party_only: bool) -> None:
    consumer = world.consumer()
    body = booking(random.choice(consumer.bookable()), consumer.patient)
    who = patient(body)
    points = [{"system": "phone", "value": "01632 960002", "rank": 1 if third_party_only else 2}]
    who["contact"] = [{"name": {"use": "official", "family": "Kin", "given": ["Kay"]}, "telecom": points}]
    if third_party_only:
        who.pop("telecom")
    assert consumer.book(body).status_code == 201


def test_unknown_elements_are_ignored(world: Simulator) -> None:
    consumer = world.consumer()
    body = booking(random.choice(consumer.bookable()), consumer.patient) | {"mood": "hopeful"}
    patient(body)["shoeSize"] = 9
    booked = consumer.book(body)
    assert booked.status_code == 201, booked.text
    assert "mood" not in booked.json() and "shoeSize" not in patient(booked.json())


def test_another_offset_is_the_same_moment(world: Simulator) -> None:
    consumer = world.consumer()
    slot = copy.deepcopy(random.choice(consumer.bookable()))
    for name in ("start", "end"):
        hour = (int(slot[name][11:13]) + 1) % 24
        if hour == 0:
            pytest.skip("the day would change too")
        slot[name] = f"{slot[name][:11]}{hour:02d}{slot[name][13:19]}+01:00"
    assert consumer.book(booking(slot, consumer.patient)).status_code == 201


def test_a_cancel_must_be_of_the_current_version_and_change_nothing_else(world: Simulator) -> None:
    consumer = world.consumer()
    booked = consumer.book_any()
    url = booked.headers["Location"].rpartition("/_history/")[0]
    body = {**booked.json(), "status": "cancelled"}
    current = {"If_Match": 'W/"1"'}
    assert consumer.put(url, body).status_code == 412
    assert consumer.put(url, body, If_Match='W/"7"').status_code == 409
    assert consumer.put(url, booked.json(), **current).status_code == 422
    assert consumer.put(url, {**body, "description": "Other"}, **current).status_code == 422
    assert consumer.put(url, {**body, "start": body["end"]}, **current).status_code == 422
    renamed = copy.deepcopy(body)
    patient(renamed)["name"][0]["family"] = "Other"
    assert consumer.put(url, renamed, **current).status_code == 422
    assert consumer.put(url, b"{", **current).status_code == 400
    assert consumer.put(url + "x", body, **current).status_code == 404
    assert consumer.read(url).json() == booked.json()

    body["contained"] = body["contained"][::-1]
    assert consumer.put(url, body, **current).status_code == 200
    assert consumer.put(url, body, **current).status_code == 409
    again = {**consumer.read(url).json()}
    assert consumer.put(url, again, If_Match='W/"2"').status_code == 422


def test_a_repeated_request_id_books_and_cancels_once(world: Simulator) -> None:
    consumer = world.consumer()
    slots = random.sample(consumer.bookable(40), 2)
    same = {"X_Request_ID": nhs_number()}
    first = consumer.book(booking(slots[0], consumer.patient), **same)
    assert first.status_code == 201
    repeated = consumer.book(booking(slots[1], consumer.patient), **same)
    assert repeated.status_code == 409
    assert repeated.headers["X-Correlation-ID"] == same["X_Request_ID"]
    assert slots[1]["id"] in {s["id"] for s in consumer.slots(48)}
    url = first.headers["Location"].rpartition("/_history/")[0]
    assert consumer.cancel(url, **same).status_code == 409
    assert consumer.read(url).json()["status"] == "booked"


def test_a_request_id_that_failed_may_be_used_again(world: Simulator) -> None:
    consumer = world.consumer()
    slot = random.choice(consumer.bookable(40))
    same = {"X_Request_ID": nhs_number()}
    assert consumer.book({**booking(slot, consumer.patient), "status": "pending"}, **same).status_code == 422
    assert consumer.book(booking(slot, consumer.patient), **same).status_code == 201


def test_reads_take_no_parameters_and_ids_have_one_case(world: Simulator) -> None:
    consumer = world.consumer()
    path = "/Appointment/" + consumer.book_any().json()["id"]
    assert consumer.read(f"{path}?_format=json").status_code == 200
    assert consumer.read(f"{path}?colour=blue").status_code == 400
    assert consumer.read(path.upper().replace("/APPOINTMENT/", "/Appointment/")).status_code == 404
    assert consumer.read("/Appointment/unknown").status_code == 404


def test_a_patient_s_appointments_are_found_in_every_spelling(world: Simulator) -> None:
    consumer = world.consumer()
    ids = {consumer.book_any().json()["id"] for _ in range(2)}
    token = f"https://fhir.nhs.uk/Id/nhs-number|{consumer.patient}"
    for name in (
        "Appointment.participant.actor:Patient.identifier",
        "patient.identifier",
        "actor:Patient.identifier",
        "identifier",
    ):
        found = consumer.send("GET", "/Appointment", "patient/appointment.read", params={name: token})
        assert {e["resource"]["id"] for e in found.json()["entry"]} == ids
        assert found.json()["total"] == 2
    for query in ("", "?identifier=", "?identifier=not-a-token", "?colour=blue"):
        assert consumer.read(f"/Appointment{query}").status_code == 400
