"""Where a test with the settings that the simulator writes is to open its recording proxy before the registry."""

from __future__ import annotations

import argparse
import random
import socket
from pathlib import Path

from .settings import Tap
from .starting import StartError


def tap_of(options: argparse.Namespace, port: int) -> Tap | None:
    """Its place: the next port where one is named, or another that is free. None where there is to be no proxy.

    Raises:
        StartError: no port is free.
    """
    config: Path | None = options.write_config
    if config is None or options.registry_url:
        return None
    scheme = "http" if options.http else "https"
    ca = "" if options.http else str(config.resolve().with_name(f"{config.stem}-tap-ca.pem"))
    # It is opened later: until then no outgoing connection of anybody must be given the port, so it lies below those.
    below = random.sample(range(20_000, 30_000), 20)
    return Tap(f"{scheme}://localhost:{_free_port(*([port + 1] if options.port else []), *below, 0)}", ca)


def _free_port(*wanted: int) -> int:
    for port in wanted:
        try:
            with socket.create_server(("localhost", port)) as probe:
                return int(probe.getsockname()[1])
        except (OSError, OverflowError):
            continue
    raise StartError("there is no free port for the recording proxy before the registry")
