"""The seams: a defect of the desk replaces a method, and does what it says."""

from __future__ import annotations

import subprocess
from collections.abc import Callable

from uec_booking.standard import requirements

from .playing import COMMAND, Desk
from .proxy import Proxy, answers
from .services import CENTRE, HUB


def test_every_defect_is_listed_with_a_requirement_that_there_is() -> None:
    done = subprocess.run([*COMMAND, "--list"], capture_output=True, text=True, timeout=60)
    rows = [line.split(maxsplit=3) for line in done.stdout.splitlines()]
    assert done.returncode == 0 and {row[0] for row in rows} == {"defect", "variant", "warned"}
    known = {requirement.id for requirement in requirements.load().values()}
    assert all(row[2] in known and row[3] for row in rows) and len({row[1] for row in rows}) == len(rows)


def _with(make: Callable[..., Desk], proxy: Proxy, name: str) -> Desk:
    """A desk with that defect, whose patient has an appointment."""
    desk = make("--defect", name)
    assert desk.call(service=CENTRE).of("booked-shown")
    proxy.begin()
    return desk


def test_cancels_first(desk_with: Callable[..., Desk], proxy: Proxy) -> None:
    answer = _with(desk_with, proxy, "cancels-first").call(service=HUB, cancel=("all",))
    assert proxy.kinds() == ["read", "cancel", "book"]
    assert answer.whats().index("cancelled-shown") < answer.whats().index("booked-shown")


def test_cancels_without_confirmation(desk_with: Callable[..., Desk], proxy: Proxy) -> None:
    answer = _with(desk_with, proxy, "cancels-without-confirmation").call(service=HUB, declines=True)
    assert proxy.of("cancel") and not answer.of("patient-confirmed")


def test_names_a_stale_version(desk_with: Callable[..., Desk], proxy: Proxy) -> None:
    answer = _with(desk_with, proxy, "names-a-stale-version").call(service=HUB, cancel=("all",))
    assert {call.headers["If-Match"] for call in proxy.of("cancel")} == {'W/"0"'}
    assert answer.of("not-cancelled-shown")


def test_shows_success_at_a_conflict(desk_with: Callable[..., Desk], proxy: Proxy) -> None:
    desk = _with(desk_with, proxy, "shows-success-at-a-conflict")
    proxy.befall("cancel", answers(409, "conflict", signed=True))
    assert desk.call(service=HUB, cancel=("all",)).of("cancelled-shown")


def test_leaves_parameters_unencoded(desk_with: Callable[..., Desk], proxy: Proxy) -> None:
    _with(desk_with, proxy, "leaves-parameters-unencoded").call(service=HUB)
    assert ":" in proxy.of("slots")[0].url.partition("?")[2]
