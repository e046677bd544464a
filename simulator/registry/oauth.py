"""The registry's token service: client credentials and signed tokens (RFC 6749 section 4.4; REG-21, CF-57).

Client secrets and the signing key are kept where all processes of a world find them: each takes the tokens of all.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key

from ..refusals import Rejected
from ..tokens import TOLERANCE_SECONDS
from ..world import ORGANISATIONS, ProviderProfile

LIFETIME_SECONDS = 3600
ALGORITHM = "RS256"
KEY_BITS = 2048
#: Gives the secret of a name, which is made by the function where there is none yet.
Secret = Callable[[str, Callable[[], str]], str]


@dataclass(frozen=True)
class Client:
    """A system that may ask for tokens: its ASID is the client id."""

    id: str
    secret: str
    name: str
    ods: str


class TokenError(Exception):
    """A token request that is rejected; the message is the error code of RFC 6749 section 5.2."""


class TokenService:
    """Issues tokens for the registry at `audience`, and checks them."""

    def __init__(self, audience: str, issuer: str, providers: Iterable[ProviderProfile], secret: Secret) -> None:
        self.audience = audience
        self.scope = f"{audience}/.default"
        self._issuer = issuer
        self._secret = secret
        of_all = secret("clients", lambda: secrets.token_urlsafe(32))
        self._clients = {client.id: client for client in _clients(providers, of_all)}
        self._key: rsa.RSAPrivateKey | None = None
        self._making = threading.Lock()

    def client(self, client_id: str) -> Client:
        """The client of that id. Raises KeyError."""
        return self._clients[client_id]

    def clients(self) -> list[Client]:
        """All clients."""
        return list(self._clients.values())

    def issue(self, form: Mapping[str, str], now: datetime) -> dict[str, Any]:
        """The answer to a token request. Raises TokenError."""
        if form.get("grant_type") != "client_credentials":
            raise TokenError("unsupported_grant_type")
        client = self._clients.get(form.get("client_id", ""))
        given = form.get("client_secret", "").encode()
        if client is None or not hmac.compare_digest(client.secret.encode(), given):
            raise TokenError("invalid_client")
        if form.get("scope") != self.scope:
            raise TokenError("invalid_scope")
        issued = int(now.timestamp())
        claims = {
            "iss": self._issuer,
            "sub": client.id,
            "aud": self.audience,
            "iat": issued,
            "nbf": issued,
            "exp": issued + LIFETIME_SECONDS,
            "appid": client.id,
        }
        token = jwt.encode(claims, self._signing_key(), ALGORITHM)
        return {"token_type": "Bearer", "expires_in": LIFETIME_SECONDS, "access_token": token}

    def verify(self, token: str, now: datetime) -> dict[str, Any]:
        """The claims of a token that this service issued and that holds now. Raises Rejected."""
        try:
            claims: dict[str, Any] = jwt.decode(
                token,
                self._signing_key().public_key(),
                algorithms=[ALGORITHM],
                audience=self.audience,
                issuer=self._issuer,
                # Times are compared with the world's clock, below.
                options={
                    "verify_exp": False,
                    "verify_iat": False,
                    "verify_nbf": False,
                    "require": ["iss", "sub", "aud", "iat", "exp"],
                },
            )
        except jwt.InvalidAudienceError:
            raise Rejected("token-audience", "The token is made out to another system (claim aud).") from None
        except (jwt.PyJWTError, TypeError, ValueError, RecursionError) as error:
            raise Rejected("token-malformed", f"The token cannot be accepted: {error}.") from None
        present = now.timestamp()
        if claims["exp"] <= present - TOLERANCE_SECONDS or claims["iat"] > present + TOLERANCE_SECONDS:
            raise Rejected("token-expired", "The token does not hold now (claims iat and exp).")
        return claims

    def _signing_key(self) -> rsa.RSAPrivateKey:
        # Made when first needed: it takes a moment that the start need not wait for.
        with self._making:
            if self._key is None:
                key = load_pem_private_key(self._secret("signing key", _new_key).encode(), None)
                assert isinstance(key, rsa.RSAPrivateKey)
                self._key = key
            return self._key


def _new_key() -> str:
    key = rsa.generate_private_key(public_exponent=65537, key_size=KEY_BITS)
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def _clients(providers: Iterable[ProviderProfile], of_all: str) -> list[Client]:
    systems = [(o.asid, o.name, o.ods) for o in ORGANISATIONS] + [(p.asid, p.name, p.ods) for p in providers]
    return [Client(asid, _secret_of(asid, of_all), name, ods) for asid, name, ods in systems]


def _secret_of(asid: str, of_all: str) -> str:
    return hmac.new(of_all.encode(), asid.encode(), hashlib.sha256).hexdigest()[:32]
