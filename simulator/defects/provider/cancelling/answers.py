"""Defects of the answer to a cancellation."""

from __future__ import annotations

from collections.abc import Callable

from flask import Request, Response

from ....fault_making import breaks, done, interaction, refused, rewriting, with_header, with_status, without_header
from ....seams import Fault


def _stale_with_old_tag() -> Callable[[Request, Response], None]:
    """The ETag of an appointment is that of its first read."""
    known: dict[str, str] = {}

    def rewrite(request: Request, response: Response) -> None:
        if interaction(request) in ("read", "cancel") and response.status_code == 200:
            response.headers["ETag"] = known.setdefault(request.path, response.headers.get("ETag", ""))

    return rewrite


@breaks("PRV-CAN-21")
def cancel_refused_in_html(request: Request, response: Response) -> None:
    """A cancellation is rejected in HTML."""
    if refused(request, response) and interaction(request) == "cancel":
        response.set_data(b"<html><body>Rejected</body></html>")
        response.headers["Content-Type"] = "text/html;charset=utf-8"


ANSWERS: tuple[Fault, ...] = (
    rewriting(
        "no-etag-on-cancel",
        "PRV-CAN-03",
        "A cancellation is answered without ETag.",
        without_header("ETag", done("cancel")),
    ),
    rewriting(
        "no-last-modified-on-cancel",
        "PRV-CAN-04",
        "A cancellation is answered without Last-Modified.",
        without_header("Last-Modified", done("cancel")),
    ),
    rewriting(
        "cancel-answers-201", "PRV-CAN-01", "A cancellation is answered with 201.", with_status(201, done("cancel"))
    ),
    rewriting(
        "location-of-another-version-on-cancel",
        "PRV-CAN-05",
        "The Location of a cancellation names the version before.",
        with_header("Location", lambda url: url.replace("/_history/2", "/_history/1"), done("cancel")),
    ),
    rewriting(
        "etag-stays-as-it-was",
        "PRV-CAN-03",
        "The ETag of an appointment stays that of its first read when it is cancelled.",
        _stale_with_old_tag(),
    ),
    rewriting(
        "cancel-without-location",
        "PRV-CAN-05",
        "A cancellation is answered with a relative Location.",
        with_header("Location", lambda value: value.rpartition("/booking/")[2], done("cancel")),
    ),
)
