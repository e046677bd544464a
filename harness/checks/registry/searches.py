"""Expectations of searches of a registry that is driven directly."""

from __future__ import annotations

from collections.abc import Sequence

from ...fhir import bundle_resources
from ...http.exchange import Exchange
from ...judging.decides import decides
from ...judging.recorder import Recorder
from ...scenario.compare import changes
from ...scenario.registry_entries import Entry, RegistryContext
from ...scenario.registry_pointer import nhs_numbers
from ...text import in_words
from .entries.answers import entry_id, shown_ids


@decides("REG-15")
def patient_finds(recorder: Recorder, exchange: Exchange, entries: Sequence[Entry], strangers: Sequence[Entry]) -> None:
    """REG-15: 200 with all of the patient's entries in one Bundle, and none of another patient."""
    recorder.expect_answer("REG-15", "registry-search-ok", exchange)
    if exchange.status != 200:
        return
    body = exchange.resource
    shown = bundle_resources(body, "Appointment")
    ids = [str(resource.get("id")) for resource in shown]
    wrong = []
    if body.get("resourceType") != "Bundle" or body.get("type") != "searchset":
        wrong.append(f"the body is {body.get('resourceType')} of type {body.get('type')}")
    missing = [entry for entry in entries if entry_id(entry) not in ids]
    if missing:
        wrong.append(f"{len(missing)} of the patient's {len(entries)} entries are missing")
    others = [entry for entry in strangers if entry_id(entry) in ids]
    if others:
        wrong.append(f"{len(others)} entries of another patient are among them")
    if len(ids) != len(set(ids)):
        wrong.append("an entry is shown twice")
    for entry in entries:
        found = next((resource for resource in shown if str(resource.get("id")) == entry_id(entry)), None)
        wrong += changes(entry.sent, found, ignoring=["status"]) if found else []
    if any(isinstance(link, dict) and link.get("relation") == "next" for link in body.get("link") or []):
        wrong.append("the result is paged")
    if isinstance(body.get("total"), int) and body["total"] != len(ids):
        wrong.append(f"total is {body['total']}, and there are {len(ids)} entries")
    recorder.expect(
        "REG-15",
        not wrong,
        expected="an unpaged searchset of the patient's entries, and no others",
        actual=f"{len(ids)} entries" if not wrong else "; ".join(wrong),
        of=exchange,
        where="Bundle",
    )


@decides("REG-15")
def nothing_is_found(recorder: Recorder, exchange: Exchange, stranger: Entry, number: str, declared: bool) -> None:
    """REG-15: a patient for whom nothing was registered has an empty searchset; ``declared`` ones may have entries."""
    shown = bundle_resources(exchange.resource, "Appointment")
    if declared and shown and all(number in nhs_numbers(one) for one in shown):
        # This run registers nothing for that patient; others may have.
        reason = (
            f"the last of the patients that the settings declare has {len(shown)} entries, which this run did not "
            "make: declare one more who has none"
        )
        recorder.not_observed("REG-15", reason, of=exchange)
        return
    patient_finds(recorder, exchange, [], [stranger])
    if exchange.status == 200:
        recorder.expect(
            "REG-15",
            not shown,
            expected="a searchset without entries",
            actual=f"{len(shown)} entries",
            of=exchange,
            where="Bundle.entry",
        )


@decides("REG-15")
def none_is_found(recorder: Recorder, exchanges: Sequence[Exchange], entries: Sequence[Entry]) -> None:
    """REG-15: what only resembles the patient or the URL is rejected, or answered without these entries."""
    for exchange in exchanges:
        found = {entry_id(entry) for entry in entries} & set(shown_ids(exchange))
        recorder.expect(
            "REG-15",
            not found and (exchange.status == 200 or 400 <= exchange.status < 500),
            expected=f"a search for {exchange.note} finds no entry",
            actual=f"{len(found)} found" if found else exchange.answered(),
            of=exchange,
            where="Bundle.entry",
        )


@decides("REG-15", "REG-17")
def one_is_ended(recorder: Recorder, registry_context: RegistryContext, searches: Sequence[Exchange]) -> None:
    """REG-17: what was ended is shown as ended at once, however it is searched for, and nothing else is."""
    wanted = {entry_id(registry_context.entry("1")): "cancelled", entry_id(registry_context.entry("2")): "booked"}
    for exchange in searches:
        recorder.expect_answer("REG-15", "registry-search-ok", exchange)
        shown = {str(each.get("id")): each.get("status") for each in bundle_resources(exchange.resource, "Appointment")}
        wrong = [
            f"{in_words(status)} for {wanted[name]}"
            for name, status in shown.items()
            if wanted.get(name, status) != status
        ]
        recorder.expect(
            "REG-17",
            not wrong,
            expected="the entry that was ended as cancelled, the other as booked",
            actual=f"shown is {', '.join(wrong)}" if wrong else "as expected",
            of=exchange,
            where="Bundle.entry",
        )


@decides("REG-16")
def past_is_left_out(recorder: Recorder, registry_context: RegistryContext, exchange: Exchange) -> None:
    """REG-16: an appointment in the past is not shown, and one to come is."""
    ids = shown_ids(exchange)
    past, future = registry_context.entry("past"), registry_context.entry("original")
    if entry_id(future) not in ids:
        reason = f"the search does not show the entry to come either ({exchange.summary()})"
        recorder.not_observed("REG-16", reason, of=exchange)
        return
    there = entry_id(past) in ids
    recorder.expect(
        "REG-16",
        not there,
        expected="the entry of an appointment in the past is left out",
        actual="it is shown" if there else "it is left out",
        of=[past.made, exchange],
        where="Bundle.entry",
    )
