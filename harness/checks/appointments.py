"""Expectations of a search for a patient's appointments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from ..actors import bundle_resources
from ..compare import changes
from ..exchange import Exchange
from ..recording import Recorder
from ..resources import contained
from ..scenario import Appointment, Scenario
from ..times import moment
from ..urls import unversioned


def both_found(scenario: Scenario, one: Appointment, other: Appointment) -> None:
    """PRV-SAPT-01: both are found and no other patient's; -02: in one page; -03, -06, -07: each as it should be."""
    recorder, exchange = scenario.recorder, scenario.answer()
    recorder.expect_answer("PRV-SAPT-01", "appointment-search-ok", exchange)
    if exchange.status != 200:
        return
    found = bundle_resources(exchange.resource, "Appointment")
    ids = {str(appointment.get("id")) for appointment in found}
    missing = [a.name for a in (one, other) if a.seen.get("id") not in ids]
    strangers = [a for a in found if scenario.patient.nhs_number not in _nhs_numbers(a)]
    # Nobody else books for a synthetic patient; a declared one may have more.
    more = 0 if scenario.settings.patients else len(found) - len(strangers) - (2 - len(missing))
    recorder.expect(
        "PRV-SAPT-01",
        not missing and not strangers and more <= 0 and exchange.resource.get("type") == "searchset",
        expected="a searchset with both appointments, and none of another patient or that nobody booked",
        actual=f"{len(found)} found; missing: {', '.join(missing) or 'none'}; "
        f"{len(strangers)} of other patients, {max(more, 0)} that nobody booked",
        of=exchange,
        where="Bundle.entry",
    )
    links = [link.get("relation") for link in exchange.resource.get("link") or [] if isinstance(link, Mapping)]
    recorder.expect(
        "PRV-SAPT-02",
        "next" not in links,
        expected="all in one page",
        actual=f"links: {', '.join(map(str, links)) or 'none'}",
        of=exchange,
        where="Bundle.link",
    )
    past = [a for a in found if (start := moment(a.get("start"))) and start < datetime.now(UTC)]
    recorder.expect(
        "PRV-SAPT-03",
        not past,
        expected="no appointment in the past",
        actual=f"{len(past)} in the past",
        of=exchange,
        where="Appointment.start",
    )
    lacking = [
        f"{a.get('id')}: {name}"
        for a in found
        for name in ("status", "start", "end", "created", "participant")
        if not a.get(name)
    ]
    recorder.expect(
        "PRV-SAPT-06",
        not lacking,
        expected="status, start, end, created and the patient in each",
        actual="all there" if not lacking else f"missing: {', '.join(lacking[:5])}",
        of=exchange,
        where="Appointment",
    )
    _shown_as_they_are(recorder, exchange, found, (one, other))
    _full_urls(recorder, exchange)


def _shown_as_they_are(
    recorder: Recorder, exchange: Exchange, found: Sequence[Mapping[str, Any]], booked: Sequence[Appointment]
) -> None:
    """PRV-SAPT-06: what the search tells of an appointment is what a read tells of it; it may tell less."""
    wrong = [
        difference
        for appointment in booked
        for shown in found
        if shown.get("id") == appointment.seen.get("id")
        for difference in changes(shown, appointment.seen)
    ]
    recorder.expect(
        "PRV-SAPT-06",
        not wrong,
        expected="each appointment as it is",
        actual="as they are" if not wrong else "; ".join(wrong[:5]),
        of=exchange,
        where=wrong[0].split(" ")[0].rstrip(":") if wrong else "Appointment",
    )


def _full_urls(recorder: Recorder, exchange: Exchange) -> None:
    entries = [e for e in exchange.resource.get("entry") or [] if isinstance(e, Mapping)]
    urls = [str(e.get("fullUrl") or "") for e in entries]
    wrong = [
        url or "no fullUrl"
        for url, entry in zip(urls, entries, strict=True)
        if not unversioned(url).endswith(f"/Appointment/{(entry.get('resource') or {}).get('id')}")
    ]
    recorder.expect(
        "PRV-SAPT-07",
        not wrong and len(set(urls)) == len(urls),
        expected="a fullUrl of its own in each entry, which identifies the appointment",
        actual="as expected" if not wrong else f"not so: {', '.join(wrong[:3])}",
        of=exchange,
        where="Bundle.entry.fullUrl",
    )


def none_found(recorder: Recorder, exchange: Exchange) -> None:
    """PRV-SAPT-01: zero appointments are a Bundle too."""
    recorder.expect_answer("PRV-SAPT-01", "appointment-search-ok", exchange)
    found = bundle_resources(exchange.resource, "Appointment")
    recorder.expect(
        "PRV-SAPT-01",
        exchange.resource.get("type") == "searchset" and not found,
        expected="an empty searchset",
        actual=f"{exchange.resource.get('type')} with {len(found)} appointments",
        of=exchange,
        where="Bundle.entry",
    )


def found_by_local_identifier(scenario: Scenario, appointment: Appointment) -> None:
    """PRV-SAPT-09: a patient without NHS number is found by the provider's own identifier."""
    exchange = scenario.answer()
    ids = {str(a.get("id")) for a in bundle_resources(exchange.resource, "Appointment")}
    scenario.recorder.expect(
        "PRV-SAPT-09",
        exchange.status == 200 and appointment.seen.get("id") in ids,
        expected="the appointment is found",
        actual=f"{exchange.answered()}, {len(ids)} appointments",
        of=exchange,
        where="Bundle.entry",
    )


def _nhs_numbers(appointment: Mapping[str, Any]) -> list[str]:
    patient = contained(appointment, "Patient") or {}
    identifiers = [i for i in patient.get("identifier") or [] if isinstance(i, Mapping)]
    for participant in appointment.get("participant") or []:
        actor = participant.get("actor") if isinstance(participant, Mapping) else None
        if isinstance(actor, Mapping) and isinstance(actor.get("identifier"), Mapping):
            identifiers.append(actor["identifier"])
    return [str(i.get("value")) for i in identifiers]
