"""Whether the simulator can start as its options say; what is wrong is one sentence with what to do."""

from __future__ import annotations

import argparse
import errno
import re
import socket
from collections.abc import Sequence
from pathlib import Path


class StartError(Exception):
    """The simulator cannot start; the message says what to change."""


def checked(options: argparse.Namespace, provider_keys: Sequence[str]) -> None:
    """What can be said of the options before anything is started. Raises StartError."""
    if not 0 <= options.port <= 65535:
        raise StartError(f"--port {options.port} is no port; name one from 1 to 65535, or 0 for any that is free")
    _known(options)
    if options.http and options.mutual_tls:
        raise StartError("--mutual-tls needs HTTPS: leave --http out")
    if options.share_port:
        _can_share_port(options)
    config: Path | None = options.write_config
    if config is not None and not config.resolve().parent.is_dir():
        raise StartError(f"--write-config {config}: the folder does not exist")
    if config is not None and config.is_dir():
        raise StartError(f"--write-config {config} is a folder; name a file")
    if options.registry_ca and not Path(options.registry_ca).is_file():
        raise StartError(f"--registry-ca {options.registry_ca}: there is no such file")
    if options.announce and not re.fullmatch(r"https?://[^/\s]+/?", options.announce):
        raise StartError(f"--announce {options.announce} is not the address of a server: write https://host:port")
    for url in registry_urls(options.registry_url, provider_keys).values():
        if not re.match(r"https?://[^/\s]", url):
            raise StartError(f"--registry-url {url} is not the address of a system: write [KEY=]https://host:port/path")


def _can_share_port(options: argparse.Namespace) -> None:
    """Whether several processes can be one world. Raises StartError."""
    if not options.http:
        raise StartError(
            "--share-port needs --http: each process makes certificates of its own; let a server before it speak TLS"
        )
    if not (options.database or "").startswith("postgresql"):
        raise StartError("--share-port needs --database with the URL of a PostgreSQL, which the processes share")
    if not options.port:
        raise StartError("--share-port needs --port with the number that the processes share")


def _known(options: argparse.Namespace) -> None:
    """Whether there are faults of these names. Raises StartError."""
    if not options.defect and not options.variant:
        return
    from .known_defects import DEFECTS
    from .seams import Switchboard, UnknownFault
    from .variants import VARIANTS

    try:
        Switchboard((*DEFECTS, *VARIANTS)).switch_to((*options.defect, *options.variant))
    except UnknownFault as error:
        raise StartError(f"{error} --list shows what there is.") from None


def not_listening(host: str, port: int) -> str:
    """Why nothing can listen there, found out by a socket of our own: the server's error holds several."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except (OSError, UnicodeError):
        return f"cannot listen on {host}: no machine is known by that name; write --host 127.0.0.1, or leave it out"
    try:
        with socket.socket(family, kind, protocol) as probe:
            probe.bind(address)
    except OSError as error:
        if error.errno == errno.EADDRNOTAVAIL:
            return f"cannot listen on {host}: it is no address of this machine; write --host 127.0.0.1, or leave it out"
        if error.errno == errno.EACCES:
            return f"cannot listen on port {port}: this user may not; name one above 1023 with --port"
    return f"cannot listen on port {port}: another program uses it; name another with --port, or --port 0 for any"


def registry_urls(given: Sequence[str], keys: Sequence[str]) -> dict[str, str]:
    """Where each provider reaches the registry, by its key, out of ``[KEY=]URL``."""
    urls: dict[str, str] = {}
    for value in given:
        key, equals, url = value.partition("=")
        if equals and key in keys:
            urls[key] = url
        else:
            urls |= {each: value for each in keys if each not in urls}
    return urls
