"""The operations that recorded exchanges show."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from ..bookkeeping.booking_log import appointment_url
from ..http.exchange import Exchange, header
from ..http.urls import appointment_at, appointment_id
from ..http.versions import version_tag
from .operations import Came, Kind, Operation

#: Seconds: moments are kept in whole milliseconds.
_GRAIN = 0.001


def operations(exchanges: Iterable[Exchange], base_url: str, slot: str) -> list[Operation]:
    """Bookings of one slot at a provider, and cancellations there, as operations.

    A rejection says nothing here of why: whether it had to be one is decided where it is asked for. An answer that is
    neither a success nor a rejection leaves open what was done.
    """
    found = []
    for exchange in exchanges:
        kind = {"POST": Kind.BOOK, "PUT": Kind.CANCEL}.get(exchange.request.method)
        if kind is None:
            continue
        began = datetime.fromisoformat(exchange.started).timestamp()
        came = Came.DONE if exchange.ok else Came.REFUSED if 400 <= exchange.status < 500 else Came.LOST
        found.append(
            Operation(
                kind,
                came,
                exchange.actor,
                began - _GRAIN,
                began + exchange.seconds + _GRAIN,
                slot=slot if kind == Kind.BOOK else "",
                appointment=_appointment(exchange, kind, came, base_url),
                version=_plain(header(exchange.request.headers, "If-Match") or ""),
                made=_plain(version_tag(exchange)) if came == Came.DONE else "",
                request_id=header(exchange.request.headers, "X-Request-ID") or "",
                exchange=exchange.id,
            )
        )
    return found


def _appointment(exchange: Exchange, kind: Kind, came: Came, base_url: str) -> str:
    if kind == Kind.CANCEL:
        return appointment_at(appointment_id(exchange.request.url), base_url)
    return appointment_url(exchange, base_url) if came == Came.DONE else ""


def _plain(tag: str) -> str:
    """The version that an entity tag names."""
    return tag.removeprefix("W/").strip('"')
