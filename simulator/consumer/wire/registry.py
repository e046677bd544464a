"""The appointment registry: what it knows of a patient. It is never called through the proxy."""

from __future__ import annotations

import json
import uuid
from urllib.parse import urlencode

from uec_booking.standard import names

from ..encounter import Encounter, KnownAppointment
from ..rules import DeskRules
from ..settings import DeskSettings
from .addresses import Addresses, root_of
from .answers import Answer, dicts, of_type, read_answer
from .http import Http, NoReply
from .tokens import Tokens


class RegistryError(Exception):
    """The registry gave no answer that can be used; the message says why, for the user."""


class RegistryClient:
    """Asks the registry, with a token of its token service, or an unsecured one where it has none (CF-57)."""

    def __init__(
        self, http: Http, settings: DeskSettings, addresses: Addresses, tokens: Tokens, rules: DeskRules
    ) -> None:
        self._http = http
        self._settings = settings
        self._addresses = addresses
        self._tokens = tokens
        self._rules = rules

    def appointments_of(self, encounter: Encounter, nhs_number: str) -> list[KnownAppointment]:
        """The patient's appointments that stand. Raises RegistryError."""
        answer = self.search(encounter, nhs_number)
        if self._rules.is_unclear(answer):
            # A 500 may be tried once more; a refusal is not repeated (REG-26).
            answer = self.search(encounter, nhs_number)
        if answer.status != 200 or answer.kind != "Bundle":
            said = f"it answered {answer.status} {answer.reason()}".strip() if answer.status else answer.lost
            raise RegistryError(f"The appointment registry could not be asked: {said}.")
        return [
            KnownAppointment(url, str(entry.get("start", "")), root=root_of(url), from_registry=True)
            for entry in of_type(answer.resource, "Appointment")
            if entry.get("status") == "booked"
            for url in [_pointer(entry)]
            if root_of(url)
        ]

    def search(self, encounter: Encounter, nhs_number: str) -> Answer:
        """A search by NHS number."""
        url = self._settings.registry_url.rstrip("/")
        parameters = [(names.PATIENT_PARAMETER, f"{names.NHS_NUMBER_SYSTEM}|{nhs_number}")]
        headers = {
            "Authorization": self.bearer(encounter),
            "Accept": self._rules.accepted_type(),
            names.REQUEST_ID: str(uuid.uuid4()),
        }
        address = f"{url}/Appointment?{self._addresses.query(parameters)}"
        try:
            return read_answer(self._http.send("GET", address, headers, seconds=encounter.seconds_left()))
        except NoReply as error:
            return Answer(0, lost=str(error))

    def bearer(self, encounter: Encounter) -> str:
        """The Authorization header. Raises RegistryError."""
        settings = self._settings
        if not settings.registry_token_url:
            audience = settings.registry_url.rstrip("/")
            return self._tokens.bearer(encounter.identity, audience, self._rules.choose_scope(names.SEARCH_APPOINTMENT))
        form = {
            "grant_type": "client_credentials",
            "client_id": settings.registry_client_id,
            "client_secret": settings.registry_client_secret,
            "scope": settings.registry_scope,
        }
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
        try:
            body = urlencode(form).encode()
            reply = self._http.send(
                "POST", settings.registry_token_url, headers, body, seconds=encounter.seconds_left()
            )
            token = json.loads(reply.body)["access_token"] if reply.status == 200 else None
        except NoReply as error:
            raise RegistryError(f"The registry's token service gave no answer: {error}.") from None
        except (ValueError, KeyError, TypeError, RecursionError):
            token = None
        if not isinstance(token, str) or not token.isascii() or not token.isprintable():
            raise RegistryError("The registry's token service gave no token; its client id and secret may be wrong.")
        return f"Bearer {token}"


def _pointer(entry: dict[str, object]) -> str:
    """The appointment's address at its provider."""
    return next(
        (str(i.get("value", "")) for i in dicts(entry, "identifier") if i.get("system") == names.URL_SYSTEM), ""
    )
