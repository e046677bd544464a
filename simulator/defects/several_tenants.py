"""Defects of a system with several tenants or callers in one table: who sees whose appointments, and by what."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from flask import g, request
from sqlalchemy import select
from uec_booking.simulator import database as db
from uec_booking.simulator.bodies import from_text
from uec_booking.simulator.fault_making import interaction, near, provider
from uec_booking.simulator.provider.stored import StoredAppointment
from uec_booking.simulator.refusals import Refused
from uec_booking.simulator.seams import Fault
from uec_booking.simulator.tokens import Caller

Found = list[StoredAppointment]


def _elsewhere(tx: Any, records: Any, condition: Any) -> Found:
    """The appointments of the other tenants."""
    head, body = db.appointments, db.appointment_versions
    same = (head.c.system == body.c.system) & (head.c.id == body.c.id) & (head.c.version == body.c.version)
    columns = (head.c.id, head.c.version, head.c.slot, head.c.organisation, head.c.url, body.c.body, body.c.stored_at)
    rows = tx.execute(select(*columns).join(body, same).where(condition, head.c.system != records.provider.key))
    found = [(row, from_text(row.body)) for row in rows]
    return [
        StoredAppointment(
            row.id, row.version, resource["status"], row.slot, row.organisation, row.url, resource, row.stored_at
        )
        for row, resource in found
    ]


def _read_anywhere(original: Any, tx: Any, appointment_id: str) -> StoredAppointment | None:
    found: StoredAppointment | None = original(tx, appointment_id)
    if found is None and request.method == "GET":
        others = _elsewhere(tx, original.__self__, db.appointments.c.id == appointment_id)
        return others[0] if others else None
    return found


def _search_everywhere(original: Any, tx: Any, query: Any, **named: Any) -> Found:
    found: Found = original(tx, query, **named)
    return found + _elsewhere(tx, original.__self__, db.appointments.c.patient_value == (query.value or "-"))


def _own_only(original: Any, *arguments: Any, **named: Any) -> Found:
    return [one for one in original(*arguments, **named) if one.organisation == g.caller.ods]


def _standing_only(original: Any, *arguments: Any, **named: Any) -> Found:
    return [one for one in original(*arguments, **named) if one.status == "booked"]


def _no_upper_bound(original: Any, tx: Any, query: Any, **named: Any) -> Found:
    return original(tx, replace(query, before=None), **named)


def _no_lower_bound(original: Any, tx: Any, query: Any, **named: Any) -> Found:
    return original(tx, replace(query, earliest=None), **named)


def _after_the_bound(original: Any, tx: Any, query: Any, **named: Any) -> Found:
    later = None if query.earliest is None else query.earliest + 1
    return original(tx, replace(query, earliest=later), **named)


def _encoded_only(original: Any, *arguments: Any) -> Any:
    if "|" in request.query_string.decode("latin-1"):
        raise Refused("invalid-query-value", "The query is not encoded.", "http.identifier")
    return original(*arguments)


def _plain_only(original: Any, *arguments: Any) -> Any:
    if "%7c" in request.query_string.decode("latin-1").lower():
        raise Refused("invalid-query-value", "The value has no system.", "http.identifier")
    return original(*arguments)


def _used_once() -> Callable[..., Caller]:
    """A token is good for one request."""
    used: set[str] = set()

    def caller(original: Any, header: str | None, *rest: Any) -> Caller:
        found: Caller = original(header, *rest)
        if header in used:
            raise Refused("token-expired", "The token was used before.")
        used.add(str(header))
        return found

    return caller


def _no_unknown_role(original: Any, claims: Any) -> None:
    original(claims)
    identifiers = (claims.get("requesting_practitioner") or {}).get("identifier") or []
    if any(identifier.get("value") == "UNK" for identifier in identifiers):
        raise Refused("token-malformed", "The practitioner has no role.")


def _but(*names: str) -> Callable[..., None]:
    """These claims may be missing on some interactions."""

    def check_claims(original: Any, claims: Any) -> None:
        filler = {
            "requesting_device": {
                "resourceType": "Device",
                "model": "m",
                "version": "1",
                "identifier": [{"system": "s", "value": "v"}],
            },
            "reason_for_request": "directcare",
            "iss": "http://unknown",
        }
        if interaction(request) in ("vread", "search"):
            claims = {**{name: filler[name] for name in names}, **claims}
        original(claims)

    return check_claims


def _for_versions(situation: str) -> Callable[..., Any]:
    def check_audience(original: Any, claims: Any) -> None:
        try:
            original(claims)
        except Refused as refusal:
            if interaction(request) != "vread" or refusal.situation != situation:
                raise

    return check_audience


def _reading_cancels(original: Any, claims: Any, scopes: frozenset[str]) -> Caller:
    wider = scopes | {"patient/appointment.read"} if interaction(request) == "cancel" else scopes
    return original(claims, wider)


SEVERAL_TENANTS: tuple[Fault, ...] = (
    provider(
        "reads-the-other-tenants",
        "PRV-GET-03",
        "An appointment of another provider of the same system is read here, too.",
        "records.current",
        _read_anywhere,
    ),
    provider(
        "finds-the-other-tenants",
        "PRV-SAPT-01",
        "A search by patient finds what other providers of the same system have booked.",
        "records.find",
        _search_everywhere,
    ),
    provider(
        "finds-own-bookings-only",
        "PRV-SAPT-01",
        "A search by patient finds what the organisation that searches has booked.",
        "records.find",
        _own_only,
    ),
    provider(
        "finds-what-stands-only",
        "PRV-SAPT-01",
        "A search by patient leaves cancelled appointments out.",
        "records.find",
        _standing_only,
    ),
    provider(
        "patient-search-has-no-end",
        "PRV-SAPT-08",
        "A search by patient forgets the upper bound.",
        "records.find",
        _no_upper_bound,
    ),
    provider(
        "patient-search-has-no-beginning",
        "PRV-SAPT-08",
        "A search by patient forgets the lower bound.",
        "records.find",
        _no_lower_bound,
    ),
    provider(
        "patient-search-begins-behind-its-bound",
        "PRV-SAPT-08",
        "A search by patient leaves out what starts at the lower bound.",
        "records.find",
        _after_the_bound,
    ),
    provider(
        "bars-must-be-encoded",
        "PRV-SAPT-01",
        "A search by patient is refused if the bar in it is not percent-encoded.",
        "rules.appointment_query",
        _encoded_only,
    ),
    provider(
        "bars-must-be-plain",
        "PRV-SAPT-01",
        "A search by patient is refused if the bar in it is percent-encoded.",
        "rules.appointment_query",
        _plain_only,
    ),
    near(
        provider("tokens-are-used-once", "SEC-30", "A token is good for one request.", "tokens.caller", _used_once()),
        "SEC-28",
    ),
    provider(
        "refuses-unknown-roles",
        "SEC-29",
        "A practitioner whose role profile is UNK is refused.",
        "tokens.check_claims",
        _no_unknown_role,
    ),
    provider(
        "patient-search-needs-no-device",
        "SEC-22",
        "Versions are read and patients searched for with a token without device, reason or issuer.",
        "tokens.check_claims",
        _but("requesting_device", "reason_for_request", "iss"),
    ),
    provider(
        "versions-for-any-audience",
        "SEC-26",
        "A version is read with a token for another system.",
        "tokens.check_audience",
        _for_versions("token-audience"),
    ),
    provider(
        "reading-scope-cancels",
        "SEC-27",
        "A cancellation is carried out with the scope of reads.",
        "tokens.check_scope",
        _reading_cancels,
    ),
)
