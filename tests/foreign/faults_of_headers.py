"""Faults of headers and statuses."""

from __future__ import annotations

import uuid
from dataclasses import replace

from uec_booking.harness.proving.sealed.kit import Ask, Fault, Forward, Memory, Reply

from .fault_cases import caught, enter


@caught("PRV-BOOK-05")
def no_etag_when_booked(ask: Ask, forward: Forward, _: Memory) -> Reply:
    reply = forward(ask)
    return reply.with_headers(ETag=None) if ask.method == "POST" else reply


@caught("PRV-XTI-02", "PRV-SRCH-14")
def correlation_of_the_request_before(ask: Ask, forward: Forward, memory: Memory) -> Reply:
    reply, before = forward(ask), memory.seen.get("id")
    memory.seen["id"] = reply.headers.get("x-correlation-id")
    return reply.with_headers(X_Correlation_ID=before or str(uuid.uuid4()))


@caught("PRV-GET-07", "PRV-GET-02")
def etag_of_another_version(ask: Ask, forward: Forward, _: Memory) -> Reply:
    reply = forward(ask)
    return reply.with_headers(ETag='W/"v99"') if ask.method == "GET" and "etag" in reply.headers else reply


@caught("PRV-CAN-03")
def etag_before_the_cancellation(ask: Ask, forward: Forward, _: Memory) -> Reply:
    reply = forward(ask)
    return reply.with_headers(ETag='W/"v1"') if ask.method == "PUT" and reply.ok else reply


@caught("PRV-GET-07 PRV-BOOK-05", "PRV-GET-02")
def etag_says_gzip(ask: Ask, forward: Forward, _: Memory) -> Reply:
    """As a web server before the application does when it may compress."""
    reply = forward(
        ask.with_headers(If_Match=ask.headers["if-match"].replace("-gzip", "")) if "if-match" in ask.headers else ask
    )
    etag = reply.headers.get("etag")
    return reply.with_headers(ETag=etag[:-1] + '-gzip"') if etag else reply


@caught("PRV-BOOK-04")
def location_of_another_when_booked(ask: Ask, forward: Forward, _: Memory) -> Reply:
    reply = forward(ask)
    return reply.with_headers(Location=reply.headers["location"] + "x") if reply.status == 201 else reply


@caught("PRV-CAN-05")
def location_of_another_when_cancelled(ask: Ask, forward: Forward, _: Memory) -> Reply:
    reply = forward(ask)
    place = f"http://{ask.headers['host']}{ask.place}-not-this-one"
    return reply.with_headers(Location=place) if ask.method == "PUT" and reply.ok else reply


@caught("PRV-BOOK-01")
def accepted_instead_of_created(ask: Ask, forward: Forward, _: Memory) -> Reply:
    reply = forward(ask)
    return replace(reply, status=202) if reply.status == 201 else reply


@caught("PRV-CAN-01")
def cancelled_without_content(ask: Ask, forward: Forward, _: Memory) -> Reply:
    reply = forward(ask)
    return Reply(204, reply.headers) if ask.method == "PUT" and reply.ok else reply


@caught("ERR-01", "PRV-SRCH-10")
def errors_without_body(ask: Ask, forward: Forward, _: Memory) -> Reply:
    reply = forward(ask)
    return reply if reply.ok else replace(reply, body=b"")


@caught("PRV-SRCH-10")
def errors_are_200(ask: Ask, forward: Forward, _: Memory) -> Reply:
    reply = forward(ask)
    return reply if reply.ok else replace(reply, status=200)


@caught("PRV-SRCH-01 PRV-SRCH-28")
def redirects_searches(ask: Ask, forward: Forward, _: Memory) -> Reply:
    reply = forward(ask)
    return replace(reply, status=307).with_headers(Location=f"{ask.path}&again=1") if ask.is_a("GET", "Slot") else reply


@caught("PRV-BOOK-10")
def taken_is_told_with_200(ask: Ask, forward: Forward, _: Memory) -> Reply:
    reply = forward(ask)
    return replace(reply, status=200) if ask.is_a("POST", "Appointment") and reply.status == 422 else reply


@caught("PRV-SRCH-01 PRV-BOOK-01 PRV-GET-01 PRV-CAN-01 WKF-09", "story-a or story-b")
def every_fifth_answer_is_503(ask: Ask, forward: Forward, memory: Memory) -> Reply:
    with memory.lock:
        memory.seen["n"] = memory.seen.get("n", 0) + 1
    reply = forward(ask)
    return replace(reply, status=503, body=b"") if memory.seen["n"] % 5 == 0 and "ssp-from" in ask.headers else reply


def _always(**headers: str | None) -> Fault:
    """Every answer has these headers, whatever it is; None takes one away."""
    return lambda ask, forward, _: forward(ask).with_headers(**headers)


enter("no-location", _always(Location=None), "PRV-BOOK-04")
enter("answers-may-be-stored", _always(Cache_Control="public, max-age=600"), "FMT-12", "PRV-SRCH-14")
enter("served-as-html", _always(Content_Type="text/html;charset=utf-8"), "FMT-01")
enter("latin-charset", _always(Content_Type="application/fhir+json;charset=iso-8859-1"), "FMT-07", "PRV-SRCH-14")
enter("gzip-in-name-only", _always(Content_Encoding="gzip"), "FMT-22")
enter("last-modified-is-a-word", _always(Last_Modified="recently"), "PRV-CAN-04")
