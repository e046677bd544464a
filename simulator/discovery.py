"""The part of `uec-booking simulate` that is about finding providers: the directory, DoS and SDS."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from .starting import StartError, not_listening

if TYPE_CHECKING:
    from .directory.services import DirectoryService
    from .on_demand.faults import FaultOnDemand
    from .sds.server import SdsServer
    from .sds.tree import Entry
    from .world import ProviderProfile


def add_options(parser: argparse.ArgumentParser) -> None:
    """The options that are about finding providers."""
    add = parser.add_argument
    add("--directory", type=Path, metavar="FILE", help="which DoS services there are, and the systems behind them")
    add("--list-directory", action="store_true", help="list the services (with --directory: of the file), and end")
    add("--sds-port", type=int, metavar="N", help="run the Spine Directory Service, LDAP, at this port; 0 for any")
    add("--sds-tls", action="store_true", help="with --sds-port: LDAPS (TLS) in place of plain LDAP")
    add("--sds-ldif", type=Path, metavar="FILE", help="write what the Spine Directory Service holds as LDIF")
    add(
        "--write-addresses",
        type=Path,
        metavar="FILE",
        help="write where everything is, with the control token, as JSON",
    )


def listed(options: argparse.Namespace) -> str:
    """What --list-directory prints. Raises StartError."""
    from .directory.listing import directory_as_json, directory_as_table

    services, _ = told_of(options)
    return directory_as_json(services) if options.json else directory_as_table(services)


def told_of(options: argparse.Namespace) -> tuple[tuple[DirectoryService, ...], tuple[ProviderProfile, ...]]:
    """The services of the directory, and the systems of this world behind them. Raises StartError."""
    from .directory.builtin import builtin_directory
    from .directory.file import DirectoryError, read_directory
    from .directory.systems import systems_of
    from .world import PROVIDERS

    if options.directory is None:
        first, *others = PROVIDERS
        providers = (replace(first, path="") if options.at_the_host else first, *others)
        return builtin_directory(providers), providers
    if options.at_the_host:
        raise StartError("--at-the-host is for the built-in systems: leave it out, or leave --directory out")
    try:
        services = read_directory(options.directory)
    except DirectoryError as error:
        raise StartError(f"--directory {error}") from None
    return services, systems_of(services)


def faults_on_demand(services: Sequence[DirectoryService]) -> dict[str, tuple[FaultOnDemand, ...]]:
    """The faults that the directory gives the systems from the start, by their paths. Raises StartError."""
    from .on_demand.faults import faults_from

    found = {}
    for service in services:
        if service.faults:
            try:
                found[service.root] = faults_from([dict(fault) for fault in service.faults])
            except ValueError as error:
                raise StartError(f"--directory: service {service.id}: faults: {error}") from None
    return found


def check_options(options: argparse.Namespace) -> None:
    """What can be said of the options before anything is started. Raises StartError."""
    if options.sds_port is not None and not 0 <= options.sds_port <= 65535:
        raise StartError(
            f"--sds-port {options.sds_port} is no port; name one from 1 to 65535, or 0 for any that is free"
        )
    if options.sds_tls and options.sds_port is None:
        raise StartError("--sds-tls says how the Spine Directory Service is spoken to: give --sds-port too")
    if options.sds_tls and options.http:
        raise StartError("--sds-tls needs the certificates that --http does without: leave one of them out")
    for option in ("sds_ldif", "write_addresses"):
        path: Path | None = getattr(options, option)
        if path is not None and not path.resolve().parent.is_dir():
            raise StartError(f"--{option.replace('_', '-')} {path}: the folder does not exist")
        if path is not None and path.is_dir():
            raise StartError(f"--{option.replace('_', '-')} {path} is a folder; name a file")


def open_sds(options: argparse.Namespace) -> SdsServer | None:
    """SDS, listening, where it was asked for. Raises StartError."""
    if options.sds_port is None:
        return None
    # Not before: what reads LDAP is a tenth of the time in which a simulator starts.
    from .sds.server import SdsServer

    try:
        return SdsServer(options.host, options.sds_port)
    except (OSError, UnicodeError):
        reason = not_listening(options.host, options.sds_port).replace("--port", "--sds-port")
        raise StartError(f"the Spine Directory Service {reason}") from None


def write_ldif(path: Path, tree: Sequence[Entry]) -> None:
    """Write the entries of SDS. Raises StartError."""
    from .sds.ldif import as_ldif

    write_file("--sds-ldif", path, as_ldif(tree).encode(), secret=False)


def check_ours(option: str, path: Path, first: bytes) -> None:
    """Whether a file is not there, is empty or begins with that line. Raises StartError where it is somebody's own."""
    try:
        begins = path.read_bytes()[: len(first)]
    except OSError:
        # Where it cannot be written either, that is told then.
        return
    if begins and begins != first:
        raise StartError(f"{option} {path}: that file is none of the simulator's. Name another, or remove it.")


def write_file(option: str, path: Path, content: bytes, *, secret: bool) -> None:
    """Write a file that an option names. Raises StartError."""
    from .certificates import write_whole

    try:
        write_whole(path, content, secret)
    except OSError as error:
        raise StartError(f"{option} {path} cannot be written: {error.strerror}") from None
