"""Why a system cannot be reached, said so that it can be put right."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable
from contextlib import suppress
from urllib.parse import urlsplit

from ..errors import NoAnswer
from ..http.exchange import Exchange
from ..settings.model import Part

#: Alerts by which a server says that it wants a client certificate, or another one.
_OF_CLIENT_CERTIFICATES = (
    "CERTIFICATE_REQUIRED",
    "HANDSHAKE_FAILURE",
    "BAD_CERTIFICATE",
    "ALERT_UNKNOWN_CA",
    "ALERT_CERTIFICATE",
    "ALERT_ACCESS_DENIED",
    "UNSUPPORTED_CERTIFICATE",
)
#: What OpenSSL says of a certificate whose authority is not among those trusted; a signature fails where another
#: has its name.
_OF_AUTHORITIES = (
    "ISSUER CERTIFICATE",
    "SELF-SIGNED CERTIFICATE",
    "SELF SIGNED CERTIFICATE",
    "FIRST CERTIFICATE",
    "SIGNATURE FAILURE",
)
_OF_VERSIONS = ("UNSUPPORTED_PROTOCOL", "PROTOCOL_VERSION", "WRONG_SSL_VERSION", "NO_PROTOCOLS")
_SECONDS = 3.0


def remedy(part: Part, exchange: Exchange) -> str:
    """What to do about an exchange that had no answer."""
    return remedy_of_scheme(part) or _of_tls(part, exchange) or _of_loopback(part, exchange) or _usual(exchange)


def remedy_of_scheme(part: Part) -> str:
    """What to do where the port speaks the other of HTTP and HTTPS; empty where it does not.

    The port itself is asked: the error of one protocol met with the other says nothing clear.
    """
    address = part.ssp_url or part.base_url
    if address.startswith("http:") and speaks_tls(address):
        return f"It speaks HTTPS on this port: correct the scheme, and write https:{address.partition(':')[2]}"
    if address.startswith("https:") and speaks_plain_http(address):
        return f"It speaks plain HTTP on this port: correct the scheme, and write http:{address.partition(':')[2]}"
    return ""


def _of_tls(part: Part, exchange: Exchange) -> str:
    said = _told_after_handshake(part) if _cut_off(exchange) else ""
    if exchange.error_kind == NoAnswer.TLS:
        said = said or exchange.error.upper()
    if "NOT TRUSTED" in said:
        return _of_server_certificate(said, part.tls.ca)
    if any(word in said for word in _OF_VERSIONS):
        return "It speaks only versions of TLS older than 1.2, which are not secure: have TLS 1.2 switched on there."
    if any(word in said for word in _OF_CLIENT_CERTIFICATES):
        if part.tls.client_certificate:
            return (
                f"It does not accept the client certificate {part.tls.client_certificate}: see that it was issued "
                "by an authority that the server trusts, and name another as tls.client_certificate if it was not."
            )
        return (
            "It most likely demands a client certificate (mutual TLS), and none is named: name yours as "
            "tls.client_certificate, and its key as tls.client_key, in a settings file."
        )
    return ""


def _cut_off(exchange: Exchange) -> bool:
    """Whether the connection ended under the exchange; where TLS notices it first, it says EOF."""
    kind = exchange.error_kind
    return kind in (NoAnswer.BROKEN, NoAnswer.CLOSED) or (kind == NoAnswer.TLS and "EOF" in exchange.error)


def _told_after_handshake(part: Part) -> str:
    """What TLS says to a connection that asks nothing, for where an exchange was cut off.

    With TLS 1.3 a server judges the client certificate after the handshake. Its alert is lost where it closes
    while the request is still on its way, which resets the connection; so it is asked once more, in silence.
    """
    address = part.ssp_url or part.base_url
    if not address.startswith("https:"):
        return ""
    context = _unverified()
    with suppress(OSError):
        if part.tls.client_certificate:
            # A password is always given: without one, OpenSSL would ask for it at the terminal.
            password = part.tls.client_key_password
            context.load_cert_chain(part.tls.client_certificate, part.tls.client_key or None, password)
    alerts = []

    def listens(plain: socket.socket) -> bool:
        try:
            with context.wrap_socket(plain, server_hostname=urlsplit(address).hostname) as wrapped:
                wrapped.recv(1)
        except ssl.SSLError as problem:
            alerts.append(str(problem).upper())
        return bool(alerts)

    return alerts[0] if _tried(address, listens) else ""


def _unverified() -> ssl.SSLContext:
    """For a connection on which nothing is asked, whatever the certificate of the server."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def _of_server_certificate(said: str, ca: str) -> str:
    if "EXPIRED" in said:
        return "The certificate of the server has expired: it must be renewed there (or the clock here is wrong)."
    if "NOT YET VALID" in said:
        return "The certificate of the server is not valid yet: see that the clock here is right, or have it replaced."
    if "HOSTNAME MISMATCH" in said or "IP ADDRESS MISMATCH" in said:
        return "Use the host name that the certificate is made out to."
    if ca and any(words in said for words in _OF_AUTHORITIES):
        return (
            f"The file {ca}, named as tls.ca, does not hold the authority that signed the server's certificate: name "
            "the one that does. If it holds the root, the server has to send the certificates between."
        )
    return (
        "Name the file of the authority that signed the server's certificate as tls.ca in a settings file "
        "(or with --ca), and use the host name that the certificate is made out to."
    )


def _of_loopback(part: Part, exchange: Exchange) -> str:
    """What to do where nothing listens at one loopback address of this machine, and something does at the other."""
    address = part.ssp_url or part.base_url
    pieces = urlsplit(address)
    other = {"::1": "127.0.0.1", "127.0.0.1": "[::1]", "localhost": ""}.get(pieces.hostname or "")
    if exchange.error_kind != NoAnswer.REFUSED or not other:
        return ""
    elsewhere = address.replace(pieces.netloc, other + (f":{pieces.port}" if pieces.port else ""), 1)
    if not _tried(elsewhere, lambda plain: True):
        return ""
    family = "IPv4" if other == "127.0.0.1" else "IPv6"
    return f"It listens at {other} ({family}), not at {pieces.hostname}: write {elsewhere}, or have it listen at both."


def _usual(exchange: Exchange) -> str:
    remedies = {
        NoAnswer.DNS: "Correct the host name, or see that this machine can look it up.",
        NoAnswer.REFUSED: "Start the system, or correct host and port.",
        NoAnswer.TLS: "See that the server speaks HTTPS on this port and, if it asks for a client certificate, that "
        "tls.client_certificate and tls.client_key name the right ones.",
        NoAnswer.TIMEOUT: "See that the port is the right one and that no firewall swallows the connection, or raise "
        "the times in [limits].",
        NoAnswer.TOO_LARGE: "See that the address is that of the FHIR base, or raise limits.body_bytes.",
    }
    other = "See that the address is that of the FHIR base, and that the scheme is right."
    return remedies.get(exchange.error_kind, other) if exchange.error_kind else other


def speaks_tls(address: str) -> bool:
    """Whether a TLS handshake begins to work at the host and port of the address, whatever its certificate."""

    def shakes_hands(plain: socket.socket) -> bool:
        with _unverified().wrap_socket(plain, server_hostname=urlsplit(address).hostname):
            return True

    return _tried(address, shakes_hands)


def speaks_plain_http(address: str) -> bool:
    """Whether a plain HTTP request is answered at the host and port of the address."""

    def answers(plain: socket.socket) -> bool:
        host = urlsplit(address).netloc
        plain.sendall(f"GET / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
        return plain.recv(12, socket.MSG_WAITALL).startswith(b"HTTP/") and not _about_tls(plain)

    return _tried(address, answers)


def _about_tls(plain: socket.socket) -> bool:
    """Whether the rest of the answer is what servers with TLS say to plain HTTP."""
    rest = b""
    while len(rest) < 10_000 and (part := plain.recv(4096)):
        rest += part
    return b"HTTPS" in rest


def _tried(address: str, question: Callable[[socket.socket], bool]) -> bool:
    pieces = urlsplit(address)
    port = pieces.port or (443 if pieces.scheme == "https" else 80)
    with suppress(OSError, UnicodeError), socket.create_connection((pieces.hostname or "", port), _SECONDS) as plain:
        return question(plain)
    return False
