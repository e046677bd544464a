"""The registry: what another 111 service booked is found, flagged, and can be cancelled."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ...support.simulator_client import soon
from .conftest import World
from .playing import Desk
from .proxy import Proxy
from .services import CENTRE, HUB, SOON


@pytest.fixture
def asking(found_world: World, desk_with: Callable[..., Desk]) -> Desk:
    """A desk that has a registry, and a patient of whom the registry knows one appointment."""
    desk = desk_with(*found_world.registry_options())
    assert desk.call(service=CENTRE).of("booked-shown")
    soon(lambda: found_world.registry().pointers(desk.patient))
    return desk


def test_story_d_with_the_registry(asking: Desk, proxy: Proxy) -> None:
    booking = asking.call().of("existing-appointments-shown")[0]["about"][0]
    proxy.begin()
    answer = asking.call(service=SOON, service_111="second", within=2, cancel=("all",))
    found = {**booking, "service": ""}
    whats = answer.whats()
    assert [one["url"] for one in answer.of("flagged")[0]["about"]] == [found["url"]]
    assert whats.index("flagged") < whats.index("reassessment-finished") < whats.index("services-shown")
    # The details are those of the provider, before slots are searched; its system is found by its address.
    assert proxy.kinds(slots=True) == ["read", "slots", "book", "read", "cancel"]
    assert answer.of("cancelled-shown")[0]["about"][0]["url"] == found["url"]
    assert not [call for call in proxy.calls if "/registry" in call.url]


def test_an_appointment_of_the_own_memory_is_listed_once(asking: Desk) -> None:
    answer = asking.call(declines=True)
    shown = answer.of("existing-appointments-shown")
    assert all(len(event["about"]) == 1 for event in shown) and answer.of("flagged")


@pytest.mark.parametrize(
    "options",
    [
        ("--registry-client-secret", "wrong"),
        ("--registry-token-url", "http://127.0.0.1:9/token"),
        ("--registry-url", "http://127.0.0.1:9/registry"),
    ],
)
def test_a_registry_that_cannot_be_asked_stops_nothing(asking: Desk, options: tuple[str, ...]) -> None:
    answer = asking.call(service=HUB, service_111="second", more=options)
    assert "registry" in answer.told() and not answer.of("flagged") and answer.of("booked-shown")


def test_without_a_token_service_the_token_is_unsecured(asking: Desk) -> None:
    answer = asking.call(service_111="second", more=("--registry-token-url", ""))
    assert answer.of("flagged")
