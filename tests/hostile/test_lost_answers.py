"""A booking whose answer is lost on the way: it is never left standing without a word."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Sequence
from itertools import cycle
from pathlib import Path

from ..support.program import World, assured
from .spoiling_peer import Passing, between, left, settings, standing, told_truly

#: Scenarios that book, more of them than there are ways to lose an answer.
_BOOK = "PRV-CAN-* and not registry and not control"
#: One that books a single slot, and one that books none.
_BOOKS_ONE = "PRV-BOOK-04"
_BOOKS_NONE = "PRV-SRCH-38"

_HTML = b"<html><body>Please log in</body></html>"


def _hang(request: Passing, head: bytes, body: bytes) -> None:
    request.ended.wait(20)


def _reset_before_the_first_byte(request: Passing, head: bytes, body: bytes) -> None:
    request.reset()


def _reset_within_the_headers(request: Passing, head: bytes, body: bytes) -> None:
    request.say(head[:60])
    request.reset()


def _reset_within_the_body(request: Passing, head: bytes, body: bytes) -> None:
    request.say(head + body[:50])
    request.reset()


def _cut(request: Passing, head: bytes, body: bytes) -> None:
    request.say(head + body[: len(body) // 2])


def _endless(request: Passing, head: bytes, body: bytes) -> None:
    request.say(b"HTTP/1.1 201 Created\r\nContent-Type: application/fhir+json\r\nConnection: close\r\n\r\n")
    while not request.ended.is_set():
        request.say(b" " * 65536)


def _empty(request: Passing, head: bytes, body: bytes) -> None:
    request.say(b"HTTP/1.1 201 Created\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")


def _login_page(request: Passing, head: bytes, body: bytes) -> None:
    request.say(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n" % len(_HTML) + _HTML)


def _garbage(request: Passing, head: bytes, body: bytes) -> None:
    request.say(bytes(range(256)) * 20 + b"\r\n\r\n")


def _unreadable_body(request: Passing, head: bytes, body: bytes) -> None:
    request.say(b"HTTP/1.1 201 Created\r\nContent-Type: application/fhir+json\r\nContent-Length: 4\r\n\r\n{]{[")


def _without_id_and_location(request: Passing, head: bytes, body: bytes) -> None:
    # Where XML was asked for, there is nothing in JSON to take them out of.
    resource = json.loads(body) if body.startswith(b"{") else {"resourceType": "Appointment"}
    bare = json.dumps({name: value for name, value in resource.items() if name != "id"}).encode()
    request.say(b"HTTP/1.1 201 Created\r\nContent-Type: application/fhir+json\r\n")
    request.say(b"Content-Length: %d\r\n\r\n" % len(bare) + bare)


def _gateway_timeout(request: Passing, head: bytes, body: bytes) -> None:
    request.say(b"HTTP/1.1 504 Gateway Timeout\r\nContent-Length: 0\r\n\r\n")


_WAYS = [
    _hang,
    _reset_before_the_first_byte,
    _reset_within_the_headers,
    _reset_within_the_body,
    _cut,
    _endless,
    _empty,
    _login_page,
    _garbage,
    _unreadable_body,
    _without_id_and_location,
    _gateway_timeout,
]

Way = Callable[[Passing, bytes, bytes], None]


class _Losing:
    """Every booking is carried out by the provider, and what it answers is lost: each in the next way."""

    def __init__(self, ways: Sequence[Way]) -> None:
        self.used: list[Way] = []
        self._ways = cycle(ways)
        self._by_id: dict[str, Way] = {}
        self._lock = threading.Lock()

    def __call__(self, request: Passing) -> None:
        if not request.is_booking():
            request.say_all()
            return
        with self._lock:
            # What is sent again is lost again, and in the same way.
            way = self._by_id.setdefault(request.headers["X-Request-ID"], next(self._ways))
            self.used.append(way)
        way(request, *request.answer())


def test_what_was_booked_is_found_and_cancelled(world: World, tmp_path: Path) -> None:
    losing, out = _Losing(_WAYS), tmp_path / "out"
    with between(world, losing) as (base, made):
        config = settings(tmp_path, base, world, '"appointment-search"')
        done = assured("--config", config, "--only", _BOOK, "--out", out)
    assert told_truly(done, out) == []
    assert set(losing.used) == set(_WAYS)
    assert len(made) >= len(_WAYS)
    assert standing(world, made) == []
    assert not (out / "booked.jsonl").exists()


def test_what_cannot_be_found_is_named(world: World, tmp_path: Path) -> None:
    """Without a search for appointments; the next run, of a system that can be searched, cancels it."""
    out = tmp_path / "out"
    with between(world, _Losing([_hang, _empty])) as (base, made):
        done = assured("--config", settings(tmp_path, base, world), "--only", _BOOKS_ONE, "--out", out)
        notes = told_truly(done, out)
        assert len(notes) == len(standing(world, made)) == 1
        noted = json.loads((out / "booked.jsonl").read_text(encoding="utf-8").splitlines()[0])
        assert all(noted[name] and noted[name] in notes[0] for name in ("slot", "start", "nhs_number", "base_url"))
        # The same address, now with the claim that it can be searched.
        config = settings(tmp_path, base, world, '"appointment-search"', "searchable")
        assured("--config", config, "--only", _BOOKS_NONE, "--out", out)
    assert standing(world, made) == []
    assert left(out) == []
    assert not (out / "booked.jsonl").exists()


def test_what_never_reached_the_provider_is_no_booking(world: World, tmp_path: Path) -> None:
    """Its slot is still offered, so there is nothing to tell."""

    def swallow(request: Passing) -> None:
        if request.is_booking():
            request.reset()
        else:
            request.say_all()

    with between(world, swallow) as (base, _):
        config = settings(tmp_path, base, world)
        done = assured("--config", config, "--only", _BOOKS_ONE, "--out", tmp_path / "out")
    assert told_truly(done, tmp_path / "out") == []
    assert not (tmp_path / "out" / "booked.jsonl").exists()


def test_sent_again_is_what_shows_where_it_is(world: World, tmp_path: Path) -> None:
    """A provider that answers a repeated X-Request-ID with the appointment that stands, as 0.2.0 has it (CF-47)."""
    kept: dict[str, tuple[bytes, bytes]] = {}

    def once(request: Passing) -> None:
        if not request.is_booking():
            request.say_all()
            return
        known = kept.get(request.headers["X-Request-ID"])
        if known:
            request.say(b"".join(known))
        else:
            kept[request.headers["X-Request-ID"]] = request.answer()
            request.reset()

    with between(world, once) as (base, made):
        config = settings(tmp_path, base, world)
        done = assured("--config", config, "--only", _BOOKS_ONE, "--out", tmp_path / "out")
    assert made
    assert told_truly(done, tmp_path / "out") == []
    assert standing(world, made) == []


def test_a_location_that_is_no_url_is_the_systems_fault(world: World, tmp_path: Path) -> None:
    def misleading(request: Passing) -> None:
        head, body = request.answer()
        if request.is_booking():
            lines = [line for line in head.split(b"\r\n") if not line.lower().startswith(b"location:")]
            lines.insert(1, b"Location: http://[::bad/Appointment/1")
            head = b"\r\n".join(lines)
        request.say(head + body)

    with between(world, misleading) as (base, made):
        config = settings(tmp_path, base, world)
        done = assured("--config", config, "--only", _BOOKS_ONE, "--out", tmp_path / "out")
    told_truly(done, tmp_path / "out")
    assert done.status == 1
    assert made
    assert standing(world, made) == []
