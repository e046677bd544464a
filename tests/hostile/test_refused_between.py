"""A booking that the provider carries out and something between rejects: it is found, cancelled and told."""

from __future__ import annotations

import json
import threading
from collections import Counter
from collections.abc import Callable
from itertools import cycle
from pathlib import Path

import pytest

from ..support.program import World, assured, results
from .spoiling_peer import Passing, between, settings, standing, told_truly

#: Scenarios that book, more of them than there are ways to refuse here.
_BOOK = "PRV-CAN-* and not registry and not control"
#: One that books a single slot.
_BOOKS_ONE = "PRV-BOOK-04"
#: Bookings that a provider has to refuse, many of them for what is wrong in them.
_REFUSED = "PRV-BOOK-12 or PRV-BOOK-24 or PRV-XTI-03"

_STATUSES = (401, 403, 409, 422, 429)
_SEARCH = '"appointment-search"'


def _html(request: Passing, status: int) -> None:
    page = b"<html><body>Request rejected. Support ID 7</body></html>"
    head = f"HTTP/1.1 {status} Rejected\r\nContent-Type: text/html\r\nContent-Length: {len(page)}\r\n\r\n"
    request.say(head.encode() + page)


def _outcome(request: Passing, status: int) -> None:
    issue = {"severity": "error", "code": "processing", "diagnostics": "Rejected by the gateway."}
    page = json.dumps({"resourceType": "OperationOutcome", "issue": [issue]}).encode()
    head = f"HTTP/1.1 {status} Rejected\r\nContent-Type: application/fhir+json\r\nContent-Length: {len(page)}\r\n\r\n"
    request.say(head.encode() + page)


def _empty(request: Passing, status: int) -> None:
    request.say(f"HTTP/1.1 {status} Rejected\r\nContent-Length: 0\r\n\r\n".encode())


Refusal = Callable[[Passing, int], None]


class _Gateway:
    """Has every booking carried out, and rejects it: with each status in turn, the same for the same request."""

    def __init__(self, refuse: Refusal) -> None:
        self._refuse = refuse
        self._statuses = cycle(_STATUSES)
        self._by_id: dict[str, int] = {}
        self._lock = threading.Lock()
        self.posts: Counter[str] = Counter()
        self.searches: list[str] = []

    def __call__(self, request: Passing) -> None:
        if request.method == "GET" and "/Appointment?" in request.path:
            self.searches.append(request.path)
        if not request.is_booking():
            request.say_all()
            return
        name = request.headers["X-Request-ID"]
        with self._lock:
            status = self._by_id.setdefault(name, next(self._statuses))
            self.posts[name] += 1
        request.answer()
        self._refuse(request, status)

    @property
    def used(self) -> set[int]:
        return set(self._by_id.values())


@pytest.mark.parametrize("refuse", [_html, _outcome, _empty])
def test_what_stands_all_the_same_is_cancelled_and_told(refuse: Refusal, world: World, tmp_path: Path) -> None:
    gateway, out = _Gateway(refuse), tmp_path / "out"
    with between(world, gateway) as (base, made):
        done = assured("--config", settings(tmp_path, base, world, _SEARCH), "--only", _BOOK, "--out", out)
    assert told_truly(done, out) == []
    assert gateway.used == set(_STATUSES)
    assert standing(world, made) == []
    notes = [note for note in results(out)["notes"] if "was booked although the answer was 4" in note]
    assert {note.split(" was booked")[0].rsplit("/", 1)[-1] for note in notes} == set(made)
    # By asking alone: nothing was sent twice but what a scenario sends twice, and no patient was searched for twice.
    assert not any("sent again" in note for note in results(out)["notes"])
    assert max(Counter(gateway.searches).values()) <= 2
    assert not (out / "booked.jsonl").exists()


def test_without_a_search_a_page_that_is_no_answer_is_named(world: World, tmp_path: Path) -> None:
    gateway, out = _Gateway(_html), tmp_path / "out"
    with between(world, gateway) as (base, made):
        config = settings(tmp_path, base, world)
        done = assured("--config", config, "--only", _BOOKS_ONE, "--out", out)
        notes = told_truly(done, out)
        assert len(notes) == len(standing(world, made)) == 1
        assert "it was answered with 401 with text/html" in notes[0]
        # Once more, with the same X-Request-ID, and then no more.
        assert set(gateway.posts.values()) == {2}
        assert (out / "booked.jsonl").exists()
        # The next run can search: it finds what stands.
        config = settings(tmp_path, base, world, _SEARCH, "searchable")
        assured("--config", config, "--only", "PRV-SRCH-38", "--out", out)
    assert standing(world, made) == []
    assert not (out / "booked.jsonl").exists()


@pytest.mark.parametrize("claims", ["", _SEARCH])
@pytest.mark.parametrize("refuse", [_html, _outcome])
def test_what_never_reached_the_provider_is_no_booking(
    refuse: Refusal, claims: str, world: World, tmp_path: Path
) -> None:
    out = tmp_path / "out"

    def turn_away(request: Passing) -> None:
        if request.is_booking():
            refuse(request, 403)
        else:
            request.say_all()

    with between(world, turn_away) as (base, _):
        config = settings(tmp_path, base, world, claims)
        done = assured("--config", config, "--only", _BOOKS_ONE, "--out", out)
    assert told_truly(done, out) == []
    assert not any("booked" in note for note in results(out)["notes"])
    assert not (out / "booked.jsonl").exists()


@pytest.mark.parametrize("claims", ["", _SEARCH])
@pytest.mark.parametrize("body", [b"", b"<html>Bad request</html>"])
def test_a_provider_that_refuses_without_an_outcome_is_not_said_to_hold_anything(
    body: bytes, claims: str, world: World, tmp_path: Path
) -> None:
    """That has a verdict of its own; what it rejected is rejected."""
    out = tmp_path / "out"
    refused = []

    def laconic(request: Passing) -> None:
        head, full = request.answer()
        if request.is_booking() and head[9:10] == b"4":
            refused.append(request.body)
            kind = "Content-Type: text/html\r\n" if body else ""
            head = head[:12] + f" Rejected\r\n{kind}Content-Length: {len(body)}\r\n\r\n".encode()
            full = body
        request.say(head + full)

    with between(world, laconic) as (base, made):
        config = settings(tmp_path, base, world, claims)
        done = assured("--config", config, "--only", _REFUSED, "--out", out)
    assert len(refused) > 10
    assert told_truly(done, out) == []
    assert not any("booked although" in note for note in results(out)["notes"])
    assert standing(world, made) == []
    assert not (out / "booked.jsonl").exists()
