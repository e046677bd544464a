"""The command line of the simulator: `uec-booking simulate`."""

from __future__ import annotations

import argparse
import logging
import os
import re
import secrets
import shutil
import signal
import sys
import tempfile
import threading
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from uec_booking.standard.editions import DEFAULT, EDITIONS

from . import discovery
from .starting import StartError, checked, not_listening, registry_urls

if TYPE_CHECKING:
    from .certificates import Certificates
    from .directory.services import DirectoryService
    from .sds.server import SdsServer
    from .server import Server
    from .settings import Settings
    from .wiring import RunningWorld
    from .world import ProviderProfile

    Told = tuple[tuple[DirectoryService, ...], tuple[ProviderProfile, ...]]

DEFAULT_PORT = 8099
TOKEN_VARIABLE = "UEC_BOOKING_CONTROL_TOKEN"


def main(arguments: list[str] | None = None) -> int:
    """Run the simulator until it is told to end. Returns 0, or 3 if it could not start."""
    options = _parser().parse_args(arguments)
    logging.basicConfig(format="%(levelname)s %(message)s", level=logging.WARNING)
    if options.list:
        from .listing import as_json, as_markdown, as_text

        print(as_json() if options.json else as_markdown() if options.markdown else as_text(), end="")
        return 0
    try:
        if options.list_directory:
            print(discovery.listed(options), end="")
            return 0
        return _run(options)
    except StartError as error:
        print(f"uec-booking simulate: {error}", file=sys.stderr)
        return 3


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="uec-booking simulate",
        description="Runs provider systems of the UEC Booking Standard, an appointment registry, and the directories "
        "in which they are found (DoS and SDS).",
    )
    add = parser.add_argument
    add(
        "--port",
        type=int,
        default=DEFAULT_PORT,
        help=f"port to listen on, 0 for any (default {DEFAULT_PORT})",
    )
    add("--share-port", action="store_true", help="let other processes over the same PostgreSQL listen there too")
    add("--host", default="127.0.0.1", help="address to listen on (default 127.0.0.1)")
    add("--base-path", type=_path, default="", metavar="PATH", help="put before the path of every address")
    add(
        "--announce",
        default="",
        metavar="URL",
        help="what all its own addresses begin with where another server stands before it (scheme://host:port)",
    )
    add("--at-the-host", action="store_true", help="serve the first provider without a path: its root is the host")
    add("--http", action="store_true", help="plain HTTP instead of HTTPS")
    add("--mutual-tls", action="store_true", help="serve only clients with a certificate, which is written too")
    add(
        "--client-ca",
        action="append",
        default=[],
        metavar="FILE",
        help="take client certificates of this authority too (repeatable)",
    )
    add("--database", metavar="URL", help="SQLAlchemy URL or SQLite file; default: a file deleted at the end")
    add("--edition", choices=EDITIONS, default=DEFAULT, help="edition of the standard")
    add(
        "--defect",
        action="append",
        default=[],
        metavar="NAME",
        help="inject a known fault (repeatable; see --list)",
    )
    add(
        "--variant",
        action="append",
        default=[],
        metavar="NAME",
        help="enable a conformant variation (repeatable; see --list)",
    )
    add(
        "--registry-url",
        action="append",
        default=[],
        metavar="[KEY=]URL",
        help="where the providers (or the one called KEY) reach the registry",
    )
    add("--registry-ca", default="", metavar="FILE", help="authority to trust at --registry-url")
    add(
        "--write-config",
        type=Path,
        metavar="FILE",
        help="write the settings for `uec-booking assure --config`, which opens a recording proxy before the registry",
    )
    discovery.add_options(parser)
    add(
        "--compat",
        action="append",
        choices=["tkw"],
        default=[],
        help="serve the sentinel ids of another simulator as well: tkw, the toolkit's, at /STU3",
    )
    add("--until-stdin-closes", action="store_true", help="end when standard input reaches its end")
    add("--list", action="store_true", help="list the defects and variants, and end")
    add("--json", action="store_true", help="with --list or --list-directory: as JSON")
    add("--markdown", action="store_true", help="with --list: as the page docs/defects.md")
    return parser


def _run(options: argparse.Namespace) -> int:
    discovery.check_options(options)
    told_of = discovery.told_of(options)
    checked(options, [provider.key for provider in told_of[1]])
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    folder = Path(tempfile.mkdtemp(prefix="uec-booking-"))
    try:
        return _serve(options, told_of, folder, ended)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _serve(options: argparse.Namespace, told_of: Told, folder: Path, ended: threading.Event) -> int:
    # Imported here, so that --help and --list stay quick.
    from .server import Server

    server, sds = Server(options.host, options.port, options.share_port), discovery.open_sds(options)
    try:
        return _serve_on(server, sds, options, told_of, folder, ended)
    finally:
        # Once it listens it has threads, which would keep a failed program alive.
        server.stop()
        if sds is not None:
            sds.stop()


def _serve_on(
    server: Server,
    sds: SdsServer | None,
    options: argparse.Namespace,
    told_of: Told,
    folder: Path,
    ended: threading.Event,
) -> int:
    from sqlalchemy.exc import SQLAlchemyError

    from .addresses import announcement
    from .settings import Settings
    from .tap import tap_of
    from .wiring import RunningWorld

    certificates = _certificates(options, folder)
    if certificates is not None:
        _use_tls(certificates, server, sds if options.sds_tls else None)
    try:
        port = server.listen()
    except (OSError, UnicodeError):
        raise StartError(not_listening(options.host, options.port)) from None
    services, providers = told_of
    listens_at = f"{'http' if options.http else 'https'}://localhost:{port}"
    settings = Settings(
        root=(options.announce.rstrip("/") or listens_at) + options.base_path,
        listens_at=listens_at,
        base_path=options.base_path,
        edition=options.edition,
        database_url=_database_url(options.database, folder),
        control_token=os.environ.get(TOKEN_VARIABLE) or secrets.token_urlsafe(24),
        certificates=certificates,
        registry_ca=options.registry_ca,
        registry_urls=registry_urls(options.registry_url, [provider.key for provider in providers]),
        tap=tap_of(options, port),
        faults=(*options.defect, *options.variant),
        faults_on_demand=discovery.faults_on_demand(services),
        providers=providers,
        services=services,
        sds_port=None if sds is None else sds.port,
        sds_tls=options.sds_tls,
        compat=tuple(options.compat),
    )
    try:
        world = RunningWorld(settings)
    except (SQLAlchemyError, ImportError, ValueError) as error:
        # ValueError: a port in the URL that is none; ImportError: the driver of such a database is not here.
        raise StartError(f"cannot use the database {options.database}: {str(error).splitlines()[0]}") from None
    try:
        server.start(world.app)
        world.start()
        if sds is not None:
            world.serve_sds(sds)
        _write_files(options, settings, world)
        print(announcement(settings), flush=True)
        if options.until_stdin_closes:
            threading.Thread(target=_watch_stdin, args=(ended,), daemon=True).start()
        ended.wait()
    finally:
        # First no more requests, then what they use.
        world.release()
        server.stop()
        world.stop()
    return 0


def _use_tls(certificates: Certificates, server: Server, sds: SdsServer | None) -> None:
    try:
        server.use_tls(certificates)
        if sds is not None:
            sds.use_tls(certificates)
    except OSError as error:
        named = ", ".join(certificates.clients)
        raise StartError(f"--client-ca {named}: {error.strerror or error}; name a file of authorities in PEM") from None


def _write_files(options: argparse.Namespace, settings: Settings, world: RunningWorld) -> None:
    """What whoever started us waits for: so it is written last."""
    from .addresses import addresses_as_json
    from .configfile import OURS, render

    if options.sds_ldif is not None:
        discovery.write_ldif(options.sds_ldif, world.tree)
    if options.write_addresses is not None:
        discovery.write_file("--write-addresses", options.write_addresses, addresses_as_json(settings), secret=True)
    if options.write_config is not None:
        text = render(settings, world.unclaimed()).encode()
        discovery.check_ours("--write-config", options.write_config, OURS.encode())
        discovery.write_file("--write-config", options.write_config, text, secret=True)


def _path(text: str) -> str:
    if not re.fullmatch(r"(/[A-Za-z0-9._~-]+)*/?", text):
        raise argparse.ArgumentTypeError("a path like /gateway/v3")
    return text.rstrip("/")


def _certificates(options: argparse.Namespace, folder: Path) -> Certificates | None:
    from .certificates import make_certificates

    config: Path = options.write_config or options.write_addresses or folder / "sim.toml"
    if options.http:
        return None
    try:
        made = make_certificates(folder, config.parent, config.stem, options.mutual_tls)
        return replace(made, clients=tuple(options.client_ca))
    except OSError as error:
        raise StartError(f"the certificates cannot be written beside {config}: {error.strerror}") from None


def _database_url(given: str | None, folder: Path) -> str:
    if not given:
        return f"sqlite:///{folder / 'world.db'}"
    return given if "://" in given else f"sqlite:///{given}"


def _watch_stdin(ended: threading.Event) -> None:
    while sys.stdin.buffer.read(65536):
        pass
    ended.set()
