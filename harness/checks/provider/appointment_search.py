"""Expectations of a search for a patient's appointments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from ...fhir import bundle_resources, contained
from ...http.exchange import Exchange
from ...http.times import moment
from ...http.urls import unversioned
from ...judging.decides import decides
from ...judging.recorder import Recorder
from ...scenario.compare import changes
from ...scenario.context import Appointment

#: What begins now may be past by our clock and to come by the provider's.
_CLOCKS_DIFFER = timedelta(minutes=1)

#: The appointment of a scenario that was cancelled before its patient's are searched for.
CANCELLED = "first"


@decides("PRV-SAPT-01", "PRV-SAPT-02", "PRV-SAPT-03", "PRV-SAPT-06", "PRV-SAPT-07")
def standing_are_found(
    recorder: Recorder, exchange: Exchange, booked: Sequence[Appointment], nhs_number: str, declared: bool
) -> None:
    """PRV-SAPT-01: what stands is found and no other patient's; -02: in one page; -03, -06, -07: each as it should be.

    Whether cancelled ones are shown too is the provider's to choose. ``booked`` is what the scenario booked; a
    ``declared`` patient may have more.
    """
    recorder.expect_answer("PRV-SAPT-01", "appointment-search-ok", exchange)
    if exchange.status != 200:
        return
    found = bundle_resources(exchange.resource, "Appointment")
    ids = {str(appointment.get("id")) for appointment in found}
    standing = [one for one in booked if one.seen.get("status") == "booked" and one.name != CANCELLED]
    missing = [one.name for one in standing if one.seen.get("id") not in ids]
    strangers = [a for a in found if nhs_number not in _nhs_numbers(a)]
    # Nobody else books for a synthetic patient; a declared one may have more.
    more = set() if declared else ids - {str(one.seen.get("id")) for one in booked}
    more -= {str(a.get("id")) for a in strangers}
    twice = len(found) - len(ids)
    recorder.expect(
        "PRV-SAPT-01",
        not (missing or strangers or more or twice) and exchange.resource.get("type") == "searchset",
        expected="a searchset with the appointments that stand, each once, and none that nobody booked for the patient",
        actual=f"{len(found)} found; missing: {', '.join(missing) or 'none'}; "
        f"{len(strangers)} of other patients, {len(more)} that nobody booked, {twice} repeated",
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
    asked = moment(exchange.started)
    past = [a for a in found if asked and (start := moment(a.get("start"))) and start < asked - _CLOCKS_DIFFER]
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
    _shown_as_they_are(recorder, exchange, found, standing)
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


@decides("PRV-SAPT-01")
def nothing_found(recorder: Recorder, nhs_number: str, answers: Sequence[Exchange]) -> None:
    """PRV-SAPT-01: only what matches is found; such a search may be rejected as well (PRV-SAPT-04)."""
    for exchange in answers:
        found = [a for a in bundle_resources(exchange.resource, "Appointment") if nhs_number in _nhs_numbers(a)]
        recorder.expect(
            "PRV-SAPT-01",
            exchange.reached and exchange.status < 500 and not found,
            expected="no appointment of the patient, or a rejection",
            actual=f"{exchange.answered()}, {len(found)} appointments of the patient",
            of=exchange,
            where="Bundle.entry",
        )


@decides("PRV-SAPT-01")
def none_found(recorder: Recorder, exchange: Exchange, number: str, declared: bool) -> None:
    """PRV-SAPT-01: zero appointments are a Bundle too; a ``declared`` patient may have some that others booked."""
    recorder.expect_answer("PRV-SAPT-01", "appointment-search-ok", exchange)
    found = bundle_resources(exchange.resource, "Appointment")
    if declared and found and all(number in _nhs_numbers(one) for one in found):
        # This run books nothing for that patient; others may have.
        reason = (
            f"the last of the patients that the settings declare has {len(found)} appointments, which this run did "
            "not book: declare one more who has none"
        )
        recorder.not_observed("PRV-SAPT-01", reason, of=exchange)
        return
    recorder.expect(
        "PRV-SAPT-01",
        exchange.resource.get("type") == "searchset" and not found,
        expected="an empty searchset",
        actual=f"{exchange.resource.get('type')} with {len(found)} appointments",
        of=exchange,
        where="Bundle.entry",
    )


@decides("PRV-SAPT-09")
def found_by_local_identifier(recorder: Recorder, appointment: Appointment, exchange: Exchange) -> None:
    """PRV-SAPT-09: a patient without NHS number is found by the provider's own identifier."""
    ids = {str(a.get("id")) for a in bundle_resources(exchange.resource, "Appointment")}
    recorder.expect(
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
