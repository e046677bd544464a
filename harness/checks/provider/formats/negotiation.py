"""Expectations of formats."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from ....http.exchange import Exchange
from ....judging.decides import decides
from ....judging.recorder import Recorder
from ....scenario.formats import Preference
from ....settings.model import Part

_ROOT = re.compile(r"https://[^/]+/(?:[^/]+/)*STU3/[0-9]+/[^/]+")


#: The clauses that have a body in the answer.
_ANSWERED = {"POST": "PRV-BOOK-07", "PUT": "PRV-CAN-02"}

#: The clauses that have the plain requests succeed.
_SUCCEEDS = {"POST": "PRV-BOOK-01", "GET": "PRV-GET-01", "PUT": "PRV-CAN-01"}

#: In the table: JSON is served, or what is accepted beside it.
_JSON_BY_WEIGHT = "json by its weight"


@decides(rows=True)
def served(recorder: Recorder, preferences: Iterable[Preference]) -> None:
    """FMT-01, -03, -05, -09: JSON is served where JSON is due, and can be decoded."""
    for preference in preferences:
        if preference.trouble and preference.requirement != "FMT-01":
            reason = f"the good request was itself answered with {preference.trouble}"
            recorder.not_observed(preference.requirement, reason, of=preference.exchange, because="FMT-01")
            continue
        response = preference.exchange.response
        if preference.served == _JSON_BY_WEIGHT and response is not None and response.is_xml and response.resource:
            # To serve the other of two that are accepted is a server's right (RFC 7231 section 5.3.2).
            recorder.falls_short(
                preference.requirement,
                expected=f"{preference.words}: JSON, which weighs more",
                actual=response.media_type,
                of=preference.exchange,
                where="Content-Type",
            )
            continue
        is_json(recorder, preference.requirement, preference.words, preference.exchange)


def is_json(recorder: Recorder, requirement: str, words: str, exchange: Exchange) -> None:
    """The answer is in JSON, of its right media type, and can be read.

    That an appointment booked or cancelled is answered with itself is told at its own clause: without it there is no
    format to look at.
    """
    response = exchange.response
    if exchange.ok and response is not None and not response.body.strip() and exchange.request.method in _ANSWERED:
        reason = f"{words}: the answer has no body"
        recorder.not_observed(requirement, reason, of=exchange, because=_ANSWERED[exchange.request.method])
        return
    is_json = response is not None and "json" in response.media_type and response.resource is not None
    recorder.expect(
        requirement,
        exchange.ok and is_json,
        expected=f"{words}: JSON",
        actual=exchange.summary() if response is None or not is_json else response.media_type,
        of=exchange,
        where="Content-Type",
    )
    if exchange.ok and is_json and requirement == "FMT-01" and response is not None:
        recorder.expect_value(
            requirement,
            "response-media-type",
            response.media_type,
            actual=response.media_type,
            of=exchange,
            where="Content-Type",
        )


@decides("FMT-01", "FMT-04")
def all_json(recorder: Recorder, answers: Sequence[Exchange]) -> None:
    """FMT-04: the answer follows the format sent; FMT-01: JSON on every interaction."""
    for exchange in answers:
        words = f"{exchange.request.method} with no preference"
        if exchange.reached and not exchange.ok:
            # That it has to succeed is told at its own clause; a refusal says nothing of the format of a success.
            reason, clause = f"{words}: it was answered with {exchange.summary()}", _SUCCEEDS[exchange.request.method]
            for requirement in ("FMT-01", "FMT-04") if exchange.request.body else ("FMT-01",):
                recorder.not_observed(requirement, reason, of=exchange, because=clause)
            continue
        is_json(recorder, "FMT-01", words, exchange)
        if exchange.request.body:
            is_json(recorder, "FMT-04", words + ", JSON sent", exchange)


@decides("FMT-17")
def service_root(recorder: Recorder, part: Part) -> None:
    """FMT-17: https://[FQDN]/STU3/[major]/[routing segment], without a trailing slash (CF-65)."""
    recorder.expect(
        "FMT-17",
        bool(_ROOT.fullmatch(part.audience)),
        expected="https://[FQDN]/STU3/[major]/[routing segment]",
        actual=part.audience,
        where="service root",
        system=part.key,
    )


@decides("FMT-06")
def unknown_is_refused(recorder: Recorder, exchange: Exchange) -> None:
    """FMT-06: a format that the server cannot produce is rejected."""
    recorder.expect_answer("FMT-06", "unsupported-response-format", exchange)
