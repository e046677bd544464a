"""The good requests to a registry of which negative tests send variations: one for each interaction."""

from __future__ import annotations

from datetime import datetime, timedelta

from uec_booking.standard import names

from ..actors import calls
from ..actors.appointment_body import instant
from ..http.exchange import Exchange
from .context import Scenario
from .registry_entries import Entry, RegistryContext, has_end, pointer, registered, registry, updating, writer
from .registry_searches import search_by_patient
from .variations import Row, Trial


def good_registration(scenario: Scenario, registry_context: RegistryContext) -> Trial:
    registry_context.before = search_by_patient(scenario, scenario.patient.nhs_number)
    return Trial(
        "registration",
        registry(scenario),
        writer(scenario),
        lambda: calls.book(pointer(scenario, scenario.patient)),
    )


def good_read(scenario: Scenario, registry_context: RegistryContext) -> Trial:
    entry = registered(scenario, registry_context, "original")
    return Trial("read of an entry", registry(scenario), writer(scenario), lambda: calls.read(entry.url))


def good_search(scenario: Scenario, registry_context: RegistryContext) -> Trial:
    patient = f"{names.NHS_NUMBER_SYSTEM}|{scenario.patient.nhs_number}"
    return Trial("search by patient", registry(scenario), writer(scenario), lambda: calls.search_appointments(patient))


def good_update(scenario: Scenario, registry_context: RegistryContext) -> Trial:
    registered(scenario, registry_context, "original")

    def spent(_: Exchange) -> bool:
        with scenario.going_on():
            registered(scenario, registry_context, "original")
            return True
        return False

    return Trial(
        "update of an entry",
        registry(scenario),
        writer(scenario),
        lambda: updating(registry_context.entry("original")),
        spent,
    )


TRIALS = {
    "registration": good_registration,
    "read of an entry": good_read,
    "search by patient": good_search,
    "update of an entry": good_update,
}


def send_with_other_end(scenario: Scenario, trial: Trial) -> None:
    """One more row of the trial: the good registration with an end where the edition has none, or without one."""
    call = trial.good()
    body = dict(call.resource or {})
    change = "without end" if has_end(scenario) else "with an end"
    if has_end(scenario):
        del body["end"]
    else:
        start = datetime.fromisoformat(body["start"])
        body["end"] = instant(start + timedelta(minutes=15))
    row = Row(change, "registry-profile-breach", ("REG-09",))
    row.exchange = trial.consumer.send(trial.part, call.changed(resource=body, note=change))
    trial.rows.append(row)


def send_with_id_of(trial: Trial, other: Entry) -> None:
    """The good update, with another entry's id in its body."""
    call = trial.good()
    trial.consumer.send(trial.part, call.changed(resource={**(call.resource or {}), "id": other.seen.get("id")}))
