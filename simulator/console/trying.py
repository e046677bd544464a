"""Requests made for a person who wants to see one, in the name of the first 111 service."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from ..consumer.slots import slots_in
from ..consumer.wire.addresses import root_of
from ..control.levers import ControlError
from ..settings import Settings
from ..shared.nhs_number import synthetic_number
from ..world import ProviderProfile
from .sending import CALLER, FIRST, Sender, Sent


@dataclass(frozen=True)
class Tried:
    """What came of it; `appointment` is the address of the one booked, read or cancelled, if there is one."""

    sent: tuple[Sent, ...]
    service: str
    appointment: str = ""


class Trial:
    """Makes good requests in the name of the first 111 service."""

    def __init__(self, settings: Settings, sender: Sender) -> None:
        self._settings, self._sender = settings, sender

    def carry_out(self, form: Mapping[str, str]) -> Tried:
        """Do what a form asks for. Raises ControlError where it cannot be asked."""
        acts: Mapping[str, Callable[[Mapping[str, str]], Tried]] = {
            "search": self._search,
            "book": self._book,
            "read": lambda form: self._of_appointment(form, cancel=False),
            "cancel": lambda form: self._of_appointment(form, cancel=True),
        }
        act = acts.get(form.get("do", ""))
        if act is None:
            raise ControlError("A request can be a search, a booking, a read or a cancellation.")
        return act(form)

    def _search(self, form: Mapping[str, str]) -> Tried:
        search, _ = self._sender.search(FIRST, *self._service(form))
        return Tried((search,), form["service"])

    def _book(self, form: Mapping[str, str]) -> Tried:
        profile, service = self._service(form)
        search, answer = self._sender.search(FIRST, profile, service)
        slots = slots_in(answer.resource)
        if not slots:
            return Tried((search,), form["service"])
        booking, url = self._sender.book(FIRST, profile, slots[0], {**CALLER, "nhs_number": synthetic_number()})
        return Tried((search, booking), form["service"], url)

    def _of_appointment(self, form: Mapping[str, str], *, cancel: bool) -> Tried:
        url = form.get("appointment", "").strip()
        profile = next((p for p in self._settings.providers if self._sender.root(p) == root_of(url)), None)
        if profile is None:
            raise ControlError("That is not the address of an appointment at a provider of this world.")
        read, answer = self._sender.read(FIRST, profile, url)
        if not cancel or answer.resource is None:
            return Tried((read,), form.get("service", ""), url)
        cancelled, _ = self._sender.cancel(FIRST, profile, url, answer)
        return Tried((read, cancelled), form.get("service", ""), url)

    def _service(self, form: Mapping[str, str]) -> tuple[ProviderProfile, str]:
        wanted = form.get("service", "")
        found = ((p, s.id) for p in self._settings.providers for s in p.services if f"{p.key} {s.id}" == wanted)
        one = next(found, None)
        if one is None:
            raise ControlError("There is no such service in this world.")
        return one
