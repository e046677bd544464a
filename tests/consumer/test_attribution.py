"""Each request belongs to the scenario of its service, patient or trace; what is not certain belongs to none."""

from __future__ import annotations

import random

from uec_booking.harness.consumer.attribution import Rung, UnderWay, attributed

from .sent import ROOTS, sent

ONE, TWO = ROOTS
OWNERS = {ONE: "one", TWO: "two"}


def under_way(*names: str) -> list[UnderWay]:
    known = {
        "one": UnderWay("one", frozenset({ONE}), frozenset({"9990000018"})),
        "two": UnderWay("two", frozenset({TWO}), frozenset({"9990000026"})),
        "three": UnderWay("three", frozenset(), frozenset({"9990000034"})),
    }
    return [known[name] for name in names]


def decided(path: str, *names: str, **sending: object) -> tuple[str, Rung] | None:
    found = attributed(sent(path, **sending), under_way(*names), OWNERS)  # type: ignore[arg-type]
    return (found[0].name, found[1]) if found else None


def test_the_service_decides_first() -> None:
    # Though the patient is that of another scenario.
    assert decided(f"/{ONE}/Appointment", "one", "two", method="POST", body=b'{"x": "9990000026"}') == (
        "one",
        Rung.SERVICE,
    )


def test_then_the_patient() -> None:
    path = f"/{ONE}/Appointment?p=x%7C9990000034"
    assert decided(path, "two", "three") == ("three", Rung.PATIENT)


def test_then_the_trace_that_was_seen_before() -> None:
    scenarios = under_way("one", "two")
    trace = {"Ssp-TraceID": "0c7e7bd7-3a71-4d2b-8d2c-000000000001"}
    attributed(sent(f"/{ONE}/Slot", headers=trace), scenarios, OWNERS)
    found = attributed(sent("/https://elsewhere.example/Slot", headers=trace), scenarios, OWNERS)
    assert found is not None
    assert (found[0].name, found[1]) == ("one", Rung.TRACE)


def test_then_the_one_scenario_under_way() -> None:
    assert decided("/https://elsewhere.example/Slot", "one") == ("one", Rung.ARMED)


def test_what_is_not_certain_belongs_to_none() -> None:
    assert decided("/https://elsewhere.example/Slot", "one", "two") is None


def test_what_comes_late_belongs_to_none() -> None:
    """A request to the service of a scenario that has ended is not that of the one under way."""
    assert decided(f"/{ONE}/Slot", "two") is None


def test_a_thousand_interleaved_scenarios_of_three_sessions() -> None:
    """Three sessions, each with a scenario under way: no request is taken for another's."""
    chance = random.Random(7)
    roots = [f"https://world.example/{number}/STU3/1/booking" for number in range(1000)]
    owners = {root: str(number) for number, root in enumerate(roots)}
    waiting = list(range(1000))
    chance.shuffle(waiting)
    sessions: list[UnderWay | None] = [None, None, None]
    right = wrong = 0
    while waiting or any(sessions):
        for place, present in enumerate(sessions):
            if (present is None or chance.random() < 0.2) and waiting:
                number = waiting.pop()
                sessions[place] = UnderWay(str(number), frozenset({roots[number]}), frozenset({f"999{number:07d}"}))
            elif chance.random() < 0.3 and not waiting:
                sessions[place] = None
        there = [one for one in sessions if one is not None]
        if not there:
            continue
        one = chance.choice(there)
        number = int(one.name)
        body = f'{{"value": "999{number:07d}"}}'.encode() if chance.random() < 0.5 else b""
        path = (
            f"/{roots[number]}/Appointment"
            if chance.random() < 0.7 or not body
            else "/https://lost.example/Appointment"
        )
        call = sent(path, method="POST", body=body)
        call = type(call)(call.exchange, call.slashes, call.target, roots[number] if roots[number] in path else "")
        found = attributed(call, there, owners)
        right += found is not None and found[0] is one
        wrong += found is not None and found[0] is not one
    assert wrong == 0
    assert right > 1000
