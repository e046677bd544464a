"""From the patient's need to a provider: the service in DoS, its pointer, and the service root in SDS."""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import unquote

from ..encounter import CannotCarryOut, Encounter, KnownAppointment, Place, Stopped
from ..services import DosService, Endpoint
from ..settings import DeskSettings
from ..wire.dos import DosClient, DosError
from ..wire.sds import SdsClient, SdsError
from .trouble import Trouble

_POINTER = re.compile(r"(ASID):\s*([0-9]{12})|(ODS):\s*([A-Za-z0-9]{1,12})", re.IGNORECASE)
_NO_DOS = "no Directory of Services is configured: set UEC_BOOKING_DOS_URL."
_NO_SDS = "no Spine Directory is configured: set UEC_BOOKING_SDS_URL."


class Discovery:
    """Finds services and the systems behind them."""

    def __init__(self, settings: DeskSettings, dos: DosClient, sds: SdsClient, trouble: Trouble) -> None:
        self._settings = settings
        self._dos = dos
        self._sds = sds
        self._trouble = trouble

    def services(self, encounter: Encounter) -> list[DosService]:
        """The services for the case, shown to the user. Raises Stopped where DoS gives none."""
        if self._settings.dos_url:
            found = self._from_dos(encounter)
        elif self._settings.known_services:
            found = [DosService(one.id, one.id) for one in self._settings.known_services]
        else:
            raise CannotCarryOut(_NO_DOS)
        encounter.services |= {one.id: one for one in found}
        about = [{"url": "", "start": "", "service": one.id} for one in found]
        encounter.show("services-shown", about, "; ".join(self.described(one) for one in found))
        return found

    def described(self, service: DosService) -> str:
        """A service in the list: its name, the address where care is given, and whether it must be booked."""
        booking = "booking required" if (service.requires_booking or "").lower() == "true" else ""
        return ", ".join(part for part in (service.name or service.id, service.address, booking) if part)

    def _from_dos(self, encounter: Encounter) -> list[DosService]:
        try:
            return self._dos.services(encounter)
        except DosError as error:
            raise self._told(encounter, str(error)) from None

    def chosen(self, encounter: Encounter, services: Sequence[DosService]) -> DosService:
        """The service that the user takes from the list. Raises CannotCarryOut where it is not in it."""
        wanted = encounter.service_wanted
        found = next((one for one in services if one.id == wanted), None)
        if found is None:
            text = f"Service {wanted} is not among the {len(services)} services that were found."
            encounter.show("user-told", text=text)
            raise CannotCarryOut(text)
        first = services[0]
        if first is not found and any(self.is_for_scheduling(one) for one in first.endpoints):
            encounter.note("top-ranked-rejected", service=first.id)
        return found

    def place(self, encounter: Encounter, service: str) -> Place | None:
        """The provider of a service; None where it has no booking endpoint. Raises Stopped and CannotCarryOut."""
        known = next((one for one in self._settings.known_services if one.id == service), None)
        if known is not None:
            return Place(known.root, known.asid)
        if not self._settings.dos_url:
            raise CannotCarryOut(_NO_DOS)
        try:
            pointers = self.pointers(self.endpoints(encounter, service))
        except DosError as error:
            raise self._told(encounter, str(error)) from None
        pointer = self.one_pointer(encounter, service, pointers)
        return self.looked_up(encounter, pointer) if pointer else None

    def endpoints(self, encounter: Encounter, service: str) -> Sequence[Endpoint]:
        """The endpoints of a service, from DoS. Raises DosError."""
        return self._dos.endpoints(encounter, service)

    def pointers(self, endpoints: Sequence[Endpoint]) -> list[str]:
        """The addresses of the scheduling endpoints (DOS-01)."""
        return [one.address for one in endpoints if self.is_for_scheduling(one)]

    def is_for_scheduling(self, endpoint: Endpoint) -> bool:
        """Whether an endpoint is one for booking, in whatever case its texts are written."""
        texts = (endpoint.transport, endpoint.format, endpoint.interaction)
        return tuple(text.strip().lower() for text in texts) == ("http", "fhir", "scheduling")

    def one_pointer(self, encounter: Encounter, service: str, pointers: Sequence[str]) -> str:
        """The pointer, empty where there is none (DOS-04). Several stop the booking (DOS-03). Raises Stopped."""
        if len(pointers) > 1:
            raise self._told(
                encounter,
                f"Service {service} has {len(pointers)} booking endpoints in the directory: it cannot be booked.",
            )
        return self.stripped(encounter, pointers[0]) if pointers else ""

    def stripped(self, encounter: Encounter, pointer: str) -> str:
        """The pointer in the form ``ASID:…`` or ``ODS:…`` (DOS-02). Raises Stopped."""
        match = _POINTER.fullmatch(pointer.strip())
        if match is None:
            raise self._told(encounter, f"The booking endpoint {pointer!r} in the directory cannot be used.")
        return f"{(match[1] or match[3]).upper()}:{match[2] or match[4]}"

    def looked_up(self, encounter: Encounter, pointer: str) -> Place:
        """The provider that SDS has for a pointer. Raises Stopped where it has none that can be used."""
        if not self._settings.sds_url:
            raise CannotCarryOut(_NO_SDS)
        try:
            return self._sds.place(encounter, pointer)
        except SdsError as error:
            raise self._told(encounter, str(error), refers=True) from None

    def place_at(self, encounter: Encounter, known: KnownAppointment) -> Place:
        """The provider of an appointment that was not booked here: by its service, else by its address in SDS.

        Raises Stopped and CannotCarryOut where there is none of that address.
        """
        if not known.root:
            raise CannotCarryOut("its address is not one of an appointment.")
        for one in self._settings.known_services:
            if self.is_at(Place(one.root, one.asid), known.root):
                return Place(one.root, one.asid)
        place = self.place(encounter, known.service) if known.service else None
        if place is not None and self.is_at(place, known.root):
            return place
        if not self._settings.sds_url:
            raise CannotCarryOut(_NO_SDS)
        try:
            place = self._sds.place_at(encounter, known.root)
        except SdsError as error:
            raise CannotCarryOut(str(error)) from None
        if place is None:
            raise CannotCarryOut("the Spine Directory has no system of that address.")
        return place

    def is_at(self, place: Place, root: str) -> bool:
        """Whether a place is at a root, however the two are written."""
        return unquote(place.root).rstrip("/") == unquote(root)

    def name_of(self, encounter: Encounter, known: KnownAppointment) -> str:
        """The name of an appointment's service, or its id."""
        listed = encounter.services.get(known.service)
        return known.service_name or (listed.name if listed else known.service)

    def _told(self, encounter: Encounter, text: str, *, refers: bool = False) -> Stopped:
        self._trouble.log(encounter, text)
        encounter.show("user-told", text=text)
        return Stopped(text, refers=refers)
