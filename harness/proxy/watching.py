"""The Spine Secure Proxy between a real consumer and real providers: it passes everything on as it came, and records.

Unlike the proxy of a run it changes nothing in what passes, so that what a provider rejects is rejected.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from ..consumer.recording import bounds
from ..consumer.recording.record import Writer
from ..consumer.requests import provider_call
from ..http.client import Client
from ..http.exchange import Exchange, Sent
from ..settings.model import Part, Settings, TapPlace
from .forward import SecureProxy
from .log import Disturbance, ProxyLog
from .server import OF_CONNECTION


class Record(ProxyLog):
    """Writes what passes into a recording; nothing is disturbed. ``full`` once it holds as much as one may."""

    def __init__(self, writer: Writer, folder: Path) -> None:
        super().__init__(folder)
        self._writer = writer
        self.count = 0
        #: Why an exchange could not be written, once one could not.
        self.problem: OSError | None = None

    @property
    def full(self) -> bool:
        # The largest body may still come on top.
        return self.count >= bounds.MOST_ENTRIES or self._writer.size >= bounds.LARGEST_FILE * 3 // 4

    def append(self, exchange: Exchange) -> None:
        if self.full:
            return
        try:
            self._writer.exchange(exchange)
            self.count += 1
        except OSError as problem:
            self.problem = problem

    def disturbances(self) -> Iterator[Disturbance]:
        return iter(())


class WatchingProxy(SecureProxy):
    """Listens at ``place`` for the consumer under test. Requests go to the ``providers``, by service root, alone.

    Raises:
        SettingsError: the address cannot be had.
    """

    def __init__(
        self, place: TapPlace, folder: Path, settings: Settings, record: Record, providers: Mapping[str, Part]
    ) -> None:
        # Before the first request can come.
        self._providers = providers
        super().__init__(place, folder, settings, record)

    def _forward(self, sent: Sent) -> Exchange:
        call = provider_call(Exchange("", "", "", "", "", 0.0, sent), self._providers)
        part = self._providers.get(call.root)
        if part is None:
            return self._unanswered(sent)
        client: Client | None = getattr(self._own, "client", None)
        if client is None:
            client = self._own.client = Client(part.tls, self._limits)
        kept = tuple((name, value) for name, value in sent.headers if name.lower() not in OF_CONNECTION)
        url = part.through(part.base_url + call.target.removeprefix(call.root))
        return client.send(replace(sent, url=url, headers=kept))
