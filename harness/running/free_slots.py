"""Before a run: has a provider free slots in the times in which scenarios need some?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from ..actors import calls
from ..actors.consumer import ConsumerSystem
from ..errors import SettingsError, SystemAway
from ..fhir import bundle_resources
from ..http.exchange import Exchange
from ..judging.recorder import Recorder
from ..scenario.slot_leases import MARGIN, slots_in
from ..settings.model import Part, Settings
from ..text import ended
from . import other_answers, rejection
from .findings import Finding, Mark

#: Purpose: the spans from now in which its slots are counted, a short one first: answers can be long.
_SPANS = {
    "within_2_hours": (("within 2 hours", MARGIN, timedelta(hours=2)),),
    "later": (
        ("from 6 to 8 hours on", timedelta(hours=6), timedelta(hours=8)),
        ("from 6 to 48 hours on", timedelta(hours=6), timedelta(hours=48)),
    ),
}


@dataclass(frozen=True)
class _Looked:
    """What a search for one purpose found: None for an answer that does not tell, which the run is to judge."""

    count: int | None
    words: str
    exchange: Exchange


def services(part: Part, settings: Settings) -> Iterator[Finding]:
    """A service id that the provider does not know is a wrong setting, not a fault of the provider.

    Raises:
        SettingsError: no service with slots is named, or none that is has a free one; says what to change.
    """
    place = settings.place(f"{part.key}.services")
    if not part.service("later"):
        raise SettingsError(
            f"No service with slots is named for {part.name} ({place}). Give the DoS service id of one: "
            f'later = "..." below [{part.key}.services] in the settings file, or --service ID.'
        )
    counts: list[int] = []
    consumer = ConsumerSystem(settings, "first_111", Recorder("settings"))
    try:
        for purpose in _SPANS:
            service = part.service(purpose)
            looked = _free_for(purpose, consumer, part, service, settings)
            if looked.count is None:
                yield _not_answered(consumer, part, service, looked.exchange, settings)
                return
            counts.append(looked.count)
            yield _counted(part, purpose, service, looked, place)
    except SystemAway as problem:
        raise SettingsError(str(problem)) from None
    finally:
        consumer.close()
    if not any(counts):
        ids = ", ".join(dict.fromkeys(part.service(purpose) for purpose in _SPANS))
        raise SettingsError(
            f"{part.name} offers no free slot for service {ids} in the times that a run needs (within 2 "
            f"hours, and from 6 to 48 hours on). Free or add some there, or name a service of this environment that "
            f"has slots ({place}): the id of another one finds nothing."
        )


def _counted(part: Part, purpose: str, service: str, looked: _Looked, place: str) -> Finding:
    slots = f"{looked.count or 'no'} free slot{'' if looked.count == 1 else 's'} {looked.words}"
    said, seconds = f"service {service} ({purpose}): {slots}", (looked.exchange.seconds,)
    if not looked.count:
        more = f"what needs one will be INCONCLUSIVE. Add some there, or name a service that has some as {purpose}"
        return Finding(part.key, f"{said}: {more} ({place})", Mark.GAP, seconds)
    if purpose in part.services:
        return Finding(part.key, said, seconds=seconds)
    return Finding(part.key, f"{said}; {purpose} is not named in {place}, so this one is used", Mark.NOTE, seconds)


def _free_for(purpose: str, consumer: ConsumerSystem, part: Part, service: str, settings: Settings) -> _Looked:
    """How many free slots were found, in which span of the purpose, and the answer that says so."""
    for words, since, until in _SPANS[purpose]:
        now = datetime.now(UTC)
        exchange = consumer.send(part, calls.search_slots(service, now + since, now + until))
        found = _Looked(_free(exchange, part, service, settings), words, exchange)
        if found.count:
            break
    return found


def _free(exchange: Exchange, part: Part, service: str, settings: Settings) -> int | None:
    if exchange.status == 404:
        raise SettingsError(_of_404(exchange, part, service, settings))
    if exchange.status != 200 or exchange.resource.get("resourceType") != "Bundle":
        return None
    free = sum(slot.resource.get("status") == "free" for slot in slots_in(exchange, service))
    # Slots whose times or status cannot be read are a fault of the provider, not of the settings.
    return None if not free and bundle_resources(exchange.resource, "Slot") else free


def _of_404(exchange: Exchange, part: Part, service: str, settings: Settings) -> str:
    answered = f"the slot search is answered with {ended(rejection.quoted(exchange))}"
    if elsewhere := other_answers.instead_of_fhir(part, settings, exchange):
        return f"{part.name}: {answered} {elsewhere}"
    return (
        f"{part.name} does not know the service {service!r}, which may be that of another environment: {answered} "
        f"Correct {settings.place(f'{part.key}.services')}, or {settings.place(f'{part.key}.base_url')} if no "
        "address below it is right."
    )


def _not_answered(
    consumer: ConsumerSystem, part: Part, service: str, exchange: Exchange, settings: Settings
) -> Finding:
    """What to say of a good search that finds nothing because of how it is answered."""
    said = f"service {service}: the slot search is not answered with 200 and free slots"
    if exchange.status == 200 and exchange.resource.get("resourceType") == "Bundle":
        return Finding(part.key, f"{said}, but with slots that cannot be read", Mark.NOTE)

    def again(other: Part) -> Exchange:
        now = datetime.now(UTC)
        return consumer.send(other, calls.search_slots(service, now, now + timedelta(hours=1)))

    more = other_answers.instead_of_fhir(part, settings, exchange) or rejection.hints(part, settings, exchange, again)
    if exchange.status in (400, 422) and not more:
        more = (
            f"If it does not know the service {service!r}, which may be that of another environment, correct "
            f"{settings.place(f'{part.key}.services')}."
        )
    return Finding(part.key, f"{said}, but with {ended(rejection.quoted(exchange))} {more}".rstrip(), Mark.WRONG)
