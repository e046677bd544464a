"""The messages of LDAP as sansldap reads and writes them, with what it lacks."""

from __future__ import annotations

from dataclasses import replace

import sansldap
from sansldap import LDAPResultCode


class Ldap(sansldap.LDAPServer):
    """What one connection has said so far: bytes in, messages out, and the other way around."""

    def _send(self, msg: sansldap.LDAPMessage) -> int:
        # The library writes an empty list of referrals, where RFC 4511 section 4.1.10 has none or some.
        if isinstance(msg, sansldap.BindResponse | sansldap.ExtendedResponse | sansldap.SearchResultDone):
            msg = replace(msg, result=replace(msg.result, referrals=None))
        return super()._send(msg)

    def notice(self, reason: str, code: LDAPResultCode = LDAPResultCode.PROTOCOL_ERROR) -> bytes:
        """The message that announces the end of a connection (RFC 4511 section 4.4.1)."""
        response = sansldap.ExtendedResponse(
            message_id=0,
            controls=[],
            result=sansldap.LDAPResult(code, "", reason, None),
            name=sansldap.ExtendedOperations.LDAP_NOTICE_OF_DISCONNECTION.value,
            value=None,
        )
        return response.pack(self._packing_options)
