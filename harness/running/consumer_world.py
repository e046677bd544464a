"""Starts what a consumer under test meets: the simulated world with the suite's directory, and the proxy before it."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from ..consumer import directory
from ..consumer.surroundings import World
from ..errors import SettingsError, why_not_written
from ..proxy.forward import SecureProxy
from ..proxy.tls import AUTHORITY_FILE
from ..settings.consumer import ConsumerUnderTest, Surroundings
from ..settings.model import Settings, TapPlace, Tls
from .local_simulator import COMMAND, started
from .suite import selects_consumers


@contextmanager
def surrounded(settings: Settings, only: str = "") -> Iterator[Settings]:
    """The settings, with what their consumer under test meets running for the time of the block.

    Nothing is started where ``only`` selects no scenario of a consumer.

    Raises:
        SettingsError: the world did not start, or an address cannot be had.
    """
    if settings.consumer is None or settings.consumer.recording or not selects_consumers(only):
        yield settings
        return
    with tempfile.TemporaryDirectory(prefix="uec-booking-") as name:
        folder = Path(name)
        proxy = SecureProxy(_place(settings.consumer), folder, settings)
        try:
            with _world(settings, folder) as addresses:
                met = _met(addresses, proxy, folder, settings.consumer)
                tls = Tls(addresses["ca"], addresses["client_certificate"], addresses["client_key"])
                pieces = urlsplit(addresses["root"])
                proxy.pass_on_to({f"{pieces.scheme}://{pieces.netloc}": tls}, tuple(met.roots.values()))
                if settings.consumer.mutual_tls:
                    proxy.ask_for_certificates_of(list(filter(None, (addresses["ca"], settings.consumer.client_ca))))
                world = World(met, settings.limits)
                try:
                    met = replace(met, registry_client=world.registry_client(settings.consumer.registry_client))
                finally:
                    world.close()
                yield replace(settings, surroundings=met)
        finally:
            proxy.close()


@contextmanager
def _world(settings: Settings, folder: Path) -> Iterator[Mapping[str, Any]]:
    listed, addresses = folder / "directory.json", folder / "world.json"
    listed.write_text(json.dumps(directory.as_json()), encoding="utf-8")
    assert settings.consumer is not None
    port = settings.consumer.port
    command = [
        *(*COMMAND, "--port", str(port and port + 1), "--sds-port", str(port and port + 2)),
        *(("--sds-tls",) if settings.consumer.ldaps else ()),
        *(("--client-ca", settings.consumer.client_ca) if settings.consumer.client_ca else ()),
        *("--directory", str(listed), "--write-addresses", str(addresses), "--edition", settings.edition),
    ]
    with started(command, addresses):
        yield json.loads(addresses.read_text(encoding="utf-8"))


def _place(consumer: ConsumerUnderTest) -> TapPlace:
    return TapPlace(f"https://localhost:{consumer.port}")


def _write_for(consumer: ConsumerUnderTest, trusted: bytes) -> None:
    """Put what is to be trusted where a consumer finds it that is no command, and so is told nothing."""
    try:
        Path(consumer.authority).write_bytes(trusted)
    except OSError as problem:
        raise SettingsError(
            f"The authorities that the consumer has to trust cannot be written to {consumer.authority}: "
            f"{why_not_written(problem)}. Name a file that can be written as consumer.authority."
        ) from None


def _met(addresses: Mapping[str, Any], proxy: SecureProxy, folder: Path, consumer: ConsumerUnderTest) -> Surroundings:
    # One file of authorities for the consumer: that of the world, and that of the proxy.
    authorities = folder / "authorities.pem"
    files = (Path(addresses["ca"]), folder / AUTHORITY_FILE)
    trusted = b"".join(file.read_bytes() for file in files)
    authorities.write_bytes(trusted)
    if consumer.authority:
        _write_for(consumer, trusted)
    return Surroundings(
        dos=addresses["dos"],
        sds=addresses["sds"],
        ssp=proxy.root,
        registry=addresses["registry"],
        registry_token_url=addresses["registry_token_url"],
        ca=str(authorities),
        control=addresses["control"],
        control_token=addresses["control_token"],
        client_certificate=addresses["client_certificate"] or "",
        client_key=addresses["client_key"] or "",
        roots={row.id: addresses["root"] + row.root for row in directory.services().values()},
        record=str(folder),
    )
