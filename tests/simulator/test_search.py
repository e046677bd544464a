"""Searching for slots: parameters, windows, includes, who sees what."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

import pytest

from ..support.simulator_client import SERVICE, Simulator, booking, instant, nhs_number

SCOPE = "organization/slot.read"
ALL_INCLUDES = (
    ("Slot:schedule", "Schedule"),
    ("Schedule:actor:Practitioner", "Practitioner"),
    ("Schedule:actor:PractitionerRole", "PractitionerRole"),
    ("Schedule:actor:HealthcareService", "HealthcareService"),
    ("HealthcareService.providedBy", "Organization"),
    ("HealthcareService:Location", "Location"),
)


def at(hours: float, zone: int = 0) -> str:
    """A moment some hours from now, in the zone some hours east of Greenwich, encoded."""
    moment = datetime.now(UTC) + timedelta(hours=hours + zone)
    return quote(instant(moment)[:19] + f"{zone:+03d}:00", safe="")


def found(world: Simulator, query: str) -> list[dict[str, Any]]:
    """The slots that a search gives."""
    answer = world.consumer().send("GET", f"/Slot?{query}", SCOPE)
    assert answer.status_code == 200, answer.text
    bundle = answer.json()
    slots = [e["resource"] for e in bundle.get("entry", []) if e["search"]["mode"] == "match"]
    assert bundle["total"] == len(slots)
    return slots


@pytest.mark.parametrize(
    "window",
    [
        "start=ge{low}&start=le{high}",
        "start=gt{low}&start=lt{high}",
        "start=sa{low}&start=eb{high}",
        "start=le{high}&start=ge{low}",
    ],
)
@pytest.mark.parametrize("zone", [0, 1, -5])
@pytest.mark.parametrize("name", [SERVICE, "schedule.actor:healthcareservice", "service"])
def test_slots_lie_in_the_window(world: Simulator, window: str, zone: int, name: str) -> None:
    query = window.format(low=at(3, zone), high=at(4, zone))
    slots = found(world, f"{name}=2000000001&{query}&status=free")
    low, high = datetime.now(UTC) + timedelta(hours=3, minutes=-1), datetime.now(UTC) + timedelta(hours=4)
    assert slots
    assert all(low <= datetime.fromisoformat(slot["start"]) <= high for slot in slots)
    assert {slot["status"] for slot in slots} == {"free"}


def test_bounds_are_inclusive_or_not_to_the_second(world: Simulator) -> None:
    start = world.consumer().slots(5)[-1]["start"]
    exact = quote(start, safe="")
    for low, high, hit in (("ge", "le", True), ("gt", "le", False), ("ge", "lt", False)):
        slots = found(world, f"{SERVICE}=2000000001&start={low}{exact}&start={high}{exact}")
        assert bool(slots) == hit
    assert found(world, f"{SERVICE}=2000000001&start={exact}")


def test_a_date_without_time_is_the_whole_day(world: Simulator) -> None:
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).date().isoformat()
    slots = found(world, f"{SERVICE}=2000000001&start={tomorrow}")
    assert slots and {slot["start"][:10] for slot in slots} == {tomorrow}


def test_optional_and_unknown_parameters_do_not_matter(world: Simulator) -> None:
    window = f"start=le{at(2)}"
    plain = found(world, f"{SERVICE}=2000000001&{window}")
    odd = found(world, f"{SERVICE}=2000000001&{window}&colour=blue&_revinclude=Appointment:slot&_include=A:b")
    assert {s["id"] for s in plain} == {s["id"] for s in odd}
    assert found(world, f"status=free&{window}")


def test_the_self_link_echoes_what_was_understood(world: Simulator) -> None:
    answer = world.consumer().send("GET", f"/Slot?{SERVICE}=2000000001&start=le{at(1)}&colour=blue", SCOPE)
    [link] = answer.json()["link"]
    assert link["relation"] == "self"
    assert "2000000001" in link["url"] and "start=le" in link["url"] and "colour" not in link["url"]


def test_busy_slots_are_found_when_asked_for(world: Simulator) -> None:
    consumer = world.consumer()
    slot = consumer.slots(30)[-1]
    consumer.book(booking(slot, nhs_number()))
    when = f"{SERVICE}=2000000001&start={quote(slot['start'], safe='')}"
    for statuses, expected in (("busy", True), ("free%2Cbusy", True), ("free,busy", True), ("free", False)):
        assert (slot["id"] in {s["id"] for s in found(world, f"{when}&status={statuses}")}) == expected


@pytest.mark.parametrize("modifier", ["", ":iterate", ":recurse"])
def test_each_include_brings_its_resources_once(world: Simulator, modifier: str) -> None:
    for value, resource_type in ALL_INCLUDES:
        answer = world.consumer().search(2, f"&_include{modifier}={quote(value, safe='')}")
        others = [e["resource"] for e in answer.json()["entry"] if e["search"]["mode"] == "include"]
        assert {r["resourceType"] for r in others} == {resource_type}
        assert len({r["id"] for r in others}) == len(others)


def test_all_references_of_a_full_search_resolve_and_nothing_is_unrelated(world: Simulator) -> None:
    query = "".join(f"&_include={quote(value, safe='')}" for value, _ in ALL_INCLUDES)
    bundle = world.consumer().search(1, query).json()
    here = {f"{e['resource']['resourceType']}/{e['resource']['id']}" for e in bundle["entry"]}
    referred: set[str] = set()

    def walk(value: Any) -> None:
        if isinstance(value, dict):
            if isinstance(value.get("reference"), str):
                referred.add(value["reference"])
            for child in value.values():
                walk(child)
        elif isinstance(value, list):
            for child in value:
                walk(child)

    walk(bundle)
    assert referred <= here
    assert {name for name in here if not name.startswith("Slot/")} == referred


def test_diaries_are_shared_between_services(world: Simulator) -> None:
    window = f"start=le{at(3)}&status=free"
    all_of_it = {s["id"] for s in found(world, f"{SERVICE}=2000000001&{window}")}
    nurses = {s["id"] for s in found(world, f"{SERVICE}=2000000002&{window}")}
    assert nurses and nurses < all_of_it


def test_the_service_returned_is_the_one_searched_for(world: Simulator) -> None:
    query = "&_include=Slot:schedule&_include=Schedule:actor:HealthcareService"
    for service in ("2000000001", "2000000002"):
        bundle = world.consumer().search(2, query, service).json()
        others = [e["resource"] for e in bundle["entry"] if e["search"]["mode"] == "include"]
        services = [r["id"] for r in others if r["resourceType"] == "HealthcareService"]
        actors = {r["actor"][0]["reference"] for r in others if r["resourceType"] == "Schedule"}
        assert (services, actors) == ([service], {f"HealthcareService/{service}"})


def test_a_diary_kept_for_one_organisation_is_not_shown_to_others(world: Simulator) -> None:
    own = world.consumer(organisation="other")
    slots = own.slots(service="2000000003")
    assert slots
    stranger = world.consumer()
    assert stranger.slots(service="2000000003") == []
    assert stranger.book(booking(slots[-1], nhs_number())).status_code == 403
    assert own.book(booking(slots[-1], nhs_number())).status_code == 201


def test_a_known_service_without_slots_gives_an_empty_searchset(world: Simulator) -> None:
    bundle = world.consumer().search(service="2000000009", query="&_include=Slot:schedule").json()
    assert (bundle["type"], bundle["total"], bundle.get("entry")) == ("searchset", 0, None)


@pytest.mark.parametrize(
    ("query", "status"),
    [
        (f"{SERVICE}=77", 404),
        (f"{SERVICE}=2000000001&start=gefoo", 400),
        (f"{SERVICE}=2000000001&start=xx2030-01-01", 400),
        (f"{SERVICE}=2000000001&start=ge2030-13-01", 400),
        (f"{SERVICE}=2000000001&start=ge2030-01-01T10:00:00", 400),
        (f"{SERVICE}=2000000001&status=open", 400),
        (f"{SERVICE}=", 400),
        (f"{SERVICE}=2000000001&start=ge2020-01-01&start=le2020-01-02", 400),
        (f"{SERVICE}=2000000001&start=ge2020-01-01", 200),
        (f"{SERVICE}=2000000001&start=ge2020&start=ge2021&start=ge2022", 400),
    ],
)
def test_wrong_queries_are_refused_with_the_reason(world: Simulator, query: str, status: int) -> None:
    answer = world.consumer().send("GET", f"/Slot?{query}", SCOPE)
    assert answer.status_code == status
    if status != 200:
        outcome = answer.json()
        assert outcome["resourceType"] == "OperationOutcome" and outcome["issue"][0]["diagnostics"]
