"""Requests that HTTP forbids, on raw sockets: each is answered, none breaks or holds the program."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from ..support.simulator_client import Simulator

PATIENCE = 10
LIMIT = 40


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulator]:
    """A world over plain HTTP; whatever is sent to it, it has nothing to say about a fault of its own."""
    simulator = Simulator(tmp_path_factory.mktemp("framing"), "--http")
    yield simulator
    # It serves others as before.
    assert simulator.consumer().search().status_code == 200
    assert simulator.close() == 0
    assert simulator.said == ""


def talk(world: Simulator, sent: bytes, half_close: bool = True) -> bytes:
    """What comes back for the bytes, until the connection is closed."""
    address = urlsplit(world.config["provider"]["base_url"])
    with socket.create_connection((address.hostname or "", address.port or 0), timeout=PATIENCE) as connection:
        connection.sendall(sent)
        if half_close:
            connection.shutdown(socket.SHUT_WR)
        answer = b""
        while part := connection.recv(65536):
            answer += part
    return answer


def status(answer: bytes) -> int:
    """The status of the first answer."""
    assert answer.startswith(b"HTTP/1.1 "), answer[:200]
    return int(answer[9:12])


GOOD = b"GET /utc/STU3/1/booking/metadata HTTP/1.1\r\nHost: localhost\r\n"
POST = b"POST /utc/STU3/1/booking/Appointment HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/fhir+json\r\n"
CHUNKED = POST + b"Transfer-Encoding: chunked\r\n\r\n"

#: What is refused before any system hears of it, with the status.
NOT_HTTP: dict[str, tuple[bytes, int]] = {
    "bare CR in a header": (GOOD + b"X-Note: a\rb\r\n\r\n", 400),
    "bare LF after a header": (GOOD + b"X-Note: a\nX-More: b\r\n\r\n", 400),
    "NUL in a header": (GOOD + b"X-Note: a\x00b\r\n\r\n", 400),
    "header without a colon": (GOOD + b"X-Note\r\n\r\n", 400),
    "header without a name": (GOOD + b": value\r\n\r\n", 400),
    "blank before the colon": (GOOD + b"X-Note : value\r\n\r\n", 400),
    "continued header": (GOOD + b"X-Note: a\r\n b\r\n\r\n", 400),
    "two hosts": (GOOD + b"Host: elsewhere\r\n\r\n", 400),
    "no host": (b"GET /utc/STU3/1/booking/metadata HTTP/1.1\r\n\r\n", 400),
    "a host that is none": (b"GET /utc/STU3/1/booking/metadata HTTP/1.1\r\nHost: a b/c\r\n\r\n", 400),
    "an address that cannot be read": (b"GET http://[::bad/ HTTP/1.1\r\nHost: localhost\r\n\r\n", 400),
    "NUL in the request line": (b"GET /utc\x00/x HTTP/1.1\r\nHost: localhost\r\n\r\n", 400),
    "no protocol": (b"GET /utc\r\n\r\n", 400),
    "a protocol of other letters": (b"GET /utc HTTX/1.1\r\nHost: localhost\r\n\r\n", 400),
    "a version with signs": (b"GET /utc HTTP/+1.1\r\nHost: localhost\r\n\r\n", 400),
    "a version unknown": (b"GET /utc HTTP/3.0\r\nHost: localhost\r\n\r\n", 505),
    "a long request line": (b"GET /" + b"a" * 200_000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n", 414),
    "long headers": (GOOD + b"X-Note: " + b"a" * 200_000 + b"\r\n\r\n", 431),
    "many headers": (GOOD + b"".join(b"X-%d: a\r\n" % n for n in range(20_000)) + b"\r\n", 431),
    "negative length": (POST + b"Content-Length: -1\r\n\r\n", 400),
    "length with a sign": (POST + b"Content-Length: +5\r\n\r\nhello", 400),
    "length in hexadecimal": (POST + b"Content-Length: 0x10\r\n\r\n", 400),
    "length beyond reason": (POST + b"Content-Length: 1" + b"0" * 30 + b"\r\n\r\n", 400),
    "two lengths": (POST + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello!", 400),
    "a list of lengths": (POST + b"Content-Length: 5, 6\r\n\r\nhello!", 400),
    "length and chunks": (POST + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
    "a transfer coding unknown": (POST + b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 501),
    "chunked twice": (POST + b"Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n", 501),
    "chunks in HTTP/1.0": (CHUNKED.replace(b"HTTP/1.1", b"HTTP/1.0") + b"0\r\n\r\n", 400),
    "no HTTP at all": (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", 400),
}

#: Bodies that are not as announced: the system answers, as FHIR wants it.
NOT_AS_ANNOUNCED: dict[str, tuple[bytes, int]] = {
    "shorter than announced": (POST + b'Content-Length: 500\r\n\r\n{"resourceType": "Appointment"}', 400),
    "much longer than allowed": (POST + b"Content-Length: 999999999999\r\n\r\n{}", 413),
    "chunk size that is none": (CHUNKED + b"zz\r\nhello\r\n0\r\n\r\n", 400),
    "chunk size with a sign": (CHUNKED + b"+2\r\n{}\r\n0\r\n\r\n", 400),
    "negative chunk size": (CHUNKED + b"-2\r\n{}\r\n0\r\n\r\n", 400),
    "chunk size with a prefix": (CHUNKED + b"0x2\r\n{}\r\n0\r\n\r\n", 400),
    "no chunk size": (CHUNKED + b"\r\n{}\r\n0\r\n\r\n", 400),
    "chunk size beyond reason": (CHUNKED + b"f" * 40 + b"\r\n{}\r\n0\r\n\r\n", 400),
    "chunk longer than its size": (CHUNKED + b"2\r\n{}{}\r\n0\r\n\r\n", 400),
    "chunk shorter than its size": (CHUNKED + b"ff\r\n{}", 400),
    "chunks without end": (CHUNKED + b"2\r\n{}\r\n", 400),
    "a trailer without end": (CHUNKED + b"2\r\n{}\r\n0\r\n" + b"X-Note: a\r\n" * 500, 400),
    "a huge chunk": (CHUNKED + b"fffffff\r\n" + b" " * 1_100_000, 413),
}


@pytest.mark.parametrize("name", NOT_HTTP)
def test_what_is_no_http_is_refused_and_the_connection_closed(world: Simulator, name: str) -> None:
    sent, expected = NOT_HTTP[name]
    # What follows on the same connection is not answered: nobody knows where it begins.
    answer = talk(world, sent + GOOD + b"\r\n")
    assert status(answer) == expected, answer
    assert answer.count(b"HTTP/1.1 ") == 1
    assert b"Connection: close" in answer


@pytest.mark.parametrize("name", NOT_AS_ANNOUNCED)
def test_a_body_that_is_not_as_announced_is_refused_in_fhir(world: Simulator, name: str) -> None:
    sent, expected = NOT_AS_ANNOUNCED[name]
    answer = talk(world, sent)
    assert status(answer) == expected, answer
    assert answer.count(b"HTTP/1.1 ") == 1
    assert b'"resourceType":"OperationOutcome"' in answer
    assert b"Connection: close" in answer


def test_chunks_that_are_right_are_read(world: Simulator) -> None:
    """Whether the body is all there shows in what is said of it; the connection goes on after its trailer."""
    body = b'1;name="value"\r\n{\r\n00A \r\n"a":"bcde"\r\n1\r\n}\r\n0\r\nX-Note: a\r\n\r\n'
    answer = talk(world, CHUNKED + body + GOOD + b"Connection: close\r\n\r\n")
    assert answer.count(b"HTTP/1.1 403") == 2, answer


def test_a_body_that_nobody_asked_for_is_not_the_next_request(world: Simulator) -> None:
    hidden = GOOD.replace(b"metadata", b"hidden") + b"\r\n"
    for path in (b"/utc/STU3/1/booking/metadata", b"/nowhere", b"/control"):
        head = b"GET " + path + b" HTTP/1.1\r\nHost: localhost\r\n"
        counted = talk(world, head + b"Content-Length: %d\r\n\r\n" % len(hidden) + hidden)
        chunked = talk(
            world, head + b"Transfer-Encoding: chunked\r\n\r\n%x\r\n" % len(hidden) + hidden + b"\r\n0\r\n\r\n"
        )
        assert (counted.count(b"HTTP/1.1 "), chunked.count(b"HTTP/1.1 ")) == (1, 1), path


def test_a_name_with_an_underscore_is_another_header(world: Simulator) -> None:
    answer = talk(world, GOOD + b"X_Request_ID: smuggled\r\n\r\n")
    assert b"smuggled" not in answer


def test_clients_that_send_half_a_request_do_not_keep_others_out(world: Simulator) -> None:
    address = urlsplit(world.config["provider"]["base_url"])
    halves = [GOOD, POST + b"Content-Length: 500\r\n\r\n{", CHUNKED + b"ff\r\n{"]
    waiting = []
    try:
        for number in range(24):
            connection = socket.create_connection((address.hostname or "", address.port or 0), timeout=LIMIT)
            connection.sendall(halves[number % len(halves)])
            waiting.append(connection)
        consumer = world.consumer()
        with ThreadPoolExecutor(4) as pool:
            answers = list(pool.map(lambda _: consumer.search().status_code, range(8)))
        assert answers == [200] * 8
        # Each is told that its time is over.
        for number in range(len(halves)):
            assert status(waiting[number].recv(65536)) == 408
    finally:
        for connection in waiting:
            connection.close()


def test_clients_that_never_shake_hands_do_not_keep_others_out(tmp_path: Path) -> None:
    world = Simulator(tmp_path)
    address = urlsplit(world.config["provider"]["base_url"])
    place = (address.hostname or "", address.port or 0)
    waiting = [socket.create_connection(place, timeout=LIMIT) for _ in range(40)]
    try:
        for number, connection in enumerate(waiting):
            connection.sendall((b"", b"\x16\x03\x01", b"\x16\x03\x01\x00\x05hello")[number % 3])
        assert world.consumer().search().status_code == 200
        with socket.create_connection(place, timeout=LIMIT) as plain:
            plain.sendall(GOOD + b"\r\n")
            assert b"HTTPS" in plain.recv(65536)
    finally:
        for connection in waiting:
            connection.close()
    assert world.close() == 0
    assert world.said == ""
