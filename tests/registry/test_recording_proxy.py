"""The recording proxy before a provider: what a consumer sends passes on, is written down, and comes back."""

from __future__ import annotations

import socket
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

import requests
from uec_booking.harness.proxy.log import PROVIDER, ProxyLog
from uec_booking.harness.proxy.server import opened
from uec_booking.harness.settings import load
from uec_booking.harness.settings.model import TapPlace

from ..support.program import World


def test_a_consumer_is_seen_before_a_provider(launch: Callable[..., World]) -> None:
    settings = load.load(launch("--http").file)
    provider = settings.part("provider")
    with opened(TapPlace("http://127.0.0.1:0"), settings, PROVIDER) as (proxy, place):
        proxy.forward_to(provider)
        base = proxy.root + urlsplit(provider.base_url).path
        answer = requests.get(f"{base}/Appointment/none", timeout=30)
        seen = ProxyLog(Path(place.record)).exchanges()
    assert answer.status_code in (401, 403)
    assert answer.json()["resourceType"] == "OperationOutcome"
    (exchange,) = seen
    assert (exchange.system, exchange.actor) == ("provider, at the recording proxy", "a consumer")
    assert (exchange.request.method, exchange.status) == ("GET", answer.status_code)
    assert exchange.request.url == f"{base}/Appointment/none"
    assert exchange.extra["token"] == "absent"


def test_it_stands_in_the_way_of_the_one_who_is_meant(launch: Callable[..., World]) -> None:
    settings = load.load(launch("--http").file)
    provider = settings.part("provider")
    with opened(TapPlace("http://127.0.0.1:0"), settings, PROVIDER) as (proxy, place):
        proxy.forward_to(provider)
        log = ProxyLog(Path(place.record))
        log.disturb("failing", "/Appointment/meant", methods=("GET",), times=1)
        base = proxy.root + urlsplit(provider.base_url).path
        statuses = [requests.get(f"{base}/Appointment/{name}", timeout=30) for name in ("other", "meant", "meant")]
    assert [answer.status_code == 500 for answer in statuses] == [False, True, False]
    assert "in place of the provider" in statuses[1].json()["issue"][0]["diagnostics"]


def test_callers_that_begin_no_tls_hold_nobody_up(launch: Callable[..., World]) -> None:
    """Were each waited for before the next is accepted, the last would wait for half a minute."""
    settings = load.load(launch("--http").file)
    with opened(TapPlace("https://127.0.0.1:0"), settings, PROVIDER) as (proxy, place), ExitStack() as silent:
        proxy.forward_to(settings.part("provider"))
        address = urlsplit(proxy.root)
        for _ in range(10):
            silent.enter_context(socket.create_connection((address.hostname, address.port)))
        answer = requests.get(f"{proxy.root}/Appointment/none", verify=place.authority, timeout=10)
    assert answer.status_code in (401, 403, 404)


def test_who_speaks_plain_http_is_told_that_it_is_https(launch: Callable[..., World]) -> None:
    settings = load.load(launch("--http").file)
    with opened(TapPlace("https://127.0.0.1:0"), settings, PROVIDER) as (proxy, _):
        answer = requests.get(proxy.root.replace("https:", "http:"), timeout=30)
    assert answer.status_code == 400
    assert "only speaks HTTPS" in answer.text
