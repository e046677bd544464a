"""Whether a scenario can be asked of the systems under test. One that cannot is not begun."""

from __future__ import annotations

from uec_booking.standard import requirements

from ..errors import NotApplicable, ToAttest
from ..settings.consumer import CONSUMER, ConsumerUnderTest
from ..settings.model import Settings

#: The tag of scenarios that look at a recording, and give no tasks.
RECORDED = "recorded"
#: The tag of scenarios that send random sequences of requests.
EXPLORES = "explores"


def check_applicable(settings: Settings, tagged: set[str]) -> None:
    """Hold the tags of a scenario against the systems under test.

    Raises:
        NotApplicable: the standard, or what the systems claim, has nothing of what it decides.
        ToAttest: what it needs is missing in this run.
    """
    catalogue = requirements.load()
    decides = [catalogue[tag] for tag in tagged if tag in catalogue]
    if decides and not any(one.applies_in(settings.edition) for one in decides):
        raise NotApplicable(f"edition {settings.edition} has nothing of what it decides")
    if CONSUMER in tagged:
        if settings.consumer is None:
            raise NotApplicable("no consumer is under test")
        _fits_door(settings.consumer, tagged)
    elif not settings.under_test():
        raise NotApplicable("no provider or registry is under test")
    if EXPLORES in tagged and not settings.exploring.requests:
        raise NotApplicable("the settings have no random sequences ([exploring] requests = 0)")
    for tag in sorted(tagged):
        kind, _, name = tag.partition(":")
        if kind == "claims" and name not in settings.capabilities:
            raise NotApplicable(f"the capability {name!r} is not claimed")
        if kind == "needs" and name == "control" and not any(part.control for part in settings.under_test()):
            raise ToAttest("this run has no control interface with which to bring the situation about")
        if kind == "needs" and name == "tap" and settings.tap is None:
            raise ToAttest(
                "no recording proxy stood between the provider and the registry ([registry] tap in the settings)"
            )
        if kind == "needs" and name == "direct" and any(part.ssp_url for part in settings.under_test()):
            raise ToAttest("requests go through a Spine Secure Proxy (ssp_url in the settings), which answers this one")


def _fits_door(consumer: ConsumerUnderTest, tagged: set[str]) -> None:
    if consumer.recording is None and RECORDED in tagged:
        raise NotApplicable("no recording of a consumer is judged (consumer.recording in the settings)")
    if consumer.recording is not None and RECORDED not in tagged:
        raise ToAttest(
            "the consumer is judged from a recording: nobody gave it tasks, and what its user saw was not recorded"
        )
