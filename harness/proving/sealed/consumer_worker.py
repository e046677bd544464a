"""A warm worker for a sealed round of consumers: the author's functions change what the reference consumer sends."""

from __future__ import annotations

import signal
import ssl
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import trustme
from uec_booking.standard import roles

from ...consumer.contract import Answer
from ...running.consumer_world import surrounded
from ...running.engine import run_engine
from ...running.local_simulator import bundled_consumer
from ...running.session import RunSession
from ...settings.consumer import Surroundings
from ...settings.model import Limits, Settings
from ..consumer_worker import Desk
from ..job import Job
from .acting import Acting
from .authored import read
from .kit import Entry
from .proxy import FaultyProxy, proxying
from .worker import REGISTRY_SECONDS, Authored, SealedLoop


def work(connection: Connection, file: Path) -> None:
    """As that of ``sealed.worker``, for entries of the role of the consumer."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    entries = {entry.name: entry for entry in read(file)}
    limits = replace(Limits(), registry_seconds=REGISTRY_SECONDS)
    with (
        bundled_consumer() as consumer,
        surrounded(Settings({}, capabilities=("registry",), consumer=consumer, limits=limits)) as settings,
        tempfile.TemporaryDirectory(prefix="uec-booking-") as folder,
        _before(settings, Path(folder)) as (met, acting),
    ):
        system = _Behind(replace(settings, surroundings=met), settings, Path(folder), entries, acting)
        session = RunSession(settings, folder, str(Path(folder) / "leases"), door=system)
        try:
            run_engine([session, SealedLoop(connection, session, system)])
        finally:
            system.close()


class _Behind(Authored):
    """The reference consumer, without faults of its own, behind the author's functions: a door for the scenarios."""

    def __init__(
        self, told: Settings, settings: Settings, folder: Path, entries: Mapping[str, Entry], acting: Acting
    ) -> None:
        super().__init__(entries, lambda _: acting, acting)
        self._desk = Desk(settings, folder, told.surroundings)

    def switch_to(self, job: Job) -> None:
        """As ``Switched`` has it."""
        self.at_rest()
        self._desk.switch_to(replace(job, faults=()))
        self.act(job)

    def give(self, task: Mapping[str, Any]) -> Answer:
        """As ``Door`` has it."""
        return self._desk.give(task)

    def close(self) -> None:
        """As ``Door`` has it."""
        self._desk.close()


@contextmanager
def _before(settings: Settings, folder: Path) -> Iterator[tuple[Surroundings, Acting]]:
    """What the consumer is told that it meets: the same, with a proxy before all that it calls by HTTP in our sight."""
    met = settings.surroundings
    assert met is not None
    authority = trustme.CA()
    trusted = folder / "authorities.pem"
    trusted.write_bytes(Path(met.ca).read_bytes() + authority.cert_pem.bytes())
    acting = Acting(lambda _, role: role if role == roles.CONSUMER.name else "")
    with ExitStack() as stack:

        def before(address: str) -> str:
            proxy = stack.enter_context(_secure(acting, authority, met))
            pieces = urlsplit(address)
            proxy.stands_before(f"{pieces.scheme}://{pieces.netloc}", _as_the_consumer(met))
            return proxy.root + pieces.path

        # The scope of a token is the registry's own address, and not that of the proxy before it.
        scope = f"{met.registry.rstrip('/')}/.default"
        yield (
            replace(met, ssp=before(met.ssp), registry=before(met.registry), registry_scope=scope, ca=str(trusted)),
            acting,
        )


@contextmanager
def _secure(acting: Acting, authority: trustme.CA, met: Surroundings) -> Iterator[FaultyProxy]:
    """A proxy that is spoken to by HTTPS, and shows no fault by asking for no certificate."""
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost", "127.0.0.1").configure_cert(tls)
    with proxying(acting, tls) as proxy:
        yield proxy


def _as_the_consumer(met: Surroundings) -> ssl.SSLContext:
    """TLS with the certificate that the consumer has, which the proxy shows in its place."""
    tls = ssl.create_default_context(cafile=met.ca)
    tls.load_cert_chain(met.client_certificate, met.client_key)
    return tls
