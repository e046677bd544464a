"""Where everything of this world is: for people as it starts, and as JSON for programs (`--write-addresses`)."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

from .settings import Settings
from .world import CONSOLE_PATH, CONTROL_PATH, REGISTRY_PATH, TOKEN_PATH


def addresses(settings: Settings) -> dict[str, Any]:
    """Absolute URLs and files; a text is empty where there is no such thing. The control token is a secret."""
    files = settings.certificates
    return {
        "root": settings.root,
        "listens_at": settings.listens_at,
        "edition": settings.edition,
        "dos": settings.dos_url,
        "sds": settings.sds_url,
        "registry": f"{settings.root}{REGISTRY_PATH}",
        "registry_token_url": f"{settings.root}{TOKEN_PATH}",
        "ca": "" if files is None else str(files.ca.resolve()),
        "client_certificate": "" if files is None else str(files.client.resolve()),
        "client_key": "" if files is None else str(files.client_key.resolve()),
        "control": f"{settings.root}{CONTROL_PATH}",
        "control_token": settings.control_token,
        "providers": {
            provider.key: {
                "name": provider.name,
                "root": f"{settings.root}{provider.path}",
                "asid": provider.asid,
                "ods": provider.ods,
                "services": [service.id for service in provider.services],
            }
            for provider in settings.providers
        },
    }


def addresses_as_json(settings: Settings) -> bytes:
    """The same, as the file has it."""
    return (json.dumps(addresses(settings), indent=1) + "\n").encode()


def announcement(settings: Settings) -> str:
    """The same for people, a line each."""
    lines = [_line(provider.name, f"{settings.root}{provider.path}") for provider in settings.providers[:_MOST_SHOWN]]
    others = len(settings.providers) - _MOST_SHOWN
    if others > 0:
        lines.append(_line(f"and {others} more", "--list-directory shows them all"))
    if "tkw" in settings.compat:
        lines.append(_line("Sentinel ids (tkw)", f"{settings.root}/STU3"))
    lines.append(_line("Appointment registry", f"{settings.root}{REGISTRY_PATH}"))
    lines.append(_line("Directory of Services", f"{settings.dos_url}  (WSDL {settings.dos_url}?wsdl)"))
    if settings.sds_url:
        lines.append(_line("Spine Directory Service", f'{settings.sds_url}  (base "ou=services, o=nhs")'))
    control = f"{settings.root}{CONTROL_PATH}"
    lines.append(_line("Control", f"{control}  (bearer token {settings.control_token})"))
    lines.append(
        _line("Console, in a browser", f"{settings.root}{CONSOLE_PATH}/?token={quote(settings.control_token, safe='')}")
    )
    files = settings.certificates
    if files is not None:
        client = f" --cert {files.client} --key {files.client_key}" if files.demanded else ""
        lines.append(_line("Certificates", f"curl --cacert {files.ca}{client}"))
    return "\n".join([*lines, f"Edition {settings.edition}; end with Ctrl-C."])


#: Of more providers than these the rest is only counted.
_MOST_SHOWN = 10


def _line(name: str, value: str) -> str:
    return f"{name:24} {value}"
