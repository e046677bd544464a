"""Slips in the text of a settings file that are known by their look: its encoding, and how an address is written."""

from __future__ import annotations

import codecs
from contextlib import suppress
from ipaddress import IPv6Address
from pathlib import Path

from ..errors import SettingsError


def decoded(raw: bytes, path: Path) -> str:
    """The text of a settings file: UTF-8, with or without a byte order mark before it.

    Raises:
        SettingsError: it is in another encoding.
    """
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise SettingsError(f"The settings file {path} is in UTF-16. Save it as UTF-8, as TOML has it.")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        line = raw[: problem.start].count(b"\n") + 1
        raise SettingsError(
            f"The settings file {path} is not in UTF-8: byte {raw[problem.start]:#04x} in line {line}. "
            "Save it as UTF-8."
        ) from None


def with_brackets(value: str) -> str:
    """The address with its IPv6 host, and the port after it, in the form of a URL; empty where it has no such host."""
    scheme, _, rest = value.partition("://")
    host, slash, path = rest.partition("/")
    candidates = [(host, "")]
    if host.count(":") > 1:
        candidates.append((host.rpartition(":")[0], ":" + host.rpartition(":")[2]))
    for address, port in reversed(candidates):
        with suppress(ValueError):
            IPv6Address(address)
            return f"{scheme}://[{address}]{port}{slash}{path}"
    return ""
