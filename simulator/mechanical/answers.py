"""The kinds of answers that mechanical defects spoil, and their headers. Data only."""

from __future__ import annotations

from .elements import (
    APPOINTMENT,
    ENTRY,
    FOUND,
    ITSELF,
    OUTCOME,
    POINTER,
    REFUSAL,
    SLOT_SEARCH,
    STATEMENT,
)
from .rows import OPTIONAL, OWN, Allowed, Answers, Breaks, Header, Row

MAY = Allowed("It may be left out (ERR-12 is a MAY).")

#: What an application breaks at one kind of answer otherwise than at the others.
OTHERWISE: dict[str, Breaks] = {"mechanical:book:Appointment.created:shift": "PRV-BOOK-27"}

#: A requirement whose scenarios meet the resources of a type that come along with slots.
NEAR = {
    "Slot.schedule.reference": "PRV-SRCH-17",
    "Schedule": "PRV-SRCH-17",
    "HealthcareService": "PRV-SRCH-20",
    "Practitioner": "PRV-SRCH-18",
    "PractitionerRole": "PRV-SRCH-19",
    "Organization": "PRV-SRCH-21",
    "Location": "PRV-SRCH-22",
}


def _common(write: bool) -> tuple[Header, ...]:
    absent = Allowed("On a read the booking pages only recommend it (CF-46).")
    return (
        Header("Cache-Control", "FMT-12", "FMT-12"),
        Header("Strict-Transport-Security", "SEC-37", "SEC-37"),
        Header("Content-Type", "FMT-07", "FMT-07"),
        Header("X-Correlation-ID", "PRV-XTI-02" if write else absent, "PRV-XTI-02"),
        Header(
            "X-Request-ID",
            "PRV-XTI-01" if write else absent,
            Allowed("The id is the server's own choice (CF-46)."),
        ),
    )


def _written(location: str, etag: str, last_modified: str) -> tuple[Header, ...]:
    """The headers after a booking or a cancellation, and the requirements of those that tell the version."""
    return (
        *_common(True),
        Header("Location", location, location),
        Header("ETag", etag, etag),
        Header("Last-Modified", last_modified, last_modified),
        Header("Content-Location", MAY, OPTIONAL),
    )


_READ_HEADERS = (
    *_common(False),
    Header("ETag", "PRV-GET-07", "PRV-GET-07"),
    Header("Last-Modified", OPTIONAL, OPTIONAL),
    Header("Content-Location", MAY, OPTIONAL),
)

#: What binds every server; FMT-12 and the transaction headers bind providers only.
_OF_REGISTRY = (
    Header("Strict-Transport-Security", "SEC-37", "SEC-37"),
    Header("Content-Type", "FMT-07", "FMT-07"),
)

_ANY = "RES-ANY-01"

ANSWERS: tuple[Answers, ...] = (
    Answers("metadata", "provider", ("metadata",), "PRV-CAP-02", _ANY, STATEMENT, _common(False)),
    Answers("slots", "provider", ("slots",), "PRV-SRCH-01", _ANY, SLOT_SEARCH, _common(False)),
    Answers(
        "book",
        "provider",
        ("book",),
        "PRV-BOOK-07",
        _ANY,
        APPOINTMENT,
        _written(location="PRV-BOOK-04", etag="PRV-BOOK-05", last_modified="PRV-BOOK-06"),
    ),
    Answers("read", "provider", ("read",), "PRV-GET-01", _ANY, APPOINTMENT, _READ_HEADERS, "PRV-GET-05"),
    Answers("vread", "provider", ("vread",), "PRV-GET-02", _ANY, ITSELF, _READ_HEADERS, "PRV-GET-05", "PRV-GET-02"),
    Answers(
        "cancel",
        "provider",
        ("cancel",),
        "PRV-CAN-02",
        _ANY,
        ITSELF,
        _written(location="PRV-CAN-05", etag="PRV-CAN-03", last_modified="PRV-CAN-04"),
    ),
    Answers("search", "provider", ("search",), "PRV-SAPT-01", _ANY, FOUND, _common(False)),
    Answers("refused", "provider", (), "ERR-02", _ANY, OUTCOME, _common(True)),
    Answers(
        "registry-register",
        "registry",
        ("register",),
        "REG-04",
        "REG-04",
        POINTER,
        (
            *_OF_REGISTRY,
            Header("Location", "REG-02", "REG-02"),
            Header("ETag", "REG-03", "REG-03"),
            Header("Last-Modified", "REG-03", OPTIONAL),
        ),
    ),
    Answers("registry-read", "registry", ("read",), "REG-14", "REG-14", POINTER, _OF_REGISTRY),
    Answers(
        "registry-search",
        "registry",
        ("search",),
        "REG-15",
        "REG-15",
        (Row("Bundle.type", OWN, code=OWN), Row("Bundle.entry", OWN, repeat=OWN), *POINTER),
        _OF_REGISTRY,
    ),
    Answers(
        "registry-update",
        "registry",
        ("update",),
        "REG-17",
        "REG-17",
        POINTER,
        (*_OF_REGISTRY, Header("Location", "REG-17", "REG-17")),
    ),
    Answers("registry-refused", "registry", (), "REG-20", "REG-20", REFUSAL, _OF_REGISTRY),
    Answers("registry-entry", "entry", (), "REG-07", "REG-07", ENTRY),
)
