"""Defects in what an answer says of itself and of a refusal: there, and wrong."""

from __future__ import annotations

import gzip
from typing import Any

from flask import Request, Response

from ..fault_making import (
    done,
    interaction,
    refused,
    rewriting,
    warned,
    with_body,
    with_header,
)
from ..seams import Fault


def _points_at_language(outcome: dict[str, Any]) -> None:
    for issue in outcome.get("issue", []):
        for key in ("location", "expression"):
            if key in issue:
                issue[key] = ["Appointment.language"]


def _says_nothing(outcome: dict[str, Any]) -> None:
    for issue in outcome.get("issue", []):
        issue["diagnostics"] = "The request could not be processed."


def _packed(request: Request, response: Response) -> None:
    """Reads are compressed, whoever asks."""
    if done("read")(request, response) and "Content-Encoding" not in response.headers:
        response.set_data(gzip.compress(response.get_data()))
        response.headers["Content-Encoding"] = "gzip"


def _dated(request: Request, response: Response) -> None:
    response.headers["Date"] = "Thu, 01 Jan 1970 00:00:00 GMT"


def _undated(request: Request, response: Response) -> None:
    response.headers["Date"] = ""


def _plain_json(content_type: str) -> str:
    return content_type.replace("application/fhir+json", "application/json")


TOLD_WRONGLY: tuple[Fault, ...] = (
    rewriting(
        "points-at-another-element",
        "ERR-03",
        "Each OperationOutcome points at Appointment.language, whatever the fault.",
        with_body(_points_at_language, refused),
    ),
    rewriting(
        "one-reason-for-all",
        "ERR-04",
        "Each refusal says that the request could not be processed.",
        with_body(_says_nothing, refused),
    ),
    rewriting("packs-reads-unasked", "FMT-09", "A read is compressed for who wants it as it is.", _packed),
    warned(rewriting("undated", "FMT-22", "No answer has a Date.", _undated)),
    rewriting("date-of-1970", "FMT-22", "The Date of every answer is the beginning of 1970.", _dated),
    rewriting(
        "refusals-as-plain-json",
        "FMT-01",
        "Refusals come as application/json.",
        with_header("Content-Type", _plain_json, refused),
    ),
    rewriting(
        "statement-as-plain-json",
        "FMT-01",
        "The CapabilityStatement comes as application/json.",
        with_header(
            "Content-Type",
            _plain_json,
            lambda request, response: interaction(request) == "metadata" and response.status_code == 200,
        ),
    ),
)
