"""Expectations of how a consumer uses the Appointment Registry (REG-21 to REG-26)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import unquote

from ...consumer.contract import Saw
from ...consumer.recording.courses import Course
from ...consumer.requests import Interaction, ProviderCall
from ...http.exchange import Exchange
from ...judging.decides import decides
from ...judging.recorder import Recorder
from ...scenario.call_taken import CallTaken, Standing
from ...settings.consumer import CONSUMER
from ..call_records import exchanges, expect, not_observed
from ..user_events import has_events, is_before, saw

_BARE = "without a client certificate"
_ASKED = ("REG-21", "REG-22", "REG-23")


@decides("REG-21", "REG-22", "REG-23")
def asks_before_the_reassessment_ends(recorder: Recorder, taken: CallTaken, *, mutual: bool = False) -> None:
    """REG-23: the registry is searched once it is known who calls; REG-21, REG-22: with a token, not by the proxy.

    ``mutual``: the registry asks for a client certificate, and so one is shown (REG-22).
    """
    searches = [one for one in taken.registry if one["method"] == "GET"]
    through = [call for call in taken.requests if call.target and not call.root]
    none = "the registry was not asked"
    if not searches and through:
        expect(recorder, "REG-22", False, "straight to the registry", "through the Spine Secure Proxy", taken.requests)
        not_observed(recorder, ("REG-21", "REG-23"), none, taken.requests, because="REG-22")
        return
    if not searches:
        expect(recorder, "REG-23", False, "a search of the registry", "none", taken.requests)
        not_observed(recorder, ("REG-21", "REG-22"), none, taken.requests, because="REG-23")
        return
    _about_the_caller_in_time(recorder, taken, searches)
    headers = [name.lower() for one in searches for name in one["headers"]]
    plain = not through and not any(name.startswith("ssp-") for name in headers)
    bare = mutual and any(one.get("certificate") == "absent" for one in searches)
    shown = "through the Spine Secure Proxy" if through else _BARE if plain else "headers of the proxy"
    expected = "straight to the registry, without headers of the proxy"
    expected += ", with a client certificate" if mutual else ""
    expect(recorder, "REG-22", plain and not bare, expected, shown, taken.requests)
    refused = [one["status"] for one in searches if one["status"] in (401, 403)]
    expected = "a token that the registry takes"
    expect(recorder, "REG-21", not refused, expected, f"rejected with {refused}", taken.requests)


def _about_the_caller_in_time(recorder: Recorder, taken: CallTaken, searches: Sequence[Mapping[str, Any]]) -> None:
    """REG-23: the search is about the caller, and comes before the re-assessment ends and services are searched."""
    number = taken.wanted.caller.nhs_number
    about = [one for one in searches if number in unquote(one["query"])]
    if not about:
        expect(recorder, "REG-23", False, "a search for the caller's NHS number", "for somebody else", taken.requests)
        return
    done = taken.answer.saw(Saw.REASSESSED)
    # The times of the world are whole seconds, and its numbers are exact: services are searched after a re-assessment.
    in_time = not done or _moment(about[0]) <= done[0].latest.replace(microsecond=0).timestamp() + 1
    services = [one.number for one in taken.lookups if one.system == "dos"]
    in_time = in_time and (not services or about[0]["number"] < services[0])
    expect(recorder, "REG-23", in_time, "a search before the re-assessment ends", "only afterwards", taken.requests)


@decides("REG-23")
def goes_on_without(recorder: Recorder, taken: CallTaken) -> None:
    """REG-23: the search runs in the background, so that the call does not end where the registry fails."""
    on = bool(taken.of(Interaction.SLOTS))
    expect(recorder, "REG-23", on, "the call goes on when the registry fails", "no slots were searched", taken.requests)


@decides("REG-24")
def tells_the_user(recorder: Recorder, taken: CallTaken) -> None:
    """REG-24: where an appointment is found, the record is flagged and the user told."""
    has_events(recorder, taken)
    cause = recorder.first_failed(*_ASKED)
    if cause and not taken.saw(Saw.FLAGGED):
        recorder.not_observed("REG-24", "the registry told of nothing", of=exchanges(taken.requests), because=cause)
        return
    saw(recorder, "REG-24", taken, [Saw.FLAGGED], "the record is flagged, and the user told", taken.requests)


@decides("REG-25")
def reads_from_the_provider(recorder: Recorder, taken: CallTaken, original: Standing) -> None:
    """REG-25: the details come from the provider, at the URL that the registry gave, before the patient decides.

    What is read only to be cancelled comes too late to tell the patient which appointment it is.
    """
    read = [call for call in taken.of(Interaction.READ) if call.appointment == original.known.url]
    confirmed = [event for event in taken.answer.saw(Saw.CONFIRMED) if original.known.url in event.about]
    early = [call for call in read if not confirmed or not is_before(confirmed[0], call)]
    expect(
        recorder,
        "REG-25",
        bool(early),
        f"a read of {original.known.url}, before the patient says whether it can go",
        "read only to be cancelled" if read else "it was not read there",
        read or taken.requests,
        because=recorder.first_failed(*_ASKED, "REG-24"),
    )


@decides("REG-26")
def does_not_ask_again(recorder: Recorder, taken: CallTaken) -> None:
    """REG-26: a search that was rejected with 4xx is not sent again unchanged; after a 500 it may be."""
    searches = [one for one in taken.registry if one["method"] == "GET"]
    if not searches:
        recorder.not_observed("REG-26", "the registry was not asked", of=exchanges(taken.requests))
        return
    refused = [one for one in searches if 400 <= one["status"] < 500]
    again = len({one["query"] for one in refused}) < len(refused)
    expect(recorder, "REG-26", not again, "no search that was rejected is sent again", "sent again", taken.requests)


@decides("REG-22", "REG-23")
def is_asked_before_bookings(
    recorder: Recorder, courses: Sequence[Course], asked: Sequence[Exchange], through: Sequence[ProviderCall]
) -> None:
    """REG-23: in a recording, a search for each patient before the first booking; REG-22: and none by the proxy.

    ``asked`` is what the registry was asked, ``through`` what it was asked through the Spine Secure Proxy.
    """
    if not asked and not through:
        for requirement in ("REG-22", "REG-23"):
            recorder.does_not_arise(requirement, "the recording has nothing of the registry", system=CONSUMER)
        return
    recorder.expect(
        "REG-22",
        not through,
        expected="straight to the registry",
        actual="through the Spine Secure Proxy" if through else "as expected",
        of=exchanges(through) or asked,
        system=CONSUMER,
    )
    since = min(one.started for one in (*asked, *exchanges(through)))
    for course in courses:
        first = next((call for call in course.requests if call.interaction is Interaction.BOOK), None)
        if first is None or first.exchange.started < since or not course.patient.isdigit():
            continue
        searched = any(
            course.patient in unquote(one.request.url) and one.started <= first.exchange.started
            for one in (*asked, *exchanges(through))
        )
        recorder.expect(
            "REG-23",
            searched,
            expected="a search of the registry for the patient before the booking",
            actual="as expected" if searched else "none in the recording",
            of=first.exchange,
            system=CONSUMER,
        )


def _moment(one: Mapping[str, Any]) -> float:
    return datetime.fromisoformat(str(one["at"])).timestamp()
