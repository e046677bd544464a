"""Ed25519 keys from PEM files, as openssl writes them."""

from __future__ import annotations

from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from ..errors import SettingsError

#: No key is longer; whatever else was named is not read whole.
_LONGEST = 10_000

_MAKE = "`openssl genpkey -algorithm ed25519 -out key.pem` makes one"
_PUBLIC = "`openssl pkey -in key.pem -pubout -out public.pem` writes it from the private one"


def private_key(path: Path) -> Ed25519PrivateKey:
    """Raises SettingsError where the file holds no Ed25519 key, or a locked one."""
    content = _content(path)
    if b"ENCRYPTED" in content:
        raise SettingsError(
            f"The key {path} is locked with a password. Name a file with the key unlocked "
            "(`openssl pkey -in locked.pem -out key.pem`), and delete it afterwards."
        )
    try:
        key = load_pem_private_key(content, None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise SettingsError(f"{path} is no private key in PEM. {_MAKE}.") from None
    if not isinstance(key, Ed25519PrivateKey):
        raise SettingsError(f"{path} is a key of another sort than Ed25519. {_MAKE}.")
    return key


def public_key(path: Path) -> Ed25519PublicKey:
    """Raises SettingsError where the file holds no public Ed25519 key."""
    key = public_from(_content(path))
    if key is None:
        raise SettingsError(f"{path} is no public Ed25519 key in PEM. {_PUBLIC}.")
    return key


def public_from(content: bytes) -> Ed25519PublicKey | None:
    try:
        key = load_pem_public_key(content)
    except (ValueError, UnsupportedAlgorithm):
        return None
    return key if isinstance(key, Ed25519PublicKey) else None


def as_pem(key: Ed25519PublicKey) -> bytes:
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def _content(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(_LONGEST)
    except OSError as problem:
        raise SettingsError(f"The key {path} cannot be read: {problem.strerror}. {_MAKE}.") from None
