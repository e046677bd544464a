"""Faults of tokens, and of the statement of capabilities."""

from __future__ import annotations

import time

from uec_booking.harness.proving.sealed.kit import Ask, Forward, Memory, Reply

from .fault_cases import caught, claims_of, unsigned_token


def _mended(ask: Ask, *mend: str) -> Ask:
    """With a good token's values for some claims, whatever was sent."""
    now, claims = int(time.time()), claims_of(ask)
    good = {"exp": now + 200, "iat": now - 5, "aud": f"http://{ask.headers['host']}/STU3/1/outside"}
    scopes = {"POST": "patient/appointment.write", "PUT": "patient/appointment.write"}
    default = "patient/appointment.read" if "/Appointment" in ask.place else "organization/slot.read"
    good["requested_scope"] = scopes.get(ask.method, default)
    return ask.with_headers(Authorization=f"Bearer {unsigned_token({**claims, **{name: good[name] for name in mend}})}")


@caught("SEC-23")
def tokens_never_expire(ask: Ask, forward: Forward, _: Memory) -> Reply:
    late = claims_of(ask).get("exp", 1e12) < time.time()
    return forward(_mended(ask, "exp", "iat") if late else ask)


@caught("SEC-24")
def tokens_of_tomorrow(ask: Ask, forward: Forward, _: Memory) -> Reply:
    early = claims_of(ask).get("iat", 0) > time.time() + 60
    return forward(_mended(ask, "exp", "iat") if early else ask)


@caught("SEC-26")
def tokens_for_anybody(ask: Ask, forward: Forward, _: Memory) -> Reply:
    return forward(_mended(ask, "aud") if "aud" in claims_of(ask) else ask)


@caught("SEC-26")
def audience_of_the_same_host(ask: Ask, forward: Forward, _: Memory) -> Reply:
    """Only the host of ``aud`` is compared, so a token for a neighbour's service root is good."""
    return forward(_mended(ask, "aud") if f"//{ask.headers['host']}" in str(claims_of(ask).get("aud")) else ask)


@caught("SEC-27")
def tokens_for_anything(ask: Ask, forward: Forward, _: Memory) -> Reply:
    return forward(_mended(ask, "requested_scope") if "requested_scope" in claims_of(ask) else ask)


@caught("SEC-21 SEC-22", "SEC-21")
def tokens_are_kept_for_the_next(ask: Ask, forward: Forward, memory: Memory) -> Reply:
    """A session by address: who was let in once is let in without a token."""
    reply = forward(ask)
    if reply.ok:
        memory.seen[ask.method] = ask.headers["authorization"]
    elif ask.method in memory.seen:
        return forward(ask.with_headers(Authorization=memory.seen[ask.method]))
    return reply


@caught("PRV-SRCH-36 SEC-21", "SEC-21")
def a_token_in_the_query_will_do(ask: Ask, forward: Forward, memory: Memory) -> Reply:
    if claims_of(ask):
        memory.seen["token"] = ask.headers["authorization"]
    return forward(
        ask if claims_of(ask) or "token" not in memory.seen else ask.with_headers(Authorization=memory.seen["token"])
    )


@caught("PRV-CAP-12")
def statement_of_r4(ask: Ask, forward: Forward, _: Memory) -> Reply:
    reply = forward(ask)
    return reply.telling({**reply.json, "fhirVersion": "4.0.1"}) if ask.is_a("GET", "metadata") else reply


@caught("PRV-CAP-02", "PRV-CAP-02")
def statement_lists_what_is_not_there(ask: Ask, forward: Forward, _: Memory) -> Reply:
    if "xml" in ask.headers.get("accept", "") or "xml" in ask.headers.get("content-type", ""):
        return forward(ask.with_headers(Accept="text/csv"))
    return forward(ask)
