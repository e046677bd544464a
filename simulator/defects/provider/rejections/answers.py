"""Defects of the statuses and forms of rejections."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from flask import Request, Response, current_app, g
from uec_booking.standard.names import PATIENT_PARAMETER

from ....fault_making import (
    breaks,
    done,
    interaction,
    met,
    provider,
    refused,
    refused_instead,
    rewriting,
    with_body,
    without,
)
from ....provider.rules import ProviderRules
from ....refusals import Rejected
from ....seams import Fault
from ...building_blocks import WRITES, status_instead, taken_at_its_word

_NEEDED = ("slot", "participant", "start", "end", "description", "created", "contained", "supportingInformation")


def _remembered(original: Any, body: Any) -> Any:
    g.asked_for = body
    return original(body)


def _trace_of_refusals() -> Callable[[Request, Response], None]:
    """A whole booking that is rejected is found all the same by a search for its patient."""
    left: dict[str, dict[str, Any]] = {}

    def rewrite(request: Request, response: Response) -> None:
        if interaction(request) == "book" and 400 <= response.status_code < 500:
            body = g.get("asked_for") or {}
            if body.get("status") == "booked" and all(body.get(name) for name in _NEEDED):
                for number in _numbers(body):
                    meta = {**body.get("meta", {}), "versionId": "1"}
                    left[number] = {**body, "id": str(uuid.uuid4()), "meta": meta}
        number = request.args.get(PATIENT_PARAMETER, "").rpartition("|")[2]
        if interaction(request) == "search" and number in left:
            with_body(lambda bundle: _add(bundle, left[number]), done())(request, response)

    return rewrite


def _numbers(body: dict[str, Any]) -> list[str]:
    patients = [one for one in body["contained"] if isinstance(one, dict) and one.get("resourceType") == "Patient"]
    return [str(each.get("value")) for one in patients for each in one.get("identifier", [])]


def _add(bundle: dict[str, Any], appointment: dict[str, Any]) -> None:
    url = f"{bundle['link'][0]['url'].partition('?')[0]}/{appointment['id']}"
    entry = {"fullUrl": url, "resource": appointment, "search": {"mode": "match"}}
    bundle["entry"] = [*bundle.get("entry", []), entry]
    bundle["total"] = bundle.get("total", 0) + 1


@breaks("ERR-01")
def errors_in_plain_text(request: Request, response: Response) -> None:
    """Rejections have no OperationOutcome."""
    if refused(request, response):
        response.set_data(b"The request was rejected.")
        response.headers["Content-Type"] = "text/plain;charset=utf-8"


def _drop_from_issues(*names: str) -> Any:
    def change(outcome: dict[str, Any]) -> None:
        for issue in outcome.get("issue", []):
            for name in names:
                issue.pop(name, None)

    return change


@breaks("ERR-15")
def done_before_the_format_is_looked_at(request: Request, response: Response) -> None:
    """A booking or cancellation is rejected for the format of its answer, and made.

    What was rejected for the format of its answer was carried out before that.
    """
    if met("unsupported-response-format") and interaction(request) in WRITES:
        headers = {name: value for name, value in request.headers.items() if name not in ("Accept", "Content-Length")}
        with current_app.test_client() as client:
            client.open(
                request.path, base_url=request.host_url, method=request.method, data=g.raw_body, headers=headers
            )
        response.status_code = 406


def _refused_cancel(request: Request, response: Response) -> bool:
    return refused(request, response) and interaction(request) == "cancel"


def _issues_without(*names: str) -> Any:
    def change(outcome: dict[str, Any]) -> None:
        for issue in outcome["issue"]:
            for name in names:
                issue.pop(name, None)

    return change


def _booked_all_the_same(original: Any, body: dict[str, Any]) -> Any:
    try:
        return original(body)
    except Rejected:
        g.done_all_the_same = True
        return taken_at_its_word(body)


def _cancelled_all_the_same(original: Any, current: Any, body: Any) -> None:
    try:
        original(current, body)
    except Rejected:
        g.done_all_the_same = True


def _says_no(request: Request, response: Response) -> bool:
    return bool(g.get("done_all_the_same"))


def _points_at_language(outcome: dict[str, Any]) -> None:
    for issue in outcome.get("issue", []):
        for key in ("location", "expression"):
            if key in issue:
                issue[key] = ["Appointment.language"]


def _says_nothing(outcome: dict[str, Any]) -> None:
    for issue in outcome.get("issue", []):
        issue["diagnostics"] = "The request could not be processed."


ANSWERS: tuple[Fault, ...] = (
    Fault(
        "refusals-leave-appointments",
        "ERR-15",
        "A booking that was rejected is found by a search for its patient.",
        "provider",
        ProviderRules.booking,
        _remembered,
        _trace_of_refusals(),
    ),
    rewriting("outcome-without-id", "ERR-02", "OperationOutcomes have no id.", with_body(without("id"), refused)),
    rewriting(
        "outcome-without-code",
        "ERR-02",
        "OperationOutcomes have no issue code.",
        with_body(_drop_from_issues("code"), refused),
    ),
    rewriting(
        "outcome-without-place",
        "ERR-03",
        "OperationOutcomes do not point at the fault.",
        with_body(_drop_from_issues("expression", "location"), refused),
    ),
    rewriting(
        "outcome-without-reason",
        "ERR-04",
        "OperationOutcomes have no diagnostics.",
        with_body(_drop_from_issues("diagnostics"), refused),
    ),
    rewriting(
        "cancellations-are-not-pointed-at",
        "ERR-03",
        "Rejected cancellations have neither location nor expression.",
        with_body(_issues_without("location", "expression"), _refused_cancel),
    ),
    rewriting(
        "cancellations-are-not-told-why",
        "ERR-04",
        "Rejected cancellations have no diagnostics.",
        with_body(_issues_without("diagnostics"), _refused_cancel),
    ),
    # Two mechanisms in one: what the rule lets pass, the answer denies.
    replace(
        provider(
            "refuses-and-books",
            "ERR-15",
            "A booking that breaks the profile is rejected, and made.",
            ProviderRules.booking,
            _booked_all_the_same,
        ),
        rewrite=refused_instead(422, "invariant", _says_no),
    ),
    replace(
        provider(
            "refuses-and-cancels",
            "ERR-15",
            "A cancellation that changes more is rejected, and made.",
            ProviderRules.check_cancel,
            _cancelled_all_the_same,
        ),
        rewrite=refused_instead(422, "business-rule", _says_no),
    ),
    status_instead("odd-status", "ERR-11", "An unknown appointment is answered with 418.", 418, "not-found", "read"),
    rewriting(
        "points-at-another-element",
        "ERR-03",
        "Each OperationOutcome points at Appointment.language, whatever the fault.",
        with_body(_points_at_language, refused),
    ),
    rewriting(
        "one-reason-for-all",
        "ERR-04",
        "Each rejection says that the request could not be processed.",
        with_body(_says_nothing, refused),
    ),
)
