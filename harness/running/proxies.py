"""Proxies that the environment names: our requests go straight to the systems, and that is said where it may matter."""

from __future__ import annotations

import os
from collections.abc import Iterator
from urllib.parse import urlsplit

from requests.utils import get_environ_proxies, select_proxy

from ..settings.model import Part
from .findings import Finding, Mark


def passed_by(part: Part) -> Iterator[Finding]:
    """A finding where other programs here would reach the system through a proxy."""
    if variable := _variable(part):
        yield Finding(
            part.key,
            f"{variable} is set, and is not honoured: requests go straight to the system, without the proxy",
            Mark.NOTE,
        )


def if_only_through_it(part: Part) -> str:
    """What to do where a system cannot be reached and the environment names a proxy; empty where it names none."""
    if variable := _variable(part):
        return (
            f"{variable} is set, and is not honoured: requests go straight to the system. If it can be reached only "
            "through that proxy, have this machine let through, or run this where no proxy is needed."
        )
    return ""


def _variable(part: Part) -> str:
    """The variable that names a proxy for the address of a system, and does not except it; its value may be secret."""
    address = part.ssp_url or part.base_url
    if not select_proxy(address, get_environ_proxies(address)):
        return ""
    wanted = (f"{urlsplit(address).scheme}_proxy", "all_proxy")
    return next((name for one in wanted for name in os.environ if name.lower() == one and os.environ[name]), "")
