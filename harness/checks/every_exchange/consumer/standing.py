"""All that is checked on every request of a consumer under test, put together."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from ....consumer import directory
from ....consumer.requests import provider_call
from ....http.exchange import Exchange
from ....judging.observations import Observation
from ....settings.model import Settings
from .addressing import Addressing
from .bookings import Bookings
from .searches import searches
from .tokens import Tokens
from .transactions import Transactions
from .updates import Updates


def consumer_checks(settings: Settings) -> Callable[[Exchange], Iterator[Observation]]:
    """The checks on the requests of one scenario, in their order."""
    assert settings.consumer is not None
    asids, services, registry = _called(settings)
    addressing = Addressing(settings.consumer, asids)
    tokens = Tokens(settings.consumer, settings.edition, asids.keys())
    bookings, updates = Bookings(settings.edition), Updates(settings.edition)
    transactions = Transactions(settings.edition)

    def check(exchange: Exchange) -> Iterator[Observation]:
        call = provider_call(exchange, asids)
        if registry and call.target.startswith(registry):
            # It is no provider: that it is not asked through the proxy is for REG-22 to say.
            return
        yield from addressing.check(call)
        if exchange.extra.get("direct"):
            # Its token was not recorded.
            return
        yield from tokens.check(call)
        if not call.root:
            return
        yield from searches(call, services)
        if call.body_unrecorded:
            return
        yield from bookings.check(call)
        yield from updates.check(call)
        yield from transactions.check(call)

    return check


def _called(settings: Settings) -> tuple[Mapping[str, str], Mapping[str, frozenset[str]], str]:
    """Whom the consumer may call: the ASID of each service root, the services behind it, and the registry."""
    recorded = settings.consumer.recording if settings.consumer else None
    if recorded is not None:
        # Which services these providers have the settings do not say.
        return recorded.providers, {}, recorded.registry
    assert settings.surroundings is not None
    roots = settings.surroundings.roots
    rows = {roots[row.id]: row for row in directory.services().values()}
    services = {root: frozenset(name for name, at in roots.items() if at == root) for root in rows}
    return {root: row.asid for root, row in rows.items()}, services, settings.surroundings.registry
