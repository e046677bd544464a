"""An appointment that an organisation of another kind than a 111 service has booked, which we play (CF-59)."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta

from uec_booking.standard import roles

from ..actors import calls as provider_calls
from ..actors.appointment_body import booking
from ..bookkeeping.booking_log import appointment_url
from ..consumer import directory
from ..consumer.contract import Known
from ..consumer.requests import ProviderCall
from ..errors import CannotGoOn
from ..http.client import Client
from ..http.exchange import Exchange
from ..settings.model import Part, Tls
from .call_taken import ANOTHER_KIND, Standing
from .consumer_calls import ConsumerCalls
from .slot_leases import MARGIN, slots_in


def book(calls: ConsumerCalls, service: str, hours: float) -> None:
    """Book the caller at a service straight from its provider, before the consumer under test hears of it.

    Raises:
        CannotGoOn: there was no slot, or it could not be booked; the provider is ours.
    """
    row, root = directory.services()[service], calls.root(service)
    now = datetime.now(UTC)
    found = _sent(calls, root, provider_calls.search_slots(row.id, now + MARGIN, now + timedelta(hours=hours)))
    slots = slots_in(found, row.id)
    if not slots:
        raise CannotGoOn(f"the provider that we play has no slot at {service} ({found.summary()})")
    made = _sent(calls, root, provider_calls.book(booking(calls.caller, slots[-1], calls.settings.edition)))
    if made.status != 201:
        raise CannotGoOn(f"the provider that we play did not take the booking at {service} ({made.summary()})")
    known = Known(appointment_url(made, root), str(made.resource.get("start", "")), row.name)
    calls.keep_elsewhere(Standing(known, root, row, ProviderCall(made, 0, root, root), ANOTHER_KIND, -1))


def _sent(calls: ConsumerCalls, root: str, call: provider_calls.Call) -> Exchange:
    met, settings = calls.surroundings, calls.settings
    tls = Tls(met.ca, met.client_certificate, met.client_key)
    part = Part("world", roles.PROVIDER.name, "a provider that we play", root, root, tls=tls, under_test=False)
    organisation = settings.organisations[ANOTHER_KIND]
    sent = provider_calls.addressed(
        provider_calls.for_edition(call, settings.edition), part, organisation, str(uuid.uuid4())
    )
    client = Client(tls, settings.limits)
    try:
        exchange = client.send(sent, system=part.key, actor=organisation.name)
    finally:
        client.close()
    return calls.recorder.exchange(exchange, checked=False)
