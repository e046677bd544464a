"""What DoS tells of a service: what it is called, and where it is booked."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Endpoint:
    """An endpoint of a service, its texts as DoS gave them."""

    transport: str
    format: str
    interaction: str
    address: str


@dataclass(frozen=True)
class DosService:
    """A service of the list. `requires_booking` is the attribute's value, None where it is absent."""

    id: str
    name: str
    address: str = ""
    requires_booking: str | None = None
    endpoints: tuple[Endpoint, ...] = ()
