"""Defects in what an answer says of itself and of a refusal: there, and wrong."""

from __future__ import annotations

import gzip
from typing import Any

from flask import Request, Response

from ..fault_making import (
    breaks,
    done,
    interaction,
    refused,
    rewriting,
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


@breaks("FMT-09")
def packs_reads_unasked(request: Request, response: Response) -> None:
    """A read is compressed for who wants it as it is.

    Reads are compressed, whoever asks.
    """
    if done("read")(request, response) and "Content-Encoding" not in response.headers:
        response.set_data(gzip.compress(response.get_data()))
        response.headers["Content-Encoding"] = "gzip"


@breaks("FMT-22")
def date_of_1970(request: Request, response: Response) -> None:
    """The Date of every answer is the beginning of 1970."""
    response.headers["Date"] = "Thu, 01 Jan 1970 00:00:00 GMT"


@breaks("FMT-22", warned=True)
def undated(request: Request, response: Response) -> None:
    """No answer has a Date."""
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
