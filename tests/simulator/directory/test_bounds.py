"""What clients of SDS may not do: each loses its own connection, and nobody else notices."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest
import sansldap
from uec_booking.simulator.clock import Clock
from uec_booking.simulator.received import Received
from uec_booking.simulator.sds import session
from uec_booking.simulator.sds.server import MAX_CONNECTIONS
from uec_booking.simulator.sds.tree import Entry

from .conftest import Found
from .test_sds import connected, lookup

ASID = "(uniqueIdentifier=918999190001)"


@contextmanager
def dialled(port: int) -> Iterator[socket.socket]:
    with socket.create_connection(("127.0.0.1", port), timeout=20) as client:
        yield client


def all_from(client: socket.socket) -> bytes:
    """What comes until the server closes."""
    parts = []
    try:
        while part := client.recv(65536):
            parts.append(part)
    except ConnectionResetError:
        pass
    return b"".join(parts)


def notice_in(data: bytes) -> str:
    """The reason in a notice of disconnection."""
    with pytest.raises(sansldap.ProtocolError) as told:
        sansldap.LDAPClient().receive(data)
    assert isinstance(told.value.request, sansldap.ExtendedResponse)
    return str(told.value.request.result.diagnostics_message)


def sequence(content: bytes, tag: int = 0x30) -> bytes:
    """A BER element, with its length in four bytes."""
    return bytes([tag, 0x84]) + len(content).to_bytes(4, "big") + content


def search_for(wanted: bytes, number: int = 1) -> bytes:
    """A search request with this filter."""
    inside = b"\x04\x05o=nhs\x0a\x01\x02\x0a\x01\x00\x02\x01\x00\x02\x01\x00\x01\x01\x00" + wanted + sequence(b"")
    return sequence(bytes([0x02, 0x01, number]) + sequence(inside, 0x63))


def nested(levels: int) -> bytes:
    """A filter of so many negations."""
    wanted = b"\x87\x0bobjectClass"
    for _ in range(levels):
        wanted = sequence(wanted, 0xA2)
    return wanted


BROKEN: dict[str, bytes] = {
    "http": b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "tls": bytes.fromhex("16030100c8010000c40303") + bytes(189),
    "a response": sequence(b"\x02\x01\x01" + b"\x65\x07\x0a\x01\x00\x04\x00\x04\x00"),
    "an unknown operation": sequence(b"\x02\x01\x01" + sequence(b"", 0x68)),
    "a number that is none": sequence(b"\x02\x00" + sequence(b"", 0x63)),
    "a filter without end": search_for(nested(5000)),
    "text that is not UTF-8": search_for(sequence(b"\x04\x02\xff\xfe\x04\x01a", 0xA3)),
}


@pytest.mark.parametrize("what", BROKEN)
def test_a_message_that_is_none_ends_its_connection_with_a_notice(found: Found, what: str) -> None:
    with connected(found.sds_port) as other, dialled(found.sds_port) as client:
        client.sendall(BROKEN[what])
        client.shutdown(socket.SHUT_WR)
        assert notice_in(all_from(client))
        assert other.search("ou=services, o=nhs", ASID, attributes=["nhsIDCode"]), other.result


def test_a_message_is_bounded(found: Found) -> None:
    with dialled(found.sds_port) as client:
        client.sendall(b"\x30\x84\x7f\xff\xff\xff" + bytes(session.MAX_MESSAGE_BYTES - 6))
        with pytest.raises(TimeoutError):
            client.settimeout(0.3)
            client.recv(1)
        client.settimeout(20)
        client.sendall(bytes(32))
        assert "at most 65536 bytes" in notice_in(all_from(client))


def test_a_filter_of_too_many_clauses_is_refused_and_the_connection_goes_on(found: Found) -> None:
    with connected(found.sds_port) as client:
        assert not client.search("o=nhs", f"(|{ASID * 100})", attributes=["nhsIDCode"])
        assert client.result["description"] == "adminLimitExceeded"
        assert client.search("o=nhs", f"(|{ASID * 90})", attributes=["nhsIDCode"])


def test_a_control_that_is_critical_is_not_passed_over(found: Found) -> None:
    with connected(found.sds_port) as client:
        assert not client.search("o=nhs", ASID, controls=[("1.2.3.4", True, None)])
        assert client.result["description"] == "unavailableCriticalExtension"
        assert client.search("o=nhs", ASID, controls=[("1.2.3.4", False, None)], attributes=["nhsIDCode"])


def test_connections_are_bounded_and_free_ones_come_back(launch_found: Callable[..., Found]) -> None:
    found = launch_found()
    with ExitStack() as stack:
        for _ in range(MAX_CONNECTIONS):
            client = stack.enter_context(dialled(found.sds_port))
            client.sendall(_bind())
            assert client.recv(100)
        with dialled(found.sds_port) as one_more:
            assert f"at most {MAX_CONNECTIONS} connections" in notice_in(all_from(one_more))
    _soon(lambda: len(lookup(found.sds_port, "(uniqueIdentifier=918999198999)")) == 1)


def test_many_clients_at_once_get_each_their_own(found: Found) -> None:
    wrong: list[Any] = []

    def look_up(number: int) -> None:
        for _ in range(5):
            entries = lookup(found.sds_port, f"(uniqueIdentifier=91899919000{number})")
            if [entry["uniqueidentifier"] for entry in entries] != [[f"91899919000{number}"]]:
                wrong.append(entries)

    threads = [threading.Thread(target=look_up, args=(number,)) for number in (1, 3, 4, 5, 6, 7, 8, 9)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert wrong == []


@pytest.mark.parametrize(
    ("sent", "seconds"), [(b"", "IDLE_SECONDS"), (b"\x30\x20", "MESSAGE_SECONDS")], ids=["silent", "half a message"]
)
def test_who_is_silent_for_too_long_is_cut_off(monkeypatch: pytest.MonkeyPatch, sent: bytes, seconds: str) -> None:
    monkeypatch.setattr(session, seconds, 0.3)
    ours, theirs = socket.socketpair()
    with ours, theirs:
        ours.settimeout(20)
        thread = threading.Thread(target=session.Session(theirs, (), Received(), Clock()).run)
        thread.start()
        ours.sendall(sent)
        thread.join(timeout=20)
        assert not thread.is_alive()


def test_who_takes_no_answers_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "MESSAGE_SECONDS", 0.3)
    entry = Entry("o=nhs", {"objectClass": ("top",), "o": ("n" * 100_000,)})
    ours, theirs = socket.socketpair()
    with ours, theirs:
        # 40 answers of 100 kB are more than lies between the two.
        ours.sendall(b"".join(search_for(nested(0), number) for number in range(1, 41)))
        thread = threading.Thread(target=session.Session(theirs, (entry,), Received(), Clock()).run)
        thread.start()
        thread.join(timeout=20)
        assert not thread.is_alive()


def _bind() -> bytes:
    client = sansldap.LDAPClient()
    client.bind_simple()
    return client.data_to_send()


def _soon(what: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while True:
        try:
            if what():
                return
        except Exception:
            if time.monotonic() > deadline:
                raise
        assert time.monotonic() < deadline
        time.sleep(0.05)
