"""What a booking of a consumer holds, by edition."""

from __future__ import annotations

import json

import pytest
from uec_booking.harness.checks.every_exchange.consumer.bookings import Bookings
from uec_booking.harness.judging.observations import NOT_MET
from uec_booking.standard import names

from .requests import found, request


@pytest.mark.parametrize(
    ("edition", "created", "wrong"),
    [
        ("0.1.17", None, NOT_MET),
        ("0.1.17", "2026-03-02T09:00:00Z", None),
        ("0.2.0", None, None),
    ],
)
def test_created_is_due_up_to_the_edition_in_which_the_provider_sets_it(
    edition: str, created: str | None, wrong: str | None
) -> None:
    body = {"resourceType": "Appointment", **({"created": created} if created else {})}
    call = request("POST", "/Appointment", body=json.dumps(body).encode(), status=201)
    assert found(Bookings(edition).check(call)).get("RES-APT-04") == wrong


@pytest.mark.parametrize(
    ("value", "system", "wrong"),
    [
        ("9000000009", names.NHS_NUMBER_SYSTEM, None),
        ("9000000009", "https://desk.example/Id/patient", NOT_MET),
        ("9000000017", names.NHS_NUMBER_SYSTEM, NOT_MET),
    ],
)
def test_the_participant_has_the_nhs_number_of_the_patient(value: str, system: str, wrong: str | None) -> None:
    number = {"use": "official", "system": system, "value": value}
    patient = {"resourceType": "Patient", "id": "p", "identifier": [{"value": "9000000009"}]}
    actor = {"reference": "#p", "identifier": number, "display": "Ann Example"}
    body = {"resourceType": "Appointment", "contained": [patient], "participant": [{"actor": actor}]}
    call = request("POST", "/Appointment", body=json.dumps(body).encode(), status=201)
    assert found(Bookings("1.0.0").check(call)).get("RES-APT-09") == wrong
