"""Before a run: can the systems be reached as the settings say? What is wrong is said in one paragraph."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from . import calls
from .actors import ConsumerSystem
from .broker import MARGIN
from .client import Client
from .errors import SettingsError
from .exchange import Exchange, Sent
from .recording import Recorder
from .settings import Part, Settings


def check(settings: Settings) -> None:
    """Raise ``SettingsError`` with what to change, when a system cannot be worked with at all."""
    for part in settings.under_test():
        _certificate(part, settings)
        _reachable(part, settings)
    for part in settings.under_test():
        if part.role == "provider":
            _services(part, settings)


def _certificate(part: Part, settings: Settings) -> None:
    """An expired client certificate is refused by servers in ways that say little, so it is looked at here."""
    if not part.tls.client_certificate:
        return
    from cryptography import x509

    path = Path(part.tls.client_certificate)
    try:
        certificate = x509.load_pem_x509_certificate(path.read_bytes())
    except (OSError, ValueError) as problem:
        raise SettingsError(
            f"In {settings.source}, tls.client_certificate: {path} is not a certificate in PEM form ({problem}). "
            "Export it as PEM (a text that begins with -----BEGIN CERTIFICATE-----)."
        ) from None
    now = datetime.now(UTC)
    if not certificate.not_valid_before_utc <= now <= certificate.not_valid_after_utc:
        raise SettingsError(
            f"In {settings.source}, tls.client_certificate: {path} is valid from "
            f"{certificate.not_valid_before_utc:%Y-%m-%d} to {certificate.not_valid_after_utc:%Y-%m-%d} only, "
            "not today. Get it renewed, and name the new one."
        )


def _reachable(part: Part, settings: Settings) -> None:
    try:
        client = Client(part.tls, settings.limits)
    except (OSError, ValueError) as problem:
        raise SettingsError(
            f"In {settings.source}, [tls]: the client certificate and key cannot be used ({problem}). "
            "See that the key belongs to the certificate, and that client_key_password is right."
        ) from None
    try:
        url = part.url("/metadata" if part.role == "provider" else "/Appointment")
        exchange = client.send(Sent("GET", url, (("Accept", calls.JSON),)), system=part.key)
    finally:
        client.close()
    if exchange.response is None:
        raise SettingsError(
            f"{part.name} cannot be reached at {part.base_url}: {exchange.error}. {_remedy(part, exchange)} "
            f"(The address is {part.key}.base_url in {settings.source}.)"
        )


def _remedy(part: Part, exchange: Exchange) -> str:
    if exchange.error_kind == "tls" and "not trusted" in exchange.error:
        if "expired" in exchange.error:
            return "The certificate of the server has expired: it must be renewed there."
        return (
            "Name the file of the authority that signed the server's certificate as tls.ca, "
            "and use the host name that the certificate is made out to."
        )
    return {
        "dns": "Correct the host name, or see that this machine can look it up.",
        "refused": "Start the system, or correct host and port.",
        "tls": "See that the server speaks HTTPS on this port and, if it asks for a client certificate, that "
        "tls.client_certificate and tls.client_key name the right ones.",
        "timeout": "See that a firewall does not swallow the connection, or raise the times in [limits].",
    }.get(exchange.error_kind, "See that the address is that of the FHIR base, and that the scheme is right.")


def _services(part: Part, settings: Settings) -> None:
    """A service id that the provider does not know is a wrong setting, not a fault of the provider."""
    if not any(part.services.values()):
        raise SettingsError(
            f"In {settings.source}, {part.key}.services: no service id is named. Write at least "
            f'[{part.key}.services] with later = "the DoS service id of a service with free slots".'
        )
    consumer = ConsumerSystem(
        settings.organisations["first_111"], Recorder("settings", None), settings.limits
    )
    now = datetime.now(UTC)
    try:
        for purpose, service in part.services.items():
            exchange = consumer.send(
                part, calls.search_slots(service, now + MARGIN, now + MARGIN + timedelta(minutes=30))
            )
            if exchange.status == 404:
                raise SettingsError(
                    f"{part.name} does not know the service {service!r}: the slot search was answered with "
                    f"{exchange.told()}. Correct {part.key}.services.{purpose} in {settings.source}, "
                    f"or {part.key}.base_url if no address below it is right."
                )
    finally:
        consumer.close()
