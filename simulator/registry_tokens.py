"""The token with which a provider calls the registry: fetched and kept, or unsigned and made on the spot."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import requests
from uec_booking.standard.names import (
    ODS_ORGANISATION_SYSTEM,
    REASON_FOR_REQUEST,
    SCOPE_APPOINTMENT_WRITE,
    TOKEN_LIFETIME_SECONDS,
)

from .world import ProviderProfile

# A token is renewed this long before its end, so that it does not end on the way.
RENEW_SECONDS = 60


@dataclass(frozen=True)
class Credentials:
    """What a provider needs to get a token of the registry's service.

    `audience` is the registry's root; `ca` the file of the authority to trust, empty for the usual ones.
    """

    token_url: str
    client_id: str
    client_secret: str
    scope: str
    audience: str
    ca: str


class RegistryTokens:
    """Tokens for one provider. `signed` says at each call which form it is to be."""

    def __init__(self, provider: ProviderProfile, signed: Callable[[], bool]) -> None:
        self._provider = provider
        self._signed = signed
        self._kept = ""
        self._ends = 0.0

    def bearer(self, session: requests.Session, credentials: Credentials, now: datetime) -> str:
        """A token that holds now. Raises requests.RequestException if the service cannot be reached."""
        if not self._signed():
            return self._unsigned(credentials.audience, now)
        if now.timestamp() > self._ends - RENEW_SECONDS or not self._kept:
            form = {
                "grant_type": "client_credentials",
                "client_id": credentials.client_id,
                "client_secret": credentials.client_secret,
                "scope": credentials.scope,
            }
            answer = session.post(credentials.token_url, data=form, timeout=5, verify=credentials.ca or True)
            answer.raise_for_status()
            self._kept = str(answer.json()["access_token"])
            self._ends = now.timestamp() + float(answer.json()["expires_in"])
        return self._kept

    def forget(self) -> None:
        """Fetch a new one next time: this one was rejected."""
        self._kept = ""

    def _unsigned(self, audience: str, now: datetime) -> str:
        issued = int(now.timestamp())
        organisation = {
            "resourceType": "Organization",
            "identifier": [{"system": ODS_ORGANISATION_SYSTEM, "value": self._provider.ods}],
            "name": self._provider.name,
        }
        claims = {
            "iss": f"https://system.example{self._provider.path}",
            "sub": self._provider.key,
            "aud": audience,
            "iat": issued,
            "exp": issued + TOKEN_LIFETIME_SECONDS,
            "reason_for_request": REASON_FOR_REQUEST,
            "requested_scope": SCOPE_APPOINTMENT_WRITE,
            "requesting_organization": organisation,
        }
        return f"{_base64url({'alg': 'none', 'typ': 'JWT'})}.{_base64url(claims)}."


def _base64url(value: object) -> str:
    raw = json.dumps(value, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
