"""Defects that show in what comes after: the read after a booking, the answer to a cancellation, a search later on."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Callable
from typing import Any

from flask import Request, Response, g
from uec_booking.standard.names import NHS_NUMBER_SYSTEM, PATIENT_PARAMETER

from ..fault_making import (
    breaks,
    done,
    in_contained,
    interaction,
    near,
    refused_instead,
    rewriting,
    warned,
    with_body,
)
from ..provider.rules import ProviderRules
from ..refusals import Refused
from ..seams import Fault


@breaks("PRV-CAN-01", ProviderRules.check_may_cancel)
def cancellations_break_a_rule(original: Any, current: Any, caller: Any) -> None:
    """Every cancellation is refused as against a rule of the provider."""
    raise Refused("business-rule", "This appointment cannot be cancelled here.")


def _time_of_the_booking() -> Callable[[Request, Response], None]:
    """An answer to a cancellation has the Last-Modified that the booking had."""
    times: dict[str, str] = {}

    def rewrite(request: Request, response: Response) -> None:
        if done("book")(request, response):
            times[response.headers["Location"].partition("/_history")[0].rpartition("/")[2]] = response.headers[
                "Last-Modified"
            ]
        elif done("cancel")(request, response):
            booked = times.get(request.path.rstrip("/").rpartition("/")[2])
            if booked:
                response.headers["Last-Modified"] = booked

    return rewrite


def _number_twice(patient: dict[str, Any]) -> None:
    found = [one for one in patient.get("identifier", []) if one.get("system") == NHS_NUMBER_SYSTEM]
    patient["identifier"] = [*patient.get("identifier", []), *found]


def _number_twice_when_cancelled(resource: dict[str, Any]) -> None:
    if resource.get("status") == "cancelled":
        in_contained("Patient", _number_twice)(resource)


def _another_local_number(patient: dict[str, Any]) -> None:
    for one in patient.get("identifier", []):
        if one.get("system") != NHS_NUMBER_SYSTEM:
            one["value"] = f"L-{secrets.token_hex(4).upper()}"


_NEEDED = ("slot", "participant", "start", "end", "description", "created", "contained", "supportingInformation")


def _remembered(original: Any, body: Any) -> Any:
    g.asked_for = body
    return original(body)


def _trace_of_refusals() -> Callable[[Request, Response], None]:
    """A whole booking that is refused is found all the same by a search for its patient."""
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


AFTERWARDS: tuple[Fault, ...] = (
    rewriting(
        "reads-find-nothing",
        "PRV-GET-01",
        "What was booked is not found at its address.",
        refused_instead(404, "not-found", lambda request, response: interaction(request) == "read"),
    ),
    rewriting(
        "cancelled-when-booked",
        "PRV-CAN-04",
        "The answer to a cancellation has the Last-Modified of the booking.",
        _time_of_the_booking(),
    ),
    warned(
        near(
            rewriting(
                "number-twice-when-cancelled",
                "PRV-GET-14",
                "A cancelled appointment reads with the NHS number twice.",
                with_body(_number_twice_when_cancelled, done("read")),
            ),
            "PRV-CAN-06",
        )
    ),
    Fault(
        "refusals-leave-appointments",
        "ERR-15",
        "A booking that was refused is found by a search for its patient.",
        "provider",
        ProviderRules.booking,
        _remembered,
        _trace_of_refusals(),
    ),
    rewriting(
        "local-number-anew",
        "PRV-BOOK-18",
        "Each read gives the patient another identifier of the provider's own.",
        with_body(in_contained("Patient", _another_local_number), done("read", "vread")),
    ),
)
