"""Slots and bookings: what is sent, and what becomes of a slot that is taken, a rejection and a lost answer."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from uec_booking.standard import names

from .conftest import World
from .playing import Desk
from .proxy import (
    Call,
    Fate,
    Proxy,
    answers,
    cut_after,
    cut_before,
    first,
    timed_out_after,
    unreadable,
)
from .services import CENTRE, HUB, SOON

INTERACTIONS = {
    "metadata": names.READ_METADATA,
    "slots": names.SEARCH_SLOT,
    "book": names.CREATE_APPOINTMENT,
    "read": names.READ_APPOINTMENT,
    "cancel": names.UPDATE_APPOINTMENT,
}
SCOPES = {
    "metadata": names.SCOPE_SLOT_READ,
    "slots": names.SCOPE_SLOT_READ,
    "book": names.SCOPE_APPOINTMENT_WRITE,
    "read": names.SCOPE_APPOINTMENT_READ,
    "cancel": names.SCOPE_APPOINTMENT_WRITE,
}


def test_every_call_has_its_headers_and_a_token_of_its_own(desk: Desk, proxy: Proxy, found_world: World) -> None:
    desk.call(service=CENTRE)
    desk.call(cancel=("all",))
    assert {call.kind for call in proxy.calls} == set(INTERACTIONS)
    root = f"{found_world.addresses['root']}/{CENTRE}/STU3/1/booking"
    for call in proxy.calls:
        assert call.headers["Ssp-From"] == "918999198101" and call.headers["Ssp-To"] == f"918777{CENTRE[-6:]}"
        assert call.headers["Ssp-Interactionid"] == INTERACTIONS[call.kind]
        assert call.claims["requested_scope"] == SCOPES[call.kind] and call.claims["aud"] == root
        assert call.claims["exp"] - call.claims["iat"] == 300
        assert call.claims["requesting_organization"]["identifier"][0]["value"] == "X9A01"
        assert call.headers["Authorization"].endswith(".")
    for header in ("Ssp-Traceid", "X-Request-Id"):
        assert len({call.headers[header] for call in proxy.calls}) == len(proxy.calls)


def test_slots_are_searched_up_to_the_end_of_the_time_frame(desk: Desk, proxy: Proxy) -> None:
    before = datetime.now(UTC)
    answer = desk.call(service=SOON, within=2.5)
    (search,) = proxy.of("slots")
    raw = urlsplit(search.url).query
    query = parse_qs(raw)
    assert query["schedule.actor:healthcareservice"] == [SOON] and query["status"] == ["free"]
    (upper,) = [text[2:] for text in query["start"] if text.startswith("le")]
    end = datetime.fromisoformat(upper)
    assert timedelta(hours=2.4) < end - before < timedelta(hours=2.6) and end.tzinfo
    assert ":" not in raw and "+" not in raw
    shown = answer.of("slots-shown")[0]
    assert len(shown["about"]) > 1 and all(datetime.fromisoformat(one["start"]) <= end for one in shown["about"])
    assert "how: " in shown["text"] and "with: " in shown["text"]


@pytest.mark.parametrize("wanted", ["first", "last", "time"])
def test_the_slot_wanted_is_booked(desk: Desk, wanted: str) -> None:
    offered = [one["start"] for one in desk.call(service=CENTRE).of("slots-shown")[0]["about"]]
    times = sorted({*offered})
    slot = times[len(times) // 2] if wanted == "time" else wanted
    answer = desk.call(service=CENTRE, slot=slot, declines=True)
    shown = [one["start"] for one in answer.of("slots-shown")[0]["about"]]
    expected = {"first": shown[0], "last": shown[-1], "time": slot}[wanted]
    assert answer.booked()["start"] == expected


def test_a_booking_can_be_read_at_the_address_that_was_kept(desk: Desk, found_world: World) -> None:
    booking = desk.call(service=CENTRE).booked()
    consumer = found_world.consumer()
    consumer.settings = {**consumer.settings, "audience": booking["url"].partition("/Appointment/")[0]}
    resource = consumer.read(booking["url"]).json()
    assert resource["status"] == "booked" and datetime.fromisoformat(resource["start"]) == datetime.fromisoformat(
        booking["start"]
    )
    kinds = {one["resourceType"]: one for one in resource["contained"]}
    assert kinds["Patient"]["identifier"][0]["value"] == desk.patient and "DocumentReference" in kinds


@pytest.mark.parametrize("status", [409, 422])
def test_a_slot_that_is_taken_leads_to_a_fresh_search_and_another_slot(desk: Desk, proxy: Proxy, status: int) -> None:
    proxy.befall("book", answers(status, "processing", signed=True, diagnostics="Slot no longer available"))
    answer = desk.call(service=CENTRE)
    assert proxy.kinds(slots=True) == ["slots", "book", "slots", "book"]
    taken, booked = (json.loads(call.body)["contained"][2]["identifier"] for call in proxy.of("book"))
    assert taken != booked and answer.of("booked-shown") and "taken" in answer.told()
    assert len({call.headers["X-Request-Id"] for call in proxy.of("book")}) == 2


@pytest.mark.parametrize(
    ("fate", "said"),
    [
        (answers(400, "invalid", signed=True), "provider answered 400"),
        (answers(403, "forbidden", signed=True, diagnostics="Not for 111"), "Not for 111"),
        (answers(422, "invariant", signed=True), "provider answered 422"),
        (answers(403), "Secure Proxy answered 403"),
        (answers(405, "not-supported"), "Secure Proxy answered 405"),
        (answers(415), "Secure Proxy answered 415"),
        (answers(302), "302"),
        (answers(501, "not-supported", signed=True), "provider answered 501"),
    ],
)
def test_a_refusal_is_told_and_not_repeated(desk: Desk, proxy: Proxy, fate: Fate, said: str) -> None:
    proxy.befall("book", fate)
    answer = desk.call(service=CENTRE)
    assert said in answer.told() and len(proxy.of("book")) == 1 and not answer.of("booked-shown")
    assert not desk.call().of("existing-appointments-shown")[0]["about"]


@pytest.mark.parametrize("fate", [cut_before, cut_after, timed_out_after, answers(502), answers(500)])
def test_a_lost_answer_is_asked_for_again_under_the_same_id(desk: Desk, proxy: Proxy, fate: Fate) -> None:
    proxy.befall("book", fate)
    answer = desk.call(service=CENTRE)
    bookings = proxy.of("book")
    assert len(bookings) == 2 and len({(call.headers["X-Request-Id"], call.body) for call in bookings}) == 1
    # The provider answers 409 where the first sending booked, so the booking is looked up.
    assert len(proxy.of("search")) == (1 if fate in (cut_after, timed_out_after) else 0)
    assert len(answer.of("booked-shown")) == 1 and answer.booked()["url"]
    # It is one that the desk can cancel.
    assert desk.call(cancel=("all",)).of("cancelled-shown")[0]["about"] == [answer.booked()]


def test_a_duplicate_that_cannot_be_looked_up_stands(desk: Desk, proxy: Proxy) -> None:
    proxy.befall("book", cut_after)
    proxy.befall("search", answers(404, "not-found", signed=True))
    answer = desk.call(service=CENTRE)
    assert answer.booked()["url"] == "" and "was made" in answer.told()
    assert len(proxy.of("book")) == 2


def test_a_booking_that_stays_unclear_is_not_taken_for_made(desk: Desk, proxy: Proxy) -> None:
    proxy.befall("book", *[cut_before] * 3)
    answer = desk.call(service=CENTRE)
    assert len({call.headers["X-Request-Id"] for call in proxy.of("book")}) == 1
    assert not answer.of("booked-shown") and "no such booking" in answer.told()


def test_a_success_that_cannot_be_read_is_looked_up(desk: Desk, proxy: Proxy) -> None:
    proxy.befall("book", unreadable)
    answer = desk.call(service=CENTRE)
    assert len(proxy.of("book")) == 1 and answer.booked()["url"]


@pytest.mark.parametrize(
    "fate", [answers(400, "invalid", signed=True), answers(403), answers(404, "not-found", signed=True)]
)
def test_a_failed_slot_search_is_told(desk: Desk, proxy: Proxy, fate: Fate) -> None:
    proxy.befall("slots", fate)
    answer = desk.call(service=CENTRE)
    assert "could not be searched" in answer.told() and not proxy.of("book")


def test_what_another_patient_takes_meanwhile_is_not_booked(desk: Desk, proxy: Proxy, found_world: World) -> None:
    def another_patient(call: Call) -> None:
        answer = requests.post(
            call.url,
            data=call.body,
            headers={**call.headers, "X-Request-Id": "another", "Content-Length": str(len(call.body))},
            verify=found_world.addresses["ca"],
            timeout=30,
        )
        assert answer.status_code == 201, answer.text

    proxy.befall("book", first(another_patient))
    answer = desk.call(service=HUB)
    assert len(proxy.of("book")) == 2 and "taken" in answer.told() and answer.of("booked-shown")


def test_a_deadline_ends_the_call_with_an_answer(desk: Desk, proxy: Proxy) -> None:
    proxy.befall("slots", *[answers(504)] * 9)
    answer = desk.call(service=CENTRE, deadline=0.05)
    assert answer.outcome == "could-not" and "ran out" in answer.content["why"]


@pytest.mark.parametrize("variant", ["asks-for-xml", "no-includes", "no-lower-bound", "one-trace-each-encounter"])
def test_variants_book_and_cancel(desk_with: Callable[..., Desk], proxy: Proxy, variant: str) -> None:
    desk = desk_with("--variant", variant)
    assert desk.call(service=CENTRE).of("booked-shown")
    assert desk.call(cancel=("all",)).of("cancelled-shown")
    if variant == "asks-for-xml":
        assert {call.headers["Accept"] for call in proxy.calls} == {names.FHIR_XML}
