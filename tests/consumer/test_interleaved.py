"""A thousand scenarios of three sessions at once, with the requests that a consumer sends: none goes to another's."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from uuid import UUID

from uec_booking.harness.consumer.attribution import Rung, UnderWay, attributed
from uec_booking.harness.consumer.requests import ProviderCall, provider_call
from uec_booking.harness.http.exchange import Exchange, Received, Sent

SCENARIOS, SESSIONS = 1000, 3
ROOTS = [f"https://world.example/{2_000_100_001 + number}/STU3/1/booking" for number in range(SCENARIOS)]
OWNERS = {root: str(number) for number, root in enumerate(ROOTS)}


def request(chance: random.Random, trace: str, method: str, url: str, patient: str = "") -> ProviderCall:
    """A request through the proxy; the provider's address may be percent-encoded whole, and the proxy's slashes two."""
    body = json.dumps({"contained": [{"identifier": [{"value": patient}]}]}).encode() if patient else b""
    path = url if chance.random() < 0.9 else url.replace("://", "%3A%2F%2F", 1)
    headers = (("Ssp-TraceID", trace), ("Content-Type", "application/fhir+json"))
    asked = Sent(method, f"https://ssp.example{'/' * chance.choice([1, 1, 1, 2])}{path}", headers, body)
    answer = Received(200, "", (), b"{}")
    exchange = Exchange("x", "consumer", "", "", "2026-11-30T12:00:00.000Z", 0.0, asked, answer)
    own = "/".join(url.split("?")[0].split("/")[:7])
    return provider_call(exchange, [*chance.sample(ROOTS, 5), *([own] if own in OWNERS else [])])


def call(chance: random.Random, number: int) -> Iterator[tuple[ProviderCall, bool]]:
    """The requests of one scenario in their order, and whether it is certain by themselves whose they are."""
    root, patient = ROOTS[number], f"999{number:07d}"
    one_trace = str(UUID(int=chance.getrandbits(128), version=4))
    traces = iter(lambda: one_trace if number % 2 else str(UUID(int=chance.getrandbits(128), version=4)), "")
    made = f"{root}/Appointment/{chance.getrandbits(32)}"
    yield request(chance, next(traces), "GET", f"{root}/metadata"), True
    yield request(chance, next(traces), "GET", f"{root}/Slot?start=ge2026-11-30T12%3A00%3A00Z"), True
    yield request(chance, next(traces), "POST", f"{root}/Appointment", patient), True
    # With another root than it was given: known by the patient, or by the trace of the encounter.
    yield request(chance, next(traces), "POST", "https://old.example/booking/Appointment", patient), True
    yield request(chance, next(traces), "GET", "https://old.example/booking/Appointment/7"), bool(number % 2)
    search = f"{root}/Appointment?Appointment.participant.actor%3APatient.identifier=x%7C{patient}"
    yield request(chance, next(traces), "GET", search), True
    yield request(chance, next(traces), "GET", made), True
    yield request(chance, next(traces), "PUT", made, patient), True


def test_no_request_is_taken_for_that_of_another_scenario() -> None:
    chance = random.Random(20261130)
    waiting = iter(chance.sample(range(SCENARIOS), SCENARIOS))
    sessions: dict[int, tuple[UnderWay, Iterator[tuple[ProviderCall, bool]]]] = {}
    ended: list[int] = []
    rungs = {rung: 0 for rung in Rung}
    left_out = done = 0
    while done < SCENARIOS:
        for session in range(SESSIONS):
            number = next(waiting, None) if session not in sessions else None
            if number is not None:
                armed = UnderWay(str(number), frozenset({ROOTS[number]}), frozenset({f"999{number:07d}"}))
                sessions[session] = armed, call(chance, number)
        session = chance.choice([*sessions])
        present, requests = sessions[session]
        there = [scenario for scenario, _ in sessions.values()]
        following = next(requests, None)
        if following is None:
            done += 1
            ended.append(int(present.name))
            del sessions[session]
            continue
        sent, certain = following
        found = attributed(sent, there, OWNERS)
        assert found is None or found[0] is present, (sent.target, present.name, found)
        assert found is not None or not certain, sent.target
        left_out += found is None
        if found is not None:
            rungs[found[1]] += 1
        if ended and chance.random() < 0.05:
            # What comes late, after the end of its scenario, is nobody's.
            late = request(chance, "", "GET", f"{ROOTS[chance.choice(ended)]}/Slot")
            assert attributed(late, there, OWNERS) is None
    # Each rung had its part; that one alone is under way is none while there are three, so the rest was left out.
    assert rungs[Rung.SERVICE] > 5 * SCENARIOS and rungs[Rung.PATIENT] >= SCENARIOS and rungs[Rung.TRACE] > 100, rungs
    assert left_out > 100
