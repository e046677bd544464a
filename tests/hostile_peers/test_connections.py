"""What peers do on kept connections, and in TLS."""

from __future__ import annotations

import contextlib
import gc
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme
from uec_booking.harness.checks.every_exchange.standing import headers_and_errors
from uec_booking.harness.http.client import Client
from uec_booking.harness.http.exchange import Exchange, Sent
from uec_booking.harness.judging.observations import NOT_MET, TOLERATED
from uec_booking.harness.settings.model import Limits, Tls

from ..support.hostile_peers.behaviours import GOOD, OK, Behaviour, drips, floods, resets, says, serving, whole
from ..support.hostile_peers.peer import LENGTH

LIMITS = Limits(connect_seconds=5, read_seconds=0.7, total_seconds=1.2, body_bytes=300_000)
FALSE = whole(b'{"resourceType":"Patient","id":"of-an-attacker"}')


@contextlib.contextmanager
def client(tls: Tls | None = None) -> Iterator[Client]:
    made = Client(tls or Tls(), LIMITS)
    try:
        yield made
    finally:
        made.close()


def ask(made: Client, url: str, method: str = "GET") -> Exchange:
    body = b"{}" if method in ("POST", "PUT") else b""
    return made.send(Sent(method, f"{url}/metadata", (("Accept", "application/fhir+json"),), body))


def once(url: str, tls: Tls | None = None, method: str = "GET") -> Exchange:
    with client(tls) as made:
        return ask(made, url, method)


def http_outcomes(exchange: Exchange) -> set[str]:
    return {o.outcome for o in headers_and_errors(exchange) if o.requirement == "FMT-22"}


def answers(first: bytes, *more: bytes) -> Behaviour:
    """Answers each request of a connection with the next of these, the first one at once."""

    def behaviour(connection: socket.socket, ended: threading.Event) -> None:
        connection.sendall(first)
        for answer in more:
            if not connection.recv(65536):
                return
            connection.sendall(answer)
        ended.wait()

    return behaviour


def test_a_second_answer_is_not_taken_for_that_of_the_next_request() -> None:
    with serving(answers(whole(GOOD) + FALSE, FALSE)) as url, client() as made:
        first, second = ask(made, url), ask(made, url)
    # The connection out of step was given up, so the second request was the first of another.
    assert [first.resource["id"], second.resource["id"]] == ["1", "1"]
    assert http_outcomes(first) == {NOT_MET}


def test_a_second_answer_that_comes_late_is_not_taken_for_that_of_the_next_request() -> None:
    def late(connection: socket.socket, ended: threading.Event) -> None:
        connection.sendall(whole(GOOD))
        ended.wait(0.1)
        connection.sendall(FALSE)
        ended.wait()

    with serving(late) as url, client() as made:
        first = ask(made, url)
        time.sleep(0.4)
        second = ask(made, url)
    assert [first.resource["id"], second.resource["id"]] == ["1", "1"]


def test_a_connection_is_kept_where_nothing_is_wrong() -> None:
    with serving(answers(whole(GOOD), whole(GOOD.replace(b'"1"', b'"2"')))) as url, client() as made:
        assert [ask(made, url).resource["id"] for _ in range(2)] == ["1", "2"]


@pytest.mark.parametrize("method", ["GET", "POST", "PUT"])
def test_a_kept_connection_may_be_closed_at_any_moment(method: str) -> None:
    """RFC 7230 section 6.3.1: that is no fault, and a request with effect is never sent into it."""

    def closes_later(connection: socket.socket, ended: threading.Event) -> None:
        connection.sendall(whole(GOOD))
        # The request arrives, and is not answered: the other side had closed already.
        connection.recv(1)

    with serving(closes_later) as url, client() as made:
        first, second = ask(made, url), ask(made, url, method)
    assert (first.status, second.status, second.error) == (200, 200, "")
    assert NOT_MET not in http_outcomes(second)


def test_a_connection_said_to_be_closed_is_not_used_again() -> None:
    with serving(answers(whole(GOOD, b"Connection: close"), FALSE)) as url, client() as made:
        assert [ask(made, url).resource["id"] for _ in range(2)] == ["1", "1"]


def test_an_answer_to_head_has_no_body() -> None:
    with serving(says(whole(GOOD))) as url:
        with_body = once(url, method="HEAD")
    with serving(says(LENGTH + b"\r\n")) as url:
        without = once(url, method="HEAD")
    assert (with_body.status, http_outcomes(with_body)) == (200, {NOT_MET})
    assert without.status == 200
    assert NOT_MET not in http_outcomes(without)


def test_a_redirect_is_an_answer_and_is_not_followed() -> None:
    with serving(says(b"HTTP/1.1 302 Found\r\nLocation: /again\r\nContent-Length: 0\r\n\r\n")) as url:
        exchange = once(url)
    assert (exchange.status, exchange.header("Location")) == (302, "/again")


def test_headers_are_stored_up_to_a_limit_and_say_that_they_were_cut() -> None:
    many = b"".join(b"X-%d: %b\r\n" % (number, b"a" * 300) for number in range(150))
    with serving(says(LENGTH + many + b"\r\n" + GOOD)) as url:
        exchange = once(url)
    stored = exchange.to_json()
    assert sum(len(name) + len(value) for name, value in stored["response"]["headers"]) < 25_000
    assert stored["response"]["headers"][-1][0] == "[cut]"
    assert "152 headers" in stored["response"]["headers"][-1][1]
    assert Exchange.from_json(stored).cut


def _authority(folder: Path, *names: str) -> tuple[ssl.SSLContext, Tls]:
    authority = trustme.CA()
    ca = folder / "ca.pem"
    authority.cert_pem.write_to_path(str(ca))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*names).configure_cert(context)
    return context, Tls(ca=str(ca))


def test_a_certificate_of_an_unknown_authority_is_not_trusted(tmp_path: Path) -> None:
    context, _ = _authority(tmp_path, "localhost")
    with serving(says(then_closes=True), context) as url:
        exchange = once(url)
    assert (exchange.error_kind, "not trusted" in exchange.error) == ("tls", True)


def test_a_certificate_for_another_host_is_not_trusted(tmp_path: Path) -> None:
    context, tls = _authority(tmp_path, "elsewhere.example")
    with serving(says(then_closes=True), context) as url:
        exchange = once(url, tls)
    assert (exchange.error_kind, "not trusted" in exchange.error) == ("tls", True)


def test_plain_http_where_https_is_expected() -> None:
    with serving(says(bytes(range(256)) * 40 + b"\r\n\r\n")) as url:
        assert once(url.replace("http:", "https:")).error_kind == "tls"


def test_https_where_plain_http_is_expected(tmp_path: Path) -> None:
    context, _ = _authority(tmp_path, "localhost")
    with serving(says(then_closes=True), context) as url:
        assert once(url.replace("https:", "http:")).error_kind == "broken"


@pytest.mark.parametrize(
    ("behaviour", "kind"),
    [
        (drips(OK + b"\r\n", b" "), "timeout"),
        (floods(OK + b"\r\n", b" " * 65536), "too-large"),
        (resets(OK), "broken"),
        (says(OK + b"Content-Length: 999\r\n\r\n{", then_closes=True), "broken"),
    ],
    ids=["drips", "floods", "resets", "says-too-much"],
)
def test_limits_hold_inside_tls_too(behaviour: Behaviour, kind: str, tmp_path: Path) -> None:
    context, tls = _authority(tmp_path, "localhost")
    with serving(behaviour, context) as url:
        assert once(url, tls).error_kind == kind


@pytest.mark.parametrize(
    "handshake",
    [says(), drips(b"", b"\x16"), drips(b"\x16\x03\x03\x40\x00", b"\x02"), resets(), says(then_closes=True)],
    ids=["hangs", "drips", "drips-a-record", "resets", "closes"],
)
# Of a connection that is reset before its handshake begins, Python's `ssl` leaves the socket to the collector.
@pytest.mark.filterwarnings("ignore:unclosed <ssl.SSLSocket:ResourceWarning")
def test_a_handshake_that_does_not_come_about_is_bounded(handshake: Behaviour) -> None:
    with serving(says(), before_tls=handshake) as url:
        began = time.monotonic()
        exchange = once(url)
        took = time.monotonic() - began
    assert took < LIMITS.total_seconds + 8
    assert exchange.response is None
    assert exchange.error_kind in ("tls", "timeout", "broken")
    assert NOT_MET not in http_outcomes(exchange) or exchange.error_kind == "broken"
    # Here, and not in a test that has nothing to do with it.
    gc.collect()


def test_an_end_that_tls_does_not_confirm_is_told(tmp_path: Path) -> None:
    """RFC 2818 section 2.2: the answer may have been cut short; what came of it is read all the same."""
    context, tls = _authority(tmp_path, "localhost")
    with serving(says(OK + b"\r\n" + GOOD, then_closes=True), context) as url:
        unconfirmed = once(url, tls)
    with serving(says(whole(GOOD), then_closes=True), context) as url:
        with_length = once(url, tls)

    def confirms(connection: socket.socket, _: threading.Event) -> None:
        connection.sendall(OK + b"\r\n" + GOOD)
        assert isinstance(connection, ssl.SSLSocket)
        connection.unwrap()

    with serving(confirms, context) as url:
        confirmed = once(url, tls)
    assert [e.resource["id"] for e in (unconfirmed, with_length, confirmed)] == ["1", "1", "1"]
    assert http_outcomes(unconfirmed) == {TOLERATED}
    assert not {NOT_MET, TOLERATED} & (http_outcomes(with_length) | http_outcomes(confirmed))


def test_nothing_is_taken_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://localhost:1")
    with serving(says(whole(GOOD))) as url:
        assert once(url).status == 200
