"""The Spine Secure Proxy, played for a consumer under test: a recording forward proxy.

A consumer puts its address before the absolute URL of a provider, with one slash between them; the prefix is taken
off, the request passed on, and the answer passed back unchanged. It lets pass what the real one, or a provider, would
reject for its token or its headers (``letting_pass``), so that one slip does not hide all that comes behind it: what is
wrong is judged, not prevented. Where a provider is not
reached it answers as the real one does: 502, or 504 where the time is over, with nothing in the body.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from ..consumer.requests import provider_call
from ..consumer.tokens import authorization
from ..errors import SettingsError
from ..http.client import Client, new_exchange_id, now_text
from ..http.exchange import Exchange, Received, Sent
from ..settings.consumer import CONSUMER
from ..settings.model import Settings, TapPlace, Tls
from ..text import ended
from . import interference
from .altered import ALTERED, altered
from .letting_pass import completed
from .log import SSP, ProxyLog
from .server import OF_CONNECTION, RecordingProxy
from .tls import Adapter, client_certificate

#: What the header Forwarded says of a request that came through the proxy.
FORWARDED = "by=_ssp"


class SecureProxy(RecordingProxy):
    """Listens at ``place`` for the consumer under test, and records.

    ``origins`` maps scheme, host and port of each provider, as ``https://localhost:8443``, to how it is spoken to;
    requests go nowhere else.

    Raises:
        SettingsError: the address cannot be had.
    """

    def __init__(self, place: TapPlace, folder: Path, settings: Settings, record: ProxyLog | None = None) -> None:
        assert settings.consumer is not None
        self._consumer = settings.consumer
        self._origins: Mapping[str, Tls] = {}
        self._roots: tuple[str, ...] = ()
        super().__init__(place, folder, settings, SSP, record)

    def pass_on_to(self, origins: Mapping[str, Tls], roots: tuple[str, ...]) -> None:
        """Pass requests on to these providers from now on."""
        self._origins, self._roots = origins, roots

    def ask_for_certificates_of(self, authorities: Sequence[str]) -> None:
        """Ask the consumer for a client certificate of one of these authorities (files) from now on (SEC-36).

        Whether it shows one is noted; without one it is let in, so that one slip does not hide all that comes behind.

        Raises:
            SettingsError: a file cannot be used.
        """
        secured = self._server.ssl_adapter
        assert isinstance(secured, Adapter)
        secured.refused = self._record.refuse
        for file in authorities:
            try:
                secured.asks_for_certificates_of([file])
            except OSError as problem:
                raise SettingsError(
                    f"consumer.client_ca: {file} cannot be used: {ended(problem)} "
                    "Name a file of authorities in PEM, those of the certificates that the consumer shows."
                ) from None

    def _pass(self, sent: Sent, environ: dict[str, Any]) -> Received:
        disturbance = self._disturbing(sent)
        kind = disturbance.kind if disturbance else ""
        if disturbance and kind == "slow":
            time.sleep(disturbance.seconds)
        arrived = now_text()
        passes_on = not kind or kind in interference.PASSES_ON or kind in ALTERED
        passed = _without(sent, "accept-encoding") if kind == "uncompressing" else sent
        exchange = self._forward(passed) if passes_on else self._unanswered(sent)
        if kind in ALTERED and exchange.response is not None:
            exchange = replace(exchange, response=altered(kind, exchange.response))
        elif disturbance and kind not in (*interference.LETS_THROUGH, *ALTERED):
            exchange = replace(exchange, response=interference.answer(kind, SSP.role, disturbance.status))
        elif exchange.response is None:
            status = 504 if exchange.error_kind == "timeout" else 502
            exchange = replace(exchange, response=Received(status, "", (), b""))
        assert exchange.response is not None
        extra = {"authorization": authorization(sent.headers), "disturbed": kind, "unreached": exchange.error}
        extra["certificate"] = client_certificate(environ)
        self._record.append(
            replace(
                exchange,
                request=sent,
                system=CONSUMER,
                actor=SSP.caller,
                started=arrived,
                error="",
                extra=extra,
                note=interference.note(kind),
            )
        )
        return exchange.response

    def _forward(self, sent: Sent) -> Exchange:
        call = provider_call(Exchange("", "", "", "", "", 0.0, sent), self._roots)
        target = call.target
        pieces = urlsplit(target)
        tls = self._origins.get(f"{pieces.scheme}://{pieces.netloc}")
        if tls is None:
            return self._unanswered(sent)
        headers = completed(call, authorization(sent.headers), self._consumer) if call.root else sent.headers
        kept = tuple((n, v) for n, v in headers if n.lower() not in OF_CONNECTION)
        # By this the world's record shows what came through the proxy (RFC 7239, SSP-14).
        kept = (*kept, ("Forwarded", FORWARDED))
        client = getattr(self._own, "client", None)
        if client is None:
            client = self._own.client = Client(tls, self._limits)
        exchange: Exchange = client.send(replace(sent, url=target, headers=kept))
        return exchange

    def _unanswered(self, sent: Sent) -> Exchange:
        return Exchange(new_exchange_id(), CONSUMER, "", "", now_text(), 0.0, sent)


def _without(sent: Sent, name: str) -> Sent:
    return replace(sent, headers=tuple((n, v) for n, v in sent.headers if n.lower() != name))
