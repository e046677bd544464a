"""Which calls a fault holds for, also where they arrive together."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from uec_booking.simulator.on_demand.counting import OnDemand
from uec_booking.simulator.on_demand.faults import faults_from

from ...support.simulator_client import Consumer, soon
from .conftest import UTC, World

CALLS = 60


def metadata(consumer: Consumer) -> int:
    return consumer.send("GET", "/metadata", "organization/slot.read").status_code


def test_of_calls_that_arrive_together_exactly_so_many_are_met(world: World) -> None:
    world.demand(
        {"call": "metadata", "from": 11, "times": 7, "do": "answer", "status": 500},
        {"call": "any", "from": 31, "times": 5, "do": "answer", "status": 502},
    )
    consumers = [world.consumer() for _ in range(6)]
    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(lambda number: metadata(consumers[number % 6]), range(CALLS)))
    assert (answers.count(500), answers.count(502), answers.count(200)) == (7, 5, CALLS - 12)
    assert [(line["calls"], line["fired"], len(line["last"])) for line in world.told()] == [
        (CALLS, 7, 7),
        (CALLS, 5, 5),
    ]


def test_the_first_of_the_faults_that_hold_fires(world: World) -> None:
    world.demand(
        {"call": "metadata", "times": 2, "do": "answer", "status": 500},
        {"call": "metadata", "times": 3, "do": "answer", "status": 502},
    )
    assert [metadata(world.consumer()) for _ in range(4)] == [500, 500, 502, 200]


def test_for_all_calls_from_one_on(world: World) -> None:
    world.demand({"call": "metadata", "from": 2, "times": 0, "do": "answer", "status": 500})
    assert [metadata(world.consumer()) for _ in range(5)] == [200, 500, 500, 500, 500]


def test_for_some_seconds_from_a_call_on(world: World) -> None:
    world.demand({"call": "metadata", "from": 2, "for_seconds": 1.5, "do": "answer", "status": 500})
    consumer = world.consumer()
    assert [metadata(consumer) for _ in range(3)] == [200, 500, 500]
    soon(lambda: metadata(consumer) == 200)
    told = world.told()[0]
    assert 2 <= told["fired"] < told["calls"]


def test_setting_them_begins_the_count_anew(world: World) -> None:
    fault = {"call": "metadata", "do": "answer", "status": 500}
    for _ in range(2):
        world.demand(fault)
        assert [metadata(world.consumer()) for _ in range(2)] == [500, 200]


def test_a_reset_and_a_delete_take_them_back(world: World) -> None:
    fault = {"call": "metadata", "times": 0, "do": "answer", "status": 500}
    for method, path in (("POST", "/reset"), ("DELETE", "/faults")):
        world.demand(fault)
        world.demand(fault, root="/second/STU3/1/booking")
        world.control(method, path)
        assert metadata(world.consumer()) == 200
        assert world.control("GET", "/faults").json() == {"faults": []}
    world.demand(fault)
    world.demand(fault, root="/second/STU3/1/booking")
    world.control("DELETE", "/faults?root=/utc/STU3/1/booking")
    assert [line["root"] for line in world.control("GET", "/faults").json()["faults"]] == ["/second/STU3/1/booking"]


def test_what_a_system_has_from_the_start_it_has_again_after_a_reset() -> None:
    """As the directory file gives it; the option is the reader's of that file."""
    faults = faults_from([{"call": "book", "do": "cut-after"}])
    on_demand = OnDemand({"utc": UTC, "registry": "registry"}, {UTC: faults})
    assert on_demand.meet("utc", "book", {}) is not None
    assert on_demand.meet("utc", "book", {}) is None
    on_demand.clear()
    assert on_demand.as_json() == []
    on_demand.reset()
    assert on_demand.meet("utc", "book", {}) is not None
    with pytest.raises(ValueError, match="no system with the root '/elsewhere'"):
        OnDemand({"utc": UTC}, {"/elsewhere": faults})
