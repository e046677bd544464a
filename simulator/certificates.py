"""The throw-away authority of one run: certificates for the server and, with mutual TLS, for its clients."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import trustme

NAMES = ("localhost", "127.0.0.1", "::1")
CLIENT_NAME = "consumer.example"


@dataclass(frozen=True)
class Certificates:
    """PEM files: the authority, the server's chain and key, and a client's, which are None without mutual TLS."""

    ca: Path
    server: Path
    server_key: Path
    client: Path | None = None
    client_key: Path | None = None


def make_certificates(private: Path, shared: Path, stem: str, mutual: bool) -> Certificates:
    """New certificates: what only the server needs goes to `private`, the rest to `shared` as ``<stem>-ca.pem`` …"""
    authority = trustme.CA()
    server = authority.issue_cert(*NAMES)
    made = Certificates(shared / f"{stem}-ca.pem", private / "server.pem", private / "server-key.pem")
    write_whole(made.ca, authority.cert_pem.bytes(), secret=False)
    write_whole(made.server, b"".join(part.bytes() for part in server.cert_chain_pems), secret=False)
    write_whole(made.server_key, server.private_key_pem.bytes(), secret=True)
    if not mutual:
        return made
    client = authority.issue_cert(CLIENT_NAME)
    certificate, key = shared / f"{stem}-client.pem", shared / f"{stem}-client-key.pem"
    write_whole(certificate, b"".join(part.bytes() for part in client.cert_chain_pems), secret=False)
    write_whole(key, client.private_key_pem.bytes(), secret=True)
    return Certificates(made.ca, made.server, made.server_key, certificate, key)


def write_whole(path: Path, content: bytes, secret: bool) -> None:
    """Put the content at `path` in one step, so that nobody reads half of it; a secret for the owner only."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600 if secret else 0o644)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
    draft.replace(path)
