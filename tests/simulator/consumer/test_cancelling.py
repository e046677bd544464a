"""Rebooking and cancelling: the stories, the order, and what the user is told when a cancellation fails."""

from __future__ import annotations

import json

import pytest

from .conftest import World
from .playing import Answer, Desk
from .proxy import Call, Fate, Proxy, answers, cut_after, cut_before, first, timed_out_after, unreadable
from .services import CENTRE, HUB, SOON, STRICT


def test_story_a_within_the_consultation(desk: Desk, proxy: Proxy) -> None:
    answer = desk.call(service=CENTRE, slot="change")
    assert proxy.kinds() == ["book", "book", "read", "cancel"] and len(proxy.of("slots")) == 2
    original, new = (event["about"][0] for event in answer.of("booked-shown"))
    assert original["start"] != new["start"]
    assert answer.of("cancelled-shown")[0]["about"] == [original]
    order = [what for what in answer.whats() if what not in ("services-shown", "slots-shown", "user-told")]
    assert order == [
        "reassessment-finished",
        "booked-shown",
        "booked-shown",
        "referral-sent",
        "existing-appointments-shown",
        "cancel-offered",
        "patient-confirmed",
        "cancelled-shown",
    ]


def test_story_b_after_the_consultation(desk: Desk, proxy: Proxy) -> None:
    original = desk.call(service=CENTRE, slot="last").booked()
    proxy.begin()
    answer = desk.call(service=SOON, within=2, cancel=(f"{original['start']} at Millbrook Urgent Treatment Centre",))
    assert proxy.kinds() == ["book", "read", "cancel"]
    assert answer.of("cancelled-shown")[0]["about"] == [original]
    whats = answer.whats()
    assert whats.index("reassessment-finished") < whats.index("slots-shown") < whats.index("booked-shown")
    assert whats.index("booked-shown") < whats.index("cancel-offered") < whats.index("patient-confirmed")
    # The update is what was read, cancelled, and names its version.
    read, update = proxy.of("read")[0], proxy.of("cancel")[0]
    assert read.url == update.url == original["url"]
    body = json.loads(update.body)
    assert body["status"] == "cancelled" and update.headers["If-Match"] == f'W/"{body["meta"]["versionId"]}"'
    assert original not in desk.call().of("existing-appointments-shown")[0]["about"]


def test_another_111_service_knows_nothing_of_it(desk: Desk, proxy: Proxy) -> None:
    desk.call(service=CENTRE)
    proxy.begin()
    answer = desk.call(service=HUB, service_111="second", cancel=("all",))
    assert proxy.kinds() == ["book"] and not answer.of("cancel-offered")
    assert {call.headers["Ssp-From"] for call in proxy.calls} == {"918999198102"}


@pytest.mark.parametrize("says", [{"declines": True, "cancel": ("all",)}, {"cancel": ("none",)}, {"cancel": ()}])
def test_nothing_is_cancelled_that_the_patient_did_not_confirm(
    desk: Desk, proxy: Proxy, says: dict[str, object]
) -> None:
    desk.call(service=CENTRE)
    answer = desk.call(service=HUB, **says)
    assert answer.of("cancel-offered") and answer.of("patient-declined") and not proxy.of("cancel")


def test_of_two_only_the_one_named_is_cancelled(desk: Desk, proxy: Proxy) -> None:
    kept = desk.call(service=CENTRE, slot="first").booked()
    named = desk.call(service=CENTRE, slot="last", declines=True).booked()
    answer = desk.call(cancel=(f"{named['start']} at {CENTRE}", f"{kept['start']} at Somewhere Else"))
    assert [call.url for call in proxy.of("cancel")] == [named["url"]]
    assert "Somewhere Else" in answer.told()
    assert desk.call().of("existing-appointments-shown")[0]["about"] == [kept]


@pytest.mark.parametrize("fate", [answers(422, "invariant", signed=True), answers(403)])
def test_the_old_one_stays_where_the_new_booking_fails(desk: Desk, proxy: Proxy, fate: Fate) -> None:
    old = desk.call(service=CENTRE).booked()
    proxy.befall("book", fate)
    answer = desk.call(service=HUB, cancel=("all",))
    assert not proxy.of("cancel") and not answer.of("cancel-offered") and "stays" in answer.told()
    assert old in answer.of("user-told")[-1]["about"]


def _rebooked(desk: Desk, proxy: Proxy, *fates: Fate, of: str = "cancel") -> Answer:
    """The answer to a call that books anew and cancels, where something befalls the cancelling."""
    assert desk.call(service=CENTRE).of("booked-shown")
    proxy.begin()
    proxy.befall(of, *fates)
    answer = desk.call(service=HUB, cancel=("all",))
    # Whatever becomes of the original, the new booking stands.
    assert answer.of("booked-shown")
    return answer


def test_a_conflict_is_read_again_and_tried_once_more(desk: Desk, proxy: Proxy, found_world: World) -> None:
    def touched(call: Call) -> None:
        assert found_world.control("POST", "/staff-touch", {"url": call.url}).status_code == 200

    answer = _rebooked(desk, proxy, first(touched))
    assert proxy.kinds() == ["book", "read", "cancel", "read", "cancel"]
    assert [call.headers["If-Match"] for call in proxy.of("cancel")] == ['W/"1"', 'W/"2"']
    assert len({call.headers["X-Request-Id"] for call in proxy.of("cancel")}) == 2
    assert answer.of("cancelled-shown")


@pytest.mark.parametrize("status", [409, 412])
def test_a_conflict_that_lasts_is_told(desk: Desk, proxy: Proxy, status: int) -> None:
    answer = _rebooked(desk, proxy, *[answers(status, "conflict", signed=True)] * 5)
    assert proxy.kinds() == ["book", "read", "cancel", "read", "cancel", "read"]
    assert f"{status}" in answer.of("not-cancelled-shown")[0]["text"] and not answer.of("cancelled-shown")


@pytest.mark.parametrize(
    ("fate", "said"),
    [
        (answers(403, "forbidden", signed=True, diagnostics="Only by the booker"), "Only by the booker"),
        (answers(404, "not-found", signed=True), "provider answered 404"),
        (answers(422, "business-rule", signed=True), "provider answered 422"),
        (answers(403), "Secure Proxy answered 403"),
        (answers(405), "Secure Proxy answered 405"),
        (answers(415), "Secure Proxy answered 415"),
    ],
)
def test_a_refusal_is_told_with_its_cause(desk: Desk, proxy: Proxy, fate: Fate, said: str) -> None:
    answer = _rebooked(desk, proxy, fate)
    assert said in answer.of("not-cancelled-shown")[0]["text"]
    assert len(proxy.of("cancel")) == 1 and not answer.of("cancelled-shown")


@pytest.mark.parametrize("fate", [cut_after, timed_out_after, unreadable])
def test_a_lost_answer_is_looked_for_by_a_read(desk: Desk, proxy: Proxy, fate: Fate) -> None:
    answer = _rebooked(desk, proxy, fate)
    assert proxy.kinds() == ["book", "read", "cancel", "read"] and answer.of("cancelled-shown")


@pytest.mark.parametrize("fate", [cut_before, answers(502), answers(500, "exception", signed=True)])
def test_what_was_not_carried_out_is_sent_again_as_the_same_transaction(desk: Desk, proxy: Proxy, fate: Fate) -> None:
    answer = _rebooked(desk, proxy, fate)
    assert proxy.kinds() == ["book", "read", "cancel", "read", "cancel"] and answer.of("cancelled-shown")
    assert len({(call.headers["X-Request-Id"], call.body) for call in proxy.of("cancel")}) == 1


@pytest.mark.parametrize("fate", [answers(404, "not-found", signed=True), answers(504), cut_before])
def test_what_cannot_be_read_is_not_cancelled_blindly(desk: Desk, proxy: Proxy, fate: Fate) -> None:
    answer = _rebooked(desk, proxy, fate, of="read")
    assert not proxy.of("cancel") and answer.of("not-cancelled-shown")


def test_what_staff_have_cancelled_is_told_and_not_updated(desk: Desk, proxy: Proxy, found_world: World) -> None:
    booking = desk.call(service=CENTRE).booked()
    assert found_world.control("POST", "/staff-cancel", {"url": booking["url"]}).status_code == 200
    answer = desk.call(service=HUB, cancel=("all",))
    assert not proxy.of("cancel") and "already cancelled" in answer.told()
    assert booking not in desk.call().of("existing-appointments-shown")[0]["about"]


def test_an_appointment_known_from_elsewhere_is_cancelled_where_that_is_allowed(desk: Desk, proxy: Proxy) -> None:
    for service, cancelled in ((CENTRE, True), (STRICT, False)):
        there = desk.call(service=service, declines=True).booked()
        without_service = {**there, "service": ""}
        known = there if cancelled else without_service
        answer = desk.call(
            service=HUB, service_111="second", known_before=(known,), cancel=(f"{there['start']} at {service}",)
        )
        assert bool(answer.of("cancelled-shown")) is cancelled, answer.content
        assert bool(answer.of("not-cancelled-shown")) is not cancelled
