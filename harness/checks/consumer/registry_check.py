"""Expectations of how a consumer uses the Appointment Registry (REG-21 to REG-26)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from ...consumer.contract import Saw
from ...consumer.requests import Interaction
from ...judging.decides import decides
from ...judging.recorder import Recorder
from ...scenario.consumer_calls import CallTaken, Standing
from ...settings.consumer import CONSUMER
from ..user_events import exchanges, has_events, saw

_ASKED = ("REG-21", "REG-22", "REG-23")


@decides("REG-21", "REG-22", "REG-23")
def asks_before_the_reassessment_ends(recorder: Recorder, taken: CallTaken) -> None:
    """REG-23: the registry is searched once it is known who calls; REG-21, REG-22: with a token, not by the proxy."""
    searches = [one for one in taken.registry if one["method"] == "GET"]
    if not searches:
        through = [call for call in taken.requests if "/registry/" in call.target]
        if through:
            _expect(recorder, "REG-22", False, "straight to the registry", "through the Spine Secure Proxy", taken)
        else:
            _expect(recorder, "REG-23", False, "a search of the registry", "none", taken)
        for requirement in _ASKED:
            if requirement != ("REG-22" if through else "REG-23"):
                why = "the registry was not asked"
                recorder.not_observed(requirement, why, of=exchanges(taken.requests), because="REG-23")
        return
    done = taken.answer.saw(Saw.REASSESSED)
    in_time = not done or _moment(searches[0]) <= done[0].latest.replace(microsecond=0).timestamp() + 1
    _expect(recorder, "REG-23", in_time, "a search before the re-assessment ends", "only afterwards", taken)
    headers = [name.lower() for one in searches for name in one["headers"]]
    plain = not any(name.startswith("ssp-") for name in headers)
    _expect(recorder, "REG-22", plain, "no headers of the proxy", "headers of the proxy", taken)
    refused = [one["status"] for one in searches if one["status"] in (401, 403)]
    _expect(recorder, "REG-21", not refused, "a token that the registry takes", f"refused with {refused}", taken)


@decides("REG-24")
def tells_the_user(recorder: Recorder, taken: CallTaken) -> None:
    """REG-24: where an appointment is found, the record is flagged and the user told."""
    has_events(taken)
    saw(recorder, "REG-24", taken, [Saw.FLAGGED], "the record is flagged, and the user told", taken.requests)


@decides("REG-25")
def reads_from_the_provider(recorder: Recorder, taken: CallTaken, original: Standing) -> None:
    """REG-25: the details come from the provider, at the URL that the registry gave."""
    read = [call for call in taken.of(Interaction.READ) if call.appointment == original.known.url]
    recorder.expect(
        "REG-25",
        bool(read),
        expected=f"a read of {original.known.url}",
        actual="as expected" if read else "it was not read there",
        of=exchanges(read or taken.requests),
        system=CONSUMER,
    )


@decides("REG-26")
def does_not_ask_again(recorder: Recorder, taken: CallTaken) -> None:
    """REG-26: a search that was refused with 4xx is not sent again unchanged; after a 500 it may be."""
    searches = [one for one in taken.registry if one["method"] == "GET"]
    if not searches:
        recorder.not_observed("REG-26", "the registry was not asked", of=exchanges(taken.requests))
        return
    refused = [one for one in searches if 400 <= one["status"] < 500]
    again = len({one["query"] for one in refused}) < len(refused)
    _expect(recorder, "REG-26", not again, "no search that was refused is sent again", "sent again", taken)


def _expect(recorder: Recorder, requirement: str, met: bool, expected: str, actual: str, taken: CallTaken) -> None:
    recorder.expect(
        requirement,
        met,
        expected=expected,
        actual="as expected" if met else actual,
        of=exchanges(taken.requests),
        system=CONSUMER,
    )


def _moment(one: Mapping[str, Any]) -> float:
    return datetime.fromisoformat(str(one["at"])).timestamp()
