"""Defects of a provider that rejects formats, headers and parameters which it must take."""

from __future__ import annotations

from typing import Any

from ....fault_making import near, provider
from ....seams import Fault
from ....structure import known_structure
from ....tokens import TokenCheck
from ...building_blocks import bodies_refused, contained_resource, refuse_body, sent_as, status_instead


def _scheme_fails(original: Any, header: str | None) -> Any:
    if header and header.startswith("bearer"):
        raise RuntimeError("no such scheme")
    return original(header)


def _has_unknown(body: dict[str, Any]) -> bool:
    return known_structure(body, "Appointment") != body or "extension" in body


def _patient_has_unknown(body: dict[str, Any]) -> bool:
    extensions = contained_resource(body, "Patient").get("extension") or []
    return any("hl7.org.uk" not in one.get("url", "") for one in extensions)


def _refers_outside(body: Any) -> bool:
    if isinstance(body, list):
        return any(_refers_outside(item) for item in body)
    if not isinstance(body, dict):
        return False
    return str(body.get("reference", "")).startswith("http") or any(_refers_outside(v) for v in body.values())


OVER_VALIDATION: tuple[Fault, ...] = (
    # Both are seen on every exchange, and met where tokens differ.
    near(
        provider(
            "small-scheme-fails",
            "FMT-22",
            "A token under the scheme bearer in small letters is answered with 500.",
            TokenCheck.payload,
            _scheme_fails,
        ),
        "SEC-30",
    ),
    bodies_refused(
        "refuses-chunks",
        "FMT-11",
        "Bodies in chunks are rejected.",
        refuse_body(sent_as("Transfer-Encoding", "chunked"), "bad-request", "Send a Content-Length."),
    ),
    bodies_refused(
        "refuses-unknown-elements",
        "FMT-13",
        "Bodies with unknown elements are rejected.",
        refuse_body(_has_unknown, "profile-breach", "There is an unknown element."),
    ),
    bodies_refused(
        "refuses-unknown-extensions-of-patients",
        "FMT-13",
        "Bookings whose Patient has an unknown extension are rejected.",
        refuse_body(_patient_has_unknown, "profile-breach", "There is an unknown extension."),
    ),
    bodies_refused(
        "refuses-outside-references",
        "FMT-16",
        "References to other servers are rejected.",
        refuse_body(_refers_outside, "profile-breach", "The reference cannot be resolved."),
    ),
    status_instead(
        "unserved-format-is-404",
        "FMT-06",
        "A format that is not served is answered with 404.",
        404,
        "unsupported-response-format",
    ),
    status_instead("wrong-method-is-200", "FMT-23", "A wrong method is answered with 200.", 200, "wrong-method"),
)
