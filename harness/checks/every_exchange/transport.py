"""Standing requirements on what HTTP itself asks of an answer: its date, its coding, its media type."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from ...http.exchange import Exchange, Received, header
from ...http.times import http_date, is_http_date, moment
from ...judging.observations import MET, NOT_MET, TOLERATED, VALUE, Observation
from .every_resource import seen

#: The clauses that this module decides on every answer.
DECIDES: frozenset[str] = frozenset({"FMT-01", "FMT-09", "FMT-22"})

#: A clock may be wrong, and a summer time forgotten; a fixed date is neither.
_CLOCKS_APART = timedelta(hours=2)


def transport(exchange: Exchange) -> Iterator[Observation]:
    """The observations of one exchange with a provider. Who fails (5xx) may be a gateway with ways of its own."""
    response = exchange.response
    if response is None or response.status >= 500:
        return
    yield _date(exchange, response)
    yield from _coding(exchange, response)
    if response.resource is not None and not response.is_xml and response.resource_type:
        yield Observation(
            requirement="FMT-01",
            outcome=VALUE,
            expected="response-media-type",
            actual=response.media_type or "no media type",
            where="Content-Type",
            exchanges=(exchange.id,),
            system=exchange.system,
            situation="response-media-type",
            value=response.media_type or "none",
        )


def _date(exchange: Exchange, response: Received) -> Observation:
    """FMT-22: a system that dates its appointments has a clock, and so it sends Date (RFC 7231 section 7.1.1.2).

    Where none arrives that is a warning: what stands between may have taken it away.
    """
    text, asked = response.header("Date"), moment(exchange.started)
    assert asked is not None
    told = http_date(text)
    met = told is not None and is_http_date(text or "") and abs(told - asked) < _CLOCKS_APART
    actual = "as expected" if met else f"Date: {text}, asked at {exchange.started}" if text else "no Date header"
    expected = "Date, the moment of the answer (RFC 7231 section 7.1.1.2)"
    outcome = MET if met else NOT_MET if text else TOLERATED
    return seen(exchange, "FMT-22", outcome, "Date", expected, actual)


def _coding(exchange: Exchange, response: Received) -> Iterator[Observation]:
    """FMT-09: who takes an answer as it is (identity) is not given one that has to be unpacked."""
    asked = (header(exchange.request.headers, "Accept-Encoding") or "identity").strip().lower()
    if asked != "identity" or not response.body:
        return
    coding = (response.header("Content-Encoding") or "identity").strip().lower()
    plain = coding == "identity"
    actual = "as expected" if plain else f"Content-Encoding: {coding}"
    expected = "a plain answer to Accept-Encoding: identity"
    yield seen(exchange, "FMT-09", MET if plain else NOT_MET, "Content-Encoding", expected, actual)
