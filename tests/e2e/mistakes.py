"""The classic mistakes of a first hour: each makes settings, and the server that they meet, as somebody has them wrong.

The keys are the rows of the table in ``docs/doctor.md``, which says what has to be told of each.
"""

from __future__ import annotations

import datetime
import json
import socket
from collections.abc import Callable, Mapping
from email.utils import format_datetime
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import trustme
from cryptography import x509
from cryptography.hazmat.primitives import serialization as s
from cryptography.hazmat.primitives.serialization.pkcs12 import serialize_key_and_certificates

from ..foreign.generous_data import EMPTY_SERVICE
from .answering_server import made_out_to, outcome, searchset
from .clinic import Clinic

NOW = datetime.datetime.now(datetime.UTC)
DAY = datetime.timedelta(days=1)
HOUR = datetime.timedelta(hours=1)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def _der(pem: bytes) -> bytes:
    return x509.load_pem_x509_certificate(pem).public_bytes(s.Encoding.DER)


def _locked(clinic: Clinic, password: str = "") -> str:
    """A client certificate whose key is locked with another password than the one that the settings have."""
    issued = trustme.CA().issue_cert("client.example")
    key = s.load_pem_private_key(issued.private_key_pem.bytes(), None)
    locked = key.private_bytes(s.Encoding.PEM, s.PrivateFormat.PKCS8, s.BestAvailableEncryption(b"right"))
    certificate = issued.cert_chain_pems[0].bytes()
    return clinic.settings(tls=clinic.client(key=locked, certificate=certificate, password=password))


def _pkcs12(clinic: Clinic) -> str:
    issued = trustme.CA().issue_cert("client.example")
    key = s.load_pem_private_key(issued.private_key_pem.bytes(), None)
    certificate = x509.load_pem_x509_certificate(issued.cert_chain_pems[0].bytes())
    content = serialize_key_and_certificates(b"x", key, certificate, None, s.NoEncryption())  # type: ignore[arg-type]
    return clinic.settings(tls=clinic.client(certificate=content))


def _demanded(clinic: Clinic, with_one: bool) -> str:
    url, trusts = clinic.tls_server(wants=trustme.CA())
    return clinic.settings(url=url, tls=trusts + clinic.client().partition("\n")[2] if with_one else trusts)


def _server(clinic: Clinic, *names: str, **times: datetime.datetime) -> str:
    url, trusts = clinic.tls_server(*names, **times)
    return clinic.settings(url=url, tls=trusts)


def _clock(hours: int) -> Callable[[Clinic], str]:
    def mistake(clinic: Clinic) -> str:
        date = format_datetime(datetime.datetime.now(datetime.UTC) + hours * HOUR, usegmt=True)
        return clinic.answered(outcome(401, "no", Date=date))

    return mistake


def _later_only(path: str, headers: Mapping[str, str]) -> tuple[int, dict[str, str], bytes]:
    """A slot an hour after each time that is searched from, unless that is soon."""
    starts = [value[2:] for name, value in parse_qsl(urlsplit(path).query) if name == "start" and value[:1] == "g"]
    since = datetime.datetime.fromisoformat(starts[0]) if starts else NOW
    if since < datetime.datetime.now(datetime.UTC) + HOUR:
        return searchset(path, headers)
    slot = {"resourceType": "Slot", "id": "1", "status": "free"}
    times = {"start": (since + HOUR).isoformat(), "end": (since + HOUR + HOUR / 4).isoformat()}
    bundle = {"resourceType": "Bundle", "type": "searchset", "entry": [{"resource": {**slot, **times}}]}
    return 200, {"Content-Type": "application/fhir+json"}, json.dumps(bundle).encode()


def _states(kind: str, version: str) -> Callable[[Clinic], str]:
    body = json.dumps({"resourceType": kind, "fhirVersion": version}).encode()

    def answer(path: str, headers: Mapping[str, str]) -> tuple[int, dict[str, str], bytes]:
        return (
            (200, {"Content-Type": "application/fhir+json"}, body) if "metadata" in path else searchset(path, headers)
        )

    return lambda clinic: clinic.answered(answer)


def _web_page(path: str, headers: Mapping[str, str]) -> tuple[int, dict[str, str], bytes]:
    return 200, {"Content-Type": "text/html"}, b"<!DOCTYPE html><html><title>Please log in</title></html>"


def _silent(clinic: Clinic) -> str:
    server = clinic.ends.enter_context(socket.create_server(("127.0.0.1", 0)))
    limits = "[limits]\nconnect_seconds = 1\nread_seconds = 1\ntotal_seconds = 3\n"
    return clinic.settings(url=f"http://localhost:{server.getsockname()[1]}/x", rest=limits)


def _base(path: str) -> Callable[[Clinic], str]:
    return lambda clinic: clinic.settings(url=f"https://localhost:{clinic.port}{path}")


def _url(address: str) -> Callable[[Clinic], str]:
    return lambda clinic: clinic.settings(url=address)


MISTAKES: dict[str, Callable[[Clinic], str | bytes]] = {
    "wrong port": lambda c: c.settings(url=f"https://localhost:{_free_port()}/STU3/1"),
    "https where the server speaks http": lambda c: c.settings(url=c.serve(searchset).replace("http:", "https:")),
    "http where the server speaks https": lambda c: c.settings(url=c.good.root.replace("https:", "http:")),
    "an authority of your own, not named": lambda c: c.settings(tls=""),
    "another authority named": lambda c: c.settings(tls=f'ca = "{c.write("o.pem", trustme.CA().cert_pem.bytes())}"'),
    "the file of the authority is a key": lambda c: c.settings(
        tls=f'ca = "{c.write("k.pem", trustme.CA().private_key_pem.bytes())}"'
    ),
    "the file of the authority is in DER form": lambda c: c.settings(
        tls=f'ca = "{c.write("ca.cer", _der(Path(c.good.ca).read_bytes()))}"'
    ),
    "no client certificate where one is demanded": lambda c: _demanded(c, False),
    "a client certificate that the server does not know": lambda c: _demanded(c, True),
    "certificate and key do not match": lambda c: c.settings(
        tls=c.client(key=trustme.CA().issue_cert("x.example").private_key_pem.bytes())
    ),
    "a key with a passphrase": _locked,
    "another passphrase": lambda c: _locked(c, "wrong"),
    "a PKCS #12 file": _pkcs12,
    "the client certificate has expired": lambda c: c.settings(
        tls=c.client(not_before=NOW - 9 * DAY, not_after=NOW - DAY)
    ),
    "the server's certificate has expired": lambda c: _server(c, not_before=NOW - 9 * DAY, not_after=NOW - DAY),
    "a certificate for another host name": lambda c: _server(c, "other.example"),
    "the server's clock is an hour ahead": _clock(1),
    "the server's clock is an hour behind": _clock(-1),
    "tokens are over when they arrive": lambda c: c.answered(outcome(401, "JWT is not yet valid (iat)")),
    "a slash more or less at the end of the audience": lambda c: c.answered(made_out_to("{url}/")),
    "tokens made out to another audience": lambda c: c.settings(provider='audience = "https://gateway.example/STU3/1"'),
    "an audience that nobody can guess": lambda c: c.answered(outcome(403, "no")),
    "the base URL without its path": lambda c: c.answered(
        lambda path, headers: (404, {}, b"") if path.count("/") < 3 else searchset(path, headers)
    ).replace("/STU3/1", ""),
    "the base URL with another path": lambda c: c.answered(lambda path, headers: (404, {}, b"")),
    "`/metadata` in the base URL": _base("/gw/metadata"),
    "`/Slot` in the base URL": _base("/gw/Slot"),
    "`/Appointment` in the base URL": _base("/gw/Appointment"),
    "the service of another environment, refused": lambda c: c.settings(service="2000000009"),
    "the service of another environment, not found": lambda c: c.answered(outcome(404, "no such service")),
    "no free slots at all": lambda c: c.settings(service=EMPTY_SERVICE),
    "no free slots in the next two hours": lambda c: c.answered(_later_only),
    "a proxy in the environment, which is in the way": lambda c: c.settings(url="https://no-host.invalid/STU3/1"),
    "an ASID that the system does not know": lambda c: c.answered(
        outcome(403, "ASID not on the list"), 'asid = "918999198777"'
    ),
    "IPv6 where the server listens at IPv4": lambda c: c.settings(url=f"https://[::1]:{c.port}/gw/STU3/2/urgent"),
    "an IPv6 address without brackets": _url("https://::1:8443/x"),
    "a settings file in UTF-16": lambda c: c.settings().encode("utf-16"),
    "a settings file in UTF-16, without a mark": lambda c: c.settings().encode("utf-16-le"),
    "a misspelt key": lambda c: c.settings(provider='base_ulr = "x"'),
    "a key in the wrong table": lambda c: c.settings(provider='ca = "ca.pem"'),
    "a claim below a table": lambda c: c.settings(provider='capabilities = ["xml"]'),
    "a number for a text": lambda c: c.settings(provider="asid = 918999198999"),
    "a text for a number": lambda c: c.settings(rest='[limits]\nread_seconds = "5"'),
    "an unknown capability": lambda c: c.settings(top='capabilities = ["regisrty"]'),
    "an unknown edition": lambda c: c.settings(top='edition = "1.0"'),
    "a blank in a URL": _url("https://localhost/a b"),
    "a user name and password in a URL": _url("https://me:hush@localhost/x"),
    "a web page in place of FHIR": lambda c: c.answered(_web_page),
    "a redirect in place of FHIR": lambda c: c.answered(
        lambda path, headers: (302, {"Location": "https://login.example/"}, b"")
    ),
    "an R4 server": _states("CapabilityStatement", "4.0.1"),
    "a DSTU2 server": _states("Conformance", "1.0.2"),
    "a host name that nobody knows": _url("https://no-host.invalid/STU3/1"),
    "a port that accepts and never answers": _silent,
    "the address of the registry with another path": lambda c: c.settings(
        top='capabilities = ["registry"]',
        rest=f'[registry]\nbase_url = "{c.serve(lambda path, headers: (404, {}, b""))}"',
    ),
    "the token of the control interface is wrong": lambda c: c.settings(
        rest=f'[control]\nurl = "{c.serve(outcome(401, "no"))}"\ntoken = "other"'
    ),
    "the scheme twice in a URL": _url("https://https://localhost/x"),
    "the folder of the authority's file": lambda c: c.settings(tls='ca = "."'),
    "a Windows path in double quotes": lambda c: c.settings(tls='ca = "C:\\certs\\ours.pem"'),
    "curly quotes": lambda c: c.settings(tls="ca = \u201cours.pem\u201d"),
    "JSON in place of TOML": lambda c: json.dumps({"provider": {"base_url": c.good.root}}),
    "YAML in place of TOML": lambda c: f"provider:\n  base_url: {c.good.root}\n",
    "no settings file": lambda c: "",
    "a folder in place of a settings file": lambda c: "",
}
