"""What `doctor` says where HTTP, TLS or a certificate stands in the way: the mistake by its name."""

from __future__ import annotations

import datetime
import ssl
from pathlib import Path

import pytest
import trustme

from ..support.program import World
from .answering_server import searchset, serving
from .conftest import Doctor

NOW = datetime.datetime.now(datetime.UTC)


def tls(authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    return context


def trusting(authority: trustme.CA, folder: Path) -> str:
    """The settings by which the authority is trusted."""
    authority.cert_pem.write_to_path(str(folder / "ca.pem"))
    return '[tls]\nca = "ca.pem"\n'


def test_https_where_plain_http_is_spoken(doctor: Doctor) -> None:
    with serving(searchset) as url:
        status, said = doctor(url.replace("http:", "https:"))
    assert status == 3
    assert f"It speaks plain HTTP on this port: correct the scheme, and write {url}" in said


@pytest.mark.parametrize("says_so", [True, False])
def test_plain_http_where_https_is_spoken(doctor: Doctor, world: World, says_so: bool) -> None:
    base = str(world.config["provider"]["base_url"])
    with serving(searchset, tls(trustme.CA())) as url:
        url = base if says_so else url
        status, said = doctor(url.replace("https:", "http:"))
    assert status == 3
    assert f"It speaks HTTPS on this port: correct the scheme, and write {url}" in said


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_a_client_certificate_that_is_demanded(doctor: Doctor, tmp_path: Path, version: ssl.TLSVersion) -> None:
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
def test_versions_of_tls_that_are_too_old(doctor: Doctor, tmp_path: Path) -> None:
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
def test_a_server_certificate_out_of_its_time(
    doctor: Doctor, tmp_path: Path, valid: tuple[int, int], words: str
) -> None:
    authority = trustme.CA()
    first, last = (NOW + datetime.timedelta(days=days) for days in valid)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost", not_before=first, not_after=last).configure_cert(context)
    with serving(searchset, context) as url:
        status, said = doctor(url, rest=trusting(authority, tmp_path))
    assert status == 3
    assert words in said


@pytest.mark.parametrize("named", [True, False])
def test_the_authority_is_not_the_one_that_signed(doctor: Doctor, tmp_path: Path, named: bool) -> None:
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


def test_two_addresses_are_told_each(doctor: Doctor) -> None:
    with serving(searchset, tls(trustme.CA())) as url:
        _, said = doctor(url, f'ssp_url = "{url.replace("localhost", "127.0.0.1")}"')
    assert said.count("is not trusted") == 2
    assert "WRONG second_provider: second provider cannot be reached" in said
    assert "WRONG registry: the same as second_provider" in said


def test_a_certificate_for_another_host(doctor: Doctor, tmp_path: Path) -> None:
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


def test_a_key_that_does_not_belong_to_the_certificate(doctor: Doctor, tmp_path: Path) -> None:
    one, other = (trustme.CA().issue_cert("client.example") for _ in range(2))
    status, said = doctor("https://localhost:1/x", rest=_client(tmp_path, one, other.private_key_pem.bytes()))
    assert status == 3
    assert "key.pem does not belong to the certificate in" in said and "tls.client_key" in said


def test_a_key_that_is_none(doctor: Doctor, tmp_path: Path) -> None:
    one = trustme.CA().issue_cert("client.example")
    status, said = doctor("https://localhost:1/x", rest=_client(tmp_path, one, b"nothing\n"))
    assert status == 3
    assert "holds no private key in PEM form" in said


def test_a_password_for_a_key_that_has_none(doctor: Doctor, tmp_path: Path) -> None:
    one = trustme.CA().issue_cert("client.example")
    rest = _client(tmp_path, one, one.private_key_pem.bytes()) + 'client_key_password = "secret"\n'
    status, said = doctor("https://localhost:1/x", rest=rest)
    assert status == 3
    assert "has no password: leave out tls.client_key_password" in said and "secret" not in said


def test_a_client_certificate_that_is_not_valid_yet(doctor: Doctor, tmp_path: Path) -> None:
    tomorrow = NOW + datetime.timedelta(days=1)
    one = trustme.CA().issue_cert("client.example", not_before=tomorrow, not_after=tomorrow + datetime.timedelta(9))
    status, said = doctor("https://localhost:1/x", rest=_client(tmp_path, one, one.private_key_pem.bytes()))
    assert status == 3
    assert "is valid from" in said and "clock of this machine" in said
