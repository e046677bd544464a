"""How one run of the simulator is set up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from .certificates import Certificates
from .directory.services import DirectoryService
from .on_demand.faults import FaultOnDemand
from .world import DOS_PATH, PROVIDERS, ProviderProfile


@dataclass(frozen=True)
class Tap:
    """Where a test may listen between the providers and the registry.

    `root` is scheme, host and port, `ca` the file in which the test leaves its authority, empty with plain HTTP.
    """

    root: str
    ca: str


@dataclass(frozen=True)
class Settings:
    """`root` is what the world's own URLs begin with: scheme, host, port, and `base_path` if there is one.

    `certificates` is None with plain HTTP. `listens_at` is where it listens, and differs from `root` where another
    server stands before it.

    `providers` are those of the world; the path of one may be empty: then its service root is the host alone.
    `registry_urls` overrides, by provider key, where that provider reaches the registry. Others reach it through
    `tap` while anybody listens there, and straight when nobody does.

    `services` are what DoS and SDS tell of; `sds_port` is None where SDS does not run.
    `faults_on_demand` are those that systems have from the start, by the path of the provider (or ``registry``).
    `compat` names the simulators of others whose agreed ids are served too.
    """

    root: str
    edition: str
    database_url: str
    control_token: str
    base_path: str = ""
    certificates: Certificates | None = None
    registry_ca: str = ""
    registry_urls: Mapping[str, str] = field(default_factory=dict)
    tap: Tap | None = None
    faults: tuple[str, ...] = ()
    faults_on_demand: Mapping[str, Sequence[FaultOnDemand]] = field(default_factory=dict)
    providers: tuple[ProviderProfile, ...] = PROVIDERS
    services: tuple[DirectoryService, ...] = ()
    sds_port: int | None = None
    sds_tls: bool = False
    compat: tuple[str, ...] = ()
    listens_at: str = ""

    @property
    def dos_url(self) -> str:
        """Where DoS is asked."""
        return f"{self.root}{DOS_PATH}"

    @property
    def sds_url(self) -> str:
        """Where SDS is asked; empty if it does not run."""
        return "" if self.sds_port is None else f"{'ldaps' if self.sds_tls else 'ldap'}://localhost:{self.sds_port}"
