"""The Spine Directory over LDAP: a provider's service root by its ASID, and what may be wrong on the way."""

from __future__ import annotations

import logging
import ssl
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from uec_booking.standard import names

from ..encounter import Encounter, Place
from ..settings import DeskSettings

if TYPE_CHECKING:
    from ldap3 import Connection

log = logging.getLogger("uec_booking.desk")

BASE = "ou=services, o=nhs"
GP_CONNECT_BASE = "urn:nhs:names:services:gpconnect:"
#: Either name of the slot search stands for it (CF-15); the older one is in the directory first.
SLOT_INTERACTIONS = (names.READ_SLOT, names.SEARCH_SLOT)
_SECONDS = 10.0
_MOST = 20

Entry = Mapping[str, Sequence[str]]


class SdsError(Exception):
    """No service root can be had from SDS; the message says why, for the user."""


class SdsClient:
    """Asks SDS. Names of attributes are compared in lower case."""

    def __init__(self, settings: DeskSettings) -> None:
        self._url = settings.sds_url
        self._ca = settings.ca
        self._certificate = (settings.client_certificate or None, settings.client_key or None)

    def place(self, encounter: Encounter, pointer: str) -> Place:
        """The provider behind a DoS pointer, ``ASID:…`` or ``ODS:…`` (SDS-01 to SDS-08). Raises SdsError."""
        kind, _, value = pointer.partition(":")
        with self._connected(encounter) as connection:
            if kind.upper() == "ASID":
                found = self.search(connection, f"(uniqueIdentifier={_escaped(value)})")
            else:
                found = self.search(
                    connection, f"(&(nhsIDCode={_escaped(value)})(nhsAsSvcIA={names.CREATE_APPOINTMENT}))"
                )
            system = self.one_system(found, pointer)
            interaction = self.slot_interaction(system, pointer)
            party_key = _first(system, "nhsmhspartykey")
            both = f"(&(nhsMhsPartyKey={_escaped(party_key)})(nhsMhsSvcIA={interaction}))"
            endpoint = self.one_endpoint(self.search(connection, both), pointer)
        return Place(self.address(endpoint, pointer), _first(system, "uniqueidentifier"))

    def place_at(self, encounter: Encounter, root: str) -> Place | None:
        """The system whose service root this is, for an appointment known only by its URL. Raises SdsError."""
        plain = unquote(root)
        with self._connected(encounter) as connection:
            for address in dict.fromkeys((root, f"{root}/", plain, f"{plain}/")):
                for endpoint in self.search(connection, f"(nhsMHSEndPoint={_escaped(address)})"):
                    party_key = _escaped(_first(endpoint, "nhsmhspartykey"))
                    both = f"(&(nhsMHSPartyKey={party_key})(nhsAsSvcIA={names.CREATE_APPOINTMENT}))"
                    for system in self.search(connection, both):
                        return Place(_first(endpoint, "nhsmhsendpoint"), _first(system, "uniqueidentifier"))
        return None

    def one_system(self, found: Sequence[Entry], pointer: str) -> Entry:
        """The nhsAS object: there is exactly one (SDS-04)."""
        if not found:
            raise SdsError(f"The Spine Directory has no system for {pointer}.")
        if len(found) > 1:
            raise SdsError(f"The Spine Directory has several systems for {pointer}.")
        return found[0]

    def slot_interaction(self, system: Entry, pointer: str) -> str:
        """The interaction id to ask for next: the system offers Care Connect booking and nothing else (SDS-05, -06)."""
        offered = {value.strip() for value in system.get("nhsassvcia", ())}
        slot = next((name for name in SLOT_INTERACTIONS if name in offered), "")
        if not slot or names.CREATE_APPOINTMENT not in offered:
            raise SdsError(f"The system of {pointer} is not registered for booking in the Spine Directory.")
        if any(name.startswith(GP_CONNECT_BASE) for name in offered):
            raise SdsError(
                f"In the Spine Directory {pointer} is registered for GP Connect too: how to book is not clear."
            )
        return slot

    def one_endpoint(self, found: Sequence[Entry], pointer: str) -> Entry:
        """The nhsMHS object: there is exactly one (SDS-07)."""
        if not found:
            raise SdsError(f"The Spine Directory has no endpoint for {pointer}.")
        if len(found) > 1:
            raise SdsError(
                f"The Spine Directory has {len(found)} endpoints for {pointer}, so which to use is not clear."
            )
        return found[0]

    def address(self, endpoint: Entry, pointer: str) -> str:
        """The service root exactly as SDS gives it: an absolute address (SDS-03, SDS-08)."""
        root = _first(endpoint, "nhsmhsendpoint")
        if not root or not is_service_root(root):
            raise SdsError(f"The endpoint of {pointer} in the Spine Directory is {'invalid' if root else 'missing'}.")
        return root

    def base(self) -> str:
        """Where in the directory is searched."""
        return BASE

    def attributes(self) -> Sequence[str]:
        """What is asked for of the objects found."""
        from ldap3 import ALL_ATTRIBUTES

        return [ALL_ATTRIBUTES]

    def search(self, connection: Connection, query: str) -> list[Entry]:
        """The objects that a filter finds. Raises SdsError."""
        attributes = list(self.attributes())
        try:
            connection.search(self.base(), query, attributes=attributes, size_limit=_MOST, time_limit=int(_SECONDS))
        except Exception as error:
            # The library raises errors of many kinds when what it reads is no LDAP.
            raise SdsError(_unanswered(error)) from None
        code = connection.result["result"]
        # Success, more than was asked for, or no such object.
        if code not in (0, 4, 32):
            raise SdsError(f"The Spine Directory could not answer: {connection.result['description']}.")
        return [_entry(one) for one in connection.response or () if one.get("type") == "searchResEntry"]

    def _connected(self, encounter: Encounter) -> Connection:
        """A connection, to be closed by its context. Raises SdsError."""
        # Imported here: a call that needs no directory need not wait for it.
        from ldap3 import NONE, Connection, Server, Tls

        seconds = max(1, int(min(_SECONDS, encounter.seconds_left())))
        parts = urlsplit(self._url)
        secure = parts.scheme == "ldaps"
        certificate, key = self._certificate
        try:
            # Names of the host are checked as well as the authority; a file that cannot be used raises here.
            tls = Tls(key, certificate, validate=ssl.CERT_REQUIRED, ca_certs_file=self._ca or None) if secure else None
            server = Server(
                str(parts.hostname),
                parts.port or (636 if secure else 389),
                use_ssl=secure,
                tls=tls,
                get_info=NONE,
                connect_timeout=seconds,
            )
            # The fast decoder stumbles over members of a result that it does not expect.
            return Connection(
                server, auto_bind=True, check_names=False, fast_decoder=False, receive_timeout=seconds, read_only=True
            )
        except Exception as error:
            raise SdsError(_unanswered(error)) from None


def is_service_root(root: str) -> bool:
    """Whether a text can be a service root: absolute, with a host, and nothing after the path."""
    try:
        parts = urlsplit(root.strip())
        port = parts.port
    except ValueError:
        return False
    plain = not (parts.query or parts.fragment or parts.username)
    return parts.scheme in ("http", "https") and bool(parts.hostname) and port != 0 and plain


def _entry(response: Mapping[str, Any]) -> Entry:
    """The attributes of an entry, their values as texts."""
    raw: Mapping[str, Any] = response.get("raw_attributes") or {}
    return {name.lower(): [_decoded(one) for one in values] for name, values in raw.items()}


def _decoded(value: object) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def _first(entry: Entry, name: str) -> str:
    return next((value.strip() for value in entry.get(name, ())), "")


def _escaped(value: str) -> str:
    from ldap3.utils.conv import escape_filter_chars

    return str(escape_filter_chars(value))


def _unanswered(error: Exception) -> str:
    log.warning("SDS: %s: %s", type(error).__name__, error)
    return "The Spine Directory gave no answer."
