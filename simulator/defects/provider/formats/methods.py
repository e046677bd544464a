"""Defects of methods that no interaction uses."""

from __future__ import annotations

from ....fault_making import rewriting, with_status
from ....seams import Fault
from ...building_blocks import sent_with_method

METHODS: tuple[Fault, ...] = (
    rewriting("patch-fails", "FMT-23", "PATCH is answered with 500.", with_status(500, sent_with_method("PATCH"))),
    rewriting("patch-is-200", "FMT-23", "PATCH is answered with 200.", with_status(200, sent_with_method("PATCH"))),
    rewriting(
        "put-without-id",
        "FMT-23",
        "PUT of an appointment without an id is answered with 201.",
        with_status(201, sent_with_method("PUT", "/Appointment")),
    ),
    rewriting(
        "post-at-an-appointment",
        "FMT-23",
        "POST at the address of an appointment is answered with 200.",
        with_status(200, sent_with_method("POST", within="/Appointment/")),
    ),
    rewriting("head-fails", "FMT-23", "HEAD is answered with 500.", with_status(500, sent_with_method("HEAD"))),
)
