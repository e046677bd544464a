"""Booking, reading, cancelling and the registry, as consumers meet them."""

from __future__ import annotations

import random
import threading
from collections import Counter
from collections.abc import Callable

import pytest
import requests

from ..support.simulator_client import Simulator, booking, nhs_number, soon


def test_a_booking_is_made_read_and_cancelled_with_its_history(world: Simulator) -> None:
    consumer = world.consumer()
    booked = consumer.book_any()
    url = booked.headers["Location"].rpartition("/_history/")[0]
    assert url.startswith(consumer.settings["base_url"])
    assert booked.headers["ETag"] == 'W/"1"'
    assert booked.headers["Content-Type"] == "application/fhir+json;charset=utf-8"
    assert booked.headers["Cache-Control"] == "no-store"
    assert booked.headers["X-Correlation-ID"] == booked.request.headers["X-Request-ID"]
    assert "Strict-Transport-Security" in booked.headers

    assert consumer.read(url).json() == booked.json()
    cancelled = consumer.cancel(url)
    assert cancelled.status_code == 200
    assert cancelled.headers["ETag"] == 'W/"2"'
    differing = {k for k in cancelled.json() if cancelled.json()[k] != booked.json()[k]}
    assert differing == {"status", "meta"}
    assert consumer.read(url).json()["status"] == "cancelled"
    assert consumer.read(f"{url}/_history/1").json() == booked.json()
    assert consumer.read(f"{url}/_history/3").status_code == 404


def test_a_slot_is_booked_once_and_offered_again_after_the_cancel(world: Simulator) -> None:
    consumer = world.consumer()
    slot = random.choice(consumer.bookable(40))
    first = consumer.book_any(slot)
    refused = consumer.book(booking(slot, nhs_number()))
    assert refused.status_code == 409
    issue = refused.json()["issue"]
    assert [i["diagnostics"] for i in issue] == ["Slot no longer available"]
    assert slot["id"] not in {s["id"] for s in consumer.slots(48)}
    consumer.cancel(first.headers["Location"].rpartition("/_history/")[0])
    assert slot["id"] in {s["id"] for s in consumer.slots(48)}


def test_of_fifty_simultaneous_bookings_of_a_slot_exactly_one_succeeds(world: Simulator) -> None:
    consumer = world.consumer("second_provider")
    slot = random.choice(consumer.bookable(40))
    statuses: list[int] = []
    start = threading.Barrier(50)

    def attempt() -> None:
        body = booking(slot, nhs_number())
        start.wait(timeout=60)
        statuses.append(consumer.book(body).status_code)

    threads = [threading.Thread(target=attempt) for _ in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    assert Counter(statuses) == {201: 1, 409: 49}


def test_the_registry_hears_of_bookings_and_cancellations(world: Simulator) -> None:
    consumer, registry = world.consumer(), world.registry("second_111")
    url = consumer.book_any().headers["Location"].rpartition("/_history/")[0]
    [pointer] = soon(lambda: registry.pointers(consumer.patient))
    assert pointer["status"] == "booked"
    assert pointer["identifier"] == [{"system": "urn:ietf:rfc:3986", "value": url}]
    assert not {"contained", "slot", "description", "supportingInformation"} & pointer.keys()
    consumer.cancel(url)
    soon(lambda: [p["status"] for p in registry.pointers(consumer.patient)] == ["cancelled"])


def test_who_may_cancel_is_the_provider_s_policy(world: Simulator) -> None:
    for section, expected in (("provider", 200), ("second_provider", 403)):
        booker = world.consumer(section)
        url = booker.book_any().headers["Location"].rpartition("/_history/")[0]
        answer = world.consumer(section, "other").cancel(url)
        assert answer.status_code == expected
        if expected == 403:
            assert "organisation" in answer.json()["issue"][0]["diagnostics"]
            assert booker.read(url).json()["status"] == "booked"


def test_what_happened_while_the_registry_was_away_arrives_later(launch: Callable[..., Simulator]) -> None:
    world = launch()
    consumer, registry = world.consumer(), world.registry()
    assert world.control("POST", "/registry/away").status_code == 200
    assert registry.read("/Appointment/x").status_code == 503
    kept = consumer.book_any().headers["Location"].rpartition("/_history/")[0]
    dropped = consumer.book_any().headers["Location"].rpartition("/_history/")[0]
    consumer.cancel(dropped)
    world.control("POST", "/registry/back")

    def statuses() -> dict[str, str]:
        return {p["identifier"][0]["value"]: p["status"] for p in registry.pointers(consumer.patient)}

    soon(lambda: statuses() == {kept: "booked", dropped: "cancelled"})
    soon(lambda: world.control("GET", "/registry/outbox").json() == {"waiting": [], "refused": []})


def test_a_restart_on_the_same_file_loses_nothing(launch: Callable[..., Simulator], tmp_path) -> None:
    file = str(tmp_path / "kept.db")
    world = launch("--database", file)
    world.control("POST", "/registry/away")
    consumer = world.consumer()
    booked = consumer.book_any()
    world.close(kill=True)

    again = launch("--database", file)
    path = booked.headers["Location"].rpartition("/utc/STU3/1/booking")[2].rpartition("/_history/")[0]
    assert again.consumer().read(path).json() == booked.json()
    slot = booked.json()["slot"]
    assert slot and booked.json()["start"] in {s["start"] for s in again.consumer().slots(48)}
    soon(lambda: len(again.registry().pointers(consumer.patient)) == 1)


@pytest.mark.parametrize("option", ["--http", "--edition=0.1.15"])
def test_it_runs_otherwise_too(launch: Callable[..., Simulator], option: str) -> None:
    world = launch(option)
    consumer = world.consumer()
    slot = random.choice(consumer.bookable())
    consumer.book_any(slot)
    refused = consumer.book(booking(slot, nhs_number()))
    assert refused.status_code == (409 if option == "--http" else 422)
    assert ("Strict-Transport-Security" in refused.headers) == (option != "--http")
    assert world.close() == 0


def test_with_mutual_tls_only_clients_with_a_certificate_are_served(launch: Callable[..., Simulator]) -> None:
    world = launch("--mutual-tls")
    consumer, registry = world.consumer(), world.registry()
    url = consumer.book_any().headers["Location"].rpartition("/_history/")[0]
    consumer.cancel(url)
    soon(lambda: [p["status"] for p in registry.pointers(consumer.patient)] == ["cancelled"])
    with pytest.raises(requests.ConnectionError):
        requests.get(url, verify=world.session.verify, timeout=10)
