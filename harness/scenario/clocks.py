"""How far the clock of a consumer may be ahead of ours, by what it cannot have told before it had it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from ..consumer.contract import Answer, Saw
from ..consumer.requests import Interaction, ProviderCall


def may_be_ahead(answer: Answer, requests: Iterable[ProviderCall]) -> timedelta | None:
    """By how much the clock may be ahead at most; None where no slots were shown, and nothing can be said.

    Slots are shown once they have come. By how much later that is told is the time that it took to show them, and the
    difference of the clocks.
    """
    came = [_ended(call) for call in requests if call.interaction == Interaction.SLOTS and call.exchange.ok]
    shown = answer.saw(Saw.SLOTS_SHOWN)
    if not came or not shown:
        return None
    return max(timedelta(0), shown[0].at - came[0])


def _ended(call: ProviderCall) -> datetime:
    """When the answer had come to our proxy."""
    return datetime.fromisoformat(call.exchange.started) + timedelta(seconds=call.exchange.seconds)
