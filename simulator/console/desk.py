"""How the 111 desk, a program of its own, is started against this world."""

from __future__ import annotations

import shlex
from dataclasses import dataclass

from ..settings import Settings
from ..world import REGISTRY_PATH

_PORT = 8097


@dataclass(frozen=True)
class DeskStart:
    """The line for a shell, and where the page is then."""

    command: str
    address: str


def desk_of(settings: Settings) -> DeskStart:
    """The desk with a page, told all addresses of the world; where SDS is not run, which provider has which service."""
    options = [("--edition", settings.edition), ("--registry-url", f"{settings.root}{REGISTRY_PATH}")]
    if settings.sds_url:
        options += [("--dos-url", settings.dos_url), ("--sds-url", settings.sds_url)]
    else:
        options += [
            ("--known-service", f"{service.id}={profile.asid}@{settings.root}{profile.path}")
            for profile in settings.providers
            for service in profile.services
        ]
    if files := settings.certificates:
        # The other terminal may be in another folder.
        named = {"--ca": files.ca, "--client-certificate": files.client, "--client-key": files.client_key}
        options += [(option, str(path.resolve())) for option, path in named.items()]
    words = ["uec-booking", "desk", "page", "--port", str(_PORT), *(word for option in options for word in option)]
    return DeskStart(shlex.join(words), f"http://localhost:{_PORT}/")
