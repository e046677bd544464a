"""All that is checked on every request of a consumer under test, put together."""

from __future__ import annotations

from collections.abc import Callable, Iterator

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
    assert settings.consumer is not None and settings.surroundings is not None
    roots = settings.surroundings.roots
    rows = {roots[row.id]: row for row in directory.services().values()}
    services = {root: frozenset(name for name, at in roots.items() if at == root) for root in rows}
    addressing = Addressing(settings.consumer, {root: row.asid for root, row in rows.items()})
    tokens = Tokens(settings.consumer, settings.edition, rows.keys())
    bookings, updates = Bookings(settings.edition), Updates(settings.edition)
    transactions = Transactions(settings.edition)
    registry = settings.surroundings.registry

    def check(exchange: Exchange) -> Iterator[Observation]:
        call = provider_call(exchange, rows)
        if call.target.startswith(registry):
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
        yield from bookings.check(call)
        yield from updates.check(call)
        yield from transactions.check(call)

    return check
