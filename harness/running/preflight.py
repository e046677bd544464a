"""Before a run: can the systems be worked with as the settings say? One paragraph says what is wrong."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from ..actors import calls
from ..actors.consumer import ConsumerSystem
from ..consumer.recording.reading import read
from ..errors import SettingsError, SystemAway
from ..fhir import bundle_resources
from ..http.client import Client
from ..http.exchange import Exchange, Sent
from ..judging.recorder import Recorder
from ..scenario.slot_leases import MARGIN, slots_in
from ..settings.model import Part, Settings
from ..text import ended
from . import rejection
from .reachability import remedy, remedy_of_scheme

#: Purpose: the spans from now in which its slots are counted, a short one first: answers can be long.
_SPANS = {
    "within_2_hours": (("within 2 hours", MARGIN, timedelta(hours=2)),),
    "later": (
        ("from 6 to 8 hours on", timedelta(hours=6), timedelta(hours=8)),
        ("from 6 to 48 hours on", timedelta(hours=6), timedelta(hours=48)),
    ),
}

#: An NHS number of the range for tests.
_NOBODY = "9990000018"


@dataclass(frozen=True)
class Finding:
    """Something looked at. ``note``: a run is possible, but part of it will be inconclusive.

    ``wrong``: the system rejects what every run needs, be it by a wrong setting or by a fault of its own.
    """

    part: str
    text: str
    note: bool = False
    wrong: bool = False


class NotReached(SettingsError):
    """A system that cannot be reached. ``cause`` is the same for systems of one address that have it in common."""

    def __init__(self, message: str, cause: tuple[str, ...]) -> None:
        super().__init__(message)
        self.cause = cause


def check(settings: Settings) -> list[str]:
    """What a run should tell of the systems beside its verdicts: what they reject, though a run needs it.

    Raises:
        SettingsError: a system cannot be worked with at all; says what to change.
    """
    if settings.consumer is not None and settings.consumer.recording is not None:
        left_out = read(settings.consumer).left_out
        return [f"{left_out} entries of the recording are of no concern to providers or registry"] if left_out else []
    found = [finding for part in settings.under_test() for finding in look(part, settings)]
    return [f"{finding.part}: {finding.text}" for finding in found if finding.wrong]


def look(part: Part, settings: Settings) -> Iterator[Finding]:
    """Look at one system, from its certificates to its slots.

    Raises:
        SettingsError: a run would be of no use; says what to change.
    """
    _authority(part, settings)
    _certificate(part, settings)
    exchange = _reached(part, settings)
    yield Finding(part.key, f"{part.name} answers at {part.base_url}")
    if said := rejection.clocks(exchange):
        yield Finding(part.key, said, note=True)
    if part.as_role.offers_slots:
        yield from _services(part, settings)
    else:
        yield from _entries(part, settings)


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
    """Servers reject an expired client certificate in ways that say little, so it is looked at here."""
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
        key = load_pem_private_key(path.read_bytes(), password)
    except TypeError:
        protected = "is protected by a password: write it as" if password is None else "has no password: leave out"
        raise SettingsError(f"{place}: {path} {protected} tls.client_key_password.") from None
    except (OSError, ValueError, UnsupportedAlgorithm) as problem:
        raise SettingsError(
            f"{place}: {path} holds no private key in PEM form that can be read ({problem}). Name the file of the "
            "key of the client certificate, and see that tls.client_key_password is right."
        ) from None
    if key.public_key() != certificate.public_key():
        raise SettingsError(
            f"{place}: the key in {path} does not belong to the certificate in {part.tls.client_certificate}. "
            "Name the key that the certificate was made for."
        )


def _reached(part: Part, settings: Settings) -> Exchange:
    """The answer to a first request, without a token."""
    try:
        client = Client(part.tls, settings.limits)
    except (OSError, ValueError) as problem:
        raise SettingsError(
            f"{settings.place('tls.client_certificate')}: the client certificate and key cannot be used ({problem}). "
            "Export them anew as PEM."
        ) from None
    try:
        url = part.url(part.as_role.first_path)
        exchange = client.send(Sent("GET", url, (("Accept", calls.JSON),)), system=part.key)
    finally:
        client.close()
    place = settings.place(f"{part.key}.ssp_url" if part.ssp_url else f"{part.key}.base_url")
    if exchange.status == 400 and (part.ssp_url or part.base_url).startswith("http:"):
        # What servers with TLS say to plain HTTP, if they say anything.
        exchange = replace(exchange, response=None, error=exchange.answered()) if remedy_of_scheme(part) else exchange
    if not exchange.reached:
        address, todo = part.ssp_url or part.base_url, remedy(part, exchange)
        said = f"{part.name} cannot be reached at {address}: {ended(exchange.error)} {todo} (The address is {place}.)"
        raise NotReached(said, (*urlsplit(address)[:2], exchange.error, todo))
    return exchange


def _services(part: Part, settings: Settings) -> Iterator[Finding]:
    """A service id that the provider does not know is a wrong setting, not a fault of the provider."""
    place = settings.place(f"{part.key}.services")
    named = {purpose: service for purpose, service in part.services.items() if purpose in _SPANS}
    if not named:
        raise SettingsError(
            f"No service with slots is named for {part.name} ({place}). Give the DoS service id of one: "
            f'later = "..." below [{part.key}.services] in the settings file, or --service ID.'
        )
    for purpose in _SPANS:
        if purpose not in named:
            yield Finding(part.key, f"{purpose} is not named in {place}: {part.service(purpose)} is used for it", True)
    consumer = ConsumerSystem(settings, "first_111", Recorder("settings"))
    counts: list[int] = []
    try:
        for purpose, service in named.items():
            count, words, exchange = _free_for(purpose, consumer, part, service, settings)
            if count is None:
                yield _not_answered(consumer, part, service, exchange, settings)
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
) -> tuple[int | None, str, Exchange]:
    """How many free slots were found, in which span of the purpose, and the answer that says so."""
    for words, since, until in _SPANS[purpose]:  # noqa: B007
        now = datetime.now(UTC)
        exchange = consumer.send(part, calls.search_slots(service, now + since, now + until))
        count = _free(exchange, part, service, settings)
        if count:
            break
    return count, words, exchange


def _not_answered(
    consumer: ConsumerSystem, part: Part, service: str, exchange: Exchange, settings: Settings
) -> Finding:
    """What to say of a good search that finds nothing because of how it is answered."""
    said = f"service {service}: the slot search is not answered with 200 and free slots"
    if exchange.status == 200 and exchange.resource.get("resourceType") == "Bundle":
        return Finding(part.key, f"{said}, but with slots that cannot be read", note=True)

    def again(other: Part) -> Exchange:
        now = datetime.now(UTC)
        return consumer.send(other, calls.search_slots(service, now, now + timedelta(hours=1)))

    more = rejection.hints(part, settings, exchange, again)
    return Finding(part.key, f"{said}, but with {ended(rejection.quoted(exchange))} {more}".rstrip(), wrong=True)


def _entries(part: Part, settings: Settings) -> Iterator[Finding]:
    """Whether the registry answers a search at all, whatever it finds."""
    consumer = ConsumerSystem(settings, "first_111", Recorder("settings"))
    number = settings.patients[0].nhs_number if settings.patients else _NOBODY
    try:
        exchange = consumer.registered_for_patient(part, number)
        if exchange.status not in (200, 404):

            def again(other: Part) -> Exchange:
                return consumer.registered_for_patient(other, number)

            more = rejection.hints(part, settings, exchange, again)
            said = f"a search by patient is answered with {ended(rejection.quoted(exchange))} {more}"
            yield Finding(part.key, said.rstrip(), wrong=True)
    except SystemAway as problem:
        raise SettingsError(str(problem)) from None
    finally:
        consumer.close()


def _free(exchange: Exchange, part: Part, service: str, settings: Settings) -> int | None:
    """How many free slots a search finds; None for an answer that does not tell, which the run is to judge."""
    if exchange.status == 404:
        raise SettingsError(
            f"{part.name} does not know the service {service!r}: the slot search was answered with "
            f"{ended(exchange.summary())} Correct {settings.place(f'{part.key}.services')}, or "
            f"{settings.place(f'{part.key}.base_url')} if no address below it is right."
        )
    if exchange.status != 200 or exchange.resource.get("resourceType") != "Bundle":
        return None
    free = sum(slot.resource.get("status") == "free" for slot in slots_in(exchange, service))
    # Slots whose times or status cannot be read are a fault of the provider, not of the settings.
    return None if not free and bundle_resources(exchange.resource, "Slot") else free
