"""The settings file with which `uec-booking assure --config` tests this world as if it were a real system."""

from __future__ import annotations

import json
import os
from pathlib import Path

from uec_booking.simulator.settings import Settings
from uec_booking.simulator.world import CONTROL_PATH, ORGANISATIONS, PROVIDERS, REGISTRY_ASID, REGISTRY_PATH


def render(settings: Settings, ca: str) -> str:
    """The file's text in TOML; `ca` is the authority's file as the settings file should name it, or empty."""
    lines = [
        f"edition = {_text(settings.edition)}",
        'capabilities = ["registry"]  # what is claimed',
    ]
    for provider in PROVIDERS:
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
    for organisation in ORGANISATIONS:
        lines += [
            "",
            f"[organisations.{organisation.key}]",
            f"name = {_text(organisation.name)}",
            f"ods = {_text(organisation.ods)}",
            f"asid = {_text(organisation.asid)}",
        ]
    if ca:
        lines += ["", "[tls]", f"ca = {_text(ca)}  # relative to this file"]
    control = settings.root + CONTROL_PATH
    lines += ["", "[control]", f"url = {_text(control)}", f"token = {_text(settings.control_token)}", ""]
    return "\n".join(lines)


def write_whole(path: Path, text: str) -> None:
    """Put the text at `path` in one step, so that nobody reads half of it; only the owner may read it."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.write_text(text, encoding="utf-8")
    draft.chmod(0o600)
    draft.replace(path)


def _text(value: str) -> str:
    # A JSON string without control characters is a TOML basic string.
    return json.dumps(value)
