"""The client certificates that the Spine Secure Proxy asks a consumer for."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import requests
import trustme
from uec_booking.harness.errors import SettingsError
from uec_booking.harness.proxy.forward import SecureProxy
from uec_booking.harness.proxy.log import ProxyLog
from uec_booking.harness.proxy.tls import AUTHORITY_FILE
from uec_booking.harness.settings.consumer import ConsumerUnderTest, Service111
from uec_booking.harness.settings.model import Settings, TapPlace

CONSUMER = ConsumerUnderTest("a desk", Service111("918999198101", "X9A01"), command=("desk",), mutual_tls=True)


@pytest.fixture
def proxy(tmp_path: Path) -> Iterator[SecureProxy]:
    made = SecureProxy(TapPlace("https://localhost:0"), tmp_path, replace(Settings({}), consumer=CONSUMER))
    yield made
    made.close()


def certificate(authority: trustme.CA, folder: Path, name: str) -> tuple[str, str]:
    """A client certificate of the authority, and its key."""
    made, files = authority.issue_cert("desk.example"), (folder / f"{name}.pem", folder / f"{name}-key.pem")
    made.cert_chain_pems[0].write_to_path(str(files[0]))
    made.private_key_pem.write_to_path(str(files[1]))
    return str(files[0]), str(files[1])


def asked(proxy: SecureProxy, folder: Path, shown: tuple[str, str] | None) -> None:
    with requests.Session() as session:
        session.trust_env = False
        session.get(f"{proxy.root}/nowhere", cert=shown, verify=str(folder / AUTHORITY_FILE), timeout=30)


def test_a_certificate_is_noted_as_shown_or_not_and_a_strange_one_refused(proxy: SecureProxy, tmp_path: Path) -> None:
    trusted, strange = trustme.CA(), trustme.CA()
    trusted.cert_pem.write_to_path(str(tmp_path / "clients.pem"))
    proxy.ask_for_certificates_of([str(tmp_path / "clients.pem")])
    asked(proxy, tmp_path, certificate(trusted, tmp_path, "good"))
    asked(proxy, tmp_path, None)
    with pytest.raises(requests.ConnectionError):
        asked(proxy, tmp_path, certificate(strange, tmp_path, "strange"))
    log = ProxyLog(tmp_path)
    assert [exchange.extra["certificate"] for exchange in log.exchanges()] == ["presented", "absent"]
    # It is told to the caller first, and noted then.
    ends = time.monotonic() + 30
    while not log.refused() and time.monotonic() < ends:
        time.sleep(0.02)
    assert len(log.refused()) == 1


def test_without_the_setting_no_certificate_is_asked_for(proxy: SecureProxy, tmp_path: Path) -> None:
    asked(proxy, tmp_path, certificate(trustme.CA(), tmp_path, "any"))
    assert [exchange.extra["certificate"] for exchange in ProxyLog(tmp_path).exchanges()] == [""]


def test_a_file_without_authorities_is_told(proxy: SecureProxy, tmp_path: Path) -> None:
    (tmp_path / "empty.pem").write_text("no certificate")
    with pytest.raises(SettingsError, match=r"consumer\.client_ca: .*empty\.pem cannot be used"):
        proxy.ask_for_certificates_of([str(tmp_path / "empty.pem")])
