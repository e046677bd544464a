"""Requests made for a person who wants to see one: the 111 desk's own, sent over a socket like anybody's."""

from __future__ import annotations

import json
import shlex
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from uec_booking.standard import names

from ..clock import Clock, as_instant
from ..consumer.body import Bodies
from ..consumer.rules import DeskRules
from ..consumer.settings import OPTIONS, Identity, settings_from
from ..consumer.slots import slots_in
from ..consumer.wire.addresses import Addresses, root_of
from ..consumer.wire.answers import Answer, read_answer
from ..consumer.wire.http import Http, NoReply
from ..consumer.wire.tokens import Tokens
from ..control.levers import ControlError
from ..settings import Settings
from ..shared.nhs_number import synthetic_number
from ..world import ORGANISATIONS, ProviderProfile

#: A slot that begins sooner may have begun when the booking arrives.
_AHEAD = timedelta(minutes=10)
_FOR = timedelta(hours=24)
_CALLER: Mapping[str, Any] = {
    "given": ["Tamsin"],
    "family": "Testcase",
    "gender": "female",
    "birth_date": "1980-02-29",
    "phone": "01632 960001",
    "address": {"line": ["1 Test Street"], "city": "Millbrook", "postcode": "ZZ99 3CZ"},
}


@dataclass(frozen=True)
class Sent:
    """A request that was made, as a line for curl, and what came back: status 0 where nothing did."""

    what: str
    curl: str
    status: int
    answer: str


@dataclass(frozen=True)
class Tried:
    """What came of it; `appointment` is the address of the one booked, read or cancelled, if there is one."""

    sent: tuple[Sent, ...]
    service: str
    appointment: str = ""


class _WorldTokens(Tokens):
    """Tokens by the world's clock, which a person may have moved."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def claims(self, identity: Identity, audience: str, scope: str) -> dict[str, Any]:
        issued = int(self._clock.now().timestamp()) - 2
        times = {"iat": issued, "exp": issued + names.TOKEN_LIFETIME_SECONDS}
        return super().claims(identity, audience, scope) | times


class Trial:
    """Makes good requests in the name of the first 111 service."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        files = settings.certificates
        ca, pair = ("", ("", "")) if files is None else (str(files.ca), (str(files.client), str(files.client_key)))
        given = {"ca": ca, "client-certificate": pair[0], "client-key": pair[1]}
        desk = settings_from({**{option.name: option.default for option in OPTIONS}, **given}, [])
        self._settings, self._clock, self._ca = settings, clock, ca
        self._http, self._tokens = Http(desk), _WorldTokens(clock)
        self._rules, self._bodies = DeskRules(settings.edition), Bodies(settings.edition)
        first, *_ = ORGANISATIONS
        self._identity = Identity("first", first.asid, first.ods, first.name)

    def carry_out(self, form: Mapping[str, str]) -> Tried:
        """Do what a form asks for. Raises ControlError where it cannot be asked."""
        acts: Mapping[str, Callable[[Mapping[str, str]], Tried]] = {
            "search": lambda form: Tried((self._search(*self._service(form))[0],), form.get("service", "")),
            "book": self._book,
            "read": lambda form: self._of_appointment(form, cancel=False),
            "cancel": lambda form: self._of_appointment(form, cancel=True),
        }
        act = acts.get(form.get("do", ""))
        if act is None:
            raise ControlError("A request can be a search, a booking, a read or a cancellation.")
        return act(form)

    def _book(self, form: Mapping[str, str]) -> Tried:
        profile, service = self._service(form)
        search, answer = self._search(profile, service)
        slots = slots_in(answer.resource)
        if not slots:
            return Tried((search,), form["service"])
        caller = {**_CALLER, "nhs_number": synthetic_number()}
        body = self._bodies.booking(caller, slots[0], self._bodies.new_document())
        root, addresses = self._root(profile), Addresses("")
        url = addresses.bookings(root)
        booking, booked = self._send("Book the first of them", profile, names.CREATE_APPOINTMENT, "POST", url, body)
        kept = addresses.kept(root, booked.location) if booked.status == 201 else ""
        return Tried((search, booking), form["service"], kept)

    def _of_appointment(self, form: Mapping[str, str], *, cancel: bool) -> Tried:
        url = form.get("appointment", "").strip()
        profile = next((p for p in self._settings.providers if self._root(p) == root_of(url)), None)
        if profile is None:
            raise ControlError("That is not the address of an appointment at a provider of this world.")
        read, answer = self._send("Read the appointment", profile, names.READ_APPOINTMENT, "GET", url)
        if not cancel or answer.resource is None:
            return Tried((read,), form.get("service", ""), url)
        body, more = self._bodies.cancellation(answer.resource), {"If-Match": answer.etag}
        what = "Cancel it, in the version that was read"
        cancelled, _ = self._send(what, profile, names.UPDATE_APPOINTMENT, "PUT", url, body, more)
        return Tried((read, cancelled), form.get("service", ""), url)

    def _search(self, profile: ProviderProfile, service: str) -> tuple[Sent, Answer]:
        since = self._clock.now() + _AHEAD
        bounds = [("start", f"ge{as_instant(since)}"), ("start", f"le{as_instant(since + _FOR)}")]
        asked = [(names.SERVICE_PARAMETER, service), *bounds, ("status", "free"), *self._rules.includes()]
        url = Addresses("").slots(self._root(profile), asked)
        return self._send("Search for free slots", profile, names.SEARCH_SLOT, "GET", url)

    def _send(
        self,
        what: str,
        profile: ProviderProfile,
        interaction: str,
        method: str,
        url: str,
        body: Mapping[str, Any] | None = None,
        more: Mapping[str, str] | None = None,
    ) -> tuple[Sent, Answer]:
        root, scope = self._root(profile), self._rules.choose_scope(interaction)
        headers = {
            names.SSP_TRACE_ID: str(uuid.uuid4()),
            names.SSP_FROM: self._identity.asid,
            names.SSP_TO: profile.asid,
            names.SSP_INTERACTION_ID: interaction,
            names.REQUEST_ID: str(uuid.uuid4()),
            "Accept": names.FHIR_JSON,
            **(more or {}),
        }
        content = None
        if body is not None:
            headers["Content-Type"] = f"{names.FHIR_JSON};charset=utf-8"
            content = json.dumps(body).encode()
        bearer = {"Authorization": self._tokens.bearer(self._identity, root, scope)}
        curl = self._curl(method, url, headers, content, f"uec-booking token --provider {shlex.quote(root)} {scope}")
        try:
            reply = self._http.send(method, url, {**headers, **bearer}, content)
        except NoReply as error:
            return Sent(what, curl, 0, str(error)), Answer(0, lost=str(error))
        return Sent(what, curl, reply.status, reply.body.decode("utf-8", "replace")), read_answer(reply)

    def _curl(self, method: str, url: str, headers: Mapping[str, str], content: bytes | None, token: str) -> str:
        ca = ["--cacert", self._ca] if self._ca else []
        words = ["curl", *ca, "-X", method, url]
        for name, value in headers.items():
            words += ["-H", f"{name}: {value}"]
        if content is not None:
            words += ["--data-raw", content.decode()]
        return f'{shlex.join(words)} -H "Authorization: Bearer $({token})"'

    def _service(self, form: Mapping[str, str]) -> tuple[ProviderProfile, str]:
        wanted = form.get("service", "")
        found = ((p, s.id) for p in self._settings.providers for s in p.services if f"{p.key} {s.id}" == wanted)
        one = next(found, None)
        if one is None:
            raise ControlError("There is no such service in this world.")
        return one

    def _root(self, profile: ProviderProfile) -> str:
        return f"{self._settings.root}{profile.path}"
