"""Good requests to the systems of the world, over a socket like anybody's: the 111 desk's own, with lines for curl."""

from __future__ import annotations

import json
import shlex
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from uec_booking.standard import names

from ..clock import Clock, as_instant
from ..consumer.body import Bodies
from ..consumer.rules import DeskRules
from ..consumer.settings import OPTIONS, Identity, settings_from
from ..consumer.slots import OfferedSlot
from ..consumer.wire.addresses import Addresses
from ..consumer.wire.answers import Answer, read_answer
from ..consumer.wire.http import Http, NoReply
from ..consumer.wire.tokens import Tokens
from ..settings import Settings
from ..world import ORGANISATIONS, REGISTRY_PATH, ProviderProfile

#: A slot that begins sooner may have begun when the booking arrives.
_AHEAD = timedelta(minutes=10)
_FOR = timedelta(hours=24)
CALLER: Mapping[str, Any] = {
    "given": ["Tamsin"],
    "family": "Testcase",
    "gender": "female",
    "birth_date": "1980-02-29",
    "phone": "01632 960001",
    "address": {"line": ["1 Test Street"], "city": "Millbrook", "postcode": "ZZ99 3CZ"},
}
FIRST, SECOND = (
    Identity(key, one.asid, one.ods, one.name) for key, one in zip(("first", "second"), ORGANISATIONS, strict=False)
)


@dataclass(frozen=True)
class Sent:
    """A request that was made, as a line for curl, and what came back: status 0 where nothing did."""

    what: str
    curl: str
    status: int
    answer: str
    request_id: str


class _WorldTokens(Tokens):
    """Tokens by the world's clock, which a person may have moved."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def claims(self, identity: Identity, audience: str, scope: str) -> dict[str, Any]:
        issued = int(self._clock.now().timestamp()) - 2
        times = {"iat": issued, "exp": issued + names.TOKEN_LIFETIME_SECONDS}
        return super().claims(identity, audience, scope) | times


class Sender:
    """Sends in the name of a 111 service; each method gives the request as it was sent, and the answer."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        files = settings.certificates
        ca, pair = ("", ("", "")) if files is None else (str(files.ca), (str(files.client), str(files.client_key)))
        given = {"ca": ca, "client-certificate": pair[0], "client-key": pair[1]}
        desk = settings_from({**{option.name: option.default for option in OPTIONS}, **given}, [])
        self._settings, self._clock, self._ca = settings, clock, ca
        self._http, self._tokens = Http(desk), _WorldTokens(clock)
        self._rules, self._bodies = DeskRules(settings.edition), Bodies(settings.edition)
        self._addresses = Addresses("")

    def root(self, profile: ProviderProfile) -> str:
        """The service root of a provider."""
        return f"{self._settings.root}{profile.path}"

    def search(self, identity: Identity, profile: ProviderProfile, service: str) -> tuple[Sent, Answer]:
        """Search for the free slots of a service in the next day."""
        since = self._clock.now() + _AHEAD
        bounds = [("start", f"ge{as_instant(since)}"), ("start", f"le{as_instant(since + _FOR)}")]
        asked = [(names.SERVICE_PARAMETER, service), *bounds, ("status", "free"), *self._rules.includes()]
        url = self._addresses.slots(self.root(profile), asked)
        return self._to(identity, profile, "Search for free slots", names.SEARCH_SLOT, "GET", url)

    def book(
        self, identity: Identity, profile: ProviderProfile, slot: OfferedSlot, caller: Mapping[str, Any]
    ) -> tuple[Sent, str]:
        """Book a slot; the other value is the address of the appointment, empty where none was made."""
        body = self._bodies.booking(caller, slot, self._bodies.new_document())
        root = self.root(profile)
        url, what = self._addresses.bookings(root), "Book the first of them"
        sent, booked = self._to(identity, profile, what, names.CREATE_APPOINTMENT, "POST", url, body)
        return sent, self._addresses.kept(root, booked.location) if booked.status == 201 else ""

    def read(self, identity: Identity, profile: ProviderProfile, url: str) -> tuple[Sent, Answer]:
        """Read an appointment."""
        return self._to(identity, profile, "Read the appointment", names.READ_APPOINTMENT, "GET", url)

    def cancel(self, identity: Identity, profile: ProviderProfile, url: str, read: Answer) -> tuple[Sent, Answer]:
        """Cancel an appointment in the version that was read."""
        body, more = self._bodies.cancellation(read.resource or {}), {"If-Match": read.etag}
        what = "Cancel it, in the version that was read"
        return self._to(identity, profile, what, names.UPDATE_APPOINTMENT, "PUT", url, body, more)

    def registered(self, identity: Identity, nhs_number: str) -> tuple[Sent, Answer]:
        """Ask the registry for a patient's appointments."""
        root = f"{self._settings.root}{REGISTRY_PATH}"
        asked = [(names.PATIENT_PARAMETER, f"{names.NHS_NUMBER_SYSTEM}|{nhs_number}")]
        headers = {names.REQUEST_ID: str(uuid.uuid4()), "Accept": names.FHIR_JSON}
        url, scope = self._addresses.appointments(root, asked), self._rules.choose_scope(names.SEARCH_APPOINTMENT)
        return self._send(identity, "Ask the registry", root, scope, "GET", url, headers)

    def _to(
        self,
        identity: Identity,
        profile: ProviderProfile,
        what: str,
        interaction: str,
        method: str,
        url: str,
        body: Mapping[str, Any] | None = None,
        more: Mapping[str, str] | None = None,
    ) -> tuple[Sent, Answer]:
        headers = {
            names.SSP_TRACE_ID: str(uuid.uuid4()),
            names.SSP_FROM: identity.asid,
            names.SSP_TO: profile.asid,
            names.SSP_INTERACTION_ID: interaction,
            names.REQUEST_ID: str(uuid.uuid4()),
            "Accept": names.FHIR_JSON,
            **(more or {}),
        }
        scope = self._rules.choose_scope(interaction)
        return self._send(identity, what, self.root(profile), scope, method, url, headers, body)

    def _send(
        self,
        identity: Identity,
        what: str,
        root: str,
        scope: str,
        method: str,
        url: str,
        headers: dict[str, str],
        body: Mapping[str, Any] | None = None,
    ) -> tuple[Sent, Answer]:
        content = None
        if body is not None:
            headers["Content-Type"] = f"{names.FHIR_JSON};charset=utf-8"
            content = json.dumps(body).encode()
        bearer = {"Authorization": self._tokens.bearer(identity, root, scope)}
        curl = self._curl(method, url, headers, content, f"uec-booking token --provider {shlex.quote(root)} {scope}")
        own = headers[names.REQUEST_ID]
        try:
            reply = self._http.send(method, url, {**headers, **bearer}, content)
        except NoReply as error:
            return Sent(what, curl, 0, str(error), own), Answer(0, lost=str(error))
        return Sent(what, curl, reply.status, reply.body.decode("utf-8", "replace"), own), read_answer(reply)

    def _curl(self, method: str, url: str, headers: Mapping[str, str], content: bytes | None, token: str) -> str:
        ca = ["--cacert", self._ca] if self._ca else []
        words = ["curl", *ca, "-X", method, url]
        for name, value in headers.items():
            words += ["-H", f"{name}: {value}"]
        if content is not None:
            words += ["--data-raw", content.decode()]
        return f'{shlex.join(words)} -H "Authorization: Bearer $({token})"'
