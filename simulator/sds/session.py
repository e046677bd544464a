"""One LDAP connection: bounded reading, a bind, and searches, which are kept for the control interface to show."""

from __future__ import annotations

import logging
import socket
import time
from collections.abc import Sequence
from urllib.parse import quote

import sansldap
from sansldap import LDAPResultCode

from ..clock import Clock, as_instant
from ..received import Received
from ..text import shown
from .ldap import Ldap
from .matching import MAX_CLAUSES, clauses
from .search import Found, chosen, search
from .tree import Entry

log = logging.getLogger("uec_booking.simulator")
SYSTEM = "sds"
IDLE_SECONDS = 60.0
#: How long a message may take from its first bytes to its last, and an answer to be taken.
MESSAGE_SECONDS = 10.0
MAX_MESSAGE_BYTES = 65_536
_CHUNK = 16_384
_SCOPES = {sansldap.SearchScope.BASE: "base", sansldap.SearchScope.ONE_LEVEL: "one"}


class Session:
    """What is said on one connection, until it ends; whatever the client does, nobody else is concerned."""

    def __init__(self, connection: socket.socket, tree: Sequence[Entry], received: Received, clock: Clock) -> None:
        self._connection = connection
        self._tree = tree
        self._received = received
        self._clock = clock
        self._ldap = Ldap()

    def run(self) -> None:
        """Answer until the client leaves, breaks the protocol, or is silent for too long."""
        try:
            self._talk()
        except sansldap.ProtocolError as error:
            self._say_at_last(error.response or b"")
        except OSError as error:
            log.debug("A client of SDS went away: %s", error)
        except Exception:
            # A message that the library stumbles over: nested too deeply, or numbers where none can be.
            log.info("A message to SDS could not be understood", exc_info=True)
            self._say_at_last(self._ldap.notice("the message cannot be understood"))

    def _talk(self) -> None:
        unread, deadline = 0, 0.0
        while True:
            self._connection.settimeout(max(deadline - time.monotonic(), 0.001) if unread else IDLE_SECONDS)
            data = self._connection.recv(_CHUNK)
            if not data:
                return
            messages = self._ldap.receive(data)
            if messages:
                unread = 0
            elif not unread:
                deadline = time.monotonic() + MESSAGE_SECONDS
            unread += 0 if messages else len(data)
            if unread > MAX_MESSAGE_BYTES:
                reason = f"a message has at most {MAX_MESSAGE_BYTES} bytes"
                raise sansldap.ProtocolError(reason, response=self._ldap.notice(reason))
            for message in messages:
                self._answer(message)
                self._send(self._ldap.data_to_send())

    def _send(self, data: bytes) -> None:
        self._connection.settimeout(MESSAGE_SECONDS)
        self._connection.sendall(data)

    def _say_at_last(self, data: bytes) -> None:
        try:
            self._send(data)
        except OSError as error:
            log.debug("A client of SDS went away: %s", error)

    def _answer(self, message: sansldap.LDAPMessage) -> None:
        if isinstance(message, sansldap.BindRequest):
            code, reason = _bound(message)
            self._ldap.bind_response(message.message_id, result_code=code, diagnostics_message=reason)
        elif isinstance(message, sansldap.SearchRequest):
            found = search(self._tree, message)
            self._received.keep(SYSTEM, as_instant(self._clock.now()), _as_kept(message, found))
            for entry in found.entries:
                self._ldap.search_result_entry(message.message_id, entry.dn, chosen(entry, message))
            self._ldap.search_result_done(message.message_id, found.code, found.matched_dn, found.message)
        else:
            self._ldap.extended_response(
                message.message_id,
                result_code=LDAPResultCode.PROTOCOL_ERROR,
                diagnostics_message="there is only bind, search and unbind here",
            )


def _bound(request: sansldap.BindRequest) -> tuple[LDAPResultCode, str]:
    if request.version != 3:
        return LDAPResultCode.PROTOCOL_ERROR, "only version 3 of LDAP is spoken here"
    if not isinstance(request.authentication, sansldap.SimpleCredential):
        return LDAPResultCode.AUTH_METHOD_NOT_SUPPORTED, "bind anonymously, with neither name nor password"
    if request.name or request.authentication.password:
        return LDAPResultCode.INVALID_CREDENTIALS, "bind anonymously, with neither name nor password"
    return LDAPResultCode.SUCCESS, ""


def _as_kept(request: sansldap.SearchRequest, found: Found) -> dict[str, object]:
    """The search for the list of what was received; its URL is that of RFC 4516."""
    scope = _SCOPES.get(request.scope, "sub")
    base = shown(request.base_object)[:500]
    text = shown(str(request.filter)) if clauses(request.filter) <= MAX_CLAUSES else "(too many clauses)"
    attributes = [shown(name)[:100] for name in request.attributes[:100]]
    asked = (quote(base, safe="=,"), quote(",".join(attributes), safe=",*+"), scope, quote(text, safe="()&|!=*:"))
    return {
        "method": "SEARCH",
        "path": "",
        "url": f"ldap:///{'?'.join(asked)}",
        "base": base,
        "scope": scope,
        "filter": text,
        "attributes": attributes,
        "status": int(found.code),
        "found": [entry.dn for entry in found.entries[:20]],
        "party_keys": [key for entry in found.entries[:20] for key in entry.attributes.get("nhsMHSPartyKey", ())],
    }
