"""What a request needs that a provider takes it, put in place of what the consumer under test sent.

The proxy records what came, and that is judged. What it passes on has a good token and all headers, so that a slip in
one of them, which every request of a consumer has alike, does not hide all that comes behind it.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from uec_booking.standard import names

from ..actors.tokens import claims, unsecured
from ..consumer.requests import Interaction, ProviderCall
from ..http.exchange import Headers
from ..settings.consumer import ConsumerUnderTest
from ..settings.model import Organisation

_SCOPES: Mapping[Interaction | None, str] = {
    Interaction.METADATA: names.SCOPE_SLOT_READ,
    Interaction.SLOTS: names.SCOPE_SLOT_READ,
    Interaction.READ: names.SCOPE_APPOINTMENT_READ,
    Interaction.SEARCH: names.SCOPE_APPOINTMENT_READ,
}


def completed(call: ProviderCall, authorization: Mapping[str, Any], consumer: ConsumerUnderTest) -> Headers:
    """The headers of a request with a good token of the organisation that sent it, and with those that it lacks.

    ``authorization`` is what its own token says (see ``consumer.tokens``).
    """
    sent = call.exchange.request.headers
    scope = _SCOPES.get(call.interaction, names.SCOPE_APPOINTMENT_WRITE)
    token = unsecured(claims(_caller(call, authorization, consumer), call.root, scope))
    kept = [(name, value) for name, value in sent if name.lower() != "authorization"]
    there = {name.lower() for name, value in kept if value.strip()}
    needed = {
        names.SSP_TRACE_ID: str(uuid.uuid4()),
        names.SSP_FROM: consumer.first.asid,
        names.SSP_TO: "000000000000",
        names.SSP_INTERACTION_ID: names.SEARCH_SLOT,
        names.REQUEST_ID: str(uuid.uuid4()),
    }
    lacking = [(name, value) for name, value in needed.items() if name.lower() not in there]
    filled = [one for one in kept if one[1].strip() or one[0].lower() not in {name.lower() for name in needed}]
    return (*filled, *lacking, ("Authorization", f"Bearer {token}"))


def _caller(call: ProviderCall, authorization: Mapping[str, Any], consumer: ConsumerUnderTest) -> Organisation:
    """Which of its 111 services calls: the one that the token or the headers name, else the first."""
    second = consumer.second
    told = str(authorization.get("claims") or "")
    is_second = second is not None and (call.header(names.SSP_FROM) == second.asid or repr(second.ods) in told)
    service = second if second is not None and is_second else consumer.first
    return Organisation("under_test", "The consumer under test", service.ods, service.asid)
