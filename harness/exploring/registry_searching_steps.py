"""Steps that search an appointment registry, and hold what is found against what was registered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from uec_booking.standard import names

from ..actors import calls
from ..checks.registry.entries.answers import entry_id
from ..fhir import bundle_resources
from ..http.exchange import Exchange
from ..scenario.compare import changes
from .contents import breach
from .registry_steps import entry_at
from .world import WHO, World


@dataclass(frozen=True)
class FindEntries:
    """A search for the entries of a patient."""

    patient: int

    def perform(self, world: World) -> None:
        patient, words = world.patient(self.patient)
        world.says(f"the registry is searched for {words}")
        query = f"{names.NHS_NUMBER_SYSTEM}|{patient.nhs_number}"
        exchange = world.send(WHO[0], calls.search_appointments(query))
        wanted = {name: state.patient == words for name, state in world.registry.entries.items()}
        _found(world, wanted, exchange)


@dataclass(frozen=True)
class FindByUrl:
    """A search for the URL of one appointment."""

    entry: int

    def perform(self, world: World) -> None:
        found = entry_at(world, self.entry)
        if found is None:
            return
        url = world.registry.entries[found[0]].url
        world.says(f"the registry is searched for the URL of the {found[0]} entry")
        call = calls.search_appointments("").changed(query=(("identifier", f"{names.URL_SYSTEM}|{url}"),))
        exchange = world.send(WHO[0], call)
        _found(world, {name: state.url == url for name, state in world.registry.entries.items()}, exchange)


def _found(world: World, wanted: Mapping[str, bool], exchange: Exchange) -> None:
    if not world.done_by(world.registry.search(), exchange):
        return
    shown = {str(one.get("id")): one for one in bundle_resources(exchange.resource, "Appointment")}
    by_name = {
        name: shown[entry_id(entry)]
        for name, entry in zip(world.registry.entries, world.entries, strict=True)
        if entry_id(entry) in shown
    }
    world.hold(world.registry.found(wanted, {name: one.get("status") for name, one in by_name.items()}), exchange)
    for name, entry in zip(world.registry.entries, world.entries, strict=True):
        # As in reads, whatever was registered stays, but for the status.
        wrong = changes(entry.sent, by_name[name], ignoring=["status"]) if name in by_name else []
        world.hold(breach("REG-15", f"the {name} entry as it was registered", wrong), exchange)
