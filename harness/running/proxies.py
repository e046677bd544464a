"""Proxies on the way to a system: one is used only where the settings name it, and that is said where it may matter."""

from __future__ import annotations

import os
from collections.abc import Iterator
from urllib.parse import urlsplit

from requests.utils import get_environ_proxies, select_proxy

from ..http.connections import THIS_MACHINE
from ..settings.model import Part, Settings
from .findings import Finding, Mark


def told(part: Part, settings: Settings) -> Iterator[Finding]:
    """A finding where requests go through a proxy, or where other programs here would go through one."""
    if named := _named(part, settings):
        yield Finding(part.key, f"requests go through {named}", Mark.NOTE)
    elif variable := _variable(part):
        yield Finding(
            part.key,
            f"{variable} is set, and is not honoured: requests go straight to the system, without the proxy. "
            "Name it as url in [proxy] of the settings file if they should not",
            Mark.NOTE,
        )


def if_only_through_it(part: Part, settings: Settings) -> str:
    """What to do where a system cannot be reached and a proxy may be the cause; empty where none is named anywhere."""
    if named := _named(part, settings):
        return f"Requests go through {named}: see that it is there, and lets requests to this system through."
    if variable := _variable(part):
        return (
            f"{variable} is set, and is not honoured: requests go straight to the system. If it can be reached only "
            "through that proxy, name it as url in [proxy] of the settings file, or have this machine let through."
        )
    return ""


def is_on_the_way(part: Part) -> bool:
    """Whether requests to a system go through a proxy."""
    return bool(part.tls.proxy) and urlsplit(part.ssp_url or part.base_url).hostname not in THIS_MACHINE


def _named(part: Part, settings: Settings) -> str:
    """The proxy without its user and password, and where it is named."""
    if not is_on_the_way(part):
        return ""
    return f"the proxy {urlsplit(part.tls.proxy).netloc.rpartition('@')[2]} ({settings.place('proxy.url')})"


def _variable(part: Part) -> str:
    """The variable that names a proxy for the address of a system, and does not except it; its value may be secret."""
    address = part.ssp_url or part.base_url
    if not select_proxy(address, get_environ_proxies(address)):
        return ""
    wanted = (f"{urlsplit(address).scheme}_proxy", "all_proxy")
    return next((name for one in wanted for name in os.environ if name.lower() == one and os.environ[name]), "")
