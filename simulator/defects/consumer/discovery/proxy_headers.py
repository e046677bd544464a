"""Defects in the headers that lead a call through the Spine Secure Proxy."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from uec_booking.standard import names

from ....consumer.wire.provider import ProviderClient
from ....fault_making import Change, breaks, consumer, near, with_values, without
from ....seams import Fault

#: Whatever the consumer asks of a provider, in the words of GP Connect.
_GP_CONNECT = "urn:nhs:names:services:gpconnect:fhir:rest:search:slot-1"


def _headers(name: str, requirement: str, summary: str, change: Change) -> Fault:
    return consumer(name, requirement, summary, ProviderClient.headers, change)


def _written_so(name: str, form: Callable[[str], str]) -> Change:
    def change(headers: dict[str, str]) -> None:
        headers[name] = form(headers[name])

    return change


def _renamed(name: str, other: str) -> Change:
    def change(headers: dict[str, str]) -> None:
        headers[other] = headers.pop(name)

    return change


HEADERS: tuple[Fault, ...] = (
    _headers("does-not-say-who-calls", "SSP-02", "Ssp-From is not sent.", without(names.SSP_FROM)),
    _headers("calls-by-ods-code", "SSP-02", "Ssp-From is an ODS code.", with_values(**{names.SSP_FROM: "X9A01"})),
    _headers(
        "calls-with-a-prefixed-asid",
        "SSP-02",
        "Ssp-From has the prefix that addresses have in the Directory of Services.",
        _written_so(names.SSP_FROM, "ASID:{}".format),
    ),
    # The other 111 service calls in few scenarios: those about what it does not know of are among them.
    near(
        _headers(
            "calls-as-the-first-service-always",
            "SSP-02",
            "Ssp-From is the ASID of the first 111 service, whichever calls.",
            with_values(**{names.SSP_FROM: "918999198101"}),
        ),
        "WKF-08",
    ),
    _headers("does-not-say-whom-it-calls", "SSP-03", "Ssp-To is not sent.", without(names.SSP_TO)),
    _headers(
        "calls-one-asid-always",
        "SSP-03",
        "Ssp-To is the ASID of one provider, as it was configured, whichever is called.",
        with_values(**{names.SSP_TO: "918999198999"}),
    ),
    _headers(
        "calls-a-prefixed-asid",
        "SSP-03",
        "Ssp-To is the pointer as the Directory of Services gave it, with its prefix.",
        _written_so(names.SSP_TO, "ASID:{}".format),
    ),
    _headers("traces-nothing", "SSP-04", "Ssp-TraceID is not sent.", without(names.SSP_TRACE_ID)),
    _headers(
        "traces-in-braces",
        "SSP-04",
        "Ssp-TraceID has braces around its UUID.",
        _written_so(names.SSP_TRACE_ID, "{{{}}}".format),
    ),
    _headers(
        "traces-by-number",
        "SSP-04",
        "Ssp-TraceID is a number that is counted up.",
        _written_so(names.SSP_TRACE_ID, lambda uuid: str(int(uuid[:8], 16))),
    ),
    _headers("says-no-interaction", "SSP-06", "Ssp-InteractionID is not sent.", without(names.SSP_INTERACTION_ID)),
    _headers(
        "says-search-whatever-it-does",
        "SSP-06",
        "Ssp-InteractionID is that of the slot search, whatever is asked.",
        with_values(**{names.SSP_INTERACTION_ID: names.SEARCH_SLOT}),
    ),
    _headers(
        "says-interactions-of-gp-connect",
        "SSP-06",
        "Ssp-InteractionID is one of GP Connect.",
        with_values(**{names.SSP_INTERACTION_ID: _GP_CONNECT}),
    ),
    _headers(
        "says-interactions-in-capitals",
        "SSP-06",
        "Ssp-InteractionID has the type of resource with a capital.",
        _written_so(
            names.SSP_INTERACTION_ID, lambda name: f"{name.rpartition(':')[0]}:{name.rpartition(':')[2].title()}"
        ),
    ),
    _headers(
        "writes-a-header-with-an-underscore",
        "SSP-06",
        "The interaction id is sent as Ssp_InteractionID, as the scripts of 2020 print it (CF-16).",
        _renamed(names.SSP_INTERACTION_ID, names.SSP_INTERACTION_ID.replace("-", "_")),
    ),
)


@breaks("SSP-04", ProviderClient.trace_id)
def traces_begin_anew_with_each_call(original: Any, encounter: Any) -> str:
    """Ssp-TraceIDs are made of the patient and a number that is counted from nought in each encounter."""
    number = vars(encounter)["traces"] = vars(encounter).get("traces", -1) + 1
    return str(uuid5(NAMESPACE_URL, f"{encounter.patient_key}/{number}"))


@breaks("SSP-06", ProviderClient.headers)
def says_create_when_it_cancels(original: Any, encounter: Any, place: Any, interaction: str, *more: Any) -> Any:
    """A cancellation has the interaction id of a booking."""
    update = interaction == names.UPDATE_APPOINTMENT
    headers = original(encounter, place, interaction, *more)
    return {**headers, names.SSP_INTERACTION_ID: names.CREATE_APPOINTMENT} if update else headers


@breaks("SSP-06", ProviderClient.headers, warned=True)
def says_read_slot_when_it_searches(original: Any, encounter: Any, place: Any, interaction: str, *more: Any) -> Any:
    """A slot search has the interaction id read:slot, as in the scripts of 2020 (CF-15)."""
    search = interaction == names.SEARCH_SLOT
    headers = original(encounter, place, interaction, *more)
    return {**headers, names.SSP_INTERACTION_ID: names.READ_SLOT} if search else headers


@breaks("CON-CAP-03", ProviderClient.headers)
def asks_what_a_provider_can_without_headers(
    original: Any, encounter: Any, place: Any, interaction: str, *more: Any
) -> Any:
    """The CapabilityStatement is asked for without any header of the proxy."""
    headers = original(encounter, place, interaction, *more)
    of_the_proxy = names.SSP_TRACE_ID, names.SSP_FROM, names.SSP_TO, names.SSP_INTERACTION_ID
    kept = interaction != names.READ_METADATA
    return headers if kept else {name: value for name, value in headers.items() if name not in of_the_proxy}
