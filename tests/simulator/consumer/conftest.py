"""A world with DoS and SDS, a proxy before its providers, and desks that know nothing but addresses."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ...support.simulator_client import Simulator, nhs_number
from .playing import Desk, KeptDesk
from .proxy import Proxy, opened
from .services import directory


class World(Simulator):
    """A simulator with a directory; `addresses` is what it wrote of where everything is."""

    def __init__(self, folder: Path, *options: str) -> None:
        (folder / "directory.json").write_text(json.dumps(directory()), encoding="utf-8")
        file = folder / "addresses.json"
        found = ("--directory", str(folder / "directory.json"), "--sds-port", "0", "--write-addresses", str(file))
        super().__init__(folder, *found, *options)
        self.addresses: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))

    def desk_options(self, proxy: Proxy | None) -> list[str]:
        """What a desk is told of this world."""
        at = self.addresses
        options = ["--dos-url", at["dos"], "--sds-url", at["sds"], "--ca", at["ca"]]
        return [*options, *(["--ssp-url", proxy.url] if proxy else [])]

    def registry_options(self) -> list[str]:
        """What a desk is told of its registry."""
        clients = self.control("GET", "/registry/clients").json()
        client = clients["clients"][0]
        return [
            *("--registry-url", self.addresses["registry"], "--registry-token-url", clients["token_url"]),
            *("--registry-client-id", client["client_id"], "--registry-client-secret", client["client_secret"]),
        ]


@pytest.fixture(scope="session")
def found_world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A world for tests that leave its state alone but for their own patients."""
    world = World(tmp_path_factory.mktemp("found"))
    yield world
    world.close()


@pytest.fixture(scope="session")
def kept_proxy(found_world: World, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    """A proxy before the providers of the world."""
    with opened(found_world.addresses["ca"], tmp_path_factory.mktemp("proxy")) as proxy:
        yield proxy


@pytest.fixture(scope="session")
def kept_desk(found_world: World, kept_proxy: Proxy, tmp_path_factory: pytest.TempPathFactory) -> Iterator[KeptDesk]:
    """A desk that goes through the proxy, and is kept running."""
    desk = KeptDesk(tmp_path_factory.mktemp("desk"), *found_world.desk_options(kept_proxy))
    yield desk
    desk.close()


@pytest.fixture
def proxy(kept_proxy: Proxy) -> Proxy:
    """The proxy, with no calls yet and no fates in wait."""
    kept_proxy.begin()
    return kept_proxy


@pytest.fixture
def desk(kept_desk: KeptDesk, proxy: Proxy) -> KeptDesk:
    """The desk that is kept running, with a patient who never called before."""
    kept_desk.patient = nhs_number()
    return kept_desk


@pytest.fixture
def desk_with(found_world: World, proxy: Proxy, tmp_path: Path) -> Callable[..., Desk]:
    """Makes such desks, with more options."""
    return lambda *options: Desk(tmp_path, *found_world.desk_options(proxy), *options)
