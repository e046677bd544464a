"""The certificate that a recording proxy shows, and whether it asks its callers for theirs."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import trustme
from cheroot.errors import FatalSSLAlert
from cheroot.ssl.builtin import BuiltinSSLAdapter

from ..settings.model import TapPlace

AUTHORITY_FILE = "tap-ca.pem"
_ASKS = "recording_proxy.asks"


class Adapter(BuiltinSSLAdapter):
    """Says in the environ of each request whether client certificates are asked for.

    It leaves the handshake to the connection (``connection.Connection``): the thread that accepts would wait for it.
    """

    #: Called with the reason when a caller's certificate is not taken: no request comes of it.
    refused: Callable[[str], None] | None = None

    def wrap(self, sock: Any) -> Any:
        try:
            return self.context.wrap_socket(sock, do_handshake_on_connect=False, server_side=True), {}
        except OSError as problem:
            # It was closed before it was looked at.
            raise FatalSSLAlert(*problem.args) from problem

    def tell_refused(self, reason: str) -> None:
        if self.refused is not None:
            self.refused(reason)

    def asks_for_certificates_of(self, authorities: Iterable[str]) -> None:
        """Ask callers for a certificate; one of no authority in these files is rejected, and who has none is let in.

        Raises:
            OSError: a file cannot be read, or holds no certificate.
        """
        for file in authorities:
            self.context.load_verify_locations(file)
        self.context.verify_mode = ssl.CERT_OPTIONAL

    def get_environ(self, sock: Any) -> dict[str, Any]:  # type: ignore[override]  # the base's stub has no sock
        asks = self.context.verify_mode != ssl.CERT_NONE
        return {**super().get_environ(sock), _ASKS: asks}  # type: ignore[no-untyped-call]  # as above


def adapter(place: TapPlace, folder: Path, host: str) -> Adapter:
    """TLS with the certificate of the settings, or one made for the run.

    Raises:
        OSError: the certificate or its key cannot be read, or stored.
    """
    certificate, key = place.certificate, place.key
    if not certificate:
        certificate, key = _throw_away(folder, host, place.authority)
    return Adapter(certificate, key)


def client_certificate(environ: dict[str, Any]) -> str:
    """presented or absent; empty where the proxy does not ask for client certificates."""
    if not environ.get(_ASKS):
        return ""
    return "presented" if environ.get("SSL_CLIENT_VERIFY") == "SUCCESS" else "absent"


def _throw_away(folder: Path, host: str, authority_file: str) -> tuple[str, str]:
    """A certificate for ``host`` by an authority made now, which is written to a file for the providers."""
    authority = trustme.CA()
    made = authority.issue_cert(host, "localhost", "127.0.0.1")
    authority.cert_pem.write_to_path(authority_file or str(folder / AUTHORITY_FILE))
    certificate, key = folder / "tap.pem", folder / "tap-key.pem"
    certificate.write_bytes(b"".join(part.bytes() for part in made.cert_chain_pems))
    key.touch(mode=0o600)
    key.write_bytes(made.private_key_pem.bytes())
    return str(certificate), str(key)
