"""Searches of a registry under test: for what the harness registered there, and for what only resembles it."""

from __future__ import annotations

from uec_booking.standard import names

from ..actors import calls
from ..http.exchange import Exchange
from .context import Scenario
from .registry_entries import Entry, RegistryContext, registry, writer

_OTHER_SYSTEM = "https://provider.example/Id/local-patient"


def search_by_patient(scenario: Scenario, nhs_number: str) -> Exchange:
    return writer(scenario).registered_for_patient(registry(scenario), nhs_number)


def search_by_url(scenario: Scenario, entry: Entry) -> Exchange:
    return writer(scenario).registered_by_url(registry(scenario), entry.sent["identifier"][0]["value"])


def search_in_all_ways(scenario: Scenario, registry_context: RegistryContext) -> list[Exchange]:
    """Searches for the patient, and for the URLs of the first two entries."""
    searches = [search_by_patient(scenario, scenario.patient.nhs_number)]
    return searches + [search_by_url(scenario, registry_context.entry(name)) for name in ("1", "2")]


def resembling(scenario: Scenario, registry_context: RegistryContext, what: str) -> Exchange:
    """A search for what only resembles the first entry's patient or URL.

    Raises:
        KeyError: ``what`` is none of these.
    """
    number = scenario.patient.nhs_number
    url = registry_context.entry("1").sent["identifier"][0]["value"]
    base, _, identity = url.rpartition("/")
    nhs = f"{names.NHS_NUMBER_SYSTEM}|"
    query = {
        "the patient's number under another system": (names.PATIENT_PARAMETER, f"{_OTHER_SYSTEM}|{number}"),
        "the patient's number without its last digit": (names.PATIENT_PARAMETER, f"{nhs}{number[:-1]}"),
        "the patient's number with a digit more": (names.PATIENT_PARAMETER, f"{nhs}{number}0"),
        "the URL of the first of them with more behind it": ("identifier", f"{names.URL_SYSTEM}|{url}0"),
        "the URL of the first of them under another system": ("identifier", f"{_OTHER_SYSTEM}|{url}"),
        "the beginning of the URL of the first of them": ("identifier", f"{names.URL_SYSTEM}|{url[:-4]}"),
        "the URL of the first of them with its id in the other case": (
            "identifier",
            f"{names.URL_SYSTEM}|{base}/{identity.swapcase()}",
        ),
    }[what]
    call = calls.search_appointments("").changed(query=(query,), note=what)
    return writer(scenario).send(registry(scenario), call)
