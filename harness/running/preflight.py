"""Before a run: can the systems be worked with as the settings say? One paragraph says what is wrong."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import urlsplit

from ..actors import calls
from ..actors.consumer import ConsumerSystem
from ..consumer.recording.reading import read
from ..errors import SettingsError, SystemAway
from ..http.client import Client
from ..http.exchange import Exchange, Sent
from ..judging.recorder import Recorder
from ..settings.model import Part, Settings
from ..text import ended
from . import free_slots, other_answers, proxies, rejection
from .certificate_files import check_files
from .findings import Finding, Mark, NotReached
from .reachability import remedy, remedy_of_scheme

#: An NHS number of the range for tests.
_NOBODY = "9990000018"


def check(settings: Settings) -> list[str]:
    """What a run should tell of the systems beside its verdicts: what they reject or lack, though a run needs it.

    Raises:
        SettingsError: a system cannot be worked with at all; says what to change.
    """
    if settings.consumer is not None and settings.consumer.recording is not None:
        left_out = read(settings.consumer).left_out
        return [f"{left_out} entries of the recording are of no concern to providers or registry"] if left_out else []
    found = [finding for part in settings.under_test() for finding in look(part, settings)]
    return [f"{finding.part}: {finding.text}" for finding in found if finding.mark in (Mark.WRONG, Mark.GAP)]


def look(part: Part, settings: Settings) -> Iterator[Finding]:
    """Look at one system, from its certificates to its slots.

    Raises:
        SettingsError: a run would be of no use; says what to change.
    """
    check_files(part, settings)
    exchange = reached(part, settings)
    yield Finding(part.key, f"{part.name} answers at {part.base_url}", seconds=(exchange.seconds,))
    yield from proxies.told(part, settings)
    if said := rejection.clocks(exchange):
        yield Finding(part.key, said, Mark.WRONG if rejection.clocks_too_far_apart(exchange) else Mark.NOTE)
    yield from other_answers.other_version(part, settings, _statement(part, settings, exchange))
    if part.as_role.offers_slots:
        yield from free_slots.services(part, settings)
    else:
        yield from _entries(part, settings)


def reached(part: Part, settings: Settings) -> Exchange:
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
        exchange = replace(exchange, response=None, error=exchange.answered()) if _is_of_scheme(part) else exchange
    if not exchange.reached:
        address = part.ssp_url or part.base_url
        # What is found by other connections, straight to the system, says nothing of what is behind a proxy.
        todo = "" if proxies.is_on_the_way(part) else remedy(part, exchange)
        todo = f"{todo} {proxies.if_only_through_it(part, settings)}".strip()
        said = f"{part.name} cannot be reached at {address}: {ended(exchange.error)} {todo} (The address is {place}.)"
        raise NotReached(said, (*urlsplit(address)[:2], exchange.error, todo))
    return exchange


def _is_of_scheme(part: Part) -> bool:
    return not proxies.is_on_the_way(part) and bool(remedy_of_scheme(part))


def _statement(part: Part, settings: Settings, first: Exchange) -> Exchange:
    """The answer that may hold the statement of the system: the first one or, where a token was missing, another."""
    if not part.as_role.offers_slots or first.status not in (400, 401, 403):
        return first
    consumer = ConsumerSystem(settings, "first_111", Recorder("settings"))
    try:
        return consumer.send(part, calls.metadata())
    except SystemAway:
        return first
    finally:
        consumer.close()


def _entries(part: Part, settings: Settings) -> Iterator[Finding]:
    """Whether the registry answers a search at all, whatever it finds."""
    consumer = ConsumerSystem(settings, "first_111", Recorder("settings"))
    number = settings.patients[0].nhs_number if settings.patients else _NOBODY
    try:
        exchange = consumer.registered_for_patient(part, number)
        # Where nobody has an entry some say 404, in FHIR; a 404 of a server that has nothing there is none of them.
        if exchange.status != 200 and not (exchange.status == 404 and exchange.resource):

            def again(other: Part) -> Exchange:
                return consumer.registered_for_patient(other, number)

            said = f"a search by patient is answered with {ended(rejection.quoted(exchange))}"
            if nothing := other_answers.instead_of_fhir(part, settings, exchange):
                raise SettingsError(f"{part.name}: {said} {nothing}")
            said = f"{said} {rejection.hints(part, settings, exchange, again)}"
            yield Finding(part.key, said.rstrip(), Mark.WRONG)
    except SystemAway as problem:
        raise SettingsError(str(problem)) from None
    finally:
        consumer.close()
