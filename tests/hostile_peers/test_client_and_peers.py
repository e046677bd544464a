"""The client against servers that misbehave: it always comes back, with the reason."""

from __future__ import annotations

import ssl

import hostile
import pytest
import trustme
from uec_booking.harness.client import Client
from uec_booking.harness.exchange import Exchange, Sent
from uec_booking.harness.settings import Limits, Tls

LIMITS = Limits(connect_seconds=5, read_seconds=0.7, total_seconds=1.2, body_bytes=300_000)


def _ask(url: str, tls: Tls | None = None) -> Exchange:
    client = Client(tls or Tls(), LIMITS)
    try:
        return client.send(Sent("GET", f"{url}/metadata", (("Accept", "application/fhir+json"),)))
    finally:
        client.close()


@pytest.mark.parametrize(
    ("behaviour", "kinds"),
    [
        (hostile.drips_body, {"timeout"}),
        (hostile.drips_body_without_length, {"timeout"}),
        (hostile.drips_chunks, {"timeout"}),
        (hostile.drips_headers, {"timeout"}),
        (hostile.hangs, {"timeout"}),
        (hostile.endless_interim_answers, {"timeout", "too-large"}),
        (hostile.endless_body, {"too-large"}),
        (hostile.endless_chunk_size, {"too-large", "broken"}),
        (hostile.negative_chunk_size, {"too-large", "broken"}),
        (hostile.endless_header_line, {"broken"}),
        (hostile.endless_headers, {"broken"}),
        (hostile.gzip_bomb, {"too-large"}),
        (hostile.gzip_that_is_not, {"encoding"}),
        (hostile.gzip_cut_short, {"encoding"}),
        (hostile.garbage, {"broken"}),
        (hostile.garbage_chunks, {"broken"}),
        (hostile.closes, {"broken"}),
        (hostile.closes_within_the_body, {"broken"}),
        (hostile.redirects_with_endless_body, {"too-large"}),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_no_answer_is_an_exchange_that_says_why(behaviour: hostile.Behaviour, kinds: set[str]) -> None:
    with hostile.serving(behaviour) as url:
        exchange = _ask(url)
    assert exchange.response is None
    assert exchange.error_kind in kinds, exchange.error
    assert exchange.error


def test_a_redirect_is_an_answer_and_is_not_followed() -> None:
    with hostile.serving(hostile.redirects_in_a_circle) as url:
        exchange = _ask(url)
    assert exchange.status == 302
    assert exchange.header("Location") == "/again"


def _server_context(authority: trustme.CA, *names: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*names).configure_cert(context)
    return context


def test_a_certificate_of_an_unknown_authority_is_not_trusted() -> None:
    with hostile.serving(hostile.closes, _server_context(trustme.CA(), "localhost")) as url:
        exchange = _ask(url)
    assert (exchange.error_kind, "not trusted" in exchange.error) == ("tls", True)


def test_a_certificate_for_another_host_is_not_trusted(tmp_path_factory: pytest.TempPathFactory) -> None:
    authority = trustme.CA()
    ca = tmp_path_factory.mktemp("ca") / "ca.pem"
    authority.cert_pem.write_to_path(str(ca))
    with hostile.serving(hostile.closes, _server_context(authority, "elsewhere.example")) as url:
        exchange = _ask(url, Tls(ca=str(ca)))
    assert (exchange.error_kind, "not trusted" in exchange.error) == ("tls", True)


def test_plain_http_where_https_is_expected() -> None:
    with hostile.serving(hostile.garbage) as url:
        assert _ask(url.replace("http:", "https:")).error_kind == "tls"


def test_https_where_plain_http_is_expected() -> None:
    with hostile.serving(hostile.closes, _server_context(trustme.CA(), "localhost")) as url:
        assert _ask(url.replace("https:", "http:")).error_kind == "broken"


def test_limits_hold_inside_tls_too(tmp_path_factory: pytest.TempPathFactory) -> None:
    authority = trustme.CA()
    ca = tmp_path_factory.mktemp("ca") / "ca.pem"
    authority.cert_pem.write_to_path(str(ca))
    context = _server_context(authority, "localhost")
    for behaviour, kind in ((hostile.drips_body_without_length, "timeout"), (hostile.endless_body, "too-large")):
        with hostile.serving(behaviour, context) as url:
            assert _ask(url, Tls(ca=str(ca))).error_kind == kind


def test_nothing_is_taken_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://localhost:1")
    with hostile.serving(hostile.redirects_in_a_circle) as url:
        assert _ask(url).status == 302
