"""What the registry asks of a bearer token: one of its own token service, or an unsigned one (CF-57)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from ..refusals import Rejected
from ..tokens import Caller, TokenCheck
from .oauth import TokenService


class RegistryTokenCheck(TokenCheck):
    """Tokens of the registry's service, or unsigned ones with organisation and device optional."""

    def __init__(self, audience: str, service: TokenService) -> None:
        super().__init__(audience)
        self.service = service

    def caller(self, header: str | None, scopes: frozenset[str], now: datetime) -> Caller:
        """The caller, if the token is right. Raises Rejected."""
        scheme, _, token = (header or "").strip().partition(" ")
        if scheme.lower() == "bearer" and token.count(".") == 2 and not token.endswith("."):
            claims = self.service.verify(token.strip(), now)
            client = self.service.client(str(claims["sub"]))
            return Caller(client.ods, client.name, client.id, frozenset({self.service.scope}), claims)
        return super().caller(header, scopes, now)

    def check_audience(self, claims: Mapping[str, Any]) -> None:
        """aud is the registry's root; its host may be that of a gateway before the registry."""
        audience = claims.get("aud")
        if not isinstance(audience, str) or not audience:
            raise Rejected("token-malformed", "The claim aud must be the root of the registry.")
        try:
            path = urlsplit(audience).path
        except ValueError:
            path = ""
        if path.rstrip("/") != urlsplit(self.audience).path:
            raise Rejected("token-audience", "The token is made out to another system (claim aud).")

    def check_claims(self, claims: Mapping[str, Any]) -> None:
        """iss and sub say who asks."""
        for name in ("iss", "sub"):
            if not isinstance(claims.get(name), str) or not claims[name].strip():
                raise Rejected("token-malformed", f"The claim {name} is missing.")

    def check_scope(self, claims: Mapping[str, Any], scopes: frozenset[str]) -> Caller:
        """requested_scope covers the operation."""
        granted = frozenset(str(claims.get("requested_scope") or "").split())
        if not granted & scopes:
            raise Rejected("token-scope", f"This operation needs the scope {' or '.join(sorted(scopes))}.")
        return Caller("", "", str(claims["sub"]), granted, claims)
