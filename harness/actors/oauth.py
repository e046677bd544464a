"""Tokens of a registry's own token service: client credentials (RFC 6749 section 4.4; REG-21, CF-57)."""

from __future__ import annotations

import json
import threading
import time
from urllib.parse import urlencode

from uec_booking.standard import names

from ..errors import SettingsError
from ..http.client import Client
from ..http.exchange import Sent
from ..settings.model import Limits, Part, Settings
from ..text import ended
from .calls import Call
from .tokens import claims, unsecured

#: Seconds before its end at which a token is fetched anew.
_MARGIN = 30.0
_lock = threading.Lock()
_kept: dict[tuple[str, str], tuple[str, float]] = {}


def with_good_token(call: Call, part: Part, limits: Limits) -> Call:
    """The call with the registry's own token, where the settings name one and the call has a good token."""
    if call.token is not unsecured or not (part.oauth or part.token):
        return call
    token = bearer(part, limits)
    return call.changed(token=lambda claims: token, request_id=call.request_id)


def bearer(part: Part, limits: Limits) -> str:
    """A token that holds now: the fixed one of the settings, or one of the token service, kept from before or fetched.

    Raises:
        SettingsError: the service gives none.
    """
    if part.oauth is None:
        return part.token
    key = (part.oauth.token_url, part.oauth.client_id)
    with _lock:
        token, ends = _kept.get(key, ("", 0.0))
        if not token or time.monotonic() > ends - _MARGIN:
            token, seconds = _fetched(part, limits)
            _kept[key] = (token, time.monotonic() + seconds)
        return token


def authorisation(part: Part, settings: Settings) -> str:
    """The Authorization header of a provider's call, made in the name of the first organisation."""
    if part.oauth or part.token:
        return f"Bearer {bearer(part, settings.limits)}"
    organisation = settings.organisations["first_111"]
    return f"Bearer {unsecured(claims(organisation, part.audience, names.SCOPE_APPOINTMENT_WRITE))}"


def _fetched(part: Part, limits: Limits) -> tuple[str, float]:
    oauth = part.oauth
    assert oauth is not None
    form = {
        "grant_type": "client_credentials",
        "client_id": oauth.client_id,
        "client_secret": oauth.client_secret,
        "scope": oauth.scope or f"{part.audience}/.default",
    }
    headers = (("Content-Type", "application/x-www-form-urlencoded"), ("Accept", "application/json"))
    client = Client(part.tls, limits)
    try:
        exchange = client.send(Sent("POST", oauth.token_url, headers, urlencode(form).encode()))
    finally:
        client.close()
    try:
        answer = json.loads(exchange.response.body) if exchange.ok and exchange.response else {}
        return str(answer["access_token"]), float(answer.get("expires_in", 300))
    except (ValueError, KeyError, TypeError, AttributeError):
        raise SettingsError(
            f"The token service {oauth.token_url} gave no token for client {oauth.client_id!r}: it answered "
            f"{ended(exchange.answered())} Correct [registry.oauth] in the settings."
        ) from None
