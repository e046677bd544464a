"""Expectations of what may be asked in several ways: in each of them one can book, read and cancel."""

from __future__ import annotations

from collections.abc import Iterable

from ....judging.causes import PLAIN
from ....judging.decides import decides
from ....judging.recorder import Recorder
from ....scenario.formats import InAWay
from .negotiation import is_json


@decides(rows=True)
def each_is_accepted(recorder: Recorder, seen: Iterable[InAWay]) -> None:
    """Accepted each time; where the ordinary request was rejected too, that says nothing of the way."""
    for one in seen:
        if one.twin is not None and not one.twin.ok:
            reason = f"the same without any change was itself answered with {one.twin.summary()}"
            recorder.not_observed(one.requirement, reason, of=one.twin, because=PLAIN.get(one.situation, ""))
        else:
            recorder.expect_answer(one.requirement, one.situation, one.exchange, expected=f"{one.way}: {one.situation}")


@decides(rows=True)
def each_is_in_json(recorder: Recorder, seen: Iterable[InAWay]) -> None:
    """What was accepted is answered in JSON, which can be read."""
    for one in seen:
        if one.exchange.ok:
            is_json(recorder, one.requirement, one.way, one.exchange)
