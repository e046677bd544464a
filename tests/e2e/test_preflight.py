"""What `doctor` says of a system that cannot be worked with: the mistake by its name, and what to do about it."""

from __future__ import annotations

import base64
import datetime
import json
import ssl
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
import trustme
from uec_booking.harness.cli import main

from ..support.program import World, uec

NOW = datetime.datetime.now(datetime.UTC)
Answer = Callable[[str, Mapping[str, str]], tuple[int, dict[str, str], bytes]]
Said = Callable[..., tuple[int, str]]


@contextmanager
def serving(answer: Answer, context: ssl.SSLContext | None = None) -> Iterator[str]:
    """A server on a free port that answers each request so; yields its address with a path."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, headers, body = answer(self.path, self.headers)
            self.send_response_only(status)
            for name, value in {"Content-Length": str(len(body)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_: object) -> None:
            """A handshake that fails is what some of these tests are about."""

    server = Server(("127.0.0.1", 0), Handler)
    if context is not None:
        # In the thread of each connection, not in the one that accepts them all.
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield f"http{'' if context is None else 's'}://localhost:{server.server_address[1]}/STU3/1"
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture
def doctor(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Said:
    """Runs `doctor` on settings with one address for all parts; gives its exit status and what it said."""

    def run(url: str, provider: str = "", rest: str = "") -> tuple[int, str]:
        config = tmp_path / "settings.toml"
        config.write_text(
            f'[provider]\nbase_url = "{url}"\n{provider}\n[provider.services]\nlater = "1"\n'
            f'[second_provider]\nbase_url = "{url}"\n[second_provider.services]\nlater = "1"\n'
            f'[registry]\nbase_url = "{url}"\n{rest}',
            encoding="utf-8",
        )
        status = main(["doctor", "--config", str(config)])
        said = capsys.readouterr()
        assert said.err.count("\n") <= 1
        return status, " ".join((said.out + said.err).split())

    return run


def tls(authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    return context


def trusting(authority: trustme.CA, folder: Path) -> str:
    """The settings by which the authority is trusted."""
    authority.cert_pem.write_to_path(str(folder / "ca.pem"))
    return '[tls]\nca = "ca.pem"\n'


def outcome(status: int, diagnostics: str, **headers: str) -> Answer:
    body = {"resourceType": "OperationOutcome", "issue": [{"severity": "error", "diagnostics": diagnostics}]}
    sent = {"Content-Type": "application/fhir+json", **headers}
    return lambda path, received: (status, sent, json.dumps(body).encode())


def searchset(path: str, headers: Mapping[str, str]) -> tuple[int, dict[str, str], bytes]:
    """A good answer to every search, without slots."""
    return (
        200,
        {"Content-Type": "application/fhir+json"},
        b'{"resourceType": "Bundle", "type": "searchset", "total": 0}',
    )


# -- a good search that is refused ---------------------------------------------------


def test_the_refusal_is_quoted(doctor: Said) -> None:
    with serving(outcome(403, "ASID 999000000001 is not on the list")) as url:
        status, said = doctor(url, 'asid = "918999198777"')
    assert status == 3
    assert "WRONG provider: service 1: the slot search is not answered" in said
    assert "403 with OperationOutcome: ASID 999000000001 is not on the list" in said
    # What the settings have to do with it.
    assert f"made out to {url}" in said and "Ssp-To is 918999198777" in said
    assert "WRONG registry: a search by patient is answered with 403" in said and "[registry.oauth]" in said
    assert "A run is possible" not in said
    assert "3 of the systems cannot be tested" in said


def test_a_refusal_in_another_form_is_quoted_by_its_first_words(doctor: Said) -> None:
    page = b"<html><head><title>502</title></head><body><h1>Bad Gateway</h1>" + b"padding " * 1000
    with serving(lambda path, headers: (502, {"Content-Type": "text/html"}, page)) as url:
        status, said = doctor(url)
    assert status == 3
    assert "502 with text/html: 502 Bad Gateway padding" in said
    assert said.count("padding") < 100
    assert "A run is possible" not in said


def test_an_assured_system_that_refuses_is_judged_and_the_refusal_told(world: World, tmp_path: Path) -> None:
    """It may be the fault of the system: the run goes on, and says beside its verdicts what was refused."""
    config = world.settings("other-audience", lambda text: text.replace('booking"  # the', 'booking/x"  # the', 1))
    done = uec("assure", "--config", config, "--only", "PRV-SRCH-01", "--out", tmp_path / "out")
    said = " ".join(done.out.split())
    assert "the slot search is not answered with 200" in said
    assert f'write audience = "{world.config["provider"]["base_url"]}"' in said


def test_a_redirect_is_told_with_where_it_leads(doctor: Said) -> None:
    with serving(lambda path, headers: (302, {"Location": "https://login.example/"}, b"")) as url:
        status, said = doctor(url)
    assert status == 3
    assert "It leads to https://login.example/" in said and "provider.base_url" in said


def _made_out_to(right: str) -> Answer:
    """A system that takes tokens for one audience only: that text, with its own address for {url}."""
    refused = outcome(403, "The token is not for us")

    def answer(path: str, headers: Mapping[str, str]) -> tuple[int, dict[str, str], bytes]:
        token = (headers.get("Authorization") or "..").split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)) or b"{}")
        wanted = right.format(url=f"http://{headers['Host']}/STU3/1")
        return (searchset if claims.get("aud") == wanted else refused)(path, headers)

    return answer


@pytest.mark.parametrize(
    ("audience", "right"),
    [("", "{url}/"), ("{url}/", "{url}"), ("https://gateway.example/STU3/1", "{url}")],
    ids=["without the slash", "with a slash", "another host"],
)
def test_the_audience_that_would_be_right_is_named(doctor: Said, audience: str, right: str) -> None:
    with serving(_made_out_to(right)) as address:
        line = f'audience = "{audience.format(url=address)}"' if audience else ""
        status, said = doctor(address, line)
    assert status == 3
    assert f'write audience = "{right.format(url=address)}" (provider.audience' in said


@pytest.mark.parametrize(
    ("minutes", "words"),
    [
        (2, "2 min ahead of the clock of this machine"),
        (-3, "3 min behind the clock of this machine"),
        (8, "8 min ahead of the clock of this machine: tokens, which hold for 5 min, will most likely be refused"),
    ],
)
def test_clocks_that_differ(doctor: Said, minutes: int, words: str) -> None:
    date = format_datetime(datetime.datetime.now(datetime.UTC) + datetime.timedelta(minutes=minutes), usegmt=True)
    with serving(outcome(403, "The token has expired", Date=date)) as url:
        _, said = doctor(url)
    assert f"note provider: the clock of the system (header Date) is {words}" in said
    assert f"Note that the clock of the system (header Date) is {words}" in said


@pytest.mark.parametrize("date", ["", "yesterday", "now"])
def test_clocks_that_agree_or_are_not_told(doctor: Said, date: str) -> None:
    date = format_datetime(datetime.datetime.now(datetime.UTC), usegmt=True) if date == "now" else date
    with serving(outcome(403, "No", **({"Date": date} if date else {}))) as url:
        _, said = doctor(url)
    assert "header Date" not in said


# -- transport -----------------------------------------------------------------------


def test_https_where_plain_http_is_spoken(doctor: Said) -> None:
    with serving(searchset) as url:
        status, said = doctor(url.replace("http:", "https:"))
    assert status == 3
    assert f"It speaks plain HTTP on this port: correct the scheme, and write {url}" in said


@pytest.mark.parametrize("says_so", [True, False])
def test_plain_http_where_https_is_spoken(doctor: Said, world: World, says_so: bool) -> None:
    base = str(world.config["provider"]["base_url"])
    with serving(searchset, tls(trustme.CA())) as url:
        url = base if says_so else url
        status, said = doctor(url.replace("https:", "http:"))
    assert status == 3
    assert f"It speaks HTTPS on this port: correct the scheme, and write {url}" in said


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_a_client_certificate_that_is_demanded(doctor: Said, tmp_path: Path, version: ssl.TLSVersion) -> None:
    authority = trustme.CA()
    context = tls(authority)
    authority.configure_trust(context)
    context.verify_mode = ssl.CERT_REQUIRED
    context.maximum_version = version
    rest = trusting(authority, tmp_path)
    with serving(searchset, context) as url:
        status, said = doctor(url, rest=rest)
        assert status == 3
        assert "demands a client certificate (mutual TLS), and none is named" in said
        issued = trustme.CA().issue_cert("client.example")
        issued.cert_chain_pems[0].write_to_path(str(tmp_path / "client.pem"))
        issued.private_key_pem.write_to_path(str(tmp_path / "key.pem"))
        status, said = doctor(url, rest=rest + 'client_certificate = "client.pem"\nclient_key = "key.pem"\n')
        assert status == 3
        assert "does not accept the client certificate" in said and "client.pem" in said


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion:DeprecationWarning")
def test_versions_of_tls_that_are_too_old(doctor: Said, tmp_path: Path) -> None:
    authority = trustme.CA()
    context = tls(authority)
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.minimum_version = ssl.TLSVersion.TLSv1
    context.maximum_version = ssl.TLSVersion.TLSv1_1
    with serving(searchset, context) as url:
        status, said = doctor(url, rest=trusting(authority, tmp_path))
    assert status == 3
    assert "older than 1.2" in said


@pytest.mark.parametrize(
    ("valid", "words"),
    [((-9, -1), "certificate of the server has expired"), ((1, 9), "certificate of the server is not valid yet")],
)
def test_a_server_certificate_out_of_its_time(doctor: Said, tmp_path: Path, valid: tuple[int, int], words: str) -> None:
    authority = trustme.CA()
    first, last = (NOW + datetime.timedelta(days=days) for days in valid)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost", not_before=first, not_after=last).configure_cert(context)
    with serving(searchset, context) as url:
        status, said = doctor(url, rest=trusting(authority, tmp_path))
    assert status == 3
    assert words in said


@pytest.mark.parametrize("named", [True, False])
def test_the_authority_is_not_the_one_that_signed(doctor: Said, tmp_path: Path, named: bool) -> None:
    with serving(searchset, tls(trustme.CA())) as url:
        status, said = doctor(url, rest=trusting(trustme.CA(), tmp_path) if named else "")
    assert status == 3
    wrong = f"The file {tmp_path / 'ca.pem'}, named as tls.ca, does not hold the authority that signed the server's"
    # Paths are long enough to be broken into lines.
    assert "".join(said.split()).count("".join(wrong.split())) == named
    assert said.count("Name the file of the authority that signed") == (not named)
    # One cause for the systems of one address.
    assert said.count("is not trusted") == 1
    assert "WRONG second_provider: the same as provider" in said and "WRONG registry: the same as provider" in said
    assert "3 of the systems cannot be tested" in said


def test_two_addresses_are_told_each(doctor: Said) -> None:
    with serving(searchset, tls(trustme.CA())) as url:
        _, said = doctor(url, f'ssp_url = "{url.replace("localhost", "127.0.0.1")}"')
    assert said.count("is not trusted") == 2
    assert "WRONG second_provider: second provider cannot be reached" in said
    assert "WRONG registry: the same as second_provider" in said


def test_a_certificate_for_another_host(doctor: Said, tmp_path: Path) -> None:
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("other.example").configure_cert(context)
    with serving(searchset, context) as url:
        status, said = doctor(url, rest=trusting(authority, tmp_path))
    assert status == 3
    assert "Use the host name that the certificate is made out to" in said


# -- the client certificate itself ---------------------------------------------------


def _client(folder: Path, certificate: trustme.LeafCert, key: bytes) -> str:
    certificate.cert_chain_pems[0].write_to_path(str(folder / "client.pem"))
    (folder / "key.pem").write_bytes(key)
    return '[tls]\nclient_certificate = "client.pem"\nclient_key = "key.pem"\n'


def test_a_key_that_does_not_belong_to_the_certificate(doctor: Said, tmp_path: Path) -> None:
    one, other = (trustme.CA().issue_cert("client.example") for _ in range(2))
    status, said = doctor("https://localhost:1/x", rest=_client(tmp_path, one, other.private_key_pem.bytes()))
    assert status == 3
    assert "key.pem does not belong to the certificate in" in said and "tls.client_key" in said


def test_a_key_that_is_none(doctor: Said, tmp_path: Path) -> None:
    one = trustme.CA().issue_cert("client.example")
    status, said = doctor("https://localhost:1/x", rest=_client(tmp_path, one, b"nothing\n"))
    assert status == 3
    assert "holds no private key in PEM form" in said


def test_a_password_for_a_key_that_has_none(doctor: Said, tmp_path: Path) -> None:
    one = trustme.CA().issue_cert("client.example")
    rest = _client(tmp_path, one, one.private_key_pem.bytes()) + 'client_key_password = "secret"\n'
    status, said = doctor("https://localhost:1/x", rest=rest)
    assert status == 3
    assert "has no password: leave out tls.client_key_password" in said and "secret" not in said


def test_a_client_certificate_that_is_not_valid_yet(doctor: Said, tmp_path: Path) -> None:
    tomorrow = NOW + datetime.timedelta(days=1)
    one = trustme.CA().issue_cert("client.example", not_before=tomorrow, not_after=tomorrow + datetime.timedelta(9))
    status, said = doctor("https://localhost:1/x", rest=_client(tmp_path, one, one.private_key_pem.bytes()))
    assert status == 3
    assert "is valid from" in said and "clock of this machine" in said


# -- the settings file ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("https://::1:8443/x", 'IPv6 address without brackets. Write "https://[::1]:8443/x".'),
        ("http://2001:db8::10/x/y", 'Write "http://[2001:db8::10]/x/y".'),
        ("https://localhost/x/metadata", "is the address of metadata, not of the service. Write the service root"),
        ("https://localhost/x/Appointment/", '"https://localhost/x"'),
        ("https://localhost/x/Slot", '"https://localhost/x"'),
        (
            "https://localhost:99999/x",
            "is not the address of a system: the port '99999' is not a number from 1 to 65535",
        ),
        ("https://localhost:0/x", "the port '0' is not a number from 1 to"),
        ("https://localhost:https/x", "the port 'https' is not a number from 1 to"),
        ("localhost:8443/x", "the scheme is missing, as in https://localhost:8443/x."),
        ("//localhost/x", "the scheme is missing, as in https://localhost/x."),
        ("ftp://localhost/x", "the scheme 'ftp' is neither https nor http"),
        ("https:/localhost/x", "the host is missing"),
        ("https://[x]/x", "no IPv6 address in its brackets"),
        ("https://localhost/x?a=1", "it has a query ('a=1')"),
        ("https://localhost/x#a", "it has a fragment ('a')"),
        ("https://localhost/a b", "it holds ' ', which no address can"),
        ("https://localhost/\u00e9", "it holds '\\xe9', which no address can"),
    ],
)
def test_an_address_with_a_slip_in_it(doctor: Said, url: str, words: str) -> None:
    status, said = doctor(url)
    assert status == 3
    assert words in said


@pytest.mark.parametrize("url", ["https://me:hush@localhost/x", "me:hush@localhost/x"])
def test_a_password_in_an_address_is_not_shown(doctor: Said, url: str) -> None:
    status, said = doctor(url)
    assert status == 3
    assert "provider.base_url: there is a user name or a password in it." in said
    assert "hush" not in said


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('base_ulr = "x"', "the key 'base_ulr' is not known. Did you mean base_url?"),
        ('audiance = "x"', "Did you mean audience?"),
        ('zzz = "x"', "the key 'zzz' is not known. Known are:"),
    ],
)
def test_a_key_that_is_nearly_one(doctor: Said, line: str, words: str) -> None:
    status, said = doctor("https://localhost:1/x", line)
    assert status == 3
    assert words in said


@pytest.mark.parametrize(
    ("encoding", "words"),
    [
        ("utf-8-sig", "cannot be reached"),
        ("utf-16", "is in UTF-16. Save it as UTF-8"),
        ("utf-16-be", "is not in UTF-8"),
        ("latin-1", "is not in UTF-8: byte 0xe9 in line 2. Save it as UTF-8"),
    ],
)
def test_the_encoding_of_the_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], encoding: str, words: str
) -> None:
    url = "https://localhost:1/x"
    parts = "".join(
        f'[{key}]\nname = "Café"\nbase_url = "{url}"\n[{key}.services]\nlater = "1"\n'
        for key in ("provider", "second_provider")
    )
    text = f'{parts}[registry]\nbase_url = "{url}"\n'
    mark = b"\xfe\xff" if encoding == "utf-16-be" else b""
    words = "is in UTF-16" if mark else words
    (tmp_path / "settings.toml").write_bytes(mark + text.encode(encoding))
    assert main(["doctor", "--config", str(tmp_path / "settings.toml")]) == 3
    said = capsys.readouterr()
    assert words in " ".join((said.out + said.err).split())


# -- without a file ------------------------------------------------------------------


def test_the_authority_on_the_command_line(world: World, tmp_path: Path) -> None:
    base = world.config["provider"]["base_url"]
    systems = ("--provider", base, "--service", "2000000001")
    good = uec("doctor", *systems, "--ca", world.ca)
    assert good.status == 0, good.out + good.err
    unknown = uec("doctor", *systems)
    assert unknown.status == 3
    assert "--ca" in unknown.out
    absent = uec("doctor", *systems, "--ca", tmp_path / "absent.pem")
    assert absent.status == 3
    assert "absent.pem" in absent.paragraph()
    alone = uec("doctor", "--ca", world.ca)
    assert alone.status == 3
    assert "--provider" in alone.paragraph()
