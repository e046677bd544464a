"""What the registry asks of a bearer token: less than a provider, for want of a clear text (CF-57)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from uec_booking.simulator.refusals import Refused
from uec_booking.simulator.tokens import Caller, TokenCheck


class RegistryTokenCheck(TokenCheck):
    """Unsigned tokens in the booking interface's form; organisation and device are optional."""

    def check_audience(self, claims: Mapping[str, Any]) -> None:
        """aud is the registry's root; its host may be that of a gateway before the registry."""
        audience = claims.get("aud")
        if not isinstance(audience, str) or not audience:
            raise Refused("token-malformed", "The claim aud must be the root of the registry.")
        if urlsplit(audience).path.rstrip("/") != urlsplit(self.audience).path:
            raise Refused("token-audience", "The token is made out to another system (claim aud).")

    def check_claims(self, claims: Mapping[str, Any]) -> None:
        """iss and sub say who asks."""
        for name in ("iss", "sub"):
            if not isinstance(claims.get(name), str) or not claims[name].strip():
                raise Refused("token-malformed", f"The claim {name} is missing.")

    def check_scope(self, claims: Mapping[str, Any], scopes: frozenset[str]) -> Caller:
        """requested_scope covers the operation."""
        granted = frozenset(str(claims.get("requested_scope") or "").split())
        if not granted & scopes:
            raise Refused("token-scope", f"This operation needs the scope {' or '.join(sorted(scopes))}.")
        return Caller("", "", str(claims["sub"]), granted, claims)
