"""The token of a call: an unsecured JWT that says who calls whom, and for what."""

from __future__ import annotations

import time
from typing import Any

import jwt
from uec_booking.standard import names

from ..settings import Identity

#: Seconds that a token's time of issue lies back: clocks differ a little.
_HANDOVER = 2


class Tokens:
    """Makes a token for each call anew, so none is used after its end or for another endpoint or scope (SEC-09)."""

    def bearer(self, identity: Identity, audience: str, scope: str) -> str:
        """The value of the Authorization header."""
        # The types of the library know no token without a key.
        key: Any = None
        return f"Bearer {jwt.encode(self.claims(identity, audience, scope), key, algorithm='none')}"

    def claims(self, identity: Identity, audience: str, scope: str) -> dict[str, Any]:
        """The claims: `audience` is the provider's service root exactly as SDS gives it (SEC-07)."""
        issued = int(time.time()) - _HANDOVER
        user = f"adviser-{identity.ods.lower()}"
        return {
            "iss": f"https://{identity.ods.lower()}.desk.example/spine",
            "sub": user,
            "aud": audience,
            "exp": issued + names.TOKEN_LIFETIME_SECONDS,
            "iat": issued,
            "reason_for_request": names.REASON_FOR_REQUEST,
            "requested_scope": scope,
            "requesting_device": self.device(identity),
            "requesting_organization": self.organisation(identity),
            "requesting_practitioner": self.practitioner(user),
        }

    def device(self, identity: Identity) -> dict[str, Any]:
        """The desk itself."""
        identifier = {"system": "https://desk.example/Id/device", "value": f"desk-{identity.ods}"}
        return {"resourceType": "Device", "identifier": [identifier], "model": "111 desk", "version": "1.0"}

    def organisation(self, identity: Identity) -> dict[str, Any]:
        """The 111 service that the user works for (SEC-14)."""
        identifier = {"system": names.ODS_ORGANISATION_SYSTEM, "value": identity.ods}
        return {"resourceType": "Organization", "identifier": [identifier], "name": identity.name}

    def practitioner(self, user: str) -> dict[str, Any]:
        """The user, a health adviser without a smartcard (SEC-16, SEC-17)."""
        return {
            "resourceType": "Practitioner",
            "id": user,
            "identifier": [
                {"system": names.SDS_USER_SYSTEM, "value": names.UNKNOWN_SDS_ID},
                {"system": names.SDS_ROLE_PROFILE_SYSTEM, "value": names.UNKNOWN_SDS_ID},
                {"system": "https://desk.example/Id/user", "value": user},
            ],
            "name": [{"family": "Adviser", "given": ["Desk"], "prefix": ["Mx"]}],
        }
