"""The settings file with which `uec-booking assure --config` tests this world as if it were a real system."""

from __future__ import annotations

import json
from pathlib import Path

from .settings import Settings
from .world import CONTROL_PATH, ORGANISATIONS, REGISTRY_ASID, REGISTRY_PATH

#: The first line of the file: one without it is somebody's own, and is not written over.
OURS = "# Written by the simulator, and written anew whenever it starts so."
#: What the world has of the optional capabilities.
CAPABILITIES = ("registry", "appointment-search", "xml")


def render(settings: Settings, unclaimed: frozenset[str] = frozenset()) -> str:
    """The file's text in TOML, without the capabilities `unclaimed`; it names certificates as its neighbours."""
    claimed = [name for name in CAPABILITIES if name not in unclaimed]
    lines = [
        OURS,
        f"edition = {_text(settings.edition)}",
        f"capabilities = {json.dumps(claimed)}  # what is claimed",
    ]
    for provider in settings.providers:
        if not provider.section:
            continue
        base = settings.root + provider.path
        lines += [
            "",
            f"[{provider.section}]",
            f"name = {_text(provider.name)}",
            f"base_url = {_text(base)}",
            f"audience = {_text(base)}  # the service root that tokens are made out to",
            f"asid = {_text(provider.asid)}",
            "",
            f"[{provider.section}.services]  # DoS service ids by purpose",
            *(f"{purpose} = {_text(service)}" for purpose, service in provider.purposes),
        ]
    registry = settings.root + REGISTRY_PATH
    lines += ["", "[registry]", f"base_url = {_text(registry)}", f"asid = {_text(REGISTRY_ASID)}"]
    tap = settings.tap
    if tap is not None:
        lines.append(f"tap = {_text(tap.root.partition('://')[2])}  # the providers look for it there")
        lines += [f"tap_authority = {_text(Path(tap.ca).name)}"] if tap.ca else []
    for organisation in ORGANISATIONS:
        lines += [
            "",
            f"[organisations.{organisation.key}]",
            f"name = {_text(organisation.name)}",
            f"ods = {_text(organisation.ods)}",
            f"asid = {_text(organisation.asid)}",
        ]
    files = settings.certificates
    if files is not None:
        lines += ["", "[tls]  # files relative to this one", f"ca = {_text(files.ca.name)}"]
        lines += [
            f"client_certificate = {_text(files.client.name)}",
            f"client_key = {_text(files.client_key.name)}",
        ]
    control = settings.root + CONTROL_PATH
    lines += ["", "[control]", f"url = {_text(control)}", f"token = {_text(settings.control_token)}", ""]
    return "\n".join(lines)


def _text(value: str) -> str:
    # A JSON string without control characters is a TOML basic string.
    return json.dumps(value)
