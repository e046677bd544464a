"""Answers that the Spine Secure Proxy made itself: what is in them binds no provider."""

from __future__ import annotations

import re

from uec_booking.standard import names

from ...http.exchange import Exchange

#: The address of a provider behind that of the proxy (SSP-01).
_THROUGH = re.compile(r"https?://[^/]+/(.*/)?https?://")
#: The statuses of the proxy's own errors (SSP-10).
_STATUSES = frozenset({403, 405, 415, 502, 504})


def is_of_the_proxy(exchange: Exchange) -> bool:
    """Whether the proxy has rejected a request that was sent through it.

    Its own rejections have one of a few statuses; a provider's has the ids of the transaction, as all of its answers
    must (PRV-XTI-01, PRV-XTI-02), and one without both is told by those that the proxy does not make.
    """
    response = exchange.response
    if response is None or response.status not in _STATUSES:
        return False
    through = _THROUGH.match(exchange.request.url.split("?")[0]) is not None
    return through and response.header(names.REQUEST_ID) is None and response.header(names.CORRELATION_ID) is None
