"""Whether the certificates and keys that the settings name can be used, looked at before any connection."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import load_der_private_key, load_pem_private_key

from ..errors import SettingsError
from ..settings.model import Part, Settings
from ..text import ended

_CERTIFICATE, _KEY = b"-----BEGIN CERTIFICATE-----", b"PRIVATE KEY-----"


def check_files(part: Part, settings: Settings) -> None:
    """Look into the files that are named for a system.

    Raises:
        SettingsError: one of them is not what it has to be; says what it is, and what to do.
    """
    _authority(part, settings)
    _certificate(part, settings)


def _authority(part: Part, settings: Settings) -> None:
    if not part.tls.ca:
        return
    place, path = settings.place("tls.ca"), Path(part.tls.ca)
    try:
        # As it will be read: by OpenSSL.
        ssl.create_default_context(cafile=part.tls.ca)
    except (OSError, ValueError) as problem:
        said = _instead_of_a_certificate(path) or f"holds no certificate in PEM form ({problem})."
        raise SettingsError(
            f"{place}: {path} {said} Name the file of the authority that signed the server's certificate "
            "(a text that begins with -----BEGIN CERTIFICATE-----)."
        ) from None


def _certificate(part: Part, settings: Settings) -> None:
    """Servers refuse an expired client certificate in ways that say little, so it is looked at here."""
    if not part.tls.client_certificate:
        return
    place, path = settings.place("tls.client_certificate"), Path(part.tls.client_certificate)
    try:
        certificate = x509.load_pem_x509_certificate(path.read_bytes())
    except (OSError, ValueError) as problem:
        said = _instead_of_a_certificate(path) or f"is not a certificate in PEM form ({problem})."
        raise SettingsError(
            f"{place}: {path} {said} Name the client certificate as PEM (a text that begins with "
            "-----BEGIN CERTIFICATE-----)."
        ) from None
    now, first, last = datetime.now(UTC), certificate.not_valid_before_utc, certificate.not_valid_after_utc
    if now < first:
        raise SettingsError(
            f"{place}: {path} is valid from {first:%Y-%m-%d %H:%M} UTC only, and it is {now:%Y-%m-%d %H:%M} now. "
            "See that the clock of this machine is right, or name one that is valid already."
        )
    if now > last:
        raise SettingsError(
            f"{place}: {path} was valid to {last:%Y-%m-%d} only, and today is {now:%Y-%m-%d}: it has expired. "
            "Renew it and set tls.client_certificate to the new file."
        )
    _key(part, settings, certificate)


def _key(part: Part, settings: Settings, certificate: x509.Certificate) -> None:
    # One file may hold both.
    place = settings.place("tls.client_key" if part.tls.client_key else "tls.client_certificate")
    path = Path(part.tls.client_key or part.tls.client_certificate)
    password = part.tls.client_key_password.encode() or None
    try:
        content = path.read_bytes()
        key = load_pem_private_key(content, password)
    except TypeError:
        protected = "is protected by a password: write it as" if password is None else "has no password: leave out"
        raise SettingsError(f"{place}: {path} {protected} tls.client_key_password.") from None
    except (OSError, ValueError, UnsupportedAlgorithm) as problem:
        if password and b"ENCRYPTED" in content:
            raise SettingsError(
                f"{place}: tls.client_key_password does not open {path} ({ended(problem)}) Correct the password."
            ) from None
        said = _instead_of_a_key(path) or f"holds no private key in PEM form that can be read ({problem})."
        raise SettingsError(
            f"{place}: {path} {said} Name the file of the key of the client certificate, and see that "
            "tls.client_key_password is right."
        ) from None
    if key.public_key() != certificate.public_key():
        raise SettingsError(
            f"{place}: the key in {path} does not belong to the certificate in {part.tls.client_certificate}. "
            "Name the key that the certificate was made for."
        )


def _instead_of_a_certificate(path: Path) -> str:
    """What a file holds that is no certificate as PEM, and how to make it one; empty where that is not clear."""
    content = _read(path)
    if _KEY in content and _CERTIFICATE not in content:
        return "holds a private key and no certificate."
    if _is_der_certificate(content):
        return f"is a certificate in DER form: write it as PEM (openssl x509 -inform der -in {path} -out FILE.pem)."
    return _container(path, content)


def _instead_of_a_key(path: Path) -> str:
    content = _read(path)
    if _CERTIFICATE in content:
        return "holds a certificate and no private key."
    try:
        load_der_private_key(content, None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return _container(path, content)
    return f"is a private key in DER form: write it as PEM (openssl pkey -inform der -in {path} -out FILE.pem)."


def _is_der_certificate(content: bytes) -> bool:
    try:
        x509.load_der_x509_certificate(content)
    except ValueError:
        return False
    return True


def _container(path: Path, content: bytes) -> str:
    # Both PKCS #12 and DER begin with the mark of a sequence.
    if not content.startswith(b"\x30"):
        return ""
    return f"looks like PKCS #12 (.p12, .pfx): write it as PEM (openssl pkcs12 -in {path} -out FILE.pem)."


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""
