"""The harness against each hostile peer: bounded in time and memory, with the reason, and with the right blame."""

from __future__ import annotations

import time
import tracemalloc

import pytest
from uec_booking.harness.checks.every_exchange.content import ContentChecks
from uec_booking.harness.checks.every_exchange.standing import headers_and_errors
from uec_booking.harness.http.client import Client
from uec_booking.harness.http.exchange import Exchange, Sent
from uec_booking.harness.judging.observations import NOT_MET
from uec_booking.harness.settings.model import Limits, Tls
from uec_booking.standard.editions import EDITIONS

from ..support.hostile_peers.behaviours import serving
from ..support.hostile_peers.catalogue import PAGE, PEERS, page
from ..support.hostile_peers.peer import ANSWER, BODY_BYTES, Peer

LIMITS = Limits(connect_seconds=5, read_seconds=0.7, total_seconds=1.2, body_bytes=BODY_BYTES)
#: Of other headers than these peers have, and so of no interest here.
_OF_INTEREST = ("FMT-22", "RES-ANY-01")


def _ask(url: str) -> Exchange:
    client = Client(Tls(), LIMITS)
    try:
        return client.send(Sent("GET", f"{url}/metadata", (("Accept", "application/fhir+json"),)))
    finally:
        client.close()


@pytest.mark.parametrize("peer", PEERS, ids=lambda peer: peer.name)
def test_it_is_bounded_and_blamed_for_what_it_did(peer: Peer) -> None:
    with serving(peer.behaviour) as url:
        tracemalloc.start()
        began = time.monotonic()
        exchange = _ask(url)
        took = time.monotonic() - began
        busy = time.thread_time()
        seen = [*headers_and_errors(exchange), *ContentChecks(EDITIONS[-1], "").check(exchange)]
        busy = time.thread_time() - busy
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    # The limits, and room for a machine that has more to do.
    assert took < LIMITS.total_seconds + 8
    assert busy < 2
    assert peak < 40 * BODY_BYTES
    assert (exchange.error_kind or ANSWER) == peer.kind, exchange.error
    assert (exchange.response is not None) == (peer.kind == ANSWER)
    assert bool(exchange.error) == (peer.kind != ANSWER)
    broken = [o for o in seen if o.outcome == NOT_MET and o.requirement in _OF_INTEREST]
    assert {o.requirement for o in broken} == ({peer.blamed} if peer.blamed else set())
    assert peer.words in "; ".join([exchange.error, *(f"{o.expected} {o.actual}" for o in broken)])
    assert Exchange.from_json(exchange.to_json()).status == exchange.status


def test_names_are_given_once() -> None:
    names = [peer.name for peer in PEERS]
    assert len(set(names)) == len(names)


def test_the_page_says_what_is_tested() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "write it anew: python -m tests.support.hostile_peers.catalogue"
