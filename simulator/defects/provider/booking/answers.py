"""Defects of the answer to a booking: its status, headers and form."""

from __future__ import annotations

from typing import Any

from flask import Request, Response

from ....fault_making import done, interaction, rewriting, with_body, with_header, with_status, without_header
from ....seams import Fault
from ...building_blocks import refused_in


def _malformed_booking(request: Request, response: Response) -> bool:
    return response.status_code == 400 and interaction(request) == "book"


def _severity(outcome: dict[str, Any]) -> None:
    for issue in outcome["issue"]:
        issue["severity"] = "warning"


ANSWERS: tuple[Fault, ...] = (
    rewriting(
        "no-etag-on-book", "PRV-BOOK-05", "A booking is answered without ETag.", without_header("ETag", done("book"))
    ),
    rewriting(
        "no-location",
        "PRV-BOOK-04",
        "A booking is answered without Location.",
        without_header("Location", done("book")),
    ),
    rewriting(
        "location-of-another",
        "PRV-BOOK-04",
        "The Location of a booking leads to another appointment.",
        with_header("Location", lambda value: value.replace("/Appointment/", "/Appointment/x"), done("book")),
    ),
    rewriting("book-answers-200", "PRV-BOOK-01", "A booking is answered with 200.", with_status(200, done("book"))),
    rewriting(
        "malformed-body-fails",
        "PRV-BOOK-13",
        "A malformed booking is answered with 500.",
        with_status(500, _malformed_booking),
    ),
    rewriting(
        "taken-is-a-warning",
        "PRV-BOOK-11",
        "That a slot is taken is a warning.",
        with_body(_severity, refused_in("slot-taken")),
    ),
    rewriting(
        "booked-without-last-modified",
        "PRV-BOOK-06",
        "A booking is answered without Last-Modified.",
        without_header("Last-Modified", done("book")),
    ),
    rewriting(
        "appointment-of-no-profile",
        "RES-APT-14",
        "Appointments claim no profile.",
        with_body(
            lambda a: a["meta"].update(
                profile=["https://fhir.hl7.org.uk/STU3/StructureDefinition/CareConnect-Encounter-1"]
            ),
            done("book", "read", "cancel"),
        ),
    ),
)
