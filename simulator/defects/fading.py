"""Defects that show after a while: what was booked or cancelled is as it should be at first, and fades."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from flask import Request, Response

from ..fault_making import done, interaction, near, refused_instead, rewriting, with_body
from ..seams import Fault

#: After so many seconds.
_A_WHILE = 1.0


def _a_while_after(first: str, then: str) -> Callable[[Request, Response], bool]:
    """Whether ``then`` is done to an appointment a while after ``first`` was."""
    since: dict[str, float] = {}

    def later(request: Request, response: Response) -> bool:
        if done(first)(request, response):
            since[str((response.headers.get("Location") or request.path).split("/Appointment/")[-1].split("/")[0])] = (
                time.monotonic()
            )
        if interaction(request) != then or response.status_code >= 300:
            return False
        key = request.path.split("/Appointment/")[-1].split("/")[0]
        return time.monotonic() - since.get(key, time.monotonic()) > _A_WHILE

    return later


def _booked(resource: dict[str, Any]) -> None:
    resource["status"] = "booked"


FADING: tuple[Fault, ...] = (
    rewriting(
        "appointments-fade",
        "PRV-GET-01",
        "An appointment can be read for a second, then it is as another one.",
        with_body(lambda a: a.update(start="2031-05-06T07:00:00+00:00"), _a_while_after("book", "read")),
    ),
    near(
        rewriting(
            "appointments-vanish",
            "PRV-BOOK-09",
            "An appointment can be read for a second, then it is gone.",
            refused_instead(404, "not-found", _a_while_after("book", "read")),
        ),
        "PRV-GET-01",
    ),
    rewriting(
        "cancellations-fade",
        "PRV-GET-13",
        "A second after it was cancelled an appointment reads as booked again.",
        with_body(_booked, _a_while_after("cancel", "read")),
    ),
    rewriting(
        "versions-fade",
        "PRV-CAN-06",
        "A second after a cancellation the version before it is gone.",
        refused_instead(404, "not-found", _a_while_after("cancel", "vread")),
    ),
)
