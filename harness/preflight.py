"""Before a run: can the systems be worked with as the settings say? One paragraph says what is wrong."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509

from . import calls
from .actors import ConsumerSystem, bundle_resources
from .broker import MARGIN, slots_in
from .client import Client
from .errors import SettingsError, SystemAway
from .exchange import Exchange, Sent
from .recording import Recorder
from .settings import Part, Settings

#: Purpose: the spans from now in which its slots are counted, a short one first: answers can be long.
_SPANS = {
    "within_2_hours": (("within 2 hours", MARGIN, timedelta(hours=2)),),
    "later": (
        ("from 6 to 8 hours on", timedelta(hours=6), timedelta(hours=8)),
        ("from 6 to 48 hours on", timedelta(hours=6), timedelta(hours=48)),
    ),
}


@dataclass(frozen=True)
class Finding:
    """Something looked at. ``note``: a run is possible, but part of it will be inconclusive."""

    part: str
    text: str
    note: bool = False


def check(settings: Settings) -> None:
    """Raise ``SettingsError`` with what to change, when a system cannot be worked with at all."""
    for part in settings.under_test():
        for _ in look(part, settings):
            pass


def look(part: Part, settings: Settings) -> Iterator[Finding]:
    """Look at one system, from its certificates to its slots.

    Raises:
        SettingsError: a run would be of no use; says what to change.
    """
    _authority(part, settings)
    _certificate(part, settings)
    yield Finding(part.key, _reachable(part, settings))
    if part.role == "provider":
        yield from _services(part, settings)


def _authority(part: Part, settings: Settings) -> None:
    if not part.tls.ca:
        return
    try:
        ssl.create_default_context(cafile=part.tls.ca)
    except (OSError, ValueError) as problem:
        raise SettingsError(
            f"{settings.place('tls.ca')}: {part.tls.ca} holds no certificate in PEM form ({problem}). "
            "Name the file of the authority that signed the server's certificate (a text that begins with "
            "-----BEGIN CERTIFICATE-----)."
        ) from None


def _certificate(part: Part, settings: Settings) -> None:
    """Servers refuse an expired client certificate in ways that say little, so it is looked at here."""
    if not part.tls.client_certificate:
        return
    place, path = settings.place("tls.client_certificate"), Path(part.tls.client_certificate)
    try:
        certificate = x509.load_pem_x509_certificate(path.read_bytes())
    except (OSError, ValueError) as problem:
        raise SettingsError(
            f"{place}: {path} is not a certificate in PEM form ({problem}). "
            "Export it as PEM (a text that begins with -----BEGIN CERTIFICATE-----)."
        ) from None
    now = datetime.now(UTC)
    if not certificate.not_valid_before_utc <= now <= certificate.not_valid_after_utc:
        raise SettingsError(
            f"{place}: {path} is valid from {certificate.not_valid_before_utc:%Y-%m-%d} to "
            f"{certificate.not_valid_after_utc:%Y-%m-%d} only, and today is {now:%Y-%m-%d}. "
            "Get it renewed, and name the new one."
        )


def _reachable(part: Part, settings: Settings) -> str:
    try:
        client = Client(part.tls, settings.limits)
    except (OSError, ValueError) as problem:
        raise SettingsError(
            f"{settings.place('tls.client_key')}: the client certificate and key cannot be used ({problem}). "
            "See that the key belongs to the certificate, and that tls.client_key_password is right."
        ) from None
    try:
        url = part.url("/metadata" if part.role == "provider" else "/Appointment")
        exchange = client.send(Sent("GET", url, (("Accept", calls.JSON),)), system=part.key)
    finally:
        client.close()
    if not exchange.reached:
        place = settings.place(f"{part.key}.ssp_url" if part.ssp_url else f"{part.key}.base_url")
        raise SettingsError(
            f"{part.name} cannot be reached at {part.ssp_url or part.base_url}: {exchange.error}. "
            f"{_remedy(exchange)} (The address is {place}.)"
        )
    return f"{part.name} answers at {part.base_url}"


def _remedy(exchange: Exchange) -> str:
    if exchange.error_kind == "tls" and "not trusted" in exchange.error:
        if "expired" in exchange.error:
            return "The certificate of the server has expired: it must be renewed there."
        return (
            "Name the file of the authority that signed the server's certificate as tls.ca in a settings "
            "file, and use the host name that the certificate is made out to."
        )
    return {
        "dns": "Correct the host name, or see that this machine can look it up.",
        "refused": "Start the system, or correct host and port.",
        "tls": "See that the server speaks HTTPS on this port and, if it asks for a client certificate, that "
        "tls.client_certificate and tls.client_key name the right ones.",
        "timeout": "See that a firewall does not swallow the connection, or raise the times in [limits].",
        "too-large": "See that the address is that of the FHIR base, or raise limits.body_bytes.",
    }.get(exchange.error_kind, "See that the address is that of the FHIR base, and that the scheme is right.")


def _services(part: Part, settings: Settings) -> Iterator[Finding]:
    """A service id that the provider does not know is a wrong setting, not a fault of the provider."""
    place = settings.place(f"{part.key}.services")
    named = {purpose: service for purpose, service in part.services.items() if purpose in _SPANS}
    if not named:
        raise SettingsError(
            f"No service with slots is named for {part.name} ({place}). Give the DoS service id of one: "
            f'later = "..." below [{part.key}.services] in the settings file, or --service ID.'
        )
    consumer = ConsumerSystem(settings, "first_111", Recorder("settings"))
    counts: list[int] = []
    try:
        for purpose, service in named.items():
            count, words = _free_for(purpose, consumer, part, service, settings)
            if count is None:
                yield Finding(
                    part.key, f"service {service}: the slot search is not answered with 200 and free slots", True
                )
                return
            counts.append(count)
            found = f"{count} free slots" if count else "no free slot"
            yield Finding(part.key, f"service {service} ({purpose}): {found} {words}", not count)
    except SystemAway as problem:
        raise SettingsError(str(problem)) from None
    finally:
        consumer.close()
    if not any(counts):
        ids = ", ".join(dict.fromkeys(named.values()))
        raise SettingsError(
            f"{part.name} offers no free slot for service {ids} in the times that a run needs (within 2 "
            f"hours, and from 6 to 48 hours on). Free or add some there, or name "
            f"a service that has slots ({place})."
        )


def _free_for(
    purpose: str, consumer: ConsumerSystem, part: Part, service: str, settings: Settings
) -> tuple[int | None, str]:
    """How many free slots were found, and in which span of the purpose."""
    count, words = None, ""
    for words, since, until in _SPANS[purpose]:  # noqa: B007
        count = _free(consumer, part, service, since, until, settings)
        if count:
            break
    return count, words


def _free(
    consumer: ConsumerSystem, part: Part, service: str, since: timedelta, until: timedelta, settings: Settings
) -> int | None:
    """How many free slots a search finds; None for an answer that does not tell, which the run is to judge."""
    now = datetime.now(UTC)
    exchange = consumer.send(part, calls.search_slots(service, now + since, now + until))
    if exchange.status == 404:
        raise SettingsError(
            f"{part.name} does not know the service {service!r}: the slot search was answered with "
            f"{exchange.told()}. Correct {settings.place(f'{part.key}.services')}, or "
            f"{settings.place(f'{part.key}.base_url')} if no address below it is right."
        )
    if exchange.status != 200 or exchange.resource.get("resourceType") != "Bundle":
        return None
    free = sum(slot.resource.get("status") == "free" for slot in slots_in(exchange, service))
    # Slots whose times or status cannot be read are a fault of the provider, not of the settings.
    return None if not free and bundle_resources(exchange.resource, "Slot") else free
