"""Expectations of the self link of a search result, which tells the criteria that were applied (PRV-SRCH-38)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from urllib.parse import parse_qsl, unquote_plus

from uec_booking.standard import names

from ....http.exchange import Exchange
from ....http.times import moment
from ....http.urls import split
from ....judging.decides import decides
from ....judging.recorder import Recorder
from ....scenario.variations import Trial


@decides("PRV-SRCH-38")
def echoes_criteria(recorder: Recorder, exchange: Exchange) -> None:
    """PRV-SRCH-38: the Bundle has a self link with the criteria that were applied."""
    links = [link for link in exchange.resource.get("link") or [] if isinstance(link, Mapping)]
    url = unquote_plus(str(next((link.get("url") for link in links if link.get("relation") == "self"), "")))
    asked = ("schedule.actor", "start=ge", "start=le", "status=")
    missing = [criterion for criterion in asked if criterion not in url]
    # Times may be written otherwise, or narrowed; the service and the status are what they are.
    sent = dict(parse_qsl(split(exchange.request.url).query))
    missing += [name for name in (names.SERVICE_PARAMETER, "status") if sent.get(name, "") not in url]
    missing += _widened(exchange.request.url, url)
    recorder.expect(
        "PRV-SRCH-38",
        bool(url) and not missing,
        expected="a self link with service, start and status",
        actual=(url[:200] or "no self link") + (f"; without {', '.join(missing)}" if url and missing else ""),
        of=exchange,
        where="Bundle.link",
    )


def _widened(asked: str, told: str) -> list[str]:
    """The bounds that are told wider than they were asked for: no search is done so."""
    bounds = [dict(_bounds(url)) for url in (asked, told)]
    return [
        f"the bound asked for with start={prefix}"
        for prefix, direction in (("ge", 1), ("le", -1))
        if prefix in bounds[0]
        and prefix in bounds[1]
        and direction * (bounds[0][prefix] - bounds[1][prefix]) > timedelta(seconds=1)
    ]


def _bounds(url: str) -> Iterator[tuple[str, datetime]]:
    for name, value in parse_qsl(split(url).query):
        at = moment(value[2:].replace(" ", "+"))
        if name == "start" and at is not None:
            yield value[:2], at


@decides("PRV-SRCH-38")
def ignored_is_not_echoed(recorder: Recorder, trial: Trial) -> None:
    """PRV-SRCH-38: a parameter that was ignored is not in the self link, so that a consumer can see it was (CF-06)."""
    for row in trial.rows:
        if row.situation != "unknown-query-parameter" or row.exchange is None or row.exchange.status != 200:
            continue
        links = [link for link in row.exchange.resource.get("link") or [] if isinstance(link, Mapping)]
        url = unquote_plus(str(next((link.get("url") for link in links if link.get("relation") == "self"), "")))
        name = row.change.rpartition(" ")[2].partition("=")[0]
        recorder.expect(
            "PRV-SRCH-38",
            name not in url,
            expected=f"a self link without {name}, which is not known to the provider",
            actual=url[:200] or "no self link",
            of=row.exchange,
            where="Bundle.link",
        )
