"""What a CapabilityStatement lists, tried: PRV-CAP-02 asks that every interaction that it lists works."""

from __future__ import annotations

from ....http.exchange import Exchange
from ....judging.decides import decides
from ....judging.recorder import Recorder
from ....scenario.capability import Listed, Tried

#: What answers that there is no such interaction.
_NOT_THERE = (404, 405, 410, 501)

_WHERE = "CapabilityStatement.rest.resource"


@decides("PRV-CAP-02")
def interactions_work(recorder: Recorder, listed: Listed) -> None:
    """PRV-CAP-02: each interaction that is listed, and that can be tried without harm, is there."""
    for one in listed.tried:
        expected, of = f"{one.words}, which the statement lists, works", [listed.statement, one.answer]
        actual = one.answer.summary()
        if one.of_template and not _works(one):
            recorder.falls_short("PRV-CAP-02", expected=expected, actual=actual, of=of, where=_WHERE)
        else:
            recorder.expect("PRV-CAP-02", _works(one), expected=expected, actual=actual, of=of, where=_WHERE)
    if listed.wrong_method is not None:
        _delete_is_allowed(recorder, listed.statement, listed.wrong_method)


def _works(one: Tried) -> bool:
    answer = one.answer
    if one.in_xml:
        return answer.ok and answer.response is not None and answer.response.is_xml
    return answer.reached and answer.status not in _NOT_THERE and answer.status < 500


def _delete_is_allowed(recorder: Recorder, statement: Exchange, answer: Exchange) -> None:
    """What a wrong method is told of those that are there says whether DELETE is."""
    allowed = answer.header("Allow")
    if answer.status == 405 and allowed is not None:
        recorder.expect(
            "PRV-CAP-02",
            "DELETE" in allowed.upper(),
            expected="delete of Appointment, which the statement lists, works",
            actual=f"Allow: {allowed}",
            of=[statement, answer],
            where=_WHERE,
        )
