"""The tree as LDIF (RFC 2849), for whoever loads it into an LDAP server of their own."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable

from .tree import Entry

# Printable ASCII that neither begins with what LDIF gives a meaning, nor ends with a blank.
_SAFE = re.compile(r"[!-9;=-~](?:[ -~]*[!-~])?\Z")


def as_ldif(entries: Iterable[Entry]) -> str:
    """All entries, parents first."""
    # Without the line that says the version: slapadd would take it for an entry.
    return "\n".join(_record(entry) for entry in entries)


def _record(entry: Entry) -> str:
    lines = [_line("dn", entry.dn)]
    lines += [_line(name, value) for name, values in entry.attributes.items() for value in values]
    return "\n".join(lines) + "\n"


def _line(name: str, value: str) -> str:
    if _SAFE.match(value):
        return f"{name}: {value}"
    return f"{name}:: {base64.b64encode(value.encode()).decode()}"
