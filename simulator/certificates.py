"""The throw-away authority of one run: certificates for the server and for its clients."""

from __future__ import annotations

import os
import ssl
from dataclasses import dataclass
from pathlib import Path

NAMES = ("localhost", "127.0.0.1", "::1")
CLIENT_NAME = "consumer.example"


@dataclass(frozen=True)
class Certificates:
    """PEM files: the authority, the server's chain and key, and a client's.

    `demanded`: who has no certificate of the authority is not served; else one is asked for and may be left out.
    `clients`: files of further authorities whose certificates clients may show.
    """

    ca: Path
    server: Path
    server_key: Path
    client: Path
    client_key: Path
    demanded: bool
    clients: tuple[str, ...] = ()

    def asked_for_by(self, context: ssl.SSLContext) -> None:
        """Have a server's context ask clients for a certificate. Raises OSError for a file that cannot be used."""
        for authority in (str(self.ca), *self.clients):
            context.load_verify_locations(authority)
        context.verify_mode = ssl.CERT_REQUIRED if self.demanded else ssl.CERT_OPTIONAL


def make_certificates(private: Path, shared: Path, stem: str, demanded: bool) -> Certificates:
    """New certificates: what only the server needs goes to `private`, the rest to `shared` as ``<stem>-ca.pem`` …"""
    # It reads the whole of cryptography's X.509, which a world over plain HTTP need not wait for.
    import trustme

    authority = trustme.CA()
    server, client = authority.issue_cert(*NAMES), authority.issue_cert(CLIENT_NAME)
    made = Certificates(
        ca=shared / f"{stem}-ca.pem",
        server=private / "server.pem",
        server_key=private / "server-key.pem",
        client=shared / f"{stem}-client.pem",
        client_key=shared / f"{stem}-client-key.pem",
        demanded=demanded,
    )
    write_whole(made.ca, authority.cert_pem.bytes(), secret=False)
    for issued, certificate, key in ((server, made.server, made.server_key), (client, made.client, made.client_key)):
        write_whole(certificate, b"".join(part.bytes() for part in issued.cert_chain_pems), secret=False)
        write_whole(key, issued.private_key_pem.bytes(), secret=True)
    return made


def write_whole(path: Path, content: bytes, secret: bool) -> None:
    """Put the content at `path` in one step, so that nobody reads half of it; a secret for the owner only."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600 if secret else 0o644)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
    draft.replace(path)
