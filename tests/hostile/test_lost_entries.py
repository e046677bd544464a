"""An entry that the harness registers and whose answer is lost: it is never left in the registry without a word."""

from __future__ import annotations

from itertools import cycle
from pathlib import Path

from ..support.program import World, assured
from .spoiling_peer import Passing, between, left, settings, standing, told_truly

#: Scenarios that register, among them one whose entry is past.
_REGISTER = "(REG-01 or REG-14 or REG-15 or REG-16) and registry"
#: One that registers a single entry, and one that registers none.
_REGISTERS_ONE = "REG-01 and REG-02"

_LOSSES = (
    b"",
    b"HTTP/1.1 504 Gateway Timeout\r\nContent-Length: 0\r\n\r\n",
    b"HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n",
    b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 5\r\n\r\nlogin",
    b"HTTP/1.1 403 Forbidden\r\nContent-Type: text/html\r\nContent-Length: 4\r\n\r\nstop",
)


class _Losing:
    """Every entry is registered, and the answer lost, in each way in turn; ``blind`` rejects every search, too."""

    def __init__(self, blind: bool = False) -> None:
        self._losses = cycle(_LOSSES)
        self._blind = blind
        self.lost = 0

    def __call__(self, request: Passing) -> None:
        if self._blind and "/Appointment?" in request.path:
            request.say(b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n")
        elif not request.is_booking():
            request.say_all()
        else:
            head, _ = request.answer()
            self.lost += head[9:12] == b"201"
            said = next(self._losses)
            request.say(said) if said else request.reset()


def test_what_was_registered_is_found_and_cancelled(world: World, tmp_path: Path) -> None:
    losing, out = _Losing(), tmp_path / "out"
    with between(world, losing, "registry") as (base, made):
        config = settings(tmp_path, base, world, '"registry"', part="registry")
        done = assured("--config", config, "--only", _REGISTER, "--out", out)
    assert told_truly(done, out) == []
    assert losing.lost >= len(_LOSSES)
    assert made
    assert standing(world, made, "registry") == []
    assert not (out / "booked.jsonl").exists()


def test_what_cannot_be_searched_for_is_named(world: World, tmp_path: Path) -> None:
    losing, out = _Losing(blind=True), tmp_path / "out"
    with between(world, losing, "registry") as (base, made):
        config = settings(tmp_path, base, world, '"registry"', part="registry")
        done = assured("--config", config, "--only", _REGISTERS_ONE, "--out", out)
        notes = told_truly(done, out)
        assert len(notes) == len(standing(world, made, "registry")) == losing.lost > 0
        assert all("the registry could not be searched for it" in note for note in notes)
        # The next run can search again, and cancels it before anything else.
        losing._blind = False
        assured("--config", config, "--only", "REG-15 and no-such", "--out", out)
        assured("--config", config, "--only", _REGISTERS_ONE, "--out", out)
    assert standing(world, made, "registry") == []
    assert left(out) == []
