"""A booking whose answer is lost on the way: it is never left standing without a word."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from between import Passing, between, settings
from program import Done, World, results, uec

#: One scenario that books a slot.
_BOOKS = "PRV-BOOK-04"

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
    bare = json.dumps({name: value for name, value in json.loads(body).items() if name != "id"}).encode()
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


def _losing(way: Way) -> Callable[[Passing], None]:
    """Every booking is carried out by the provider, and what it answers is lost."""

    def spoil(request: Passing) -> None:
        if request.is_booking():
            way(request, *request.answer())
        else:
            request.say_all()

    return spoil


def _notes(done: Done, out: Path) -> list[str]:
    """The notes on bookings that may stand, after a run that told the truth about itself."""
    assert done.status in (1, 2), done.out + done.err
    assert "Traceback" not in done.out + done.err
    found = results(out)
    assert found["verdict"] in ("not conformant", "inconclusive")
    assert not [s for s in found["scenarios"] if s["status"] == "ERROR"]
    return [note for note in found["notes"] if "may stand" in note or "may still be booked" in note]


@pytest.mark.parametrize("way", _WAYS, ids=lambda way: way.__name__.strip("_"))
def test_what_was_booked_is_found_and_cancelled(way: Way, world: World, tmp_path: Path) -> None:
    before = world.free_slots()
    with between(world, _losing(way)) as base:
        config = settings(tmp_path, base, world, '"appointment-search"')
        done = uec("assure", "--config", config, "--only", _BOOKS, "--out", tmp_path / "out")
    assert _notes(done, tmp_path / "out") == []
    assert world.free_slots() == before
    assert not (tmp_path / "out" / "booked.jsonl").exists()


@pytest.mark.parametrize("way", [_hang, _empty], ids=["no answer", "an empty one"])
def test_what_cannot_be_found_is_named(way: Way, world: World, tmp_path: Path) -> None:
    """Without a search for appointments; the next run, of a system that can be searched, cancels it."""
    before, out = world.free_slots(), tmp_path / "out"
    with between(world, _losing(way)) as base:
        done = uec("assure", "--config", settings(tmp_path, base, world), "--only", _BOOKS, "--out", out)
        notes = _notes(done, out)
        assert len(notes) == sum(before.values()) - sum(world.free_slots().values()) == 1
        noted = [json.loads(line) for line in (out / "booked.jsonl").read_text(encoding="utf-8").splitlines()]
        assert noted[0]["slot"] in notes[0] and noted[0]["start"] in notes[0] and noted[0]["nhs_number"] in notes[0]
        assert base in notes[0]
        # The same address, now with the claim that it can be searched.
        config = settings(tmp_path, base, world, '"appointment-search"', "searchable")
        uec("assure", "--config", config, "--only", "PRV-SRCH-14", "--out", out)
    assert world.free_slots() == before
    assert not (out / "booked.jsonl").exists()


def test_what_never_reached_the_provider_is_no_booking(world: World, tmp_path: Path) -> None:
    """Its slot is still offered, so there is nothing to tell."""

    def swallow(request: Passing) -> None:
        if request.is_booking():
            request.reset()
        else:
            request.say_all()

    before = world.free_slots()
    with between(world, swallow) as base:
        config = settings(tmp_path, base, world)
        done = uec("assure", "--config", config, "--only", _BOOKS, "--out", tmp_path / "out")
    assert _notes(done, tmp_path / "out") == []
    assert world.free_slots() == before
    assert not (tmp_path / "out" / "booked.jsonl").exists()
