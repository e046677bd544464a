"""Calls of a provider: the headers and the token of each, through the proxy where there is one."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from uec_booking.standard import names
from uec_booking.standard.codec import to_json

from ..encounter import Encounter, Place
from ..rules import DeskRules
from .addresses import Addresses
from .answers import Answer, read_answer
from .http import Http, NoReply
from .tokens import Tokens


class ProviderClient:
    """One method a kind of call. A call that is not answered gives an `Answer` of status 0."""

    def __init__(self, http: Http, addresses: Addresses, tokens: Tokens, rules: DeskRules) -> None:
        self._http = http
        self._addresses = addresses
        self._tokens = tokens
        self._rules = rules

    def statement(self, encounter: Encounter, place: Place) -> Answer:
        """The capability statement."""
        return self._call(encounter, place, names.READ_METADATA, "GET", self._addresses.statement(place.root))

    def slots(self, encounter: Encounter, place: Place, parameters: Sequence[tuple[str, str]]) -> Answer:
        """A slot search."""
        url = self._addresses.slots(place.root, parameters)
        return self._call(encounter, place, names.SEARCH_SLOT, "GET", url)

    def book(self, encounter: Encounter, place: Place, body: Mapping[str, Any], request_id: str) -> Answer:
        """A booking; sent again with the same `request_id` it is the same booking."""
        url = self._addresses.bookings(place.root)
        return self._call(encounter, place, names.CREATE_APPOINTMENT, "POST", url, body, request_id)

    def appointments_of(self, encounter: Encounter, place: Place, nhs_number: str) -> Answer:
        """The patient's appointments at the provider, where it offers that search."""
        parameters = [(names.PATIENT_PARAMETER, f"{names.NHS_NUMBER_SYSTEM}|{nhs_number}")]
        url = self._addresses.appointments(place.root, parameters)
        return self._call(encounter, place, names.SEARCH_APPOINTMENT, "GET", url)

    def read(self, encounter: Encounter, place: Place, url: str) -> Answer:
        """An appointment as it stands now."""
        return self._call(encounter, place, names.READ_APPOINTMENT, "GET", url)

    def update(
        self, encounter: Encounter, place: Place, url: str, body: Mapping[str, Any], if_match: str, request_id: str
    ) -> Answer:
        """An update of the version named."""
        headers = {"If-Match": if_match} if if_match else {}
        return self._call(encounter, place, names.UPDATE_APPOINTMENT, "PUT", url, body, request_id, headers)

    def request_id(self) -> str:
        """An id for a new transaction."""
        return str(uuid.uuid4())

    def trace_id(self, encounter: Encounter) -> str:
        """Ssp-TraceID of a call: one of its own each (SSP-04, SSP-05)."""
        return str(uuid.uuid4())

    def headers(self, encounter: Encounter, place: Place, interaction: str, request_id: str) -> dict[str, str]:
        """The headers of every call (SSP-02 to SSP-06)."""
        identity = encounter.identity
        scope = self._rules.choose_scope(interaction)
        return {
            "Authorization": self._tokens.bearer(identity, place.root, scope),
            names.SSP_TRACE_ID: self.trace_id(encounter),
            names.SSP_FROM: identity.asid,
            names.SSP_TO: place.asid,
            names.SSP_INTERACTION_ID: interaction,
            names.REQUEST_ID: request_id,
            "Accept": self._rules.accepted_type(),
        }

    def content_type(self) -> str:
        """The media type of a body, with its charset and no blank before it (FMT-07)."""
        return f"{names.FHIR_JSON};charset=utf-8"

    def written(self, body: Mapping[str, Any]) -> bytes:
        """A body as it is sent, in UTF-8 (FMT-08)."""
        return to_json(dict(body))

    def _call(
        self,
        encounter: Encounter,
        place: Place,
        interaction: str,
        method: str,
        url: str,
        body: Mapping[str, Any] | None = None,
        request_id: str = "",
        more: Mapping[str, str] | None = None,
    ) -> Answer:
        headers = self.headers(encounter, place, interaction, request_id or self.request_id()) | dict(more or {})
        if body is not None:
            headers["Content-Type"] = self.content_type()
        content = None if body is None else self.written(body)
        address = self._addresses.through_proxy(url)
        try:
            return read_answer(self._http.send(method, address, headers, content, seconds=encounter.seconds_left()))
        except NoReply as error:
            return Answer(0, lost=str(error))
