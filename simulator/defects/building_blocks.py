"""What defects of several topics are made of: conditions, replacements and rows."""

from __future__ import annotations

import copy
import json
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from flask import Request, Response, g, request

from ..clock import instant_seconds
from ..fault_making import Change, done, interaction, met, provider, rewriting, with_body, with_status
from ..provider.booking import BookingRequest, SlotKey
from ..provider.query import SlotQuery
from ..provider.rules import ProviderRules
from ..refusals import Rejected
from ..seams import Fault
from ..tokens import Caller


def searched_for_slots(test: Callable[[Request], bool]) -> Callable[[Request, Response], bool]:
    """Whether a slot search succeeded of whose request this holds."""
    return lambda request, response: done("slots")(request, response) and test(request)


def answers_remembered(wanted: str) -> Callable[[Request, Response], None]:
    """The answer to a search is given again to who asks the same."""
    known: dict[tuple[str, str], bytes] = {}

    def rewrite(request: Request, response: Response) -> None:
        if done(wanted)(request, response) and "Content-Encoding" not in response.headers:
            key = (request.full_path, response.headers.get("Content-Type", ""))
            response.set_data(known.setdefault(key, response.get_data()))

    return rewrite


def request_is_xml() -> bool:
    """Whether the present request came in XML."""
    return "xml" in (request.content_type or "")


def contained_resource(body: dict[str, Any], kind: str) -> dict[str, Any]:
    """The first contained resource of a type, or an empty one."""
    return next((r for r in body.get("contained") or [] if r.get("resourceType") == kind), {})


def taken_at_its_word(body: dict[str, Any]) -> BookingRequest:
    """What a booking asks for, read without any check."""
    slot = contained_resource(body, "Slot")
    identifiers = contained_resource(body, "Patient").get("identifier") or [{}]
    key = SlotKey(str((slot.get("identifier") or [{}])[0].get("value", "")), "", "")
    start, end = instant_seconds(slot.get("start")), instant_seconds(slot.get("end"))
    return BookingRequest(key, start, end, str(identifiers[0].get("value", "")))


def any_answer(request: Request, response: Response) -> bool:
    """Whatever was asked and answered."""
    return True


#: After so many seconds.
A_WHILE = 1.0


def a_while_after(first: str, then: str) -> Callable[[Request, Response], bool]:
    """Whether ``then`` is done to an appointment a while after ``first`` was."""
    since: dict[str, float] = {}

    def later(request: Request, response: Response) -> bool:
        if done(first)(request, response):
            since[str((response.headers.get("Location") or request.path).split("/Appointment/")[-1].split("/")[0])] = (
                time.monotonic()
            )
        if interaction(request) != then or response.status_code >= 300:
            return False
        key = request.path.split("/Appointment/")[-1].split("/")[0]
        return time.monotonic() - since.get(key, time.monotonic()) > A_WHILE

    return later


WRITES = ("book", "cancel")


def sent_with_method(method: str, ending: str = "", within: str = "") -> Callable[[Request, Response], bool]:
    """Whether the request has this method, at an address with that ending or with that part."""
    return lambda request, response: (
        request.method == method and request.path.endswith(ending) and within in request.path
    )


def as_if_booked(resource: dict[str, Any]) -> None:
    """The appointment says booked, whatever it is."""
    resource["status"] = "booked"


STRANGER = Caller("", "", "", frozenset(), {})


def lets_in(situation: str, *interactions: str) -> Callable[..., Caller]:
    """These interactions do not mind this fault of a token; with no situation, none at all."""

    def caller(original: Callable[..., Caller], *arguments: Any) -> Caller:
        try:
            return original(*arguments)
        except Rejected as refusal:
            if interaction(request) not in interactions or situation not in ("", refusal.situation):
                raise
            return STRANGER

    return caller


Resource = dict[str, Any]


def request_body() -> dict[str, Any]:
    """What the present request brought, in JSON."""
    body: dict[str, Any] = json.loads(g.get("raw_body") or b"{}")
    return body


def one_given_name(patient: Resource) -> None:
    """Of the given names the first stays."""
    for name in patient.get("name", []):
        name["given"] = name.get("given", [])[:1]


def answers_read(name: str, requirement: str, summary: str, change: Change) -> Fault:
    """A row: the answer to a read is changed."""
    return rewriting(name, requirement, summary, with_body(change, done("read")))


def keeps_otherwise(change: Callable[[Resource], None]) -> Callable[..., Resource]:
    """The appointment is kept changed, and shown so from then on."""

    def booked(original: Callable[..., Resource], body: Any, *rest: Any) -> Resource:
        changed = copy.deepcopy(dict(body))
        change(changed)
        return original(changed, *rest)

    return booked


def kept_with(name: str, summary: str, change: Callable[..., Any], requirement: str = "PRV-BOOK-07") -> Fault:
    """A row: appointments are kept otherwise than they were sent."""
    return provider(name, requirement, summary, ProviderRules.booked, change)


def open_to_strangers(*interactions: str) -> Callable[..., Caller]:
    """Any token, or none, is good for these interactions."""

    def caller(original: Callable[..., Caller], *arguments: Any) -> Caller:
        try:
            return original(*arguments)
        except Rejected:
            if interaction(request) not in interactions:
                raise
            return STRANGER

    return caller


def refuse_body(test: Callable[[dict[str, Any]], bool], situation: str, reason: str) -> Callable[..., Any]:
    """Bodies of which this holds are rejected."""

    def check_body(original: Any, body: dict[str, Any]) -> Any:
        if test(body):
            raise Rejected(situation, reason, "Appointment")
        return original(body)

    return check_body


def sent_as(name: str, value: str) -> Callable[[dict[str, Any]], bool]:
    """Whether the present request has this in a header."""
    return lambda body: value in request.headers.get(name, "").lower()


def refusals_with(situation: str, *interactions: str) -> Callable[[Request, Response], bool]:
    """Whether a request of one of the interactions was rejected for this."""
    return lambda request, response: met(situation) and (not interactions or interaction(request) in interactions)


def status_instead(name: str, requirement: str, summary: str, status: int, situation: str, *interactions: str) -> Fault:
    """A row: rejections in one situation have another status."""
    return rewriting(name, requirement, summary, with_status(status, refusals_with(situation, *interactions)))


def bodies_refused(name: str, requirement: str, summary: str, replacement: Callable[..., Any]) -> Fault:
    """A row: bodies are checked otherwise."""
    return provider(name, requirement, summary, ProviderRules.check_body, replacement)


Parameters = Iterable[tuple[str, str]]


def bounds_of_start(change: Callable[[str], str]) -> Callable[..., SlotQuery]:
    """The values of start are read as if they were others."""

    def slot_query(original: Any, parameters: Parameters, *rest: Any) -> SlotQuery:
        pairs = list(parameters)
        changed = [(name, change(value) if name == "start" else value) for name, value in pairs]
        found: SlotQuery = original(changed, *rest)
        return replace(found, understood=tuple(pair for pair in pairs if pair[0] in {n for n, _ in found.understood}))

    return slot_query


def refused_in(situation: str) -> Callable[[Request, Response], bool]:
    """Whether the request was rejected in this situation."""
    return lambda request, response: met(situation)
