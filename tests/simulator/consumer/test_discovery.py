"""From the need to the provider: the list of DoS, its pointer, what SDS has, and what stops a booking."""

from __future__ import annotations

import pytest

from .conftest import World
from .playing import Desk
from .proxy import Proxy
from .services import (
    AMISS_IN_SDS,
    BOOKING_ONLY,
    BOOKING_ONLY_WITHOUT_SLOTS,
    CENTRE,
    NO_POINTER,
    NO_SLOTS,
    SLASH,
    TWO_POINTERS,
    UNSAFE,
    directory,
)


def test_every_service_of_dos_is_shown_with_its_address(desk: Desk) -> None:
    answer = desk.call(service=CENTRE)
    (shown,) = answer.of("services-shown")
    assert [one["service"] for one in shown["about"]] == [row["id"] for row in directory()["services"]]
    assert "Millbrook Urgent Treatment Centre, 1 Mill Lane" in shown["text"]
    assert answer.outcome == "finished"


@pytest.mark.parametrize("amiss", AMISS_IN_SDS)
def test_what_is_amiss_in_sds_is_told_and_no_slots_are_searched(desk: Desk, proxy: Proxy, amiss: str) -> None:
    answer = desk.call(service=AMISS_IN_SDS[amiss])
    assert "Spine Directory" in answer.told() and "no answer" not in answer.told()
    assert not proxy.calls and not answer.of("booked-shown")
    # Its referral does not need a booking, so what was there before goes on.
    assert answer.of("referral-sent") and answer.outcome == "finished"


def test_several_pointers_halt_the_booking(desk: Desk, proxy: Proxy) -> None:
    answer = desk.call(service=TWO_POINTERS)
    assert "2 booking endpoints" in answer.told()
    assert not proxy.calls and not answer.of("referral-sent")


def test_without_a_pointer_the_existing_workflow_goes_on(desk: Desk, proxy: Proxy) -> None:
    answer = desk.call(service=NO_POINTER)
    assert not proxy.calls and answer.of("referral-sent") and answer.of("user-told")


def test_no_slots_are_told(desk: Desk, proxy: Proxy) -> None:
    answer = desk.call(service=NO_SLOTS)
    assert "no free slots" in answer.told() and not proxy.of("book")
    assert answer.of("referral-sent")


def test_a_booking_only_service_takes_no_referral_without_one(desk: Desk) -> None:
    answer = desk.call(service=BOOKING_ONLY_WITHOUT_SLOTS)
    assert answer.of("referral-blocked") and not answer.of("referral-sent")
    answer = desk.call(service=BOOKING_ONLY)
    assert not answer.of("referral-blocked")
    assert answer.whats().index("booked-shown") < answer.whats().index("referral-sent")


@pytest.mark.parametrize("service", [SLASH, UNSAFE])
def test_a_root_is_called_with_one_slash_and_safe_characters_and_its_audience_is_as_in_sds(
    desk: Desk, proxy: Proxy, found_world: World, service: str
) -> None:
    answer = desk.call(service=service)
    assert answer.of("booked-shown"), answer.told()
    root = found_world.addresses["root"] + next(r["root"] for r in directory()["services"] if r["id"] == service)
    assert all(call.url.startswith(f"{root}/") and not call.url.startswith(f"{root}//") for call in proxy.calls)
    as_in_sds = root + "/" if service == SLASH else root.replace("%20", " ")
    assert {call.claims["aud"] for call in proxy.calls} == {as_in_sds}


def test_a_service_that_dos_does_not_list_cannot_be_chosen(desk: Desk) -> None:
    answer = desk.call(service="4999999999")
    assert answer.outcome == "could-not" and "4999999999" in answer.content["why"]


@pytest.mark.parametrize("option", ["--dos-url", "--sds-url"])
def test_a_directory_that_is_away_is_told(desk: Desk, option: str) -> None:
    scheme = "ldap" if option == "--sds-url" else "http"
    answer = desk.call(service=CENTRE, more=(option, f"{scheme}://127.0.0.1:9/nothing"))
    assert "gave no answer" in answer.told() and not answer.of("slots-shown")
