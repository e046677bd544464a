"""What `simulate --list-directory` prints: the directory as a table, or as the JSON that --directory reads."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

from .services import DirectoryService, as_document

_HEADS = ("DoS id", "Service", "ASIDs", "Booking only", "In SDS", "Root", "Slots", "Cancelling", "Faults")


def directory_as_json(services: Iterable[DirectoryService]) -> str:
    """The directory in the form of its file."""
    return json.dumps(as_document(services), indent=1, ensure_ascii=False) + "\n"


def directory_as_table(services: Iterable[DirectoryService]) -> str:
    """The directory for people, a line for each service."""
    rows = [_HEADS, *(_row(service) for service in services)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(_line(row, widths) for row in rows) + "\n"


def _row(service: DirectoryService) -> tuple[str, ...]:
    booking = "-" if service.requires_booking is None else f"{service.requires_booking_name}={service.requires_booking}"
    return (
        service.id,
        service.name,
        " ".join(service.asids) or "-",
        booking,
        service.in_sds,
        service.root or "/",
        service.slots,
        service.cancelling,
        str(len(service.faults)),
    )


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    return "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
