"""More outsiders' faults: small untruths in what is answered, of the kinds that systems in the field have."""

from __future__ import annotations

import re
import time
from dataclasses import replace

from faults import Resource, _appointment, _claims, _entries, _query, caught
from faulty_proxy import Ask, Forward, Memory, Reply


def _changed(reply: Reply, old: str, new: str) -> Reply:
    return replace(reply, body=re.sub(old.encode(), new.encode(), reply.body))


def _slots(ask: Ask, reply: Reply) -> bool:
    return ask.is_a("GET", "Slot") and reply.ok and bool(_entries(reply.json, "Slot"))


# -- answers that are no FHIR --------------------------------------------------------------


@caught("RES-ANY-01 RES-BND-01", "PRV-SRCH-38")
def total_is_a_text(ask: Ask, forward: Forward, _: Memory) -> Reply:
    return _changed(forward(ask), r'"total": (\d+)', r'"total": "\1"')


@caught("RES-ANY-01", "PRV-SRCH-38")
def empty_things(ask: Ask, forward: Forward, _: Memory) -> Reply:
    return _changed(
        forward(ask), r'"resourceType": "Slot",', '"resourceType": "Slot", "serviceType": [], "comment": null,'
    )


@caught("RES-ANY-01 PRV-SRCH-01", "PRV-SRCH-01")
def garbage_behind_the_body(ask: Ask, forward: Forward, _: Memory) -> Reply:
    reply = forward(ask)
    return replace(reply, body=reply.body + b"\n<!-- served in 3 ms -->") if ask.is_a("GET", "Slot") else reply


@caught("FMT-01 PRV-SRCH-01 RES-ANY-01", "FMT-01")
def always_xml(ask: Ask, forward: Forward, _: Memory) -> Reply:
    return forward(ask.with_headers(Accept="application/fhir+xml").asking([*ask.query, ("_format", "xml")]))


@caught("FMT-02 RES-ANY-01", "FMT-02")
def xml_of_another_namespace(ask: Ask, forward: Forward, _: Memory) -> Reply:
    return _changed(forward(ask), 'http://hl7.org/fhir"', 'http://hl7.org/fhir/stu3"')


@caught("RES-ANY-01 RES-BND-01 PRV-SRCH-01", "PRV-SRCH-38")
def full_urls_are_shuffled(ask: Ask, forward: Forward, _: Memory) -> Reply:
    reply = forward(ask)
    if not _slots(ask, reply):
        return reply
    body = reply.json
    urls = [entry["fullUrl"] for entry in body["entry"]]
    for entry, url in zip(body["entry"], urls[1:] + urls[:1], strict=True):
        entry["fullUrl"] = url
    return reply.telling(body)


@caught("PRV-SRCH-38")
def self_link_of_another_search(ask: Ask, forward: Forward, _: Memory) -> Reply:
    reply = forward(ask)
    url = "http://x.example/Slot?schedule.actor:healthcareservice=1&start=ge2019-01-01T00:00:00Z&start=le2019-01-02T00:00:00Z"
    return (
        reply.telling({**reply.json, "link": [{"relation": "self", "url": f"{url}&status=busy"}]})
        if _slots(ask, reply)
        else reply
    )


# -- appointments that are not what was asked for -------------------------------------------


@caught("PRV-GET-01 PRV-BOOK-07", "PRV-BOOK-09")
def day_and_month_are_swapped(ask: Ask, forward: Forward, _: Memory) -> Reply:
    reply = forward(ask)
    return (
        _changed(reply, r'"birthDate": "(\d{4})-\d\d-\d\d"', r'"birthDate": "\1-11-09"')
        if _appointment(reply)
        else reply
    )


def phone_numbers_are_shortened(ask: Ask, forward: Forward, _: Memory) -> Reply:
    reply = forward(ask)
    return _changed(reply, r'"0113 496 0(\d)', r'"0113 496 \1') if _appointment(reply) else reply


def document_gets_another_identifier(ask: Ask, forward: Forward, _: Memory) -> Reply:
    reply = forward(ask)
    if not _appointment(reply):
        return reply
    body = reply.json
    for inner in body["contained"]:
        if inner["resourceType"] == "DocumentReference":
            inner["identifier"][0]["value"] = "3f0c6c4e-7d5b-4d1b-9d43-0d8a0c2c5b11"
    return reply.telling(body)


@caught("PRV-BOOK-07 RES-APT-14", "PRV-BOOK-07")
def created_answer_lacks_the_patient(ask: Ask, forward: Forward, _: Memory) -> Reply:
    reply = forward(ask)
    if reply.status != 201:
        return reply
    body = reply.json
    body["contained"] = [c for c in body["contained"] if c["resourceType"] != "Patient"]
    body["participant"] = [p for p in body["participant"] if p["actor"]["reference"] == "#our-nurse"]
    return reply.telling(body)


@caught("PRV-GET-01 PRV-BOOK-07", "PRV-BOOK-09")
def appointments_last_two_hours(ask: Ask, forward: Forward, _: Memory) -> Reply:
    reply = forward(ask)
    if not _appointment(reply):
        return reply
    return reply.telling({**reply.json, "end": re.sub(r"T(\d\d)", "T23", reply.json["end"])})


@caught("PRV-GET-01 PRV-GET-13", "story-wrong and PRV-GET-13")
def another_appointment_is_read(ask: Ask, forward: Forward, memory: Memory) -> Reply:
    """Of two appointments, the one that was booked last is always the one that is read."""
    reply = forward(ask)
    if reply.status == 201:
        memory.seen["last"] = reply.json["id"]
    if ask.is_a("GET", "Appointment/") and reply.ok:
        return forward(replace(ask, path=f"{ask.place.rpartition('/')[0]}/{memory.seen['last']}"))
    return reply


@caught("PRV-GET-07 PRV-BOOK-05", "PRV-GET-02")
def etag_says_gzip(ask: Ask, forward: Forward, _: Memory) -> Reply:
    """As a web server before the application does when it may compress."""
    reply = forward(
        ask.with_headers(If_Match=ask.headers["if-match"].replace("-gzip", "")) if "if-match" in ask.headers else ask
    )
    etag = reply.headers.get("etag")
    return reply.with_headers(ETag=etag[:-1] + '-gzip"') if etag else reply


@caught("PRV-CAN-05")
def location_of_another_when_cancelled(ask: Ask, forward: Forward, _: Memory) -> Reply:
    reply = forward(ask)
    place = f"http://{ask.headers['host']}{ask.place}-not-this-one"
    return reply.with_headers(Location=place) if ask.method == "PUT" and reply.ok else reply


@caught("PRV-BOOK-04")
def location_of_another_when_booked(ask: Ask, forward: Forward, _: Memory) -> Reply:
    reply = forward(ask)
    return reply.with_headers(Location=reply.headers["location"] + "x") if reply.status == 201 else reply


@caught("PRV-CAN-03")
def etag_before_the_cancellation(ask: Ask, forward: Forward, _: Memory) -> Reply:
    reply = forward(ask)
    return reply.with_headers(ETag='W/"v1"') if ask.method == "PUT" and reply.ok else reply


@caught("PRV-CAN-02")
def cancelled_answer_is_a_stub(ask: Ask, forward: Forward, _: Memory) -> Reply:
    reply = forward(ask)
    if ask.method != "PUT" or not _appointment(reply):
        return reply
    keep = ("resourceType", "id", "meta", "status", "participant", "start", "end", "created")
    stub = {k: v for k, v in reply.json.items() if k in keep}
    stub["participant"] = [{"actor": {"display": "the patient"}, "status": "accepted"}]
    return reply.telling(stub)


@caught("PRV-SAPT-02 PRV-SAPT-01", "PRV-SAPT-01")
def appointments_in_pages_of_one(ask: Ask, forward: Forward, _: Memory) -> Reply:
    reply = forward(ask)
    body = reply.json
    if not ask.is_a("GET", "Appointment") or len(_entries(body)) < 2:
        return reply
    body["entry"] = body["entry"][:1]
    body["link"] = [*body["link"], {"relation": "next", "url": f"{ask.path}&page=2"}]
    return reply.telling(body)


# -- searches that find the wrong thing -------------------------------------------------------


def _nothing(ask: Ask, reply: Reply, if_: bool) -> Reply:
    if not if_ or not ask.is_a("GET", "Slot") or not reply.ok:
        return reply
    return reply.telling({**{k: v for k, v in reply.json.items() if k != "entry"}, "total": 0})


@caught("PRV-SRCH-08")
def nothing_without_status(ask: Ask, forward: Forward, _: Memory) -> Reply:
    return _nothing(ask, forward(ask), not any(name == "status" for name, _ in ask.query))


@caught("PRV-SRCH-08")
def nothing_without_lower_bound(ask: Ask, forward: Forward, _: Memory) -> Reply:
    return _nothing(ask, forward(ask), not any(value.startswith("ge") for _, value in ask.query))


@caught("PRV-SRCH-09")
def unknown_parameters_find_nothing(ask: Ask, forward: Forward, _: Memory) -> Reply:
    known = ("schedule.actor:healthcareservice", "start", "status", "_format", "page")
    return _nothing(ask, forward(ask), any(n not in known and not n.startswith("_inc") for n, _ in ask.query))


@caught("PRV-SRCH-16 PRV-SRCH-23", "PRV-SRCH-16")
def includes_find_nothing(ask: Ask, forward: Forward, _: Memory) -> Reply:
    return _nothing(ask, forward(ask), any(name.startswith("_include") for name, _ in ask.query))


@caught("PRV-SRCH-13")
def a_past_start_finds_nothing(ask: Ask, forward: Forward, _: Memory) -> Reply:
    now = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime())
    return _nothing(ask, forward(ask), any(value.startswith("ge") and value[2:21] < now for _, value in ask.query))


@caught("PRV-SRCH-05 PRV-SRCH-04 FMT-20", "PRV-SRCH-38 or PRV-SRCH-04")
def bounds_are_whole_hours(ask: Ask, forward: Forward, _: Memory) -> Reply:
    return forward(_query(ask, lambda n, v: (n, re.sub(r"T(\d\d):\d\d:\d\d", r"T\1:00:00", v) if n == "start" else v)))


@caught("RES-SLOT-04", "PRV-SRCH-03")
def busy_slots_are_called_booked(ask: Ask, forward: Forward, _: Memory) -> Reply:
    reply = forward(ask)
    return _changed(reply, '"status": "busy"', '"status": "booked"') if ask.is_a("GET", "Slot") else reply


@caught("RES-SLOT-03", "PRV-SRCH-38")
def slots_end_before_they_start(ask: Ask, forward: Forward, _: Memory) -> Reply:
    reply = forward(ask)
    if not _slots(ask, reply):
        return reply
    body = reply.json
    for entry in _entries(body, "Slot"):
        slot: Resource = entry["resource"]
        slot["start"], slot["end"] = slot["end"], slot["start"]
    return reply.telling(body)


@caught("PRV-SRCH-25 RES-ANY-01 RES-BND-01", "PRV-SRCH-38")
def slots_come_twice(ask: Ask, forward: Forward, _: Memory) -> Reply:
    reply = forward(ask)
    return reply.telling({**reply.json, "entry": _entries(reply.json) * 2}) if _slots(ask, reply) else reply


@caught("PRV-SRCH-36 SEC-21", "SEC-21")
def a_token_in_the_query_will_do(ask: Ask, forward: Forward, memory: Memory) -> Reply:
    if _claims(ask):
        memory.seen["token"] = ask.headers["authorization"]
    return forward(
        ask if _claims(ask) or "token" not in memory.seen else ask.with_headers(Authorization=memory.seen["token"])
    )


@caught("SEC-26")
def audience_of_the_same_host(ask: Ask, forward: Forward, _: Memory) -> Reply:
    """Only the host of ``aud`` is compared, so a token for a neighbour's service root is good."""
    from faults import _mended

    return forward(_mended(ask, "aud") if f"//{ask.headers['host']}" in str(_claims(ask).get("aud")) else ask)


# -- under load, and now and then ---------------------------------------------------------------


@caught("PRV-BOOK-02 PRV-BOOK-10")
def two_at_once_are_both_booked(ask: Ask, forward: Forward, memory: Memory) -> Reply:
    if not ask.is_a("POST", "Appointment"):
        return forward(ask)
    with memory.lock:
        memory.seen["now"] = memory.seen.get("now", 0) + 1
    time.sleep(0.2)
    crowd = memory.seen["now"] > 1
    reply = forward(ask)
    if reply.status == 201:
        memory.seen["made"] = reply
    time.sleep(0.2)
    with memory.lock:
        memory.seen["now"] -= 1
    if crowd and reply.status == 422 and "made" in memory.seen:
        made: Reply = memory.seen["made"]
        return made.with_headers(X_Correlation_ID=ask.headers.get("x-request-id"))
    return reply


@caught("PRV-SRCH-01 PRV-BOOK-01 PRV-GET-01 PRV-CAN-01 WKF-09", "story-a or story-b")
def every_fifth_answer_is_503(ask: Ask, forward: Forward, memory: Memory) -> Reply:
    with memory.lock:
        memory.seen["n"] = memory.seen.get("n", 0) + 1
    reply = forward(ask)
    return replace(reply, status=503, body=b"") if memory.seen["n"] % 5 == 0 and "ssp-from" in ask.headers else reply


@caught("PRV-BOOK-10")
def taken_is_told_with_200(ask: Ask, forward: Forward, _: Memory) -> Reply:
    reply = forward(ask)
    return replace(reply, status=200) if ask.is_a("POST", "Appointment") and reply.status == 422 else reply


@caught("ERR-04 PRV-BOOK-11", "PRV-BOOK-11 or ERR-04")
def refusals_give_no_reason(ask: Ask, forward: Forward, _: Memory) -> Reply:
    reply = forward(ask)
    if reply.json.get("resourceType") != "OperationOutcome":
        return reply
    return reply.telling({**reply.json, "issue": [{"severity": "error", "code": "processing"}]})
