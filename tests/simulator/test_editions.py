"""The simulator's answers, edition by edition, beside the standard's table of right ones."""

from __future__ import annotations

import random
import time
from collections.abc import Callable

import pytest
from uec_booking.simulator import answers as simulated
from uec_booking.standard import answers as standard

from ..support.simulator_client import Simulator, booking, nhs_number

# The simulator's situation, and what the standard's table calls it.
SAME = {
    "token-absent": "token-missing",
    "token-malformed": "token-malformed",
    "token-expired": "token-expired",
    "token-audience": "token-audience",
    "token-scope": "token-scope",
    "organisation-refused": "organisation-refused",
    "invalid-query-value": "invalid-query-value",
    "unknown-service": "unknown-service",
    "search-window-past": "search-past-window",
    "malformed-body": "malformed-body",
    "profile-breach": "profile-breach",
    "business-rule": "profile-breach",
    "invalid-nhs-number": "invalid-nhs-number",
    "rank-rules": "rank-rules",
    "unknown-slot": "unknown-slot",
    "slot-taken": "slot-taken",
    "reused-request-id": "reused-request-id-book",
    "no-if-match": "no-if-match",
    "stale-version": "stale-version",
    "cancel-differs": "cancel-differs",
    "not-found": "read-unknown",
    "unsupported-request-type": "unsupported-request-type",
    "unsupported-response-format": "unsupported-response-format",
    "wrong-method": "wrong-method",
    "server-fault": "server-fault",
}
# Not in the table: limits and headers of which no document speaks.
OURS = {"body-too-large", "body-too-slow", "body-cut-short", "bad-header", "bad-if-match", "bad-request"}


@pytest.mark.parametrize("edition", simulated.EDITIONS)
def test_the_answers_are_right_in_every_edition(edition: str) -> None:
    assert SAME.keys() | OURS == simulated.SITUATIONS.keys()
    for situation, name in SAME.items():
        status = str(simulated.status_for(situation, edition))
        try:
            answer = standard.classify(name, status, edition)
        except standard.AnswerError:
            continue  # the edition does not know the situation
        assert answer.value_class is standard.ValueClass.RIGHT, (situation, edition, answer)


@pytest.mark.parametrize("edition", ["0.1.15", "0.1.17", "0.2.0", "1.0.0-RC1"])
def test_an_edition_in_short(launch: Callable[..., Simulator], edition: str) -> None:
    world = launch("--edition", edition)
    consumer, registry = world.consumer(), world.registry()
    slots = random.sample(consumer.bookable(40), 2)
    same = {"X_Request_ID": nhs_number()}
    first = consumer.book(booking(slots[0], consumer.patient), **same)
    assert first.status_code == 201
    taken = consumer.book(booking(slots[0], nhs_number()))
    assert taken.status_code == (409 if edition == "1.0.0-RC1" else 422)

    again = consumer.book(booking(slots[1], consumer.patient), **same)
    if edition == "0.2.0":
        assert (again.status_code, again.json()["id"]) == (201, first.json()["id"])
    else:
        assert again.status_code == (409 if edition == "1.0.0-RC1" else 201)

    url = first.headers["Location"].rpartition("/_history/")[0]
    cancelled = consumer.cancel(url).json()
    assert cancelled["status"] == "cancelled"
    if edition != "0.1.15":
        assert cancelled["created"] == first.json()["created"]
    deadline = time.monotonic() + 20
    while not (entries := registry.pointers(consumer.patient)):
        assert time.monotonic() < deadline
    assert all(("end" in entry) == (edition != "0.1.15") for entry in entries)
    past = consumer.send(
        "GET",
        "/Slot?schedule.actor:healthcareservice=2000000001&start=ge2020-01-01",
        "organization/slot.read",
    )
    assert past.status_code == (400 if edition < "0.2.0" else 200)
